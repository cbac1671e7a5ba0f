"""The products in JSON-LD documents: alone, in graphs and lists, in groups of variants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from similis.catalogue.readers.names import cleanly_named
from similis.catalogue.readers.schemaorg import Row, breadcrumb, group_columns, inherited, product_columns
from similis.catalogue.readers.terms import Node, many, named, text_of, types_of
from similis.catalogue.rows import RawRow, Reject

PRODUCT_TYPES = frozenset(
    (
        "Product",
        "ProductGroup",
        "IndividualProduct",
        "ProductModel",
        "SomeProducts",
        "ProductCollection",
        "Vehicle",
        "Car",
        "Motorcycle",
        "DietarySupplement",
        "Drug",
    )
)
_LISTED = ("@graph", "itemListElement", "item", "mainEntity", "itemOffered", "mainEntityOfPage", "about", "hasPart", "dataFeedElement")
_REFERENCE = frozenset(("@type", "@id", "url"))
"""What a variant has that stands in a document of its own."""
_MAX_DEPTH = 32


def product_rows(documents: Iterable[tuple[int, Any]]) -> Iterator[RawRow | Reject]:
    """One row per product of the documents that belong together (one file's graph, one page's scripts), each with the line it is on.

    A group's variants become rows that have what they lack from the group, and its id as ``item_group_id``; the group itself is a row
    only when it has no variants. One ``Reject`` (``no_product``) when there is no product in all of them.
    """
    page = _Page()
    line = 1
    try:
        for line, document in documents:
            page.gather(line, document, 0)
        yield from page.rows()
    except RecursionError:
        yield Reject(line, None, None, "too_deep", "objects within objects, hundreds deep; flatten the document")


class _Page:
    """Nodes that belong together: products in their order, and what they refer to."""

    def __init__(self) -> None:
        self._first_line = 1
        self._is_empty = True
        self._products: list[tuple[int, Node]] = []
        self._by_id: dict[str, Node] = {}
        self._crumbs: list[Node] = []

    def gather(self, line: int, value: Any, depth: int) -> None:
        """Find the products in a value, at most 32 levels down."""
        if self._is_empty:
            self._first_line, self._is_empty = line, False
        if depth > _MAX_DEPTH:
            return
        if isinstance(value, list):
            for one in value:
                self.gather(line, one, depth + 1)
        elif isinstance(value, dict):
            self._gather_node(line, named(value), depth)

    def _gather_node(self, line: int, node: Node, depth: int) -> None:
        kinds = types_of(node)
        if (anchor := _anchor(node)) and len(node) > 1:
            self._by_id.setdefault(anchor, node)
        if kinds & PRODUCT_TYPES:
            self._products.append((line, node))
        elif "BreadcrumbList" in kinds:
            self._crumbs.append(node)
        elif "Offer" in kinds and (offered := [one for one in many(node.get("itemOffered")) if isinstance(one, dict)]):
            offer = {name: inner for name, inner in node.items() if name != "itemOffered"}
            self.gather(line, [{"offers": offer, **one} for one in offered], depth + 1)
        else:
            if isinstance(crumbs := node.get("breadcrumb"), dict):
                self._crumbs.append(named(crumbs))
            for name in _LISTED:
                self.gather(line, node.get(name), depth + 1)

    def rows(self) -> Iterator[RawRow | Reject]:
        """The rows of the products found, or the one reject."""
        if not self._products:
            message = "the document holds no schema.org Product; give documents of products"
            yield Reject(self._first_line, None, None, "no_product", message)
            return
        in_groups = {anchor for _, node in self._products for one in many(node.get("hasVariant")) if (anchor := _anchor(one))}
        for line, node in self._products:
            variants = [self._resolved(one) for one in many(node.get("hasVariant")) if isinstance(one, dict)]
            variants = [one for one in variants if not one.keys() <= _REFERENCE]
            if variants:
                group = self._columns(node, group_columns(node))
                for variant in variants:
                    yield self._row(line, variant, group)
            elif _anchor(node) not in in_groups:
                group = next((group_columns(self._resolved(one)) for one in many(node.get("isVariantOf")) if isinstance(one, dict)), {})
                yield self._row(line, node, group)

    def _row(self, line: int, node: Node, group: Row) -> RawRow:
        columns = product_columns(self._linked(node))
        if "ProductGroup" in types_of(node) and "id" not in columns:
            columns = {"id": text_of(node.get("productGroupID")), **columns}
        whole = self._columns(node, inherited(columns, group))
        return RawRow(line, cleanly_named({"id": "", "title": "", **whole}))  # both, so that one who lacks them is rejected by itself

    def _columns(self, node: Node, columns: Row) -> Row:
        if "category" not in columns and len(self._crumbs) > 0 and len(self._products) == 1:
            path = max((breadcrumb(one, text_of(node.get("name"))) for one in self._crumbs), key=len)
            if path:
                return {**columns, "category": path}
        return columns

    def _resolved(self, value: Node) -> Node:
        """The node a reference such as ``{"@id": "#group"}`` stands for; a node as it is."""
        return self._by_id.get(_anchor(value), value) if len(value) == 1 else value

    def _linked(self, node: Node) -> Node:
        """The node with the references among its properties that are read replaced by what they stand for."""
        out = dict(node)
        for name in ("brand", "manufacturer", "offers", "image", "category", "seller"):
            inner = out.get(name)
            if isinstance(inner, dict):
                out[name] = self._resolved(inner)
            elif isinstance(inner, list):
                out[name] = [self._resolved(one) if isinstance(one, dict) else one for one in inner]
        return out


def _anchor(value: Any) -> str:
    anchor = value.get("@id") if isinstance(value, dict) else None
    return anchor if isinstance(anchor, str) else ""

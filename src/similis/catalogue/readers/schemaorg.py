"""One schema.org ``Product`` as columns with the names feeds use. Source: schema.org, Product, Offer, PropertyValue."""

from __future__ import annotations

from typing import Any, TypeAlias

from similis.catalogue.readers.offers import offer_columns
from similis.catalogue.readers.terms import Node, many, plain, quantity, term, text_of
from similis.catalogue.rows import RawValue

Row: TypeAlias = dict[str, RawValue]

_GTINS = ("gtin", "gtin14", "gtin13", "gtin12", "gtin8", "isbn")
_TEXTS = {
    "name": "title",
    "description": "description",
    "mpn": "mpn",
    "model": "model",
    "color": "color",
    "size": "size",
    "material": "material",
    "inLanguage": "language",
    "releaseDate": "release_date",
    "dateModified": "date_modified",
    "inProductGroupWithID": "item_group_id",
}
# What is another name for a column, and kept beside it where it says something else.
_SAME = {**dict.fromkeys(_GTINS, "gtin"), "productID": "id", "manufacturer": "brand"}
_MEASURES = ("weight", "width", "height", "depth", "pattern", "netContent")
# Read by other means, or about the page.
_READ = frozenset(
    (
        *("offers", "brand", "category", "image", "url", "sku", "additionalProperty", "itemCondition"),
        *("hasVariant", "isVariantOf", "productGroupID", "variesBy", "mainEntityOfPage", "potentialAction"),
    )
)


def product_columns(node: Node) -> Row:
    """The columns of a product alone, without what it has from its group; what has no column of its own keeps schema.org's name."""
    row: Row = {}
    _set(row, "id", _id_of(node))
    for name, column in _TEXTS.items():
        _set(row, column, text_of(node.get(name)))
    _set(row, "gtin", next((code for name in _GTINS if (code := text_of(node.get(name)))), ""))
    _set(row, "brand", text_of(node.get("brand")) or text_of(node.get("manufacturer")))
    _set(row, "category", _category(node.get("category")))
    _set(row, "image_links", _images(node.get("image")))
    _set(row, "link", _address(node.get("url")) or _address(node.get("mainEntityOfPage")) or _web(term(node, "@id")))
    for column, value in offer_columns(node).items():
        _set(row, column, value)
    _set(row, "gender", next((gender for one in many(node.get("audience")) if (gender := text_of(_inner(one, "suggestedGender")))), ""))
    _set(row, "attributes", _attributes(node))
    for name, value in node.items():
        is_read = name in _READ or name in _TEXTS or name in _MEASURES or name.startswith("@")
        if not is_read and text_of(value) != row.get(_SAME.get(name, "")):
            _set(row, name if name not in row else f"{name}#2", plain(value))
    return row


def group_columns(node: Node) -> Row:
    """What a product group hands to its variants: everything but what names one product."""
    row = product_columns(node)
    group_id = text_of(node.get("productGroupID")) or str(row.get("id", ""))
    for own in ("id", "gtin", "mpn", "sku"):
        row.pop(own, None)
    _set(row, "item_group_id", group_id)
    _set(row, "varies_by", ", ".join(filter(None, (text_of(one).rpartition("/")[2] for one in many(node.get("variesBy"))))))
    return row


def inherited(variant: Row, group: Row) -> Row:
    """The variant with what it leaves to its group; attributes are joined, its own first. Price and stock come from one of them, whole."""
    row = dict(variant)
    has_offer = any(column in variant for column in ("price", "availability", "offers"))
    offered = ("price", "sale_price", "currency", "availability", "stock", "seller", "offers", "high_price", "offer_count")
    for column, value in group.items():
        if column == "attributes":
            own: Any = row.get(column) or {}
            row[column] = {**value, **own} if isinstance(value, dict) else value
        elif not (has_offer and column in offered):
            row.setdefault(column, value)
    return row


def _set(row: Row, column: str, value: RawValue) -> None:
    if value:
        row[column] = value


def _id_of(node: Node) -> str:
    """``sku``, ``productID``, ``@id`` or ``url``, in this order; an ``@id`` that names a place in the page is none."""
    for name in ("sku", "productID"):
        if text := text_of(node.get(name)):
            return text
    anchor = term(node, "@id")
    return anchor if anchor and not anchor.startswith(("#", "_:")) else _address(node.get("url"))


def _web(text: str) -> str:
    return text if text.startswith(("http://", "https://")) and "#" not in text else ""


def _inner(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _address(value: Any) -> str:
    for one in many(value):
        text = one if isinstance(one, str) else next((str(one[key]) for key in ("url", "contentUrl", "@id") if one.get(key)), "")
        if text:
            return text
    return ""


def _images(value: Any) -> list[Any]:
    return list(dict.fromkeys(address for one in many(value) if (address := _address(one))))


def _category(value: Any) -> RawValue:
    """Text as it is; of a ``CategoryCode`` its name, else its code; of a breadcrumb its path."""
    paths: list[str] = []
    for one in many(value):
        if isinstance(one, dict):
            text = breadcrumb(one) or text_of(one.get("name")) or text_of(one.get("codeValue")) or _address(one)
        else:
            text = one
        if text:
            paths.append(text)
    return paths[0] if len(paths) == 1 else list(paths)


def breadcrumb(node: Node, title: str = "") -> str:
    """A ``BreadcrumbList`` as ``A > B``, without the product's own crumb at its end; empty for anything else."""
    steps: list[tuple[float, str]] = []
    for place, one in enumerate(many(node.get("itemListElement"))):
        if isinstance(one, dict):
            position = text_of(one.get("position"))
            name = text_of(one.get("name")) or text_of(one.get("item"))
            steps.append((float(position) if position.isdigit() else place, name))
    names = [name for _, name in sorted(steps, key=lambda step: step[0]) if name and not name.startswith(("http://", "https://"))]
    if len(names) > 1 and names[-1] == title:
        names.pop()
    if len(names) > 1 and names[0].casefold() in ("home", "homepage", "首页", "主页"):
        del names[0]
    return " > ".join(names)


def _attributes(node: Node) -> Row:
    found: dict[str, list[str]] = {}
    for one in many(node.get("additionalProperty")):
        if isinstance(one, dict):
            name = text_of(one.get("name")) or text_of(one.get("propertyID")).rpartition("/")[2]
            for value in many(one.get("value")) or [""]:
                if name and (text := quantity({**one, "value": value})):
                    found.setdefault(name, []).append(text)
    for name in _MEASURES:
        if text := ", ".join(filter(None, (quantity(one) for one in many(node.get(name))))):
            found.setdefault(name, []).append(text)
    return {name: list(dict.fromkeys(texts)) if len(texts) > 1 else texts[0] for name, texts in found.items()}

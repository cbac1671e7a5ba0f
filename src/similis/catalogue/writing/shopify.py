"""Shopify's product CSV: the products of one group are the variants of one handle."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

from similis.catalogue.presets import shopify
from similis.catalogue.presets.options import OPTION_FIELDS
from similis.catalogue.presets.shopify import SHOPIFY, Grouper
from similis.catalogue.presets.spool import RowSpool
from similis.catalogue.product import Product
from similis.catalogue.rows import RawRow
from similis.catalogue.writing.delimited import DelimitedFile, short_cells
from similis.catalogue.writing.report import Counts
from similis.catalogue.writing.residual import ReadingBack
from similis.catalogue.writing.spreadsheets import formula_safe

_COLUMNS_TEXT = (
    "Handle|Title|Body (HTML)|Vendor|Product Category|Type|Tags|Published|Option1 Name|Option1 Value|Option2 Name|Option2 Value|"
    "Option3 Name|Option3 Value|Variant SKU|Variant Grams|Variant Inventory Tracker|Variant Inventory Qty|Variant Inventory Policy|"
    "Variant Price|Variant Compare At Price|Variant Barcode|Image Src|Image Position|Variant Image|Cost per item|Status"
)
COLUMNS = tuple(_COLUMNS_TEXT.split("|"))
_CATEGORY_BESIDE = "Type beside Product Category"
_DERIVED = (shopify.ID, shopify.GROUP, shopify.SALE_PRICE, shopify.CATEGORY, shopify.AVAILABILITY, shopify.IMAGES, shopify.OPTIONS)
_DERIVED_OPTIONS = tuple(shopify.OPTION_COLUMNS.values())
MAX_OPTIONS = 3
MAX_GROUP = 5_000
"""Products of one handle; a larger group goes on under further handles."""


def write_shopify(stream: IO[bytes], products: Iterable[Product]) -> Iterator[Counts]:
    """Write products as Shopify's CSV; yields the counts after each of them, and at the end.

    Products of a group are looked for in all of ``products`` before the first row is written.
    """
    back = ReadingBack((*COLUMNS, *_DERIVED, *_DERIVED_OPTIONS), SHOPIFY, paths_as_text=True)
    file = DelimitedFile(stream, COLUMNS, ",")
    grouper, handles = Grouper(), _Handles()
    count = 0
    try:
        for group in _groups(products):
            rows = _rows_of(group, handles.new(group))
            read = [item for item in grouper.group(RawRow(0, dict(row)) for row in rows) if isinstance(item, RawRow)]
            for number, row in enumerate(rows):
                product = group[number] if number < len(group) else None
                own = back.residual(product, read[number].values) if product is not None else {}
                file.write(row, own, f"product {group[0].id!r}")
                if product is not None:
                    count += 1
                    yield Counts(count, file.rows, back.inexact)
        file.finish()
        yield Counts(count, file.rows, back.inexact)
    finally:
        file.close()


def _groups(products: Iterable[Product]) -> Iterator[list[Product]]:
    with RowSpool() as spool:
        for number, product in enumerate(products):
            key = f"group {product.group_id}" if product.group_id is not None else f"product {number}"
            spool.add(RawRow(number, {"": product.to_dict()}), key)
        for key in spool.all_keys():
            group: list[Product] = []
            for row in spool.rows_of(key):
                held: Any = row.values[""]  # Any: what to_dict made
                group.append(Product.from_dict(held))
                if len(group) == MAX_GROUP:
                    yield group
                    group = []
            if group:
                yield group


class _Handles:
    """Handles as Shopify takes them, none twice."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def new(self, group: Sequence[Product]) -> str:
        """The handle the products came with, else one made of their group or id."""
        first = group[0]
        wanted = first.extra.get("Handle") or first.group_id or first.id
        slug = re.sub(r"[\W_]+", "-", wanted.casefold()).strip("-")[:200]
        handle = slug if slug == wanted or not slug else f"{slug}-{_mark(wanted)}"
        handle = handle or _mark(wanted)
        number = 1
        while handle in self._taken:
            number += 1
            handle = f"{slug or 'product'}-{_mark(wanted)}-{number}"
        self._taken.add(handle)
        return handle


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _rows_of(group: Sequence[Product], handle: str) -> list[dict[str, str]]:
    """One row per product, then one per further picture."""
    options = _options(group)
    shared, own = _pictures(group)
    rows = []
    for number, product in enumerate(group):
        cells = {"Handle": handle, **_variant_cells(product), **_option_cells(product, options, is_lone=len(group) == 1)}
        if number == 0:
            cells.update(_product_cells(product))
        if own[number]:
            cells["Variant Image"] = own[number]
        rows.append(cells)
    for number, link in enumerate(shared):
        if number >= len(rows):
            rows.append({"Handle": handle})
        rows[number].update({"Image Src": link, "Image Position": str(number + 1)})
    return [short_cells((column, formula_safe(text)) for column, text in row.items()) for row in rows]


def _product_cells(product: Product) -> dict[str, str]:
    extra = product.extra
    path = " > ".join(product.category_path)
    is_standard = _CATEGORY_BESIDE in extra
    return {
        "Title": product.title,
        "Body (HTML)": product.description or "",
        "Vendor": product.brand or "",
        "Product Category": path if is_standard else extra.get("Product Category as it is", ""),
        "Type": extra[_CATEGORY_BESIDE] if is_standard else path,
        "Tags": extra.get("Tags", ""),
        "Published": extra.get("Published", "TRUE"),
        "Status": extra.get("Status", "active"),
    }


def _variant_cells(product: Product) -> dict[str, str]:
    is_reduced = product.price is not None and product.sale_price is not None and product.sale_price < product.price
    paid = product.sale_price if is_reduced else product.price
    is_counted = product.stock is not None or product.availability == "out_of_stock"
    return {
        "Variant SKU": product.id,
        "Variant Grams": "".join(product.attributes.get("weight (g)", ())[:1]),
        "Variant Inventory Tracker": "shopify" if is_counted else "",
        "Variant Inventory Qty": str(product.stock or 0) if is_counted else "",
        "Variant Inventory Policy": "continue" if product.availability in ("backorder", "preorder") else "deny",
        "Variant Price": "" if paid is None else f"{paid:f}",
        "Variant Compare At Price": f"{product.price:f}" if is_reduced else "",
        "Variant Barcode": product.gtin or "",
        "Cost per item": "" if product.cost is None else f"{product.cost:f}",
    }


def _options(group: Sequence[Product]) -> list[str]:
    """What the variants differ in: colour, size and material, else attributes, else their ids."""
    if len(group) == 1:
        return [name for name in OPTION_FIELDS if getattr(group[0], name)]
    names = [name for name in OPTION_FIELDS if any(getattr(product, name) for product in group)]
    for name in dict.fromkeys(name for product in group for name in product.attributes):
        values = {product.attributes.get(name, ()) for product in group}
        if len(names) < MAX_OPTIONS and len(values) > 1 and all(len(texts) <= 1 for texts in values) and name != "weight (g)":
            names.append(name)
    if len({tuple(_option(product, name) for name in names) for product in group}) < len(group):
        names = [*names[: MAX_OPTIONS - 1], "SKU"]
    return names


def _option(product: Product, name: str) -> str:
    if name in OPTION_FIELDS:
        return str(getattr(product, name) or "")
    return product.id if name == "SKU" else "".join(product.attributes.get(name, ()))


def _option_cells(product: Product, options: Sequence[str], *, is_lone: bool) -> dict[str, str]:
    if not options:
        return {"Option1 Name": "Title", "Option1 Value": "Default Title"}
    cells: dict[str, str] = {}
    for number, name in enumerate(options, start=1):
        value = _option(product, name)
        cells[f"Option{number} Name"] = name.capitalize() if name in OPTION_FIELDS else name
        cells[f"Option{number} Value"] = value if value or is_lone else "N/A"
    return cells


def _pictures(group: Sequence[Product]) -> tuple[list[str], list[str]]:
    """The pictures of the product, and the one of each variant; empty where it has none of its own."""
    if len({product.image_links for product in group}) == 1:
        return list(group[0].image_links), [""] * len(group)
    common = set(group[0].image_links).intersection(*(product.image_links for product in group))
    own = [product.image_links[0] if product.image_links and product.image_links[0] not in common else "" for product in group]
    rest = (link for product, first in zip(group, own, strict=True) for link in product.image_links if link != first)
    return list(dict.fromkeys(rest)), own

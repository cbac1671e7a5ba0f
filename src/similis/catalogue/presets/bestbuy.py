"""Best Buy's product data: JSON lines or CSV of its products API.

Source: Best Buy Developer documentation, "Products API" (attributes).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from similis.catalogue.cleaning import clean_line, is_missing
from similis.catalogue.columns import normal_name
from similis.catalogue.field_texts import leaf
from similis.catalogue.numbers import BadNumber, parse_price
from similis.catalogue.presets.preset import Preset, Regrouped, Source
from similis.catalogue.rows import RawRow, RawValue
from similis.catalogue.texts import as_one_text
from similis.catalogue.values import json_value

# What is made of several columns, or of the inside of one, stands in columns of its own.
GROUP = "sku and productVariations"
PRICE = "regularPrice, else salePrice"
SALE_PRICE = "salePrice below regularPrice"
CATEGORY = "categoryPath by name"
DESCRIPTION = "longDescription, else shortDescription"
AVAILABILITY = "onlineAvailability, else inStoreAvailability"
ACCESSORIES = "accessories by sku"
DETAILS = "details by name"
_DERIVED = (GROUP, PRICE, SALE_PRICE, CATEGORY, DESCRIPTION, AVAILABILITY, ACCESSORIES, DETAILS)
_INSIDE = re.compile(r"(categorypath|category path|details|product variations|accessories)(?: ([0-9]+))? (name|value|sku)")


def regroup(rows: Source) -> Regrouped:
    """The same rows, with prices, categories, details and variants in the words of products."""
    for row in rows:
        yield _read(row) if isinstance(row, RawRow) else row


def _read(row: RawRow) -> RawRow:
    values = {normal_name(column): value for column, value in row.values.items() if value}
    more: dict[str, RawValue] = {}
    more.update(_prices(_text(values, "regular price"), _text(values, "sale price")))
    if path := _names(values, "category path") or _names(values, "category"):
        more[CATEGORY] = list(path)
    long, short = values.get("long description"), values.get("short description")
    if long or short:
        more[DESCRIPTION] = long or short or ""
    if long and short:
        more["shortDescription beside longDescription"] = short
    online, store = _text(values, "online availability"), _text(values, "in store availability")
    if online or store:
        more[AVAILABILITY] = "true" if "true" in (online.lower(), store.lower()) else online or store
    variations = _skus(values, "product variations")
    if variations:
        more[GROUP] = min([*variations, _text(values, "sku")], key=lambda sku: (len(sku), sku))
    if accessories := _skus(values, "accessories"):
        more[ACCESSORIES] = list(accessories)
    details = _details(values)
    if details:
        more[DETAILS] = dict(details)
    return RawRow(row.line, {**row.values, **more}, row.missing_cells) if more else row


def _text(values: dict[str, RawValue], name: str) -> str:
    text = clean_line(as_one_text(values.get(name, "")))
    return "" if is_missing(text) else text


def _prices(regular: str, sale: str) -> dict[str, RawValue]:
    """A sale price only where it is lower: the API repeats the regular one."""
    if not regular:
        return {PRICE: sale} if sale else {}
    try:
        is_reduced = bool(sale) and parse_price(sale).amount < parse_price(regular).amount
        is_dearer = bool(sale) and parse_price(sale).amount > parse_price(regular).amount
    except BadNumber:
        is_reduced = is_dearer = bool(sale)
    out: dict[str, RawValue] = {PRICE: regular}
    if is_reduced or is_dearer:
        out[SALE_PRICE] = sale
    return out


def _nested(values: dict[str, RawValue], name: str) -> list[Any]:
    value = values.get(name, "")
    nested = json_value(value.strip()) if isinstance(value, str) else value
    return nested if isinstance(nested, list) else [nested] if isinstance(nested, dict) else []


def _inside(values: dict[str, RawValue], name: str, part: str) -> list[str]:
    """What columns such as ``categoryPath.name`` or ``categoryPath.0.name`` hold, in their order."""
    whole = values.get(f"{name} {part}")
    if isinstance(whole, list):
        return [leaf(step) for step in whole]
    if isinstance(whole, str):
        nested = json_value(whole.strip())
        return [leaf(step) for step in nested] if isinstance(nested, list) else re.split(r"\s*[>|;]\s*|\s*,\s*", whole)
    numbered = ((int(found[2]), value) for column, value in values.items() if (found := _INSIDE.fullmatch(column)) and found[2])
    wanted = {f"{name} {number} {part}" for number, _ in numbered}
    return [leaf(values[column]) for column in sorted(wanted & set(values), key=lambda column: int(re.findall(r"[0-9]+", column)[-1]))]


def _names(values: dict[str, RawValue], name: str) -> list[str]:
    steps = [leaf(step) for step in _nested(values, name)] or _inside(values, name, "name")
    if not steps and isinstance(text := values.get(name, ""), str) and text:
        steps = re.split(r"\s*[>|]\s*", text)
    return [step for step in steps if not is_missing(step)]


def _skus(values: dict[str, RawValue], name: str) -> list[str]:
    parts = _nested(values, name)
    skus = [as_one_text(part.get("sku", "")) if isinstance(part, dict) else leaf(part) for part in parts] or _inside(values, name, "sku")
    return [sku for text in skus if not is_missing(sku := clean_line(text))]


def _details(values: dict[str, RawValue]) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    pairs: Iterator[tuple[str, str]]
    if parts := [part for part in _nested(values, "details") if isinstance(part, dict)]:
        pairs = ((leaf(part.get("name", "")), as_one_text(part.get("value", ""))) for part in parts)
    else:
        pairs = zip(_inside(values, "details", "name"), _inside(values, "details", "value"), strict=False)
    for name, value in pairs:
        if clean_line(name) and not is_missing(value):
            out.setdefault(clean_line(name).removesuffix(":"), []).append(value)
    return out


def _fits(names: frozenset[str]) -> bool:
    own = {"regular price", "category path", "category path name", "category path 0 name", "online availability", "product variations"}
    return {"sku", "name"} <= names and (len(names & own) >= 2 or {"type", "upc", "manufacturer", "model", "shipping"} <= names)


BESTBUY = Preset(
    "bestbuy",
    "Best Buy products API, JSON or CSV.",
    fits=_fits,
    fields={
        "id": ("sku",),
        "title": ("name",),
        "description": (normal_name(DESCRIPTION), "description"),
        "brand": ("manufacturer", "brand"),
        "category_path": (normal_name(CATEGORY), "categories"),
        "gtin": ("upc", "gtin"),
        "mpn": ("model number", "model"),
        "price": (normal_name(PRICE), "price"),
        "sale_price": (normal_name(SALE_PRICE),),
        "availability": (normal_name(AVAILABILITY),),
        "image_links": ("image", "large image", "large front image", "images"),
        "link": ("url", "link"),
        "group_id": (normal_name(GROUP), "group id", "item group id", "product family"),
        "attributes": (normal_name(DETAILS),),
        "complements": (normal_name(ACCESSORIES),),
    },
    used=re.compile(
        "regular price|sale price|category path|category|long description|short description|online availability|in store availability|"
        f"product variations|accessories|details|{_INSIDE.pattern}|" + "|".join(re.escape(normal_name(name)) for name in _DERIVED)
    ),
    regroup=regroup,
)

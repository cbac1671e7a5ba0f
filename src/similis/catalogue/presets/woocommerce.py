"""WooCommerce's product CSV: a variable product's row hands its texts to the rows of its variations.

The whole feed is set aside before the first product comes out, so a parent is found wherever in the file it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from similis.catalogue.cleaning import clean_line, is_missing
from similis.catalogue.columns import normal_name
from similis.catalogue.presets.options import OPTION_FIELDS, split_options
from similis.catalogue.presets.preset import Preset, Regrouped, Source
from similis.catalogue.presets.spool import RowSpool
from similis.catalogue.product import Product
from similis.catalogue.rows import Merged, RawRow, RawValue, Reject
from similis.catalogue.texts import as_one_text

# What is made of several columns stands in columns of its own, named after them.
ID = "SKU, else ID"
GROUP = "Parent of the variation"
CATEGORY = "Categories, the deepest"
DESCRIPTION = "Description, else Short description"
AVAILABILITY = "In stock? and Published"
IMAGES = "Images, the parent's too"
COMPLEMENTS = "Cross-sells by id"
BRAND = "Brands or the attribute"
ATTRIBUTES = "Attributes by name"
_OPTION_COLUMNS = {name: f"Attribute named {name}" for name in OPTION_FIELDS}
_DERIVED = (ID, GROUP, CATEGORY, DESCRIPTION, AVAILABILITY, IMAGES, COMPLEMENTS, BRAND, ATTRIBUTES, *_OPTION_COLUMNS.values())

_ESCAPED = ("description", "short description", "purchase note")
_LINE_END = re.compile(r"(\\)?\\n")
_ATTRIBUTE = re.compile(r"attribute ([0-9]+) (name|value s|value|values)")
_OWN = re.compile(
    r"id|type|sku|gtin upc ean or isbn|name|published|is featured|visibility in catalog|date sale price .*|in stock|stock|low stock amount|"
    r"sale price|regular price|parent|grouped products|upsells|cross sells|position|download .*|meta .*|attribute [0-9]+ .*|g?:?similis|"
    r"swatches attributes"
)
"""Columns in which a variation speaks for itself alone; the others it takes over from its parent where they are empty."""


def regroup(rows: Source) -> Regrouped:
    """One row per product that can be bought; a parent whose variations are in the feed comes out merged."""
    with RowSpool() as spool:
        for row in rows:
            if isinstance(row, (Reject, Product)):
                yield row
            else:
                row = _unescaped(row)
                spool.add(row, *_keys(_texts(row)))
        for row in spool:
            yield _settled(row, spool)


def _settled(row: RawRow, spool: RowSpool) -> RawRow | Merged:
    texts = _texts(row)
    if _is_parent(texts) and any(spool.has(f"under {name}") for name in _references(texts)):
        return Merged(row.line, None, "parent")
    parent = spool.first(f"parent {texts['parent']}") if _is_variation(texts) and "parent" in texts else None
    return _product(row, texts, parent)


def _unescaped(row: RawRow) -> RawRow:
    """WooCommerce puts an apostrophe before texts a spreadsheet would compute, and writes ends of lines as ``\\n``; both go."""
    values: dict[str, RawValue] = {}
    for column, value in row.values.items():
        if isinstance(value, str):
            if value[:1] == "'" and value[1:2] in tuple("=+-@\t\r"):
                value = value[1:]
            if "\\n" in value and normal_name(column) in _ESCAPED:
                value = _LINE_END.sub(lambda found: found[0][1:] if found[1] else "\n", value)
        values[column] = value
    return RawRow(row.line, values, row.missing_cells)


def _texts(row: RawRow) -> dict[str, str]:
    """The row's values by the normal names of their columns; empty ones are left out."""
    out: dict[str, str] = {}
    for column, value in row.values.items():
        if value and not is_missing(text := as_one_text(value).strip()):
            out.setdefault(normal_name(column), text)
    return out


def _keys(texts: dict[str, str]) -> list[str]:
    if _is_parent(texts):
        return [f"parent {name}" for name in _references(texts)]
    return [f"under {texts['parent']}"] if _is_variation(texts) and "parent" in texts else []


def _references(texts: dict[str, str]) -> list[str]:
    """The names by which other rows mean this one."""
    return [*([clean_line(texts["sku"])] if "sku" in texts else []), *([f"id:{texts['id']}"] if "id" in texts else [])]


def _is_parent(texts: dict[str, str]) -> bool:
    return any(kind.strip().startswith("variable") for kind in texts.get("type", "").lower().split(","))


def _is_variation(texts: dict[str, str]) -> bool:
    return any("variation" in kind for kind in texts.get("type", "").lower().split(","))


def _id_of(texts: dict[str, str]) -> str:
    return texts.get("sku") or texts.get("id", "")


def _product(row: RawRow, texts: dict[str, str], parent: RawRow | None) -> RawRow:
    above = _texts(parent) if parent is not None else {}
    values = dict(row.values)
    if parent is not None:
        for column, value in parent.values.items():
            if value and not values.get(column) and _OWN.fullmatch(normal_name(column)) is None:
                values[column] = value
    merged = {**{name: text for name, text in above.items() if _OWN.fullmatch(name) is None}, **texts}
    values[ID] = _id_of(texts)
    if _is_variation(texts) and "parent" in texts:
        values[GROUP] = _id_of(above) or texts["parent"].removeprefix("id:")
    values.update(_words(texts, above, merged))
    values.update(_availability(row, texts, above))
    return RawRow(row.line, values, row.missing_cells)


def _words(texts: dict[str, str], above: dict[str, str], merged: dict[str, str]) -> dict[str, RawValue]:
    out: dict[str, RawValue] = {}
    if "name" not in texts and "name" in above:
        out["Name"] = above["name"]
    paths = [[_plain(step) for step in path.split(">")] for path in _cut(merged.get("categories", ""))]
    if paths:
        deepest = paths[max(range(len(paths)), key=lambda number: len(paths[number]))]
        out[CATEGORY] = list(deepest)
        if any(path != deepest[: len(path)] for path in paths):
            out["Categories, all"] = merged["categories"]
    long, short = texts.get("description") or above.get("description"), merged.get("short description")
    if long or short:
        out[DESCRIPTION] = long or short or ""
    if long and short:
        out["Short description beside Description"] = short
    images = list(
        dict.fromkeys(link for owner in (texts, above) for link in re.split(r"\s*,\s*(?=\S)|\s+", owner.get("images", "")) if link)
    )
    if images:
        out[IMAGES] = list(images)
    if cross := _cut(texts.get("cross sells") or above.get("cross sells", "")):
        out[COMPLEMENTS] = [_plain(name).removeprefix("id:") for name in cross]
    attributes = _attributes(above)
    attributes.update(_attributes(texts))
    brand = merged.get("brands") or merged.get("brand")
    named = next((name for name in attributes if normal_name(name) in ("brand", "品牌")), None)
    if not brand and named is not None and len(attributes[named]) == 1:
        brand = attributes.pop(named)[0]
    if brand:
        out[BRAND] = brand
    out.update(split_options(attributes.items(), _OPTION_COLUMNS, ATTRIBUTES))
    return out


def _attributes(texts: dict[str, str]) -> dict[str, list[str]]:
    """Attribute name to values; numbers of columns say nothing, a parent's may differ from its variation's."""
    parts: dict[str, dict[str, str]] = {}
    for name, text in texts.items():
        if found := _ATTRIBUTE.fullmatch(name):
            parts.setdefault(found[1], {})["name" if found[2] == "name" else "value"] = text
    out: dict[str, list[str]] = {}
    for part in parts.values():
        values = [_plain(value) for value in _cut(part.get("value", ""))]
        if "name" in part and values:
            out.setdefault(part["name"], []).extend(values)
    return out


def _availability(row: RawRow, texts: dict[str, str], above: dict[str, str]) -> dict[str, RawValue]:
    """What is not published cannot be bought; a stock kept by the parent is the variation's too."""
    out: dict[str, RawValue] = {}
    stock = next((column for column in row.values if normal_name(column) == "stock"), None)
    if stock is not None and texts.get("stock") == "parent":
        out[stock] = above.get("stock", "")
    published = [owner.get("published", "1") for owner in (texts, above)]
    if any(word in ("0", "-1") for word in published):
        out[AVAILABILITY] = "out_of_stock"
    elif texts.get("in stock"):
        out[AVAILABILITY] = texts["in stock"]
    shown = next((column for column in row.values if normal_name(column) == "published"), None)
    if shown is not None and texts.get("published") == "1":
        out[shown] = ""
    return out


def _cut(text: str) -> Iterable[str]:
    """A list's parts; a comma after a backslash belongs to its part."""
    return [part for piece in re.split(r"(?<!\\),", text) if (part := piece.strip())]


def _plain(text: str) -> str:
    return text.replace("\\,", ",").strip()


def _fits(names: frozenset[str]) -> bool:
    has_price = "regular price" in names
    own = {
        "is featured",
        "visibility in catalog",
        "in stock",
        "tax status",
        "cross sells",
        "grouped products",
        "parent",
        "attribute 1 name",
    }
    return {"type", "sku", "name"} <= names and has_price and len(names & own) >= 1


WOOCOMMERCE = Preset(
    "woocommerce",
    "WooCommerce product CSV: variations take over what their parent says.",
    fits=_fits,
    fields={
        "id": (normal_name(ID),),
        "title": ("name",),
        "description": (normal_name(DESCRIPTION),),
        "brand": (normal_name(BRAND),),
        "category_path": (normal_name(CATEGORY),),
        "gtin": ("gtin upc ean or isbn", "gtin", "ean", "meta global unique id"),
        "price": ("regular price",),
        "sale_price": ("sale price",),
        "availability": (normal_name(AVAILABILITY),),
        "stock": ("stock",),
        "image_links": (normal_name(IMAGES),),
        "link": ("permalink", "external url"),
        "group_id": (normal_name(GROUP),),
        "color": (normal_name(_OPTION_COLUMNS["color"]),),
        "size": (normal_name(_OPTION_COLUMNS["size"]),),
        "material": (normal_name(_OPTION_COLUMNS["material"]),),
        "attributes": (normal_name(ATTRIBUTES),),
        "complements": (normal_name(COMPLEMENTS),),
    },
    attributes={
        f"{name} {unit}": f"{name} ({unit})"
        for name in ("weight", "length", "width", "height")
        for unit in ("kg", "g", "lbs", "oz", "cm", "m", "mm", "in", "yd")
    },
    used=re.compile(
        "sku|parent|categories|description|short description|images|cross sells|brands?|in stock|"
        r"attribute [0-9]+ (?:name|value s|values?|visible|global|default)|" + "|".join(re.escape(normal_name(name)) for name in _DERIVED)
    ),
    regroup=regroup,
)

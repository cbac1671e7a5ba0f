"""Google's Merchant product data, as tab-separated text or XML.

Source: Google Merchant Center Help, "Product data specification".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from similis.catalogue.cleaning import clean_line, is_missing
from similis.catalogue.columns import normal_name
from similis.catalogue.field_texts import leaf
from similis.catalogue.presets.preset import Preset, Regrouped, Source, plain_name
from similis.catalogue.rows import RawRow, RawValue
from similis.catalogue.texts import as_one_text

# What is made of several columns stands in columns of its own, named after them.
IMAGES = "image_link and additional_image_link"
CATEGORY = "product_type, else google_product_category"
DETAILS = "product_detail by name"

_ATTRIBUTE_NAMES = (
    "pattern|size_system|size_type|multipack|is_bundle|unit_pricing_measure|unit_pricing_base_measure|energy_efficiency_class|"
    "min_energy_efficiency_class|max_energy_efficiency_class|certification|product_highlight|product_weight|product_length|product_width|"
    "product_height|is_adult|adult|title_en|sub_brand"
)
ATTRIBUTES: tuple[str, ...] = tuple(_ATTRIBUTE_NAMES.split("|"))
"""Attributes of the specification that describe the product and are no field of ``Product``."""

_EXTRA_NAMES = (
    "availability_date|expiration_date|sale_price_effective_date|google_product_category|identifier_exists|mobile_link|canonical_link|"
    "lifestyle_image_link|video_link|virtual_model_link|shipping|shipping_label|shipping_weight|shipping_length|shipping_width|"
    "shipping_height|tax|tax_category|custom_label_0|custom_label_1|custom_label_2|custom_label_3|custom_label_4|promotion_id|ads_redirect|"
    "ads_grouping|ads_labels|excluded_destination|included_destination|installment|subscription_cost|loyalty_points|loyalty_program|"
    "min_handling_time|max_handling_time|ships_from_country|transit_time_label|pause|external_seller_id|auto_pricing_min_price|"
    "structured_title|structured_description|store_code|return_policy_label"
)
EXTRA: tuple[str, ...] = tuple(_EXTRA_NAMES.split("|"))
"""Attributes of the specification that say something of the offer, kept as ``extra``."""

_TELLING_NAMES = (
    "image link|additional image link|google product category|item group id|identifier exists|product detail|product highlight|"
    "availability date|sale price effective date|cost of goods sold|custom label 0|unit pricing measure|shipping weight"
)
_TELLING = frozenset(_TELLING_NAMES.split("|"))


def regroup(rows: Source) -> Regrouped:
    """The same rows: all pictures in one column, the shop's own category before Google's, details by their names."""
    roles: dict[str, str] = {}
    for row in rows:
        yield _read(row, roles) if isinstance(row, RawRow) else row


def _read(row: RawRow, roles: dict[str, str]) -> RawRow:
    values = row.values
    images: list[RawValue] = []
    details: list[tuple[str, str, str]] = []
    own: list[str] = []
    googles: tuple[str, list[str]] = ("", [])
    for column, value in values.items():
        role = roles.get(column)
        if role is None:
            role = roles[column] = plain_name(column)
        if not value:
            continue
        if role == "image link":
            images.insert(0, value)
        elif role == "additional image link":
            images.append(value)
        elif role == "product detail":
            details += _details(value)
        elif role == "product type":
            own += _texts(value)
        elif role == "google product category":
            googles = (column, _texts(value))
    more: dict[str, RawValue] = {}
    if images:
        more[IMAGES] = [link for value in images for link in _links(value)]
    if details:
        more[DETAILS] = _by_name(details)
    more.update(_category(own, *googles))
    return RawRow(row.line, {**values, **more}, row.missing_cells) if more else row


def _texts(value: RawValue) -> list[str]:
    parts = value if isinstance(value, list) else [value]
    return [text for part in parts if not is_missing(text := clean_line(leaf(part)))]


def _links(value: RawValue) -> Iterator[str]:
    if isinstance(value, list):
        yield from map(leaf, value)
    else:
        yield from re.split(r"[|\s]+|,(?=\s*(?:https?:)?//)", as_one_text(value))


def _category(own: list[str], column: str, googles: list[str]) -> dict[str, RawValue]:
    """The shop's own path, the deepest of several; Google's, unless it is a bare number, where the shop names none."""
    if own:
        chosen: dict[str, RawValue] = {CATEGORY: max(own, key=lambda path: path.count(">"))}
        return {**chosen, "product_type, all": list(own)} if len(own) > 1 else chosen
    return {CATEGORY: googles[0], column: ""} if len(googles) == 1 and not googles[0].isdecimal() else {}


def _by_name(details: Iterable[tuple[str, str, str]]) -> dict[str, RawValue]:
    """Details by their names; a name that has come in another section already carries its own section."""
    out: dict[str, list[str]] = {}
    section_of: dict[str, str] = {}
    for section, name, value in details:
        if section_of.setdefault(name, section) != section:
            name = f"{section}: {name}" if section else name
        out.setdefault(name, []).append(value)
    return dict(out)


def _details(value: Any) -> Iterator[tuple[str, str, str]]:
    """Section, name and value of ``section:name:value`` texts, or of XML's nested elements."""
    for part in value if isinstance(value, list) else [value]:
        if isinstance(part, dict):
            named = {normal_name(str(name)).removeprefix("attribute "): clean_line(leaf(inner)) for name, inner in part.items()}
            found = [(named.get("section name", ""), named.get("name", ""), named.get("value", ""))]
        else:
            found = list(_split_details(as_one_text(part)))
        yield from ((section, name, text) for section, name, text in found if name and text)


def _split_details(text: str) -> Iterator[tuple[str, str, str]]:
    """Details one after another, between commas; a comma inside a value, a ``\\`` before a mark and a missing section are understood."""
    pieces: list[list[str]] = []
    for chunk in _split_at(text, ","):
        parts = _split_at(chunk, ":")
        if len(parts) < 2 and pieces:
            pieces[-1][-1] += f",{chunk}"
        else:
            pieces.append(parts)
    for parts in pieces:
        section, name, rest = ("", parts[0], parts[1:]) if len(parts) == 2 else (parts[0], parts[1] if len(parts) > 1 else "", parts[2:])
        yield _unescaped(section), _unescaped(name), _unescaped(":".join(rest))


def _split_at(text: str, mark: str) -> list[str]:
    parts = [""]
    for piece in re.findall(rf"\\.|{mark}|[^\\{mark}]+|\\", text, re.DOTALL):
        if piece == mark:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _unescaped(text: str) -> str:
    return re.sub(r"\\([,:\\])", r"\1", text).strip()


def joined_details(details: Iterable[tuple[str, str]]) -> str:
    """Names and values as ``section:name:value`` texts, the sections empty."""
    return ",".join(f":{_escaped(name)}:{_escaped(value)}" for name, value in details)


def _escaped(text: str) -> str:
    return re.sub(r"([,:\\])", r"\\\1", text)


def _fits(names: frozenset[str]) -> bool:
    return {"id", "title"} <= names and len(names & _TELLING) >= 2


GOOGLE = Preset(
    "google",
    "Google Merchant product data, tab-separated or XML.",
    fits=_fits,
    fields={
        "category_path": (normal_name(CATEGORY),),
        "image_links": (normal_name(IMAGES),),
        "attributes": (normal_name(DETAILS),),
        "group_id": ("item group id",),
        "cost": ("cost of goods sold",),
    },
    attributes={normal_name(name): name for name in ATTRIBUTES},
    used=re.compile(
        "product type|product detail|image link|additional image link|"
        + "|".join(map(re.escape, map(normal_name, (IMAGES, CATEGORY, DETAILS))))
    ),
    regroup=regroup,
)

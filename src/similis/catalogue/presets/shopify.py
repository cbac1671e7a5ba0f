"""Shopify's product CSV: the rows of one handle are one product with its variants, and some rows only carry one more picture.

The whole feed is set aside before the first product comes out, so rows of a handle are found together in whatever order the file has been
sorted.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from similis.catalogue.cleaning import clean_line, is_missing
from similis.catalogue.columns import normal_name
from similis.catalogue.numbers import BadNumber, parse_count, parse_price
from similis.catalogue.presets.options import OPTION_FIELDS, split_options
from similis.catalogue.presets.preset import Preset, Regrouped, Source
from similis.catalogue.presets.spool import RowSpool
from similis.catalogue.product import Product
from similis.catalogue.rows import Merged, RawRow, RawValue, Reject
from similis.catalogue.texts import as_one_text
from similis.catalogue.values import parse_boolean

MAX_GROUP_ROWS = 10_000
"""Rows of one handle that are looked at together; Shopify itself allows 2,048 variants and 250 pictures."""

MAX_ID = 256

# What is made of several columns stands in columns of its own, named after them.
ID = "Variant SKU, else Handle and options"
GROUP = "Handle of several variants"
SALE_PRICE = "Variant Price below Compare At Price"
CATEGORY = "Product Category, else Type or Google's"
AVAILABILITY = "Status, Published and inventory"
IMAGES = "Variant Image and Image Src"
OPTIONS = "Option1 to Option3"
OPTION_COLUMNS = {name: f"Option named {name}" for name in OPTION_FIELDS}

_ROLES = {
    "handle": "handle|url handle",
    "title": "title",
    "category": "product category|standardized product type|standard product type",
    "type": "type|custom product type",
    "google": "google shopping google product category",
    "published": "published|published on online store",
    "status": "status",
    "sku": "variant sku|sku",
    "barcode": "variant barcode|barcode",
    "price": "variant price|price",
    "compare": "variant compare at price|compare at price",
    "qty": "variant inventory qty|inventory quantity",
    "policy": "variant inventory policy|continue selling when out of stock",
    "tracker": "variant inventory tracker|inventory tracker",
    "grams": "variant grams|weight value grams",
    "image": "image src|product image url",
    "position": "image position",
    "alt": "image alt text",
    "variant_image": "variant image|variant image url",
    **{f"option{n}_{what}": f"option{n} {what}" for n in (1, 2, 3) for what in ("name", "value")},
}
_ROLE_OF = {name: role for role, names in _ROLES.items() for name in names.split("|")}
_OF_VARIANT = re.compile(
    r"variant .*|option[0-9].*|sku|barcode|price|compare at price|cost per item|unit price.*|charge tax|tax code|inventory .*|"
    r"continue selling .*|weight .*|requires shipping|fulfillment service|image .*|product image url|included .*|price .*|"
    r"compare at price .*|.*variant metafields.*|google shopping (?:manufacturer part number )?mpn|g?:?similis"
)
"""Columns that say something of one row alone; all others belong to the product and stand in its first row only."""

_VARIANT_ROLES = ("option1_value", "option2_value", "option3_value", "sku", "price", "barcode", "qty", "grams", "variant_image")


@dataclass(slots=True)
class _Columns:
    """Which column plays which role; learnt as columns come."""

    names: dict[str, str | None] = field(default_factory=dict)

    def role(self, column: str) -> str | None:
        if column not in self.names:
            self.names[column] = _ROLE_OF.get(normal_name(column))
        return self.names[column]

    def texts(self, row: RawRow) -> dict[str, str]:
        """The row's values by role, cleaned; roles it does not fill are left out."""
        out: dict[str, str] = {}
        for column, value in row.values.items():
            if value and (role := self.role(column)) is not None:
                text = clean_line(as_one_text(value))
                if text and not is_missing(text):
                    out.setdefault(role, text)
        return out


class Grouper:
    """Turns the rows of one handle into one row per variant. It remembers the ids it has given, so each group is asked for once."""

    def __init__(self) -> None:
        self._columns = _Columns()
        self._of_variant: dict[str, bool] = {}
        self._given: set[str] = set()

    def handle_of(self, row: RawRow) -> str:
        """What the row is grouped by; empty when it has no handle."""
        return self._columns.texts(row).get("handle", "")

    def group(self, rows: Iterable[RawRow]) -> Iterator[RawRow | Merged | Reject]:
        """One row per variant, a merged row for every other; rows above the limit are rejected."""
        held: list[tuple[RawRow, dict[str, str]]] = []
        for row in rows:
            if len(held) >= MAX_GROUP_ROWS:
                message = f"more than {MAX_GROUP_ROWS:,} rows have this handle; give each product a handle of its own"
                yield Reject(row.line, None, self._column("handle", row), "group_too_large", message)
            else:
                held.append((row, self._columns.texts(row)))
        main = next((number for number, (_, texts) in enumerate(held) if "title" in texts), 0)
        variants = [number for number, (_, texts) in enumerate(held) if number == main or any(role in texts for role in _VARIANT_ROLES)]
        shared = self._shared(held, main)
        taken: set[str] = set()
        first_id: str | None = None
        wanted = set(variants)
        for number, (row, texts) in enumerate(held):
            if number in wanted:
                product_id = self._id(row, texts, taken)
                first_id = first_id or product_id
                yield self._variant(row, texts, shared, product_id, len(variants) > 1)
        for number, (row, texts) in enumerate(held):
            if number not in wanted:
                yield Merged(row.line, first_id, "image_row" if "image" in texts else "continued_row")

    def _column(self, role: str, row: RawRow) -> str | None:
        return next((column for column in row.values if self._columns.role(column) == role), None)

    def _shared(self, held: list[tuple[RawRow, dict[str, str]]], main: int) -> _Shared:
        """What the rows of a group have in common: the product's own columns, its pictures, the names of its options."""
        pictures = [
            (int(position) if (position := texts.get("position", "")).isdecimal() and len(position) < 9 else 10**9, texts["image"])
            for _, texts in held
            if "image" in texts
        ]
        pictures.sort(key=lambda picture: picture[0])
        row, texts = held[main]
        own = {column: value for column, value in row.values.items() if value and not self._is_of_variant(column)}
        alts = list(dict.fromkeys(texts["alt"] for _, texts in held if "alt" in texts))
        names = {n: texts[f"option{n}_name"] for n in (1, 2, 3) if f"option{n}_name" in texts}
        return _Shared(own, list(dict.fromkeys(link for _, link in pictures)), alts, names)

    def _is_of_variant(self, column: str) -> bool:
        known = self._of_variant.get(column)
        if known is None:
            known = self._of_variant[column] = _OF_VARIANT.fullmatch(normal_name(column)) is not None
        return known

    def _id(self, row: RawRow, texts: dict[str, str], taken: set[str]) -> str:
        sku = texts.get("sku", "")
        if sku[:1] == "'":  # as spreadsheets are kept from computing it
            sku = sku[1:]
        if sku and sku not in self._given:
            self._given.add(sku)
            return sku
        values = [texts[f"option{n}_value"] for n in (1, 2, 3) if f"option{n}_value" in texts]
        plain = "/".join([texts.get("handle", ""), *(value for value in values if value != "Default Title")])
        unique, number = plain, 1
        while unique in taken or unique in self._given:
            number += 1
            unique = f"{plain}#{number}"
        taken.add(unique)
        if len(unique) > MAX_ID:
            unique = f"{unique[:200]}~{hashlib.sha256(unique.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
        return unique

    def _variant(self, row: RawRow, texts: dict[str, str], shared: _Shared, product_id: str, has_siblings: bool) -> RawRow:
        values = dict(row.values)
        for column, value in shared.own.items():
            if not values.get(column):
                values[column] = value
        merged = {**self._columns.texts(RawRow(row.line, values)), **texts}
        values[ID] = product_id
        if has_siblings:
            values[GROUP] = merged.get("handle", "")
        if texts.get("sku") and texts["sku"].removeprefix("'") != product_id:
            values["Variant SKU that is not unique"] = texts["sku"]
        images = list(dict.fromkeys([*([texts["variant_image"]] if "variant_image" in texts else []), *shared.images]))
        if images:
            values[IMAGES] = list(images)
        if shared.alts and (alt := self._column("alt", row)):
            values[alt] = list(shared.alts)
        options = [
            (merged.get(f"option{n}_name") or shared.option_names.get(n, f"Option{n}"), [texts[f"option{n}_value"]])
            for n in (1, 2, 3)
            if texts.get(f"option{n}_value", "Default Title") != "Default Title"
        ]
        values.update(split_options(options, OPTION_COLUMNS, OPTIONS))
        if texts.get("grams", "1").strip("0.") == "" and (grams := self._column("grams", row)):
            values[grams] = ""  # no weight was given
        self._settle_category(row, values, merged)
        self._settle_price(row, values, texts)
        self._settle_stock(row, values, merged)
        return RawRow(row.line, values, row.missing_cells)

    def _settle_category(self, row: RawRow, values: dict[str, RawValue], texts: dict[str, str]) -> None:
        path = texts.get("category", "")
        has_path = bool(path) and path.casefold() != "uncategorized" and not path.isdecimal()
        google = texts.get("google", "")
        if chosen := path if has_path else texts.get("type") or ("" if google.isdecimal() else google):
            values[CATEGORY] = chosen
        if has_path and "type" in texts:
            values["Type beside Product Category"] = texts["type"]
        elif path and not has_path:
            values["Product Category as it is"] = path

    def _settle_price(self, row: RawRow, values: dict[str, RawValue], texts: dict[str, str]) -> None:
        """A reduced price: the crossed-out amount is the price, what is paid the sale price."""
        column = self._column("price", row)
        compare = texts.get("compare")
        if compare is None:
            return
        try:
            is_reduced = column is not None and parse_price(compare).amount > parse_price(texts.get("price", "")).amount
        except BadNumber:
            is_reduced = False
        if is_reduced and column is not None:
            values[SALE_PRICE] = texts["price"]
            values[column] = compare
        elif compare not in ("0", "0.00", texts.get("price")):
            values["Variant Compare At Price that is no higher price"] = compare

    def _settle_stock(self, row: RawRow, values: dict[str, RawValue], texts: dict[str, str]) -> None:
        status = texts.get("status", "active").casefold()
        is_hidden = status in ("draft", "archived", "unlisted") or parse_boolean(texts.get("published", "true")) is False
        for role, is_usual in (("status", status == "active"), ("published", parse_boolean(texts.get("published", "true")) is True)):
            if is_usual and (column := self._column(role, row)):
                values[column] = ""
        quantity = self._column("qty", row)
        is_tracked = "tracker" in texts or self._column("tracker", row) is None
        sold_out = False
        if quantity is not None and not is_tracked:
            values[quantity] = ""
        elif "qty" in texts:
            try:
                sold_out = parse_count(texts["qty"]) == 0
            except BadNumber:
                sold_out = False
        if is_hidden:
            values[AVAILABILITY] = "out_of_stock"
        elif sold_out:
            policy = texts.get("policy", "deny").casefold()
            values[AVAILABILITY] = "backorder" if policy == "continue" or parse_boolean(policy) else "out_of_stock"


@dataclass(frozen=True, slots=True)
class _Shared:
    own: dict[str, RawValue]
    images: list[str]
    alts: list[str]
    option_names: dict[int, str]


def regroup(rows: Source) -> Regrouped:
    """One row per variant, wherever in the feed the rows of its handle stand."""
    grouper = Grouper()
    with RowSpool() as spool:
        for row in rows:
            if isinstance(row, (Reject, Product)):
                yield row
            else:
                handle = grouper.handle_of(row)
                spool.add(row, f"handle {handle}" if handle else f"line {row.line}")
        for key in spool.all_keys():
            yield from grouper.group(spool.rows_of(key))


def _fits(names: frozenset[str]) -> bool:
    has_handle = "handle" in names or {"url handle", "title"} <= names
    return has_handle and bool(names & {"variant sku", "variant price", "variant inventory qty", "option1 value", "option1 name"})


_USED = "|".join(
    re.escape(normal_name(name)) for name in (ID, GROUP, SALE_PRICE, CATEGORY, AVAILABILITY, IMAGES, OPTIONS, *OPTION_COLUMNS.values())
)
_READ = (
    "sku|compare|category|type|image|position|variant_image|policy|tracker|"
    "option1_name|option2_name|option3_name|option1_value|option2_value|option3_value"
)

SHOPIFY = Preset(
    "shopify",
    "Shopify product CSV: one row per variant or picture, grouped by Handle.",
    fits=_fits,
    fields={
        "id": (normal_name(ID),),
        "group_id": (normal_name(GROUP),),
        "description": ("body html", "description", "body"),
        "brand": ("vendor",),
        "category_path": (normal_name(CATEGORY),),
        "gtin": ("variant barcode", "barcode"),
        "mpn": ("google shopping mpn", "google shopping manufacturer part number mpn"),
        "price": ("variant price", "price"),
        "sale_price": (normal_name(SALE_PRICE),),
        "availability": (normal_name(AVAILABILITY),),
        "stock": ("variant inventory qty", "inventory quantity"),
        "condition": ("google shopping condition",),
        "gender": ("google shopping gender",),
        "age_group": ("google shopping age group",),
        "image_links": (normal_name(IMAGES),),
        "link": ("link", "url", "online store url"),
        "cost": ("cost per item",),
        "color": (normal_name(OPTION_COLUMNS["color"]),),
        "size": (normal_name(OPTION_COLUMNS["size"]),),
        "material": (normal_name(OPTION_COLUMNS["material"]),),
        "attributes": (normal_name(OPTIONS),),
    },
    attributes={"variant grams": "weight (g)", "weight value grams": "weight (g)"},
    used=re.compile(
        f"{_USED}|option[0-9] linked to|" + "|".join("|".join(map(re.escape, _ROLES[role].split("|"))) for role in _READ.split("|"))
    ),
    regroup=regroup,
)

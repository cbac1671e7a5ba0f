"""Google's Merchant product data: tab-separated text, and RSS 2.0."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any, TypeAlias
from xml.sax.saxutils import escape

from similis.catalogue.columns import OWN_COLUMN
from similis.catalogue.presets import google
from similis.catalogue.presets.google import GOOGLE
from similis.catalogue.presets.preset import one_row
from similis.catalogue.product import Product
from similis.catalogue.rows import RawRow, RawValue
from similis.catalogue.writing.delimited import DelimitedFile, short_cells
from similis.catalogue.writing.report import Counts
from similis.catalogue.writing.residual import ReadingBack, json_text

Words: TypeAlias = dict[str, str | list[str]]

_SAME_TEXT = "id|title|description|link|availability|brand|gtin|mpn|condition|color|size|material|gender|age_group"
_SAME = tuple(_SAME_TEXT.split("|"))
_TABLE_MORE_TEXT = (
    "pattern|size_system|size_type|multipack|is_bundle|unit_pricing_measure|unit_pricing_base_measure|energy_efficiency_class|"
    "product_highlight|product_weight|google_product_category|identifier_exists|availability_date|sale_price_effective_date|mobile_link|"
    "shipping|shipping_weight|custom_label_0|custom_label_1|custom_label_2|custom_label_3|custom_label_4"
)
_TABLE_MORE = tuple(_TABLE_MORE_TEXT.split("|"))
_MADE = (
    "image_link",
    "additional_image_link",
    "price",
    "sale_price",
    "cost_of_goods_sold",
    "product_type",
    "item_group_id",
    "product_detail",
)
COLUMNS = (*_SAME, *_MADE, *_TABLE_MORE)
_ALL = (*_SAME, *_MADE, *google.ATTRIBUTES, *google.EXTRA)
_DERIVED = (google.IMAGES, google.CATEGORY, google.DETAILS)
_TELLING = ("image_link", "item_group_id")
"""Elements the first item has, even when they are empty, so that the file is known for what it is."""

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def words_of(product: Product, known: Iterable[str]) -> tuple[Words, dict[str, tuple[str, ...]]]:
    """A product in Google's words, and the attributes Google has no word for."""
    words: Words = {}
    for name in _SAME:
        if (value := getattr(product, name)) is not None:
            words[name] = str(value)
    if product.image_links:
        words["image_link"] = product.image_links[0]
        words["additional_image_link"] = list(product.image_links[1:])
    for name, amount in (("price", product.price), ("sale_price", product.sale_price), ("cost_of_goods_sold", product.cost)):
        if amount is not None:
            words[name] = f"{amount:f} {product.currency or ''}".strip()
    if product.category_path:
        words["product_type"] = " > ".join(product.category_path)
    if product.group_id is not None:
        words["item_group_id"] = product.group_id
    places = set(known)
    details: dict[str, tuple[str, ...]] = {}
    for name, values in product.attributes.items():
        if name in google.ATTRIBUTES and name in places:
            words[name] = list(values)
        else:
            details[name] = values
    for name, text in product.extra.items():
        if name in google.EXTRA and name in places:
            words[name] = text
    return words, details


def write_google(stream: IO[bytes], products: Iterable[Product]) -> Iterator[Counts]:
    """Write products as Google's tab-separated text; yields the counts after each of them, and at the end."""
    back = ReadingBack((*COLUMNS, *_DERIVED), GOOGLE, paths_as_text=True)
    file = DelimitedFile(stream, COLUMNS, "\t")
    count = 0
    try:
        for count, product in enumerate(products, start=1):
            words, details = words_of(product, COLUMNS)
            cells = {name: value if isinstance(value, str) else ",".join(value) for name, value in words.items()}
            cells["product_detail"] = google.joined_details((name, value) for name, values in details.items() for value in values)
            cells = short_cells(cells.items())
            file.write(cells, back.residual(product, _regrouped(cells)), f"product {product.id!r}")
            yield Counts(count, file.rows, back.inexact)
        file.finish()
        yield Counts(count, file.rows, back.inexact)
    finally:
        file.close()


def write_google_xml(stream: IO[bytes], products: Iterable[Product]) -> Iterator[Counts]:
    """Write products as RSS 2.0 with Google's elements; yields the counts after each of them, and at the end."""
    back = ReadingBack((*_ALL, *_DERIVED), GOOGLE, paths_as_text=True)
    stream.write(
        b'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">\n<channel>\n'
        b"<title>Products</title>\n<link/>\n<description/>\n"
    )
    count = 0
    for count, product in enumerate(products, start=1):
        words, details = words_of(product, _ALL)
        values: dict[str, RawValue] = {name: _allowed(value) for name, value in words.items() if value}
        if details:
            values["product_detail"] = [
                {"attribute_name": _allowed_text(name), "attribute_value": _allowed_text(value)}
                for name, texts in details.items()
                for value in texts
            ]
        own = back.residual(product, _regrouped(values))
        if own:
            values[OWN_COLUMN] = _allowed_text(json_text(own), escaped=True)
        if count == 1:
            values = {**dict.fromkeys(_TELLING, ""), **values}
        lines = [line for name, value in values.items() for line in _elements(name, value)]
        stream.write(("<item>\n" + "\n".join(lines) + "\n</item>\n").encode("utf-8"))
        yield Counts(count, count, back.inexact)
    stream.write(b"</channel>\n</rss>\n")
    yield Counts(count, count, back.inexact)


def _regrouped(values: Mapping[str, RawValue]) -> dict[str, RawValue]:
    return one_row(google.regroup, RawRow(0, dict(values))).values


def _allowed(value: str | list[str]) -> RawValue:
    if isinstance(value, str):
        return _allowed_text(value)
    return [_allowed_text(text) for text in value] if len(value) != 1 else _allowed_text(value[0])


def _allowed_text(text: str, *, escaped: bool = False) -> str:
    """The text without the characters XML forbids; in JSON they are escaped, elsewhere the column ``similis`` has them."""
    return _NO_XML.sub((lambda found: _json_escape(found[0])) if escaped else "\ufffd", text).strip()


def _json_escape(character: str) -> str:
    return f"\\u{ord(character):04x}"


def _elements(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for part in value:
            yield from _elements(name, part)
    elif isinstance(value, dict):
        yield f"<g:{name}>{''.join(f'<g:{inner}>{escape(text)}</g:{inner}>' for inner, text in value.items())}</g:{name}>"
    else:
        yield f"<g:{name}>{escape(value)}</g:{name}>"

"""What the words of another format cannot say about a product, told by reading them back: the column ``similis``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from similis.catalogue.columns import OWN_COLUMN
from similis.catalogue.conversion import Converter
from similis.catalogue.mapping import guess_mapping
from similis.catalogue.presets import Preset
from similis.catalogue.product import FIELDS, Product
from similis.catalogue.rows import RawRow, RawValue
from similis.catalogue.values import split_category


def own_fields(product: Product) -> dict[str, Any]:
    """The product as ``to_dict``, its amounts without exponents, which a price is not read from."""
    out = product.to_dict()
    for name in ("price", "sale_price", "cost"):
        amount = getattr(product, name)
        if isinstance(amount, Decimal):
            out[name] = f"{amount:f}"
    return out


def json_text(value: object) -> str:
    """Compact JSON, as one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def is_plain_path(path: tuple[str, ...]) -> bool:
    """Whether ``A > B`` reads back as the path, however the feed's other rows use the slash."""
    text = " > ".join(path)
    return split_category(text) == path == split_category(text, slash_separates=False)


class ReadingBack:
    """Reads rows as the reader of their format will, and tells what is missing.

    Args:
        columns: The format's columns, those included that its preset makes.
        preset: The format's preset.
        paths_as_text: Whether the format writes category paths as text, of which the slash is read as other rows of the feed suggest.
    """

    def __init__(self, columns: Iterable[str], preset: Preset | None = None, *, paths_as_text: bool = False) -> None:
        self._converter = Converter(guess_mapping([*columns, OWN_COLUMN], preset=preset))
        self._paths_as_text = paths_as_text
        self.inexact = 0

    def residual(self, product: Product, values: Mapping[str, RawValue]) -> dict[str, Any]:
        """The fields to put beside a row's ``values`` so that it reads back as the product; empty when it does already."""
        wanted = own_fields(product)
        found = self._read(values)
        difference = _difference(wanted, found)
        if self._paths_as_text and product.category_path and not is_plain_path(product.category_path):
            difference["category_path"] = wanted["category_path"]
        if not difference:
            return difference
        if self._read({**values, OWN_COLUMN: json_text(difference)}) == wanted:
            return difference
        everything = {name: wanted.get(name) for name in FIELDS}
        if self._read({**values, OWN_COLUMN: json_text(everything)}) != wanted:
            self.inexact += 1
        return everything

    def _read(self, values: Mapping[str, RawValue]) -> dict[str, Any] | None:
        outcome = self._converter.convert(RawRow(0, dict(values)))
        return own_fields(outcome[0]) if isinstance(outcome, tuple) else None


def _difference(wanted: dict[str, Any], found: dict[str, Any] | None) -> dict[str, Any]:
    if found is None:
        return {name: wanted.get(name) for name in FIELDS}
    return {name: wanted.get(name) for name in FIELDS if wanted.get(name) != found.get(name)}

"""Our own words as CSV: one column per field of ``Product``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Any

from similis.catalogue.product import FIELDS, Product
from similis.catalogue.writing.delimited import DelimitedFile, short_cells
from similis.catalogue.writing.report import Counts
from similis.catalogue.writing.residual import ReadingBack, is_plain_path, json_text, own_fields
from similis.catalogue.writing.spreadsheets import formula_safe


def write_csv(stream: IO[bytes], products: Iterable[Product]) -> Iterator[Counts]:
    """Write products as CSV; yields the counts after each of them, and at the end."""
    back = ReadingBack(FIELDS)
    file = DelimitedFile(stream, FIELDS, ",")
    count = 0
    try:
        for count, product in enumerate(products, start=1):
            cells = short_cells((name, formula_safe(_cell(product, name, value))) for name, value in own_fields(product).items())
            file.write(cells, back.residual(product, cells), f"product {product.id!r}")
            yield Counts(count, file.rows, back.inexact)
        file.finish()
        yield Counts(count, file.rows, back.inexact)
    finally:
        file.close()


def _cell(product: Product, name: str, value: Any) -> str:
    if name == "category_path" and is_plain_path(product.category_path):
        return " > ".join(product.category_path)
    if name == "image_links" and len(value) == 1 and value[0][:1] != "[":
        return str(value[0])
    if name == "attributes":
        value = {key: values[0] if len(values) == 1 else values for key, values in value.items()}
    if isinstance(value, str):
        return value
    return repr(value) if isinstance(value, float) else str(value) if isinstance(value, int) else json_text(value)

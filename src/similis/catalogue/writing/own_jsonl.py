"""Our own words as JSON lines: ``Product.to_dict``, one object a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO

from similis.catalogue.columns import OWN_COLUMN
from similis.catalogue.product import FIELDS, Product
from similis.catalogue.texts import as_values
from similis.catalogue.writing.report import Counts
from similis.catalogue.writing.residual import ReadingBack, json_text, own_fields
from similis.errors import SimilisError

MAX_RECORD = 15_000_000


def write_jsonl(stream: IO[bytes], products: Iterable[Product]) -> Iterator[Counts]:
    """Write products as JSON lines; yields the counts after each of them.

    Raises:
        SimilisError: a product is longer than a reader takes.
    """
    back = ReadingBack(FIELDS)
    for count, product in enumerate(products, start=1):
        record = own_fields(product)
        if own := back.residual(product, as_values(record)):
            record[OWN_COLUMN] = own
        line = json_text(record)
        if len(line) > MAX_RECORD:
            raise SimilisError(f"product {product.id!r} has {len(line):,} characters, a record takes {MAX_RECORD:,}; shorten its texts")
        stream.write(line.encode("utf-8", "replace") + b"\n")
        yield Counts(count, count, back.inexact)

"""Reading the public data sets: tables and JSON lines in, rows or products out, one clear error for whatever is missing."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TextIO, cast

from similis.catalogue import Product, Reject, read_products
from similis.errors import SimilisError

Row = dict[str, Any]  # Any: as the data set writes it


class DataError(SimilisError, ValueError):
    """A data set that is missing or is not what this code was written for."""


def open_text(path: Path) -> TextIO:
    """A text file, plain or gzip.

    Raises:
        DataError: the file is missing.
    """
    if not path.is_file():
        raise DataError(f"{path} is missing; give the folder of the data sets with --data or SIMILIS_DATA")
    if path.suffix == ".gz":
        return cast(TextIO, gzip.open(path, "rt", encoding="utf-8", newline=""))
    return path.open(encoding="utf-8", newline="")


def read_table(path: Path, columns: Iterable[str], *, delimiter: str = ",", quoted: bool = True) -> list[dict[str, str]]:
    """A delimited file's rows.

    Args:
        path: The file, plain or gzip.
        columns: Those that must be there.
        delimiter: What stands between the cells.
        quoted: Whether ``"`` encloses cells; false takes it for a character like any other.
    Raises:
        DataError: the file is missing, a column is, or a row has too few or too many cells.
    """
    with open_text(path) as file:
        reader = csv.DictReader(file, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE)
        try:
            rows = list(reader)
        except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
            raise DataError(f"{path} cannot be read: {error}; fetch the data set again") from error
        missing = set(columns) - set(reader.fieldnames or ())
    if missing:
        raise DataError(f"{path} has no column {', '.join(sorted(missing))}; see SOURCE.md beside it")
    if any(None in row or None in row.values() for row in rows):
        raise DataError(f"{path} has a row with too few or too many cells; fetch the data set again")
    return rows


def read_json_lines(path: Path, limit: int | None = None) -> list[Row]:
    """A file of one JSON object a line, at most ``limit`` of them.

    Raises:
        DataError: the file is missing, or a line is no object.
    """
    rows: list[Row] = []
    with open_text(path) as file:
        try:
            for line in file:
                if limit is not None and len(rows) == limit:
                    break
                rows.append(json.loads(line))
        except (OSError, EOFError, ValueError) as error:
            raise DataError(f"{path} cannot be read after line {len(rows)}: {error}; fetch the data set again") from error
    if not all(isinstance(row, dict) for row in rows):
        raise DataError(f"{path} holds lines that are no objects; see SOURCE.md beside it")
    return rows


def products_of(rows: Iterable[Mapping[str, object]]) -> tuple[Product, ...]:
    """Products as a shop would read them (cleaned, typed, language told), one for each row, in order. Keys are fields of ``Product``.

    Raises:
        DataError: a row is no product.
    """
    listed = [{name: value for name, value in row.items() if value not in (None, "", (), [])} for row in rows]
    names = dict.fromkeys(name for row in listed for name in row)
    products = []
    for outcome in read_products(listed, mapping={name: name for name in names}):
        if not isinstance(outcome, Product):
            why = outcome.message if isinstance(outcome, Reject) else "it belongs to another row"
            raise DataError(f"row {outcome.line} is no product: {why}")
        products.append(outcome)
    return tuple(products)


def price_of(text: str) -> float | None:
    """A price as these tables write it (``399``, ``$1,024.50``); None for an empty cell, for 0, which stands for unknown, and for words."""
    try:
        return float(text.replace("$", "").replace(",", "").strip()) or None
    except ValueError:
        return None

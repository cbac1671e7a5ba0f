"""Whatever a table or JSON holds, as text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from similis.catalogue.rows import RawValue

_DEPTH = 8


def as_values(row: Mapping[Any, Any]) -> dict[str, RawValue]:
    """A record with all its names and values as text."""
    return {name if isinstance(name, str) else str(name): value if isinstance(value, str) else as_raw(value) for name, value in row.items()}


def as_raw(value: object, depth: int = _DEPTH) -> RawValue:
    """Any value as text, or as lists and objects of text; None, NaN and NaT are the empty text.

    Whole floats lose their ``.0``, since a column of whole numbers with a gap in it becomes floats in most tools; text is never touched.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**400 else ""
    if isinstance(value, float):
        return float_text(value)
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() and abs(value.adjusted()) < 400 else ""
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    if depth > 0:
        return _nested(value, depth)
    return str(value)


def float_text(value: float) -> str:
    """A float's shortest text; empty for NaN, and ``inf`` stays to be refused."""
    if value != value:
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def json_number(text: str) -> str:
    """A number as JSON wrote it, without a trailing ``.0``."""
    return text[:-2] if text.endswith(".0") else text


def _nested(value: object, depth: int) -> RawValue:
    if isinstance(value, Mapping):
        return {str(name): as_raw(inner, depth - 1) for name, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [as_raw(inner, depth - 1) for inner in (sorted(value, key=str) if isinstance(value, (set, frozenset)) else value)]
    if hasattr(value, "tolist"):  # numpy arrays and scalars
        plain = value.tolist()
        return as_raw(plain, depth - 1) if plain is not value else str(value)
    if isinstance(value, date):  # datetimes, pandas' Timestamp and NaT too
        text = value.isoformat()
        return "" if text == "NaT" else text
    text = str(value)
    return "" if text in ("<NA>", "NaT", "nan") else text


def as_one_text(value: RawValue) -> str:
    """A value as one text; lists of several values and objects as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        return value[0]
    return json.dumps(value, ensure_ascii=False)

"""Other spellings of one quantity: 500ml and 0.5L, 12×500ml and 一箱12瓶."""

from __future__ import annotations

import re

_UNITS = {"ml": ("L", 0.001), "l": ("ml", 1000.0), "g": ("kg", 0.001), "kg": ("g", 1000.0), "cm": ("mm", 10.0)}
_QUANTITY = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)(\s?)(ml|kg|g|l|cm)(?![A-Za-z])", re.IGNORECASE)
_MANY = re.compile(r"(\d+)\s?([×x*])\s?(\d[\d.]*\s?(?:ml|g|l))", re.IGNORECASE)


def respelled(text: str) -> str:
    """``text`` with its quantities in the neighbouring unit, and a pack named the other way round."""
    return _MANY.sub(lambda m: f"{m[3]}*{m[1]}", _QUANTITY.sub(_other_unit, text))


def _other_unit(match: re.Match[str]) -> str:
    unit, factor = _UNITS[match[3].lower()]
    number = float(match[1]) * factor
    if not 0.1 <= number <= 20_000:
        return match[0]
    return f"{number:g}{match[2]}{unit}"

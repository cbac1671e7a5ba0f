"""One way of writing: every quantity of a text in one unit of its kind, so that equal quantities are equal letters."""

from __future__ import annotations

import re

from similis.catalogue.quantities.finding import find, normal
from similis.catalogue.quantities.quantity import Quantity
from similis.catalogue.quantities.sizes import ONE_SIZE
from similis.catalogue.quantities.units import IN_UNIT, PACK, SIZE, WRITTEN

_SPACES = re.compile(r" {2,}")
_TIMES = re.compile(r"\s*[x×*✕]\s*", re.IGNORECASE)
_NUMERAL = re.compile(r"^[\d.,零〇一二两兩三四五六七八九十百千双雙半]+[\s\-]?")
_LETTERS = {-4.0: "3xs", -3.0: "xxs", -2.0: "xs", -1.0: "size s", 0.0: "size m", 1.0: "size l", 2.0: "xl", ONE_SIZE: "one size"}
_TIMES_OF = (("year", 31_556_952.0), ("month", 2_629_746.0), ("week", 604_800.0), ("day", 86_400.0), ("hour", 3_600.0), ("min", 60.0))
_IMPERIAL = {
    "length": re.compile(r"(?P<inch>in|\"|''|′′|″|”|“|寸|吋|f(?:oo|ee)?t|'|′|’|尺|呎)|(?P<yd>y(?:ar)?d)", re.IGNORECASE),
    "volume": re.compile(
        r"(?P<cuft>cu|立方)|(?P<floz>oz|ounce|盎司)|(?P<pint>pint|品脱)|(?P<quart>q|夸脱)|(?P<gal>gal|加仑|加侖)", re.IGNORECASE
    ),
    "mass": re.compile(r"(?P<oz>oz|ounce|盎司)|(?P<lb>lb|pound|磅)", re.IGNORECASE),
}
"""Spellings that stay in their own system: a 15.6 inch screen is known by that number, not by its millimetres."""
_SIZES = {
    "length": {"inch": 25.4, "yd": 914.4},
    "volume": {"cuft": 28316.8, "floz": 29.5735, "pint": 473.176, "quart": 946.353, "gal": 3785.41},
    "mass": {"oz": 28.3495, "lb": 453.592},
}


def canonical(text: str) -> str:
    """The text in NFKC with its quantities written one way, set off by spaces; a text without quantities stays as it is.

    >>> canonical("百岁山矿泉水0.57升×12瓶"), canonical("Cola 6 x 33cl"), canonical("13.3寸 8G内存 1TB硬盘")
    ('百岁山矿泉水 570ml 12pcs', 'Cola 6pcs 330ml', '13.3inch 8gb 内存 1tb 硬盘')
    """
    return rewritten(text, find(text))


def rewritten(text: str, quantities: tuple[Quantity, ...]) -> str:
    """``canonical`` where the quantities of the text have been found before."""
    if not quantities:
        return text
    text = normal(text)
    parts, at, before = [], 0, ""
    for quantity in quantities:
        between = text[at : quantity.start]
        if _TIMES.fullmatch(between) and PACK in (before, quantity.kind):
            between = " "
        parts += [between, " ", written(quantity), " "]
        at, before = quantity.end, quantity.kind
    return _SPACES.sub(" ", "".join([*parts, text[at:]])).strip()


def written(quantity: Quantity) -> str:
    """How a quantity is written."""
    kind, value, found = quantity.kind, quantity.value, quantity.text
    if kind in _NAMED:
        return _NAMED[kind](value)
    if kind in _IMPERIAL and (unit := _IMPERIAL[kind].search(found)):
        name, size = next((name, size) for name, size in _SIZES[kind].items() if unit[name])
        return f"{_plain(value / size)}{name}"
    if kind not in WRITTEN:
        return f"{_plain(value)}{_NUMERAL.sub('', found)}"
    name = next((name for name, least in WRITTEN[kind] if value >= least), WRITTEN[kind][-1][0])
    return f"{_plain(value / IN_UNIT.get(name, dict(WRITTEN[kind])[name]))}{name}"


def _time(value: float) -> str:
    unit, size = next(((unit, size) for unit, size in _TIMES_OF if value >= size and _is_round(value / size)), ("sec", 1.0))
    return f"{_plain(value / size)}{unit}"


_NAMED = {
    PACK: lambda value: f"{_plain(value)}pcs",
    SIZE: lambda value: f"size {_plain(value)}",
    "size letter": lambda value: _LETTERS.get(value) or f"{value - 1:.0f}xl",
    "size us": lambda value: f"us size {_plain(value)}",
    "size uk": lambda value: f"uk size {_plain(value)}",
    "size bra": lambda value: f"{int(value)}{chr(64 + round(value % 1 * 10))}",
    "size body": lambda value: f"{value // 1000:.0f}/{value % 1000:.0f}a",
    "size jeans": lambda value: f"w{value // 1000:.0f} l{value % 1000:.0f}",
    "battery": lambda value: "aa" if value == 5 else "aaa",
    "spf": lambda value: f"spf{_plain(value)}",
    "time": _time,
}


def _is_round(value: float) -> bool:
    return abs(value - round(value, 1)) < 1e-6


def _plain(value: float) -> str:
    """Two digits after the point, four below one; no exponent."""
    return f"{round(value, 4 if value < 1 else 2):.4f}".rstrip("0").rstrip(".")

"""Numbers with a unit of measure: ``330ml``, ``0.33升``, ``15.6"``, ``两斤``, ``2万毫安``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from similis.catalogue.quantities.ambiguous import as_meant, loose_letter
from similis.catalogue.quantities.numerals import arabic_value, han_value
from similis.catalogue.quantities.quantity import Quantity
from similis.catalogue.quantities.spellings import measure_pattern, unit_of
from similis.catalogue.quantities.units import Unit

_FIRST_OF_TWO = re.compile(r"(?<![A-Za-z0-9.,])(\d+(?:\.\d+)?)\s?([/~\-–+至到])\s?$")
"""18-55mm, 30/50ml, 6/128GB: the unit of the second number is the first one's too."""
_SLASHED = re.compile(r"(\d+)/(\d+)")
_TENTHS = re.compile(r"米([1-9])(?![\d.米mMcC厘xX×*])")
_HALVES = frozenset(("mass", "volume", "time", "length"))
_IN_CHARACTERS = frozenset(("mass", "volume", "time", "storage", "charge"))
"""Kinds in which 一 and 半 before the unit are amounts; elsewhere they are half of another word."""
_NEVER_IN_CHARACTERS = frozenset(("percent", "colours", "pixels"))
_DOUBLED = frozenset(("layers", "persons", "cores", "speeds"))


def measures(text: str) -> Iterator[Quantity]:
    """Every measure in a text (Unicode NFKC), from left to right."""
    for found in measure_pattern().finditer(text):
        if found["han"] is not None:
            yield from _in_characters(found)
        elif found["loose"] is not None:
            if value := arabic_value(found["number"]):
                yield from loose_letter(found["loose"], value * (10_000 if found["wan"] else 1), *found.span(), text)
        else:
            yield from _in_digits(found, unit_of(found), text)


def _in_digits(found: re.Match[str], unit: Unit, text: str) -> Iterator[Quantity]:
    start, end, number = found.start(), found.end(), found["number"]
    both = _SLASHED.fullmatch(number)
    if both and (unit.kind == "storage" or arabic_value(number) is None):  # 6/64GB, 30/50ml
        start, number = start + len(both[1]) + 1, both[2]
    value = arabic_value(number)
    if value is None:
        return
    if unit.kind == "storage" and value % 1024 == 0:
        value *= 1000 / 1024
    if unit.kind == "length" and (tenths := _TENTHS.match(text, end - 1)):  # 2米2
        value, end = value + int(tenths[1]) / 10, tenths.end()
    meant = as_meant(unit, value * unit.factor * (10_000 if found["wan"] else 1), found.group(), text)
    if meant is None:
        return
    before = _FIRST_OF_TWO.search(text, max(0, start - 8), start)
    if before and (first := arabic_value(before[1])):
        yield Quantity(meant[0], first * unit.factor, before.start(), before.end(1))
    yield Quantity(*meant, start, end)


def _in_characters(found: re.Match[str]) -> Iterator[Quantity]:
    unit, numeral, end = unit_of(found), found["han"], found.end()
    if numeral in ("双", "雙"):
        value = 2.0 if unit.kind in _DOUBLED else None
    else:
        value = han_value(numeral)
    is_another_word = (numeral in ("一", "半") and unit.kind not in _IN_CHARACTERS) or set(numeral) <= set("百千")
    if value is None or is_another_word or unit.kind in _NEVER_IN_CHARACTERS:
        return
    if unit.kind in _HALVES and found.string[end : end + 1] == "半":  # 两斤半
        value, end = value + 0.5, end + 1
    yield Quantity(unit.kind, value * unit.factor * (10_000 if found["hanwan"] else 1), found.start(), end)

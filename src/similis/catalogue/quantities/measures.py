"""Numbers with a unit of measure: ``330ml``, ``0.33升``, ``15.6"``, ``两斤``, ``2万毫安``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from similis.catalogue.quantities.ambiguous import as_meant, loose_letter
from similis.catalogue.quantities.numerals import arabic_value, han_value
from similis.catalogue.quantities.quantity import Quantity
from similis.catalogue.quantities.spellings import measure_pattern, unit_of
from similis.catalogue.quantities.units import Unit

_ONE_BEFORE = re.compile(r"(?<![A-Za-z0-9.,*×])(\d{1,6}(?:\.\d{1,3})?)\s?([/~\-–+至到])\s?$")
"""18-55mm, 30/50/100ml, 6/128GB: the unit of the last number is that of those before it too."""
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
        elif _is_in_code(found):
            continue
        elif found["loose"] is not None:
            if value := arabic_value(found["number"]):
                value *= 10_000 if found["wan"] else 1
                for one in loose_letter(found["loose"], value, *found.span(), text):
                    yield from _with_those_before(one, one.value / value, text)
        else:
            yield from _in_digits(found, unit_of(found), text)


def _is_in_code(found: re.Match[str]) -> bool:
    """F-200W-1ADF, HL-2170W, 05M: the number and its letter belong to the name of a model or a shade."""
    (start, end), text, number = found.span(), found.string, found["number"]
    if number[0] == "0" and number.isdigit() and len(number) > 1:
        return True
    if text[start - 1 : start] != "-" or not text[start - 2 : start - 1].isalpha() or not text[start - 2].isascii():
        return False
    return (text[end : end + 1] == "-" and text[end + 1 : end + 2].isalnum()) or (number.isdigit() and len(number) > 3 and end == start + 5)


def _with_those_before(last: Quantity, factor: float, text: str) -> Iterator[Quantity]:
    """A quantity after the numbers before it that share its unit."""
    before, at, sign = list[Quantity](), last.start, ""
    unit = text[last.start : last.end].lstrip("0123456789.,/ ")
    while found := _ONE_BEFORE.search(text, max(0, at - 12), at):
        value = arabic_value(found[1])
        if not value or (before and found[2] != sign) or (last.kind == "length" and found[1] == "1" and found[2] == "/"):  # 1/2.5" sensor
            break
        before.append(Quantity(last.kind, value * factor, found.start(), found.end(1), text=found[1] + unit))
        at, sign = found.start(), found[2]
    is_code = bool(before) and text[at - 1 : at] == "-" and text[max(0, at - 2) : at - 1].isalpha()  # DCP-7030/7045W
    if not is_code:
        yield from reversed(before)
        yield last


def _in_digits(found: re.Match[str], unit: Unit, text: str) -> Iterator[Quantity]:
    start, end, number = found.start(), found.end(), found["number"]
    both = _SLASHED.fullmatch(number)
    if both and (unit.kind == "storage" or arabic_value(number) is None or text[start - 1 : start] == "/"):  # 6/64GB, 30/50ml, 1/2/3ml
        start, number = start + len(both[1]) + 1, both[2]
    value = arabic_value(number)
    if not value:
        return
    if unit.kind == "storage" and value % 1024 == 0:
        value *= 1000 / 1024
    if unit.kind == "length" and (tenths := _TENTHS.match(text, end - 1)):  # 2米2
        value, end = value + int(tenths[1]) / 10, tenths.end()
    meant = as_meant(unit, value * unit.factor * (10_000 if found["wan"] else 1), found.group(), text)
    if meant is not None:
        yield from _with_those_before(Quantity(*meant, start, end), meant[1] / value, text)


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

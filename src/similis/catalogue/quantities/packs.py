"""How many pieces: ``pack of 24``, ``24-pack``, ``一箱12瓶``, ``三件套``, ``6×``, dozens and pairs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from similis.catalogue.quantities.context import PROMOTION_BEFORE
from similis.catalogue.quantities.numerals import HAN, WORDS, han_value
from similis.catalogue.quantities.quantity import Quantity
from similis.catalogue.quantities.spellings import AFTER_UNIT
from similis.catalogue.quantities.spellings import START as _START
from similis.catalogue.quantities.units import HAN_CONTAINERS, HAN_COUNTERS, HAN_PAIRS, LATIN_COUNTERS, PACK

MAX_PIECES = 100_000
_WORD = "|".join(sorted(map(re.escape, WORDS), key=len, reverse=True))
_BIG = r"\d{1,3}(?:,\d{3})+|\d{1,6}"
_N = rf"(?:{_BIG})(?![\d.])"
_H = rf"(?:{HAN}|双|雙|(?:{_START}|{AFTER_UNIT}){_N})"
_TAIL = r"(?:[\s\-]*(?:value\s)?(?:sets?|packs?|pk|box|boxes|case|carton|bundle|kit)\b(?!\s+of\b))?"
_HOLDERS = "packs?|pks?|sets?|box(?:es)?|cases?|cartons?|bundles?|lots?|bags?|trays?|bottles?|tins?|jars?"
_PATTERNS = tuple(
    (needs, re.compile(pattern, re.IGNORECASE))
    for needs, pattern in (
        ((" of ",), rf"(?:(?P<outer>{_START}{_N})[\s\-])?(?:{_HOLDERS}) of (?P<n>{_N}|(?:{_WORD})\b){_TAIL}"),
        (("dozen",), rf"(?:\ba )?{_START}(?:(?P<times>{_N})[\s\-]?)?(?P<half>half[\s\-]?(?:a[\s\-])?)?(?P<dozen>dozen)\b{_TAIL}"),
        (
            (
                "pair",
                "pr",
            ),
            rf"(?P<pairs>(?:{_N}|\b(?:{_WORD}|a)\b))[\s\-]*(?:pairs?|prs?)\b(?:[\s\-]*(?:packs?|set)\b)?",
        ),
        (("pair of",), r"\bpair of\b(?P<onepair>)"),
        (
            (
                "/",
                "per ",
            ),
            rf"(?P<each>{_START}{_N})\s?(?:/|per\s)\s?(?:box|pack|pk|case|carton|ctn|cs|bag|set)\b",
        ),
        (
            (*"整每一1箱",),
            rf"(?:(?:整|每|一|(?<!\d)1)(?:{HAN_CONTAINERS})|箱)(?:装|裝)?\s?(?:共|内含|内)?(?P<inside>{HAN}|{_N})\s?(?:{HAN_COUNTERS})",
        ),
        ((*"/每一",), rf"(?P<per>{_H})\s?(?:{HAN_COUNTERS})\s?(?:装|裝)?\s?(?:[/每]|一)\s?(?:{HAN_CONTAINERS})"),
        ((*"双雙对對",), rf"(?P<hanpairs>{HAN}|{_START}{_N})\s?(?:{HAN_PAIRS})"),
        (("打",), rf"(?P<dozens>{HAN}|{_START}{_N})\s?打(?!印|蛋|磨|底|气|火|包|孔)"),
        ((), rf"(?P<counted>{_H})\s?(?:{HAN_COUNTERS})(?:装|裝)?"),
        ((), rf"(?P<latin>{_START}(?<!in[ \-]){_N}|\b(?:{_WORD}))[\s\-]*(?:{LATIN_COUNTERS})\b{_TAIL}"),
    )
)
"""Each after what a text in small letters must hold, one of it, to be worth searching."""
_HINT = re.compile(r"\d|[一二两兩三四五六七八九十双雙半]|\b(?:pair|dozen|" + _WORD + r")\b", re.IGNORECASE)


def packs(text: str) -> Iterator[Quantity]:
    """Every count of pieces in a text (Unicode NFKC); overlapping ones too, in order of preference."""
    if not _HINT.search(text):
        return
    lower = text.lower()
    for needs, pattern in _PATTERNS:
        if needs and not any(need in lower for need in needs):
            continue
        for found in pattern.finditer(text):
            if PROMOTION_BEFORE.search(text[max(0, found.start() - 3) : found.start()]):
                continue
            quantity = _quantity(found)
            if quantity is not None and 0 < quantity.value <= MAX_PIECES:
                yield quantity


def _quantity(found: re.Match[str]) -> Quantity | None:
    groups = found.groupdict()
    start, end = found.span()
    if "dozen" in groups:
        times = _number(groups["times"]) or 1.0
        return Quantity(PACK, 12 * times * (0.5 if groups["half"] else 1), start, end)
    if "onepair" in groups:
        return Quantity(PACK, 2, start, end, is_pair=True)
    outer = _number(groups.pop("outer", None)) or 1.0
    name, text = next((name, value) for name, value in groups.items() if value is not None)
    number = 1.0 if text.lower() == "a" else _number(text)
    if number is None or (name == "counted" and set(text) <= set("一半百千")):
        return None
    if name in ("pairs", "hanpairs"):
        return Quantity(PACK, 2 * number, start, end, is_pair=number == 1)
    return Quantity(PACK, number * outer * (12 if name == "dozens" else 1), start, end)


def _number(text: str | None) -> float | None:
    if not text:
        return None
    if text[0].isdigit():
        return float(text.replace(",", ""))
    if text in ("双", "雙"):
        return 2.0
    word = text.lower()
    return float(WORDS[word]) if word in WORDS else han_value(text)


_TIMES_BEFORE = re.compile(r"(?<![\d.A-Za-z])(\d{1,4})\s*[x×*✕]\s*$", re.IGNORECASE)
_TIMES_AFTER = re.compile(
    r"\s*[x×*✕]\s*(\d{1,4})(?![\d.]|\s*(?:x|×|\*)\s*\d|\s?(?:mm|cm|m|ml|l|g|kg|gb|tb|inch|寸|厘米|米)\b)", re.IGNORECASE
)
_MULTIPLIED = frozenset(("volume", "mass", "storage", "charge", "power", PACK, "battery"))


def multipliers(text: str, quantity: Quantity) -> Iterator[Quantity]:
    """``6×`` before and ``×6`` after a quantity: how often it comes. Not for lengths: those are the sides of something."""
    if quantity.kind not in _MULTIPLIED:
        return
    if before := _TIMES_BEFORE.search(text, max(0, quantity.start - 12), quantity.start):
        yield Quantity(PACK, float(before[1]), before.start(), before.end())
    if after := _TIMES_AFTER.match(text, quantity.end):
        yield Quantity(PACK, float(after[1]), quantity.end, after.end())

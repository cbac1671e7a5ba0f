"""All quantities of a text: packs, sizes and measures, none counted twice."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from similis.catalogue.quantities.context import NAMES
from similis.catalogue.quantities.measures import measures
from similis.catalogue.quantities.numerals import arabic_value
from similis.catalogue.quantities.packs import multipliers, packs
from similis.catalogue.quantities.quantity import Quantity
from similis.catalogue.quantities.sizes import sizes

_VULGAR = re.compile(r"(?<=\d)(?=[½⅓⅔¼¾⅛⅜⅝⅞])")
_OTHER_DIGITS = re.compile(r"[^\D0-9]")
MAX_LOOKED_AT = 1_000
"""Characters of a text that are searched; a title is shorter, and what a description says further down is seldom the product's own."""
_SIDE = r"\d+[ \-]\d{1,2}/\d{1,2}|\d{1,2}/\d{1,2}|\d+(?:\.\d+)?"
_SIDES = re.compile(
    rf"(?<![A-Za-z0-9])(?<!\d[.,/\-])({_SIDE})((?:\s{{0,2}}[x×*✕]\s{{0,2}}(?:{_SIDE})){{1,2}})([\s\-]?(?:mm|cm|m|厘米|公分|毫米|米|inch(?:es)?|in|英寸|寸|ft|\"|''|″))(?![A-Za-z2])",
    re.IGNORECASE,
)
_CANDIDATE = re.compile(
    r"\d|[一二两兩三四五六七八九十半双雙]|pack|pair|dozen|size|large|small|medium|x[ls]|aa|piece|[均通大中小smlSML][码碼号號]|[SML]\s?\)?\s*$|"
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty)\b",
    re.IGNORECASE,
)
"""What a text must have to be worth searching."""


def find(text: str) -> tuple[Quantity, ...]:
    """The quantities of a text, from left to right, without overlaps. Places count in ``normal(text)``.

    >>> [(q.kind, round(q.value, 1)) for q in find("可乐 6×1.5L")]
    [('pack', 6.0), ('volume', 1500.0)]
    >>> [(q.kind, q.value) for q in find("三只松鼠 坚果2斤 一箱12袋")]
    [('mass', 1000.0), ('pack', 12.0)]
    """
    return _find(normal(text)[:MAX_LOOKED_AT])


def normal(text: str) -> str:
    """The text in NFKC, all digits Arabic; ``1½`` stays one and a half, where NFKC alone would make eleven halves of it."""
    if text.isascii():
        return text
    return _OTHER_DIGITS.sub(lambda found: str(unicodedata.digit(found[0])), unicodedata.normalize("NFKC", _VULGAR.sub(" ", text)))


@lru_cache(maxsize=4_096)
def _find(text: str) -> tuple[Quantity, ...]:
    if not _CANDIDATE.search(text):
        return ()
    taken = [found.span() for found in NAMES.finditer(text)]
    kept: list[Quantity] = []
    _keep(text, _sides(text), kept, taken)
    _keep(text, sizes(text), kept, taken)
    _keep(text, measures(text), kept, taken)
    _keep(text, packs(text), kept, taken)
    for quantity in list(kept):
        _keep(text, multipliers(text, quantity), kept, taken)
    return tuple(sorted(kept, key=lambda quantity: quantity.start))


def _keep(text: str, found: Iterable[Quantity], kept: list[Quantity], taken: list[tuple[int, int]]) -> None:
    for quantity in found:
        if all(quantity.end <= start or end <= quantity.start for start, end in taken):
            kept.append(quantity if quantity.text else replace(quantity, text=text[quantity.start : quantity.end]))
            taken.append((quantity.start, quantity.end))


def _sides(text: str) -> Iterable[Quantity]:
    """``30x40cm``: every number is a length in the last one's unit."""
    for found in _SIDES.finditer(text):
        tenth = next(measures(f"10{found[3]}"), None)
        for number in re.finditer(_SIDE, text[found.start() : found.start(3)]):
            start, end = found.start() + number.start(), found.start() + number.end()
            if tenth is not None and (value := arabic_value(number[0])):
                end = found.end() if end == found.start(3) else end
                yield Quantity(tenth.kind, value * tenth.value / 10, start, end, text=f"{number[0]}{found[3]}")

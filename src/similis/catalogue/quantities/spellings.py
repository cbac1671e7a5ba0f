"""One pattern for a number and its unit, made of the table of units."""

from __future__ import annotations

import re
from functools import cache

from similis.catalogue.quantities.numerals import ARABIC, HAN, HAN_DIGITS
from similis.catalogue.quantities.units import UNITS, Unit

_NO_CODE = r"(?<![A-Za-z]\d[xX])(?<![A-Za-z]\d\d[xX])(?<![A-Za-z]\d\d\d[xX])"
_NO_NAME = r"(?:(?<![A-Za-z][xX])|(?<=\d[lmgLMG][xX])|(?<=\d[mckMCK][lmgLMG][xX])|(?<=\d[iIfFgGtT][nNtTbB][xX]))"
START = rf"(?<![A-WYZa-wyz0-9_])(?<!\d[.,]){_NO_CODE}{_NO_NAME}"
"""What may not stand before a number: a letter or digit, unless it is the times sign of 24x330ml or 50cmx70cm.

The X of KD55X8500G and of PS-LX350H is none.
"""
AFTER_UNIT = r"(?:(?<=\dg)|(?<=[\dm]l)|(?<=[km]g)|(?<=[cm]m))"
"""Where a number may begin at once after a unit: 1000g36个月, 4g64g."""
_BEGINS = f"0-9.{HAN_DIGITS}双雙"
_END = r"(?:(?![A-Za-z0-9])|(?=spf|[xX]\d|[×\s]\s?\d|\d+[\u4e00-\u9fff]))"
"""What must follow a unit in letters: no letter or digit, unless a times sign or a count begins there."""


def _alternatives(pattern: str) -> list[str]:
    """The alternatives of a pattern, those inside brackets kept together."""
    out, depth, start = [], 0, 0
    for at, sign in enumerate(pattern):
        depth += (sign in "([") - (sign in ")]")
        if sign == "|" and depth == 0:
            out.append(pattern[start:at])
            start = at + 1
    return [*out, pattern[start:]] if pattern else []


@cache
def measure_pattern() -> re.Pattern[str]:
    """Groups: ``number`` and ``wan`` (ten thousand), or ``han`` and ``hanwan``; then ``loose`` for a lone letter, or the unit."""
    letters = "|".join(f"(?P<u{place}>{unit.latin})" for place, unit in enumerate(UNITS) if unit.latin)
    signs = [(sign, place) for place, unit in enumerate(UNITS) for sign in _alternatives(unit.signs)]
    signs.sort(key=lambda pair: -len(re.sub(r"\(\?[!=].*", "", pair[0])))  # 千瓦时 before 千瓦 before 瓦
    by_digits, by_han = (
        "|".join(f"(?P<{mark}{place}_{number}>{sign})" for number, (sign, place) in enumerate(signs)) for mark in ("s", "k")
    )
    return re.compile(
        rf"(?=[{_BEGINS}])(?<!第)(?:(?=[0-9.])(?:{START}|{AFTER_UNIT})(?P<number>{ARABIC})(?![0-9]|[.,/][0-9])(?P<wan>万|萬)?[\s\-]?(?:(?P<loose>[gtm])(?:{_END}|(?<=g)(?=\d+gb?(?![A-Za-z0-9])))|(?:{letters}){_END}|{by_digits})"
        rf"|(?<![0-9])(?P<han>{HAN}|双|雙)(?P<hanwan>万|萬)?(?:{by_han}))",
        re.IGNORECASE,
    )


def unit_of(found: re.Match[str]) -> Unit:
    """The unit a match names: the group that closed last."""
    return UNITS[int((found.lastgroup or "")[1:].partition("_")[0])]

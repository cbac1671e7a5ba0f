"""Numbers as titles write them: ``1,500``, ``1,5``, ``1/2``, ``1½``, ``十二``, ``两``, ``半``, ``2万``, ``twelve``."""

from __future__ import annotations

import math
import re

ARABIC = (
    r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+[ \-]\d{1,2}[/⁄]\d{1,2}|\d+[/⁄]\d{1,2}(?!\d)|(?:0|[1-9]\d?),\d{1,2}(?!\d)|\d+(?:\.\d+)?|\.\d+)"
)
"""A number in digits. A comma before exactly three digits groups thousands, any other is a decimal mark."""
HAN_DIGITS = "零〇一二两兩三四五六七八九十百千半"
HAN = rf"(?<![{HAN_DIGITS}])[{HAN_DIGITS}]{{1,7}}"
"""A Chinese numeral, from its beginning; up to 九千九百九十九."""
WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "single": 1, "twin": 2, "double": 2, "dual": 2, "triple": 3, "quad": 4, "dozen": 12, "half dozen": 6,
    "half-dozen": 6, "two dozen": 24, "couple": 2, "fifteen": 15, "sixteen": 16, "eighteen": 18, "twenty": 20, "twenty-four": 24,
    "twenty four": 24, "thirty": 30,
}  # fmt: skip
"""English number words that count packs."""
_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "兩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_TENS = {"十": 10, "百": 100, "千": 1000}
_FRACTION = re.compile(r"(?:(\d+)[ \-])?(\d+)[/⁄](\d+)")


def arabic_value(text: str) -> float | None:
    """The value of what ``ARABIC`` matched; None where it is none after all: 30/50 are two numbers.

    >>> [arabic_value(text) for text in ("1,500", "1,5", "1/2", "5 1/2", ".75")]
    [1500.0, 1.5, 0.5, 5.5, 0.75]
    """
    if fraction := _FRACTION.fullmatch(text):
        above, below = int(fraction[2]), int(fraction[3])
        is_fraction = above < below <= 64 and math.gcd(above, below) == 1
        return int(fraction[1] or 0) + above / below if is_fraction else None
    plain = re.sub(r",(?=\d{3}(?!\d))", "", text) if re.match(r"\d{1,3}(?:,\d{3})+(?!\d)", text) else text.replace(",", ".")
    try:
        return float(plain)
    except ValueError:
        return None


def han_value(text: str) -> float | None:
    """The value of a Chinese numeral up to 9,999; None for a run of characters that is none, such as ``十百``.

    >>> [han_value(text) for text in ("十二", "二十", "两", "半", "一百二十", "一二", "两半")]
    [12.0, 20.0, 2.0, 0.5, 120.0, None, None]
    """
    if text == "半":
        return 0.5
    total, digit, last = 0, -1, 10_000
    for sign in text:
        if sign in _DIGITS:
            if digit > 0 or (digit == 0 and last != 10_000):
                return None
            digit = _DIGITS[sign]
        elif sign in _TENS:
            unit = _TENS[sign]
            if unit >= last or digit == 0:
                return None
            total, digit, last = total + (digit if digit > 0 else 1) * unit, -1, unit
        else:
            return None
    return float(total + max(digit, 0)) or None

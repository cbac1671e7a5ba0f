"""One number in several notations: 10,000 and 10000; 0,75 and 0.75; 1/2; twelve; ５００; 十二; 2万."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from benchmarks.minimal_pairs_counts import chinese_number, english_number
from benchmarks.minimal_pairs_edits import Edit, choose, differ, near_numbers
from benchmarks.minimal_pairs_units import number_value, plain

_FRACTIONS: Mapping[str, tuple[str, str]] = {
    "0.5": ("1/2", "½"), "0.25": ("1/4", "¼"), "0.75": ("3/4", "¾"), "0.125": ("1/8", "⅛"), "0.375": ("3/8", "⅜"), "0.625": ("5/8", "⅝"),
    "1.5": ("1 1/2", "1½"), "1.25": ("1 1/4", "1¼"), "2.5": ("2 1/2", "2½"),
}  # fmt: skip
_WIDE = str.maketrans({**{code: code + 0xFEE0 for code in range(0x21, 0x7F)}})


def notations(number: str, word: str, language: str) -> dict[str, str]:
    """Name of the notation to the whole quantity in it."""
    found = {"plain": number + word}
    value = number_value(number)
    if value >= 1000 and value.denominator == 1:
        found["thousands"] = f"{int(value):,}{word}"
    if language == "en":
        if "." in number:
            found["comma"] = number.replace(".", ",") + word
        if number in _FRACTIONS and word.strip() in ("inch", "gallon", "lb"):
            found["fraction"], found["sign"] = (text + word for text in _FRACTIONS[number])
        if value.denominator == 1 and (said := english_number(int(value))) is not None and word.startswith(("-", " p")):
            found["words"] = said + word
        return found
    if word.isascii():
        found["wide"] = (number + word).translate(_WIDE)
    else:
        found["wide"] = number.translate(_WIDE) + word
        found.update(_chinese(value, word))
    if value >= 10000 and (tens := plain(value / 10000, 1)) is not None:
        found["万"] = f"{tens}万{word}"
        if Fraction(tens).denominator == 1 and not word.isascii():
            found["characters"] = f"{chinese_number(int(Fraction(tens)))}万{word}"
    return found


def _chinese(value: Fraction, word: str) -> dict[str, str]:
    half = value - int(value) == Fraction(1, 2)
    unit = word.removesuffix("装")
    if half and unit in ("斤", "升", "米", "公斤", "小时", "寸"):
        whole = chinese_number(int(value)) if value > 1 else ""
        measure = f"个{unit}" if unit == "小时" else unit
        return {"characters": f"{whole}{measure}半{word[len(unit) :]}" if whole else f"半{measure}{word[len(unit) :]}"}
    if value.denominator == 1 and value < 100:
        measure = f"个{word}" if unit == "小时" else word
        return {"characters": chinese_number(int(value)) + measure}
    return {}


def edit_notation(text: str, language: str, rng: np.random.Generator) -> Edit | None:
    """An edit of a quantity such as ``10000mAh`` or ``12支装``: the notation changes, or the number in the same notation."""
    found = re.fullmatch(r"([0-9.]+)(.+)", text)
    if found is None:
        return None
    number, word = found[1], found[2]
    said = notations(number, word, language)
    if len(said) < 2:
        return None
    start = choose(rng, sorted(said))
    others = sorted(name for name in said if name != start and (start != "plain" or name != "plain"))
    same = said[choose(rng, others)]
    wrong = []
    for other in near_numbers(number):
        changed = notations(other, word, language).get(start)
        if changed is not None and differ(number_value(other), number_value(number)):
            wrong.append(changed)
    if not wrong:
        return None
    made = Edit(said[start], same, choose(rng, wrong))
    return made if made.is_sound else None

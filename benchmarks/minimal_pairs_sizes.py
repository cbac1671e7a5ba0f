"""Sizes of what is worn, and measures of two or three sides, in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from benchmarks.minimal_pairs_edits import Edit, choose, differ, near_numbers
from benchmarks.minimal_pairs_units import DIMENSIONS, Unit, number_value, plain

LETTERS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "S": {"en": ("S", "size S", "Small", "size Small"), "zh": ("S码", "S号", "小号", "小码", "S")},
    "M": {"en": ("M", "size M", "Medium", "size Medium"), "zh": ("M码", "M号", "中号", "中码", "M")},
    "L": {"en": ("L", "size L", "Large", "size Large"), "zh": ("L码", "L号", "大号", "L")},
    "XL": {"en": ("XL", "size XL", "X-Large", "Extra Large", "X Large"), "zh": ("XL码", "XL号", "加大号", "加大码", "XL")},
    "2XL": {"en": ("2XL", "XXL", "size XXL", "XX-Large", "2X-Large"), "zh": ("2XL", "XXL", "XXL码", "2XL码", "XXL号")},
    "3XL": {"en": ("3XL", "XXXL", "size 3XL", "3X-Large"), "zh": ("3XL", "XXXL", "XXXL码", "3XL码", "3XL号")},
    "4XL": {"en": ("4XL", "XXXXL", "size 4XL", "4X-Large"), "zh": ("4XL", "XXXXL", "4XL码", "XXXXL码")},
}
ONE_SIZE: Mapping[str, tuple[str, ...]] = {
    "en": ("One Size", "one size", "one size fits all", "OS", "free size"),
    "zh": ("均码", "One Size", "均码F", "F码", "单一尺码", "one size"),
}
NUMBERED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "eu": {
        "en": ("EU {n}", "size {n}", "EUR {n}", "EU{n}", "{n} EU", "size EU {n}", "EU size {n}"),
        "zh": ("{n}码", "{n}号", "欧码{n}", "EU{n}", "EUR {n}", "尺码{n}", "鞋码{n}", "EU {n}码"),
    },
    "us": {
        "en": ("US {n}", "{n} US", "size {n} US", "US size {n}", "US{n}"),
        "zh": ("US{n}", "美码{n}", "US {n}码", "美国码{n}", "{n}码(US)"),
    },
    "child": {
        "en": ("{n} cm", "size {n}", "{n}cm", "height {n} cm", "size {n} cm"),
        "zh": ("{n}cm", "{n}码", "{n}号", "身高{n}", "身高{n}cm", "{n}厘米"),
    },
    "label": {
        "en": ("{n}/{b}A", "{n} / {b}A", "{n}-{b}A"),
        "zh": ("{n}/{b}A", "{n}／{b}A", "{n}-{b}A", "身高{n}胸围{b}A", "{n} {b}A", "{n}/{b}(A)"),
    },
    "jeans": {
        "en": ("W{n} L{b}", "W{n}/L{b}", "{n}W x {b}L", "{n}W {b}L", "W{n}L{b}", "waist {n} length {b}", "{n}Wx{b}L"),
        "zh": ("W{n} L{b}", "W{n}/L{b}", "腰围{n}裤长{b}", "{n}腰{b}长", "W{n}L{b}"),
    },
}
"""Forms by system; {n} and, where there are two numbers, {b}."""
_STEPS: Mapping[str, tuple[str, ...]] = {
    "eu": ("1", "-1", "2", "-2", "1/2"),
    "us": ("1/2", "-1/2", "1", "-1"),
    "child": ("10", "-10", "20"),
}


def edit_size(text: str, language: str, rng: np.random.Generator, *, anchor: str | None = None) -> Edit | None:
    """An edit of a size such as ``XL``, ``one``, ``eu 42``, ``us 8.5``, ``child 110``, ``label 160 84``, ``jeans 32 34``."""
    if text == "one":
        start = anchor or choose(rng, ONE_SIZE[language])
        return _sound(start, ONE_SIZE[language], ("size M", "size S", "size L") if language == "en" else ("M码", "S码", "L码"), rng)
    if text in LETTERS:
        forms = LETTERS[text][language]
        start = anchor or choose(rng, forms)
        place = next((number for number, form in enumerate(forms) if form.lower() == start.lower()), 0)
        letters = list(LETTERS)
        at = letters.index(text)
        near = [letters[other] for other in (at - 1, at + 1) if 0 <= other < len(letters)]
        return _sound(start, forms, [LETTERS[other][language][min(place, len(LETTERS[other][language]) - 1)] for other in near], rng)
    system, *numbers = text.split()
    forms = NUMBERED[system][language]
    form = choose(rng, forms)
    if anchor is not None:
        form = next((known for known in forms if _filled(known, numbers).lower() == anchor.lower()), anchor.replace(numbers[0], "{n}"))
    wrong_numbers = _near_sizes(system, numbers)
    wrong = [_filled(form, other) for other in wrong_numbers]
    if system == "us":
        wrong.append(_filled(form, numbers).replace("US", "UK").replace("美", "英"))
    return _sound(anchor or _filled(form, numbers), [_filled(known, numbers) for known in forms], wrong, rng)


def _filled(form: str, numbers: Sequence[str]) -> str:
    return form.replace("{n}", numbers[0]).replace("{b}", numbers[-1])


def _near_sizes(system: str, numbers: Sequence[str]) -> list[list[str]]:
    if system in _STEPS:
        found = [plain(number_value(numbers[0]) + Fraction(step)) for step in _STEPS[system]]
        return [[number] for number in found if number]
    first, second = (int(number) for number in numbers)
    if system == "label":
        return [[str(first + 5), str(second)], [str(first), str(second + 4)], [str(first - 5), str(second)], [str(first), str(second - 4)]]
    near = [[str(first + 2), str(second)], [str(first), str(second - 2)]]
    return [*near, [str(first), str(first)], [str(second), str(first)]] if first != second else near


def _sound(anchor: str, said: Sequence[str], wrong: Sequence[str], rng: np.random.Generator) -> Edit | None:
    same = [text for text in said if Edit(anchor, text, "").is_sound]
    options = [text for text in wrong if text not in said]
    if not same or not options:
        return None
    made = Edit(anchor, choose(rng, same), choose(rng, options))
    return made if made.is_sound else None


@dataclass(frozen=True, slots=True)
class Sides:
    """Two or three sides in one unit."""

    sides: tuple[Fraction, ...]
    unit: Unit


_SIDES = re.compile(
    r"(?P<a>[0-9.]+)(?P<x> ?[x×X*] ?)(?P<b>[0-9.]+)(?:(?P<x2> ?[x×X*] ?)(?P<c>[0-9.]+))?(?P<gap> ?)(?P<unit>mm|cm|m|米|厘米|毫米|公分)",
    re.IGNORECASE,
)
_FORMS: Mapping[str, tuple[str, ...]] = {
    "en": ("{x}{u}", "{x} {u}", "{X}{u}", "{X} {u}", "{×}{u}", "{ × } {u}", "{ux}", "{u x }"),
    "zh": ("{x}{u}", "{×}{u}", "{*}{u}", "{ux}", "{u*}", "{×} {u}", "{长宽}"),
}
_WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "en": {"mm": ("mm",), "cm": ("cm",), "m": ("m",)},
    "zh": {"mm": ("mm", "毫米"), "cm": ("cm", "厘米", "公分"), "m": ("m", "米")},
}
_LENGTHS = {unit.name: unit for unit in DIMENSIONS["length"]}
_UNIT_OF = {word: _LENGTHS[name] for words in _WORDS.values() for name, forms in words.items() for word in forms}


def parse_sides(text: str) -> Sides | None:
    """``30x40cm``, ``300 × 400 mm``, ``2*1.8米``."""
    found = _SIDES.fullmatch(text)
    if found is None or found["unit"].lower() not in _UNIT_OF:
        return None
    numbers = [found[name] for name in "abc" if found[name]]
    if any(plain(Fraction(number), 4) != number for number in numbers if re.fullmatch(r"\d+(\.\d+)?", number)) or any(
        not re.fullmatch(r"\d+(\.\d+)?", number) for number in numbers
    ):
        return None
    return Sides(tuple(Fraction(number) for number in numbers), _UNIT_OF[found["unit"].lower()])


def write_sides(sides: Sides, language: str, rng: np.random.Generator) -> str:
    """One of the ways to write them."""
    word = choose(rng, _WORDS[language][sides.unit.name])
    numbers = [plain(side, 3) or "" for side in sides.sides]
    form = choose(rng, _FORMS[language])
    if form == "{长宽}":
        return "".join(f"{name}{number}{word}" for name, number in zip(("长", "宽", "高"), numbers, strict=False))
    joined = {"{x}": "x", "{X}": " x ", "{×}": "×", "{ × }": " × ", "{*}": "*"}
    for slot, between in joined.items():
        form = form.replace(slot, between.join(numbers))
    each = {"{ux}": (word, "x"), "{u x }": (f" {word}", " x "), "{u*}": (word, "*")}
    for slot, (after, between) in each.items():
        form = form.replace(slot, between.join(number + after for number in numbers))
    return form.replace("{u}", word)


def edit_sides(text: str, language: str, rng: np.random.Generator) -> Edit | None:
    """An edit of two or three sides. ``different`` changes one side, or the unit, or makes the first two alike; it never swaps them."""
    sides = parse_sides(text)
    if sides is None:
        return None
    others = [unit for unit in (_LENGTHS["mm"], _LENGTHS["cm"], _LENGTHS["m"]) if _can_say(sides, unit)]
    elsewhere = [unit for unit in others if unit != sides.unit]
    unit = choose(rng, elsewhere) if elsewhere and rng.random() < 0.7 else sides.unit
    factor = sides.unit.factor / unit.factor
    same = write_sides(Sides(tuple(side * factor for side in sides.sides), unit), language, rng)
    wrong = _changed_sides(text, sides)
    if not wrong:
        return None
    made = Edit(text, same, choose(rng, wrong))
    return made if made.is_sound else None


def _can_say(sides: Sides, unit: Unit) -> bool:
    numbers = [plain(side * sides.unit.factor / unit.factor, 3) for side in sides.sides]
    return all(number is not None and len(number) <= 5 and unit.low <= Fraction(number) for number in numbers)


def _changed_sides(text: str, sides: Sides) -> list[str]:
    found = _SIDES.fullmatch(text)
    if found is None:
        return []
    changed = []
    for name, side in zip("abc", sides.sides, strict=False):
        start, end = found.span(name)
        for number in near_numbers(found[name]):
            rest = list(sides.sides)
            rest["abc".index(name)] = Fraction(number)
            if differ(Fraction(number), side) and sorted(rest) != sorted(sides.sides):
                changed.append(text[:start] + number + text[end:])
    if sides.sides[0] != sides.sides[1] and differ(sides.sides[0], sides.sides[1]):
        start, end = found.span("b")
        changed += [text[:start] + found["a"] + text[end:]] * 4
    for word in ("mm", "cm", "m") if found["unit"].isascii() else ("毫米", "厘米", "米"):
        if _UNIT_OF[word] != sides.unit:
            changed += [text[: found.start("unit")] + word] * 3
    return changed

"""How one measure in a title is said in another way, and how it is changed a little."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeVar

import numpy as np

from benchmarks.minimal_pairs_units import DIMENSIONS, Measure, number_value, plain, spellings

T = TypeVar("T")
_LEAST_CHANGE = Fraction(7, 100)
"""Two amounts count as different from here on, well above what rounding between inches and centimetres, or 1,000 and 1,024, explains."""

_CAPACITIES = (
    "1 1.5 2 3 4 6 8 10 12 16 18 20 24 30 32 40 48 60 64 80 96 100 120 128 150 160 180 200 240 250 256 300 320 480 500 512 600 640 "
    "750 800 900 960 1000 1024 2000 2048"
)
CAPACITIES = frozenset(_CAPACITIES.split())
"""Memories and disks are sold in these."""


@dataclass(frozen=True, slots=True)
class Edit:
    """The words of one quantity: as the anchor has them, the same quantity said in another way, another quantity."""

    anchor: str
    same: str
    different: str

    @property
    def is_sound(self) -> bool:
        """Whether all three differ by more than case, spaces and hyphens."""
        return len({bare(text) for text in (self.anchor, self.same, self.different)}) == 3


def bare(text: str) -> str:
    """Without case, spaces and hyphens."""
    return "".join(text.lower().replace("-", " ").split())


def choose(rng: np.random.Generator, options: Sequence[T]) -> T:
    """One of the options, all alike likely."""
    return options[int(rng.integers(len(options)))]


def choose_weighted(rng: np.random.Generator, options: Sequence[T], weight: Callable[[T], float]) -> T:
    """One of the options by weight."""
    weights = np.array([weight(option) for option in options], np.float64)
    return options[int(rng.choice(len(options), p=weights / weights.sum()))]


def differ(one: Fraction, other: Fraction) -> bool:
    """Whether two amounts are clearly not the same."""
    return abs(one - other) >= _LEAST_CHANGE * max(one, other)


def edit_measure(measure: Measure, language: str, rng: np.random.Generator) -> Edit | None:
    """An edit of one measure; None when there is no second way to say it.

    ``same`` takes another unit where there is one. ``different`` keeps the anchor's spelling and changes a digit, or the unit, or the place
    of the point; one time in five it takes the spelling of ``same`` instead.
    """
    same = other_spelling(measure, language, rng)
    if same is None:
        return None
    start = same if rng.random() < 0.2 else measure
    options = [other for other in near_misses(start, language) if differ(other.amount, measure.amount)]
    options = [other for other in options if Edit(measure.text, same.text, other.text).is_sound]
    if not options:
        return None
    return Edit(measure.text, same.text, choose_weighted(rng, options, lambda other: 3 if other.unit != start.unit else 1).text)


def other_spelling(measure: Measure, language: str, rng: np.random.Generator) -> Measure | None:
    """The same amount, in another unit three times in four where there is one, else in another word."""
    others = [other for other in spellings(measure.amount, measure.dimension, language) if bare(other.text) != bare(measure.text)]
    elsewhere = [other for other in others if other.unit.factor != measure.unit.factor]
    in_words = [other for other in others if other.unit.factor == measure.unit.factor]
    if elsewhere and (not in_words or rng.random() < 0.75):
        unit = choose_weighted(rng, sorted({other.unit.name for other in elsewhere}), _commonness)
        return choose(rng, [other for other in elsewhere if other.unit.name == unit])
    return choose(rng, in_words) if in_words else None


def _commonness(unit: str) -> float:
    return 0.4 if unit in ("floz", "gal", "lb", "oz", "inch", "ft", "MB", "kHz", "d", "s") else 1.0


def near_misses(measure: Measure, language: str) -> Iterator[Measure]:
    """Spellings that look like this one and mean another amount: other digits, or another unit after the same digits."""
    for number in near_numbers(measure.number):
        if measure.dimension != "storage" or number in CAPACITIES:
            yield measure.with_number(number)
    gap = measure.word[: len(measure.word) - len(measure.word.lstrip(" -"))]
    is_plain = measure.word.isascii()
    for unit in DIMENSIONS[measure.dimension]:
        if unit.factor == measure.unit.factor or not unit.low / 4 <= number_value(measure.number) <= unit.high * 4:
            continue
        for word in unit.words[language]:
            own_gap = word[: len(word) - len(word.lstrip(" -"))]
            if own_gap == gap and word.isascii() == is_plain and abs(len(word) - len(measure.word)) <= 2:
                yield replace(measure, unit=unit, word=word.replace("(s)", "" if measure.number == "1" else "s"))
                break


def near_numbers(number: str) -> Iterator[str]:
    """Numbers that differ from a plain one in one digit, in the place of the point, or by a factor of two."""
    for place, old in enumerate(number):
        if old == ".":
            continue
        for digit in "0123456789":
            changed = number[:place] + digit + number[place + 1 :]
            if digit != old and _is_usual(changed, number):
                yield changed
    value = number_value(number)
    for factor in (Fraction(1, 10), Fraction(10), Fraction(1, 2), Fraction(2)):
        shifted = plain(value * factor, 2)
        if shifted is not None and len(shifted) <= len(number) + 1:
            yield shifted


def _is_usual(changed: str, number: str) -> bool:
    """Whether a shop may write it: no leading or trailing zeros, and as round as the number it came from."""
    if number_value(changed) == 0 or plain(number_value(changed), 4) != changed:
        return False
    zeros = len(number) - len(number.rstrip("0"))
    return "." in number or len(changed) - len(changed.rstrip("0")) >= min(zeros, 2)

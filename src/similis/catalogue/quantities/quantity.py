"""``Quantity``: one number with its meaning."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a text says about one property that can be counted or measured.

    kind:  one of ``units.KINDS``.
    value: in the kind's base unit (ml, g, mm, MB, W, mAh, seconds, pieces …); above 0, but for letter sizes, which are ranks.
    start, end: the place in the text it was found in; ``text`` is what stands there, and the unit it shares: 30 of 30x40cm is 30cm.
    is_worked_out: not stated, but the content in all of a stated pack.
    is_pair: "one pair" counts two pieces, but says no more than a pair of shoes without the words.
    """

    kind: str
    value: float
    start: int
    end: int
    is_pair: bool = False
    is_worked_out: bool = False
    text: str = ""

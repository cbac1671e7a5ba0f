"""The half of the minimal pairs that is written from tables: invented brands, everyday products, every kind of quantity."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np

from benchmarks import minimal_pairs_words_en, minimal_pairs_words_zh
from benchmarks.minimal_pairs_counts import PACK_FORMS, SET_FORMS, Pack, edit_count, edit_multipack, edit_pairs
from benchmarks.minimal_pairs_edits import Edit, choose, edit_measure
from benchmarks.minimal_pairs_notation import edit_notation
from benchmarks.minimal_pairs_sizes import edit_sides, edit_size, parse_sides, write_sides
from benchmarks.minimal_pairs_units import parse, spellings
from similis.errors import UsageError

KINDS = (
    "volume", "mass", "length", "dimensions", "screen", "storage", "power", "charge", "voltage", "frequency", "time", "pack", "multipack",
    "size", "notation",
)  # fmt: skip
_WORDS = {"en": minimal_pairs_words_en, "zh": minimal_pairs_words_zh}
_REPORTED = {"set": "pack", "pairs": "pack", "energy": "charge"}
_ATTEMPTS = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Three titles that differ in one quantity: ``same`` says the anchor's in another way, ``different`` says another.

    source: ``templates``, or the data set whose title the anchor is.
    """

    kind: str
    language: str
    source: str
    anchor: str
    same: str
    different: str

    @classmethod
    def of(cls, kind: str, language: str, source: str, around: Callable[[str], str], edit: Edit) -> Pair:
        """The edit's three quantities in the same title."""
        titles = {"anchor": around(edit.anchor), "same": around(edit.same), "different": around(edit.different)}
        return cls(kind=kind, language=language, source=source, **titles)

    @property
    def titles(self) -> tuple[str, str, str]:
        """Anchor, same, different."""
        return self.anchor, self.same, self.different


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table."""

    kind: str
    products: tuple[str, ...]
    quantities: tuple[str, ...]


def quotas(n: int, kinds: Iterable[str] = KINDS) -> dict[str, int]:
    """``n`` spread over the kinds as evenly as can be, the first ones taking what is over."""
    names = list(kinds)
    each, over = divmod(n, len(names))
    return {name: each + (place < over) for place, name in enumerate(names)}


def read_lines(language: str) -> list[Line]:
    """The table of a language."""
    lines = []
    for row in _WORDS[language].TABLE.strip().splitlines():
        kind, _, products, quantities = (cell.strip() for cell in row.split(" | "))
        lines.append(Line(kind, tuple(product.strip() for product in products.split(";")), tuple(quantities.split())))
    return lines


def template_pairs(n: int, language: str, seed: int, rng: np.random.Generator) -> list[Pair]:
    """``n`` pairs, the kinds evenly, no title twice. Even and odd seeds share no brand, and so no title."""
    pairs: list[Pair] = []
    seen: set[str] = set()
    lines = read_lines(language)
    for kind, wanted in quotas(n).items():
        mine = [line for line in lines if _REPORTED.get(line.kind, line.kind) == kind]
        found = 0
        for _ in range(_ATTEMPTS):
            if found == wanted:
                break
            pair = _drawn(kind, choose(rng, mine), language, seed, rng)
            if pair is not None and not seen.intersection(pair.titles):
                seen.update(pair.titles)
                pairs.append(pair)
                found += 1
        if found < wanted:
            raise UsageError(f"only {found} of {wanted} pairs about {kind} could be drawn; ask for fewer")
    return pairs


def _drawn(kind: str, line: Line, language: str, seed: int, rng: np.random.Generator) -> Pair | None:
    words = _WORDS[language]
    edit = edit_of(line.kind, choose(rng, line.quantities), language, rng)
    if edit is None:
        return None
    layout = choose(rng, words.LAYOUTS)
    brand, product, tail = choose(rng, words.BRANDS[seed % 2 :: 2]), choose(rng, line.products), choose(rng, words.TAILS)

    def around(quantity: str) -> str:
        title: str = layout.format(b=brand, p=product, t=tail, q=quantity)
        return title

    return Pair.of(kind, language, "templates", around, edit)


def edit_of(kind: str, quantity: str, language: str, rng: np.random.Generator) -> Edit | None:
    """An edit of a table's quantity; None when this draw led to nothing."""
    text = quantity.replace("_", " ")
    makers: dict[str, Callable[[], Edit | None]] = {
        "dimensions": partial(_sides, text, language, rng),
        "pack": partial(_packed, text, language, rng),
        "set": partial(_set, text, language, rng),
        "pairs": partial(_pairs, text, language, rng),
        "multipack": partial(_multipack, text, language, rng),
        "size": partial(edit_size, text, language, rng),
        "notation": partial(edit_notation, text, language, rng),
    }
    return makers[kind]() if kind in makers else _measured(kind, text, language, rng)


def _measured(kind: str, text: str, language: str, rng: np.random.Generator) -> Edit | None:
    measure = parse(text, kind, language)
    if measure is None:
        raise UsageError(f"the table says {text!r} for {kind}; write a number and a unit of minimal_pairs_units")
    ways = [way for way in spellings(measure.amount, kind, language) if way.unit.is_rounded == measure.unit.is_rounded]
    usual = [way for way in ways if way.unit == measure.unit]
    return edit_measure(choose(rng, usual if rng.random() < 0.6 else ways), language, rng)


def _sides(text: str, language: str, rng: np.random.Generator) -> Edit | None:
    sides = parse_sides(text)
    if sides is None:
        raise UsageError(f"the table says {text!r} for dimensions; write 30x40cm")
    return edit_sides(write_sides(sides, language, rng), language, rng)


def _packed(text: str, language: str, rng: np.random.Generator) -> Edit | None:
    n, *words = text.split(":")
    return edit_count(int(n), PACK_FORMS[language], Pack(*words), language, rng)


def _set(text: str, language: str, rng: np.random.Generator) -> Edit | None:
    return edit_count(int(text), SET_FORMS[language], Pack(), language, rng)


def _pairs(text: str, language: str, rng: np.random.Generator) -> Edit | None:
    return edit_pairs(int(text), language, rng)


def _multipack(text: str, language: str, rng: np.random.Generator) -> Edit | None:
    one, *words = text.split(":")
    n, each = one.split("*")
    if not n.isdecimal():
        n, each = each, n
    measure = next((found for name in ("volume", "mass") if (found := parse(each, name, language)) is not None), None)
    if measure is None:
        raise UsageError(f"the table says {text!r} for multipack; write 6*1.5l")
    return edit_multipack(int(n), measure, Pack(*words), language, rng)

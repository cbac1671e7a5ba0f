"""Quantities side by side: which of two products' numbers with units agree, nearly agree, or contradict each other.

Values of a kind are compared by their ratio: within 0.75 % they are equal (12 fl oz and 355 ml), within 5 % close (14 and 14.7
megapixels). Sizes, cells and other names of places on a scale must be the same to be equal. Kinds that only one product states are
absent, and say nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from similis.arrays import Ids, Mask, Vectors
from similis.catalogue.quantities import KINDS, PACK, Quantity, pieces_in_all, written
from similis.generations import Draft, Generation

EQUAL, CLOSE = 750, 5_000
"""How far two values may lie apart, in hundred-thousandths of a natural logarithm; whole numbers, so that both sides agree on it."""
_NAMES_OF_PLACES = frozenset(kind for kind in KINDS if kind.startswith("size") or kind in ("battery", "spf", "layers", "cores", "ports"))
SIZES = frozenset(kind for kind in KINDS if kind.startswith("size"))
_CODE = {kind: code for code, kind in enumerate(KINDS)}
_SIZE_CODES = frozenset(_CODE[kind] for kind in SIZES)

Places = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class QuantityRows:
    """The quantities of n products but for packs, one entry each, sorted by row.

    starts: (n + 1,) int32; the entries of row i are ``starts[i]:starts[i + 1]``.
    kinds:  (m,) int16, places in ``KINDS``.
    places: (m,) int32; logarithms of the values in the unit of ``EQUAL``, so spread for names of places that no two are close.
    is_stated: (m,) bool; a value worked out may agree, but is not missed.
    pieces: (n,) float32; how many pieces a product holds, NaN where it does not say.
    stated: (n,) float32; the same, 1 where it says no more than one piece or one pair.
    """

    starts: Places
    kinds: NDArray[np.int16]
    places: Places
    is_stated: Mask
    pieces: Vectors
    stated: Vectors

    def __len__(self) -> int:
        return len(self.pieces)

    @classmethod
    def of(cls, found: Sequence[Sequence[Quantity]]) -> QuantityRows:
        """The rows of some products' quantities."""
        starts, flat = [0], list[tuple[int, int, bool]]()
        pieces, stated = np.full(len(found), np.nan, np.float32), np.ones(len(found), np.float32)
        for row, quantities in enumerate(found):
            flat += sorted(_entries(quantities))
            starts.append(len(flat))
            packs = {(q.value, q.is_pair) for q in quantities if q.kind == PACK}
            if packs:
                pieces[row] = pieces_in_all(value for value, _ in packs)
                stated[row] = pieces_in_all(value for value, is_pair in packs if not is_pair)
        table = np.array(flat, np.int64).reshape(-1, 3)
        kinds, places = table[:, 0].astype(np.int16), table[:, 1].astype(np.int32)
        return cls(np.array(starts, np.int32), kinds, places, table[:, 2].astype(bool), pieces, stated)

    def take(self, rows: Sequence[int]) -> QuantityRows:
        """Some of the rows."""
        spans = [slice(int(self.starts[row]), int(self.starts[row + 1])) for row in rows]
        entries = np.concatenate([np.arange(span.start, span.stop) for span in spans]) if spans else np.empty(0, np.int64)
        starts = np.cumsum([0, *(span.stop - span.start for span in spans)]).astype(np.int32)
        at = np.asarray(rows, np.int64)
        taken = (self.kinds[entries], self.places[entries], self.is_stated[entries])
        return QuantityRows(starts, *taken, self.pieces[at], self.stated[at])

    @classmethod
    def stacked(cls, parts: Sequence[QuantityRows]) -> QuantityRows:
        """The rows of several, one below the other."""
        counts = np.concatenate([np.diff(part.starts) for part in parts])
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in ("kinds", "places", "is_stated")}
        sides = (np.concatenate([getattr(part, name) for part in parts]) for name in ("pieces", "stated"))
        return cls(starts, joined["kinds"], joined["places"], joined["is_stated"], *sides)

    def save(self, draft: Draft) -> None:
        """Write the rows into a generation."""
        draft.save_json("quantities", {"kinds": KINDS})
        draft.save_array("quantities.starts", self.starts)
        draft.save_array("quantities.entries", np.stack([self.kinds.astype(np.int32), self.places, self.is_stated.astype(np.int32)]))
        draft.save_array("quantities.pieces", np.stack([self.pieces, self.stated]))

    @classmethod
    def load(cls, generation: Generation) -> QuantityRows:
        """Read what ``save`` wrote."""
        kinds, places, is_stated = generation.load_array("quantities.entries", mmap=False)
        pieces, stated = generation.load_array("quantities.pieces", mmap=False)
        starts = generation.load_array("quantities.starts", mmap=False)
        return cls(starts, kinds.astype(np.int16), places, is_stated.astype(bool), pieces, stated)


def _entries(quantities: Iterable[Quantity]) -> Iterator[tuple[int, int, bool]]:
    """Kind, place, and whether it is stated. What is said twice counts once, but for lengths: 50x50 cm has two sides."""
    seen: set[tuple[str, int]] = set()
    for quantity in quantities:
        if quantity.kind == PACK:
            continue
        place = _place(quantity)
        if quantity.kind == "length" or (quantity.kind, place) not in seen:
            seen.add((quantity.kind, place))
            yield _CODE[quantity.kind], place, not quantity.is_worked_out


def _place(quantity: Quantity) -> int:
    if quantity.kind in _NAMES_OF_PLACES:
        return round(quantity.value * 20) * 2 * CLOSE if abs(quantity.value) < 1_000 else round(quantity.value) * 2 * CLOSE
    return round(math.log(max(quantity.value, 1e-9)) * 100_000)


@dataclass(frozen=True, slots=True)
class Agreement:
    """(n_queries, n_items) float32 each.

    both:     kinds both state, sizes aside.
    equal, close, conflicting: of these kinds, how many agree; each kind gives parts that add up to 1, by the side that states less.
    sizes_both, sizes_equal: the same for sizes.
    """

    both: Vectors
    equal: Vectors
    close: Vectors
    conflicting: Vectors
    sizes_both: Vectors
    sizes_equal: Vectors


class _KindOfItems:
    """The items that state one kind, and their values in order of size."""

    def __init__(self, rows: Ids, places: Places, is_stated: Mask) -> None:
        self.rows, row = np.unique(rows, return_inverse=True)
        self.stated = np.bincount(row[is_stated], minlength=len(self.rows))
        order = np.argsort(places, kind="stable")
        self._places, self._row = places[order], row[order]

    def matched(self, wanted: Places, apart: int) -> Vectors:
        """(n_rows,) how many values lie at most ``apart``: the lesser of the query's that find one and the item's that are found."""
        asked = np.zeros(len(self.rows), np.float32)
        found = np.zeros(len(self._places), bool)
        for place in wanted.tolist():
            low, high = np.searchsorted(self._places, place - apart, "left"), np.searchsorted(self._places, place + apart, "right")
            found[low:high] = True
            asked[np.unique(self._row[low:high])] += 1
        return np.minimum(asked, np.bincount(self._row[found], minlength=len(self.rows)).astype(np.float32))


class QuantityTarget:
    """The items' quantities, made ready for comparing."""

    def __init__(self, items: QuantityRows) -> None:
        """Sort the values of each kind."""
        self.items = items
        row_of = np.repeat(np.arange(len(items)), np.diff(items.starts))
        self._kinds: dict[int, _KindOfItems] = {}
        for kind in np.unique(items.kinds).tolist():
            at = np.flatnonzero(items.kinds == kind)
            self._kinds[kind] = _KindOfItems(row_of[at], items.places[at], items.is_stated[at])

    def compare(self, queries: QuantityRows) -> Agreement:
        """Every query with every item."""
        shape = (len(queries), len(self.items))
        found = Agreement(*(np.zeros(shape, np.float32) for _ in range(6)))
        for line in range(len(queries)):
            span = slice(int(queries.starts[line]), int(queries.starts[line + 1]))
            kinds = queries.kinds[span]
            for kind in np.unique(kinds).tolist():
                if kind in self._kinds:
                    mine = kinds == kind
                    stated = int(queries.is_stated[span][mine].sum())
                    self._add(found, line, kind, queries.places[span][mine], stated)
        return found

    def _add(self, found: Agreement, line: int, kind: int, places: Places, stated: int) -> None:
        items = self._kinds[kind]
        least = np.maximum(np.minimum(items.stated, stated), 1).astype(np.float32)
        equal = np.minimum(items.matched(places, EQUAL) / least, 1)
        if kind in _SIZE_CODES:
            found.sizes_both[line, items.rows] += 1
            found.sizes_equal[line, items.rows] += equal
            return
        near = np.clip(items.matched(places, CLOSE) / least, equal, 1)
        found.both[line, items.rows] += 1
        found.equal[line, items.rows] += equal
        found.close[line, items.rows] += near - equal
        found.conflicting[line, items.rows] += 1 - near


Verdict: TypeAlias = Literal["equal", "close", "conflicting", "absent"]


@dataclass(frozen=True, slots=True)
class QuantityPair:
    """What two products say about one kind of quantity, as they write it, and how that compares; ``absent`` where one says nothing."""

    kind: str
    a: tuple[str, ...]
    b: tuple[str, ...]
    verdict: Verdict


def quantity_pairs(a: Sequence[Quantity], b: Sequence[Quantity]) -> tuple[QuantityPair, ...]:
    """Every kind that either product states, in the order of ``KINDS``."""
    pairs = []
    for kind in KINDS:
        mine, theirs = ([quantity for quantity in side if quantity.kind == kind] for side in (a, b))
        if mine or theirs:
            texts = [tuple(dict.fromkeys(_shown(quantity) for quantity in side if not quantity.is_worked_out)) for side in (mine, theirs)]
            pairs.append(QuantityPair(kind, texts[0], texts[1], _verdict(kind, mine, theirs)))
    return tuple(pairs)


def _shown(quantity: Quantity) -> str:
    return quantity.text.strip("x×*✕ ") or written(quantity)


def _verdict(kind: str, a: Sequence[Quantity], b: Sequence[Quantity]) -> Verdict:
    if not a or not b:
        return "absent"
    left, right = QuantityRows.of([a]), QuantityRows.of([b])
    if kind == PACK:
        return "equal" if left.pieces[0] == right.pieces[0] else "conflicting"
    found = QuantityTarget(right).compare(left)
    if kind in SIZES:
        return "equal" if found.sizes_equal[0, 0] >= found.sizes_both[0, 0] else "conflicting"
    if found.conflicting[0, 0] > 0:
        return "conflicting"
    return "close" if found.close[0, 0] > 0 else "equal"

"""The neighbour lists that a build computes ahead: a cache of the default question, never a source of other answers."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from similis.arrays import Ids, Mask, Vectors
from similis.generations import Draft, Generation
from similis.similarity.columns import Columns
from similis.similarity.defaults import audience_allows, own_group, steps_of
from similis.similarity.features import PIECES
from similis.similarity.relations import decide, may_vary
from similis.similarity.scoring import Contributions, compute, contributions, log_odds
from similis.similarity.selection import best_rows
from similis.similarity.signals import Signals, Target
from similis.similarity.weights import Weights

LIST_LENGTH = 50
NOBODY = -1
"""In a list's rows: no further product qualifies."""
UNKNOWN = -2
"""In a list's rows: an update took products away, and who comes next was not looked up."""
_BLOCK = 16


@dataclass(frozen=True, slots=True)
class NeighbourLists:
    """The default answer (alike, in stock, one card a group) of every product.

    rows:      (n, k) int32; ``NOBODY`` where fewer qualify, ``UNKNOWN`` where an update left places open.
    steps, relations: (n, k) int8; codes of ``defaults.STEPS`` and ``relations.CODES``.
    parts:     (n, k, n_pieces + 1) float32 contributions, calibration last.
    values:    (n, k, n_pieces) float32, NaN where a side says nothing.
    pieces:    columns of ``PIECES`` that parts and values hold; those that say nothing in the whole catalogue are not saved.
    """

    rows: np.ndarray
    steps: np.ndarray
    relations: np.ndarray
    parts: Vectors
    values: Vectors
    pieces: tuple[int, ...] = tuple(range(len(PIECES)))

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def k(self) -> int:
        """Places in a list."""
        return int(self.rows.shape[1])

    def reasons(self, row: int, k: int) -> Contributions:
        """The reasons of the first ``k`` places of a list."""
        columns = list(self.pieces)
        parts = np.zeros((k, len(PIECES) + 1), np.float64)
        values = np.full((k, len(PIECES)), np.nan, np.float32)
        parts[:, [*columns, len(PIECES)]] = self.parts[row, :k]
        values[:, columns] = self.values[row, :k]
        return Contributions(parts, values)

    def save(self, draft: Draft) -> None:
        """Write the lists, without the pieces that say nothing in this whole catalogue."""
        used = [at for at in range(len(PIECES)) if self.parts[:, :, at].any() or np.isfinite(self.values[:, :, at]).any()]
        draft.save_json("neighbours", {"pieces": [PIECES[at].name for at in used]})
        draft.save_array("neighbours.rows", self.rows)
        draft.save_array("neighbours.steps", self.steps)
        draft.save_array("neighbours.relations", self.relations)
        draft.save_array("neighbours.parts", np.ascontiguousarray(self.parts[:, :, [*used, len(PIECES)]]))
        draft.save_array("neighbours.values", np.ascontiguousarray(self.values[:, :, used]))

    @classmethod
    def load(cls, generation: Generation) -> NeighbourLists:
        """Read what ``save`` wrote; memory-mapped."""
        place = {piece.name: at for at, piece in enumerate(PIECES)}
        pieces = tuple(place[name] for name in generation.load_json("neighbours")["pieces"])
        rows, steps, relations, parts, values = (
            generation.load_array(f"neighbours.{name}") for name in ("rows", "steps", "relations", "parts", "values")
        )
        return cls(rows, steps, relations, parts, values, pieces)


@dataclass(frozen=True, slots=True)
class Block:
    """The lists of some products, in the order of ``queries``."""

    queries: Ids
    lists: NeighbourLists


def empty_lists(n: int, k: int) -> NeighbourLists:
    """``n`` lists with nothing in them."""
    return NeighbourLists(
        rows=np.full((n, k), NOBODY, np.int32),
        steps=np.zeros((n, k), np.int8),
        relations=np.zeros((n, k), np.int8),
        parts=np.zeros((n, k, len(PIECES) + 1), np.float32),
        values=np.full((n, k, len(PIECES)), np.nan, np.float32),
    )


def compute_lists(
    target: Target, weights: Weights, *, k: int = LIST_LENGTH, n_threads: int = 2, progress: Callable[[int], None] | None = None
) -> NeighbourLists:
    """The default answer of every product, from full scans.

    Args:
        target: The whole catalogue.
        weights: For ``alike``; relations are decided with ``same`` and ``variant``.
        k: Places in a list.
        n_threads: Blocks scanned side by side.
        progress: Called with the number of products just finished.
    """
    lists = empty_lists(len(target.segment), k)
    fill_lists(lists, np.arange(len(target.segment)), target, weights, n_threads=n_threads, progress=progress)
    return lists


def fill_lists(
    lists: NeighbourLists, queries: Ids, target: Target, weights: Weights, *, n_threads: int, progress: Callable[[int], None] | None = None
) -> None:
    """Scan ``queries`` (rows) and write their lists over what stands there."""
    target.prepared("cosine")  # made once, before the threads ask for it
    blocks = [queries[start : start + _BLOCK] for start in range(0, len(queries), _BLOCK)]
    with ThreadPoolExecutor(n_threads) as pool:
        for block in pool.map(lambda rows: _scan_block(target, weights, lists.k, rows), blocks):
            for name in ("rows", "steps", "relations", "parts", "values"):
                getattr(lists, name)[block.queries] = getattr(block.lists, name)
            if progress is not None:
                progress(len(block.queries))


def _scan_block(target: Target, weights: Weights, k: int, rows: Ids) -> Block:
    segment = target.segment
    queries = segment.take(rows.tolist())
    signals = target.scan(queries)
    odds = log_odds(signals, weights, "alike")
    line_parts, item_parts = [], []
    for line, row in enumerate(rows):
        source = queries.columns.take([line])
        allowed = segment.columns.available & audience_allows(source, segment.columns) & ~own_group(source, segment.columns)
        allowed[row] = False
        found = best_rows(odds[line], steps_of(source, segment.columns, odds[line]), segment.columns.group_id.codes, allowed, k)
        line_parts.append(np.full(len(found), line))
        item_parts.append(found)
    lines, items = np.concatenate(line_parts), np.concatenate(item_parts)
    pairs = signals.pairs(lines, items, target.semantic_pairs(queries, lines, items, "cosine"))
    return Block(rows, _as_lists(target, weights, k, rows, lines, items, pairs))


def _as_lists(target: Target, weights: Weights, k: int, rows: Ids, lines: Ids, items: Ids, pairs: Signals) -> NeighbourLists:
    columns = target.segment.columns
    found, relations = weigh_pairs(pairs, weights, columns, rows[lines], items)
    lists = empty_lists(len(rows), k)
    for line, row in enumerate(rows.tolist()):
        mine = np.flatnonzero(lines == line)
        steps = steps_of(columns.take([row]), columns.take(items[mine]), found.log_odds[mine])
        order = np.lexsort((items[mine], -found.log_odds[mine], steps))
        mine, n = mine[order], len(mine)
        lists.rows[line, :n], lists.steps[line, :n], lists.relations[line, :n] = items[mine], steps[order], relations[mine]
        lists.parts[line, :n], lists.values[line, :n] = found.parts[mine], found.values[mine]
    return lists


def weigh_pairs(pairs: Signals, weights: Weights, columns: Columns, rows: Ids, items: Ids) -> tuple[Contributions, NDArray[np.int8]]:
    """The reasons for ``alike``, and the relation codes, of pairs that share no group."""
    features = compute(pairs)
    found = contributions(pairs, weights, "alike", features)
    same, variant = (contributions(pairs, weights, relation, features).log_odds for relation in ("same", "variant"))
    return found, decide(same, variant, np.zeros(len(items), bool), _in_two_groups(columns, rows, items), may_vary(features))


def _in_two_groups(columns: Columns, rows: Ids, items: Ids) -> Mask:
    groups = columns.group_id.codes
    return np.asarray((groups[rows] >= 0) & (groups[items] >= 0) & (groups[rows] != groups[items]))

"""The neighbour lists that a build computes ahead: a cache of the default question, never a source of other answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from similis.arrays import Ids, Mask, Vectors
from similis.generations import Draft, Generation
from similis.similarity.columns import Columns
from similis.similarity.defaults import audience_allows, own_group, steps_of
from similis.similarity.features import PIECES
from similis.similarity.relations import decide
from similis.similarity.scoring import Contributions, compute, contributions, log_odds
from similis.similarity.selection import best_rows
from similis.similarity.signals import Signals, Target
from similis.similarity.weights import Weights

LIST_LENGTH = 50
_BLOCK = 16


@dataclass(frozen=True, slots=True)
class NeighbourLists:
    """The default answer (alike, in stock, one card a group) of every product.

    rows:      (n, k) int32, -1 where fewer were found.
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
class _Block:
    start: int
    rows: np.ndarray
    steps: np.ndarray
    relations: np.ndarray
    parts: Vectors
    values: Vectors


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
    n_items = len(target.segment)
    lists = NeighbourLists(
        rows=np.full((n_items, k), -1, np.int32),
        steps=np.zeros((n_items, k), np.int8),
        relations=np.zeros((n_items, k), np.int8),
        parts=np.zeros((n_items, k, len(PIECES) + 1), np.float32),
        values=np.full((n_items, k, len(PIECES)), np.nan, np.float32),
    )
    for block in _blocks(target, weights, k, n_threads):
        at = slice(block.start, block.start + len(block.rows))
        lists.rows[at], lists.steps[at], lists.relations[at] = block.rows, block.steps, block.relations
        lists.parts[at], lists.values[at] = block.parts, block.values
        if progress is not None:
            progress(len(block.rows))
    return lists


def _blocks(target: Target, weights: Weights, k: int, n_threads: int) -> Iterator[_Block]:
    target.prepared("cosine")  # made once, before the threads ask for it
    starts = range(0, len(target.segment), _BLOCK)
    with ThreadPoolExecutor(n_threads) as pool:
        yield from pool.map(lambda start: _scan_block(target, weights, k, start), starts)


def _scan_block(target: Target, weights: Weights, k: int, start: int) -> _Block:
    segment = target.segment
    rows = np.arange(start, min(start + _BLOCK, len(segment)))
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
    return _as_lists(target, weights, k, start, lines, items, pairs)


def _as_lists(target: Target, weights: Weights, k: int, start: int, lines: Ids, items: Ids, pairs: Signals) -> _Block:
    features = compute(pairs)
    found = contributions(pairs, weights, "alike", features)
    same, variant = (contributions(pairs, weights, relation, features).log_odds for relation in ("same", "variant"))
    n_lines = min(_BLOCK, len(target.segment) - start)
    block = _Block(
        start,
        np.full((n_lines, k), -1, np.int32),
        np.zeros((n_lines, k), np.int8),
        np.zeros((n_lines, k), np.int8),
        np.zeros((n_lines, k, len(PIECES) + 1), np.float32),
        np.full((n_lines, k, len(PIECES)), np.nan, np.float32),
    )
    columns = target.segment.columns
    relations = decide(same, variant, np.zeros(len(items), bool), _in_two_groups(columns, start + lines, items))
    for line in range(n_lines):
        mine = np.flatnonzero(lines == line)
        source = columns.take([start + line])
        steps = steps_of(source, columns.take(items[mine]), found.log_odds[mine])
        order = np.lexsort((items[mine], -found.log_odds[mine], steps))
        mine, n = mine[order], len(mine)
        block.rows[line, :n], block.steps[line, :n], block.relations[line, :n] = items[mine], steps[order], relations[mine]
        block.parts[line, :n], block.values[line, :n] = found.parts[mine], found.values[mine]
    return block


def _in_two_groups(columns: Columns, rows: Ids, items: Ids) -> Mask:
    groups = columns.group_id.codes
    return np.asarray((groups[rows] >= 0) & (groups[items] >= 0) & (groups[rows] != groups[items]))

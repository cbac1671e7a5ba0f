"""Neighbour lists after a few changes, without scanning every product again.

While the catalogue's statistics stay as they were (the lexicon, the mean vector), the score of two unchanged products stays too. So a list
changes only where a changed product stood in it or now enters it, and since scores are symmetric, scanning the changed products finds both.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from similis.arrays import Ids, Mask
from similis.similarity.columns import Columns
from similis.similarity.defaults import PLAUSIBLE, audience_allows, own_group
from similis.similarity.neighbours import NOBODY, UNKNOWN, NeighbourLists, empty_lists, fill_lists, weigh_pairs
from similis.similarity.scoring import log_odds
from similis.similarity.signals import Target
from similis.similarity.weights import Weights

_BLOCK = 16
_LEAST_KNOWN = 2 / 3
"""A list with fewer known places than this share is computed afresh."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One product that may enter a list."""

    row: int
    step: int
    relation: int
    odds: float
    parts: NDArray[np.float64]
    values: NDArray[np.float32]


def update_lists(
    old: NeighbourLists, row_of_old: Ids, had_group: Mask, target: Target, weights: Weights, *, n_threads: int
) -> NeighbourLists:
    """The lists of ``target``'s products, from the lists before the change.

    Args:
        old: The lists before.
        row_of_old: (n_old,) the row each old row has now; -1 for those deleted or changed. All other rows of ``target`` are new or changed.
        had_group: (n_old,) whether the old row belonged to a group.
        target: The whole catalogue now, with the statistics the old lists were computed with.
        weights: Those of the old lists.
        n_threads: Blocks scanned side by side.
    """
    kept = np.flatnonzero(row_of_old >= 0)
    lists = empty_lists(len(target.segment), old.k)
    orphaned = _carry_over(old, row_of_old, had_group, kept, lists)
    changed = np.setdiff1d(np.arange(len(target.segment)), row_of_old[kept])
    entries = _entries(changed, lists, target, weights)
    for row, found in entries.items():
        _merge(lists, row, found, target.segment.columns)
    known = (lists.rows >= 0).sum(axis=1)
    short = np.flatnonzero((lists.rows == UNKNOWN).any(axis=1) & (known < _LEAST_KNOWN * old.k))
    fill_lists(lists, np.unique(np.concatenate([changed, orphaned, short])), target, weights, n_threads=n_threads)
    return lists


def _carry_over(old: NeighbourLists, row_of_old: Ids, had_group: Mask, kept: Ids, lists: NeighbourLists) -> Ids:
    """Copy the lists of unchanged products without the products that are gone.

    Returns the rows whose list lost a member of a group: another member may follow it, so these need a scan.
    """
    rows = old.rows[kept]
    gone = (rows >= 0) & (row_of_old[np.maximum(rows, 0)] < 0)
    rows = np.where(rows >= 0, row_of_old[np.maximum(rows, 0)], rows)
    now, columns = row_of_old[kept], list(old.pieces)
    lists.rows[now], lists.steps[now], lists.relations[now] = rows, old.steps[kept], old.relations[kept]
    parts = np.zeros((len(kept), old.k, lists.parts.shape[2]), np.float32)
    parts[:, :, [*columns, -1]] = old.parts[kept]
    lists.parts[now] = parts
    values = np.full((len(kept), old.k, lists.values.shape[2]), np.nan, np.float32)
    values[:, :, columns] = old.values[kept]
    lists.values[now] = values
    for at in np.flatnonzero(gone.any(axis=1)).tolist():
        _drop(lists, int(now[at]), gone[at], is_complete=bool((old.rows[kept[at]] == NOBODY).any()))
    lost_member = (gone & had_group[np.maximum(old.rows[kept], 0)]).any(axis=1)
    orphaned: Ids = now[lost_member]
    return orphaned


def _drop(lists: NeighbourLists, row: int, gone: Mask, *, is_complete: bool) -> None:
    """Close the gaps; the freed places are open unless nobody else qualified."""
    order, n_left = np.argsort(gone, kind="stable"), int((lists.rows[row] >= 0).sum())
    for array in (lists.rows, lists.steps, lists.relations, lists.parts, lists.values):
        array[row] = array[row][order]
    lists.rows[row, n_left:] = NOBODY if is_complete else UNKNOWN


def _entries(changed: Ids, lists: NeighbourLists, target: Target, weights: Weights) -> dict[int, list[_Entry]]:
    """For each unchanged product, the changed ones that come before the last known place of its list."""
    columns = target.segment.columns
    last_step, last_odds = _last_known(lists)
    is_changed = np.zeros(len(target.segment), bool)
    is_changed[changed] = True
    found: dict[int, list[_Entry]] = defaultdict(list)
    for start in range(0, len(changed), _BLOCK):
        block = changed[start : start + _BLOCK]
        queries = target.segment.take(block.tolist())
        signals = target.scan(queries)
        odds = log_odds(signals, weights, "alike")
        for line, row in enumerate(block.tolist()):
            one = queries.columns.take([line])
            if not one.available[0]:
                continue
            steps = _steps_towards(columns, one, odds[line])
            before = (steps < last_step) | ((steps == last_step) & (odds[line] >= last_odds - 1e-4))
            may = before & ~is_changed & audience_allows(one, columns) & ~own_group(one, columns)
            owners = np.flatnonzero(may)
            lines = np.full(len(owners), line)
            pairs = signals.pairs(lines, owners, target.semantic_pairs(queries, lines, owners, "cosine"))
            weighed, relations = weigh_pairs(pairs, weights, columns, np.full(len(owners), row), owners)
            exact = _steps_towards(columns.take(owners), one, weighed.log_odds)
            for at, owner in enumerate(owners.tolist()):
                parts, values, total = weighed.parts[at], weighed.values[at], float(weighed.log_odds[at])
                found[owner].append(_Entry(row, int(exact[at]), int(relations[at]), total, parts, values))
    return found


def _last_known(lists: NeighbourLists) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    """Step and log-odds of each list's last known place; of a list that holds all there are, worse than anything."""
    known = (lists.rows >= 0).sum(axis=1)
    at, rows = np.maximum(known - 1, 0), np.arange(len(lists))
    step, odds = lists.steps[rows, at].copy(), lists.parts[rows, at].astype(np.float64).sum(axis=1)
    is_open = (lists.rows == NOBODY).any(axis=1)
    step[is_open], odds[is_open] = 127, -np.inf
    step[(known == 0) & ~is_open] = -1
    return step, odds


def _steps_towards(sources: Columns, item: Columns, odds: NDArray[np.floating]) -> NDArray[np.int8]:
    """``defaults.steps_of`` turned round: the step of one item for each of many sources."""
    levels, path = sources.category_levels, item.category_levels[0]
    depth = (levels >= 0).sum(axis=1)
    rows = np.arange(len(levels))
    own, above = np.maximum(depth - 1, 0), np.maximum(depth - 2, 0)
    is_own = levels[rows, own] == path[own]
    is_above = levels[rows, above] == path[above]
    step = np.where((depth == 0) | (path[0] < 0) | is_own, 0, np.where(is_above, 1, 2)).astype(np.int8)
    step[odds < PLAUSIBLE] = 3
    return step


def _merge(lists: NeighbourLists, row: int, entries: list[_Entry], columns: Columns) -> None:
    """Let ``entries`` into one list: in order, one place a group, as far as the order is known."""
    known = int((lists.rows[row] >= 0).sum())
    steps = np.concatenate([lists.steps[row, :known], np.array([e.step for e in entries], np.int8)])
    rows = np.concatenate([lists.rows[row, :known], np.array([e.row for e in entries], np.int32)])
    parts = np.concatenate([lists.parts[row, :known], np.array([e.parts for e in entries], np.float32)])
    values = np.concatenate([lists.values[row, :known], np.array([e.values for e in entries], np.float32)])
    relations = np.concatenate([lists.relations[row, :known], np.array([e.relation for e in entries], np.int8)])
    odds = parts.astype(np.float64).sum(axis=1)
    order = np.lexsort((rows, -odds, steps))
    is_complete = bool((lists.rows[row] == NOBODY).any())
    if not is_complete:  # behind the last place known before, nobody has been looked up
        order = order[: int(np.flatnonzero(order == known - 1)[0]) + 1]
    groups = columns.group_id.codes[rows[order]]
    first = np.zeros(len(order), bool)
    first[np.unique(groups, return_index=True)[1]] = True
    order = order[first | (groups < 0)][: lists.k]
    n = len(order)
    lists.rows[row], lists.rows[row, :n] = NOBODY if is_complete else UNKNOWN, rows[order]
    lists.steps[row, :n], lists.relations[row, :n] = steps[order], relations[order]
    lists.parts[row, :n], lists.values[row, :n] = parts[order], values[order]

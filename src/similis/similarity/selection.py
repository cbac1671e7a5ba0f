"""From scores to places: the best rows in the order of steps, one card a group."""

from __future__ import annotations

import numpy as np

from similis.arrays import Floats, Ids, Mask, Scores

_FIRST_CUT = 4


def best_rows(scores: Scores, steps: np.ndarray | None, groups: np.ndarray | None, allowed: Mask, k: int) -> Ids:
    """The ``k`` best allowed rows: by step, then score, then row; of each group only its best.

    Args:
        scores: (n,) log-odds.
        steps: (n,) step numbers, lower first; None for one step.
        groups: (n,) group codes, -1 for none; None to show every member.
        allowed: (n,) rows that may be returned.
        k: Places to fill.
    """
    rows = np.flatnonzero(allowed)
    take = k * _FIRST_CUT + 16
    while True:
        chosen = _cut(rows, scores, steps, take)
        order = chosen[np.lexsort((chosen, -scores[chosen], *(() if steps is None else (steps[chosen],))))]
        found = order[_first_of_group(groups[order])] if groups is not None else order
        if len(found) >= k or len(chosen) == len(rows):
            return found[:k]
        take *= 4


def _cut(rows: Ids, scores: Scores, steps: np.ndarray | None, take: int) -> Ids:
    """At least the ``take`` best of ``rows``, in no order; equal scores at the cut are all kept."""
    if len(rows) <= take:
        return rows
    keys: Floats = scores[rows].astype(np.float64)
    if steps is not None:
        keys = keys - 1e4 * steps[rows]  # log-odds are far below, so a step always outweighs a score
    least = np.partition(keys, len(keys) - take)[len(keys) - take]
    kept: Ids = rows[keys >= least]
    return kept


def _first_of_group(groups: np.ndarray) -> Mask:
    """True for rows without a group and for the first of each group."""
    first = np.zeros(len(groups), bool)
    first[np.unique(groups, return_index=True)[1]] = True
    return np.asarray(first | (groups < 0))

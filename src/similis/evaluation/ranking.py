"""How good one ranked list is, as trec_eval defines it.

Lists hold ids, best first, without repeats; judgments give an id its grade. An id is relevant when its grade is above 0; ids
that were not judged count as not relevant. An empty list scores 0 everywhere.

Source: Manning, Raghavan, Schütze: Introduction to Information Retrieval, 2008, ch. 8; trec_eval 9 (P, recall, success,
recip_rank, map, ndcg_cut); Järvelin, Kekäläinen: Cumulated gain-based evaluation of IR techniques, 2002 (nDCG).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeVar

import numpy as np

from similis.errors import UsageError
from similis.evaluation.pairs import f1_score

Id = TypeVar("Id", bound=Hashable)


def precision_at_k(ranked: Sequence[Hashable], relevant: AbstractSet[Hashable], k: int) -> float:
    """Share of the first ``k`` ranks that are relevant.

    Args:
        ranked: Item ids, best first, without repeats.
        relevant: Ids judged relevant; not empty.
        k: Cut-off in ranks, at least 1.
    Returns:
        In [0, 1]. Divided by ``k`` even where fewer were returned.
    Raises:
        UsageError: ``k`` is below 1, nothing is relevant, or an id is repeated.
    """
    return _hits(ranked, relevant, k) / k


def recall_at_k(ranked: Sequence[Hashable], relevant: AbstractSet[Hashable], k: int) -> float:
    """Share of the relevant items found in the first ``k`` ranks.

    Args:
        ranked: Item ids, best first, without repeats.
        relevant: Ids judged relevant; not empty.
        k: Cut-off in ranks, at least 1.
    Returns:
        In [0, 1]. Divided by ``len(relevant)``, so a perfect list scores below 1 when ``k`` is smaller.
    Raises:
        UsageError: ``k`` is below 1, nothing is relevant, or an id is repeated.
    """
    return _hits(ranked, relevant, k) / len(relevant)


def f1_at_k(ranked: Sequence[Hashable], relevant: AbstractSet[Hashable], k: int) -> float:
    """Harmonic mean of `precision_at_k` and `recall_at_k`; 0 where both are.

    Raises:
        UsageError: ``k`` is below 1, nothing is relevant, or an id is repeated.
    """
    return f1_score(precision_at_k(ranked, relevant, k), recall_at_k(ranked, relevant, k))


def hit_rate_at_k(ranked: Sequence[Hashable], relevant: AbstractSet[Hashable], k: int) -> float:
    """1 if anything relevant is in the first ``k`` ranks, else 0 (trec_eval's ``success``).

    Raises:
        UsageError: ``k`` is below 1, nothing is relevant, or an id is repeated.
    """
    return float(_hits(ranked, relevant, k) > 0)


def reciprocal_rank(ranked: Sequence[Hashable], relevant: AbstractSet[Hashable]) -> float:
    """1 / the rank of the first relevant item; 0 if there is none.

    Raises:
        UsageError: nothing is relevant, or an id is repeated.
    """
    _check(ranked, relevant)
    return next((1 / rank for rank, item in enumerate(ranked, 1) if item in relevant), 0.0)


def average_precision(ranked: Sequence[Hashable], relevant: AbstractSet[Hashable]) -> float:
    """Mean of the precision at the rank of each relevant item; items never returned count as 0.

    Returns:
        In [0, 1]; divided by ``len(relevant)``.
    Raises:
        UsageError: nothing is relevant, or an id is repeated.
    """
    _check(ranked, relevant)
    ranks = [rank for rank, item in enumerate(ranked, 1) if item in relevant]
    return sum(found / rank for found, rank in enumerate(ranks, 1)) / len(relevant)


def ndcg_at_k(ranked: Sequence[Id], grades: Mapping[Id, float], k: int) -> float:
    """Discounted gain of the first ``k`` ranks, divided by that of the best possible list.

    Args:
        ranked: Item ids, best first, without repeats.
        grades: Grade of each judged id; the gain is the grade itself (not 2^grade - 1), below 0 counts as 0.
        k: Cut-off in ranks, at least 1. The discount is log2(rank + 1).
    Returns:
        In [0, 1].
    Raises:
        UsageError: ``k`` is below 1, no grade is above 0, or an id is repeated.
    """
    _check_cut_off(k)
    best = sorted((grade for grade in grades.values() if grade > 0), reverse=True)
    _check(ranked, set(best))
    return _discounted([max(0.0, grades.get(item, 0.0)) for item in ranked[:k]]) / _discounted(best[:k])


def _discounted(gains: Sequence[float]) -> float:
    return float(np.asarray(gains, np.float64) @ (1 / np.log2(np.arange(2, len(gains) + 2))))


def _hits(ranked: Sequence[Hashable], relevant: AbstractSet[Hashable], k: int) -> int:
    _check_cut_off(k)
    _check(ranked, relevant)
    return sum(item in relevant for item in ranked[:k])


def _check_cut_off(k: int) -> None:
    if k < 1:
        raise UsageError(f"k is {k}; the cut-off in ranks is at least 1")


def _check(ranked: Sequence[Hashable], relevant: AbstractSet[Hashable]) -> None:
    if not relevant:
        raise UsageError("nothing is judged relevant, and the metric is undefined there; leave the query out")
    if len(set(ranked)) < len(ranked):
        raise UsageError("an id is ranked more than once, and would be counted twice; keep its best rank")

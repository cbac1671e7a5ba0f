"""A whole run at once: one value per query and metric."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from similis.arrays import Floats
from similis.errors import UsageError
from similis.evaluation.intervals import Interval, bootstrap_interval
from similis.evaluation.ranking import (
    average_precision,
    f1_at_k,
    hit_rate_at_k,
    ndcg_at_k,
    precision_at_k,
    recall_at_k,
    reciprocal_rank,
)
from similis.evaluation.runs import Qrels, Run

Metric = Callable[[Sequence[str], Mapping[str, int], int], float]

_AT_K: dict[str, Metric] = {
    "precision": lambda ranked, grades, k: precision_at_k(ranked, _relevant(grades), k),
    "recall": lambda ranked, grades, k: recall_at_k(ranked, _relevant(grades), k),
    "f1": lambda ranked, grades, k: f1_at_k(ranked, _relevant(grades), k),
    "hit_rate": lambda ranked, grades, k: hit_rate_at_k(ranked, _relevant(grades), k),
    "ndcg": ndcg_at_k,
}
_WHOLE_LIST: dict[str, Metric] = {
    "reciprocal_rank": lambda ranked, grades, _: reciprocal_rank(ranked, _relevant(grades)),
    "average_precision": lambda ranked, grades, _: average_precision(ranked, _relevant(grades)),
}
METRICS = (*(f"{name}@k" for name in _AT_K), *_WHOLE_LIST)
"""Names that `evaluate` knows; k is a number, as in ``recall@10``."""


@dataclass(frozen=True, slots=True, eq=False)
class QueryScores:
    """One metric's value for each query.

    queries: query ids, in the order of the judgments.
    values:  (n_queries,) float64, in [0, 1].
    """

    queries: Sequence[str]
    values: Floats

    @property
    def mean(self) -> float:
        """The figure to report."""
        return float(self.values.mean())

    def interval(self, *, seed: int = 0, level: float = 0.95) -> Interval:
        """How far the mean may be off; see `bootstrap_interval`."""
        return bootstrap_interval(self.values, seed=seed, level=level)


def evaluate(run: Run, qrels: Qrels, metrics: Sequence[str]) -> dict[str, QueryScores]:
    """Score a run against judgments.

    Averages go over every query with a relevant item. One that the run left out counts as 0, as with trec_eval's ``-c``: a
    system must not gain by staying silent. Queries that were not judged are passed over.

    Args:
        run: What was ranked.
        qrels: What was judged.
        metrics: Names from `METRICS`, such as ``["recall@1", "ndcg@10", "reciprocal_rank"]``.
    Returns:
        For each name, in order, its scores.
    Raises:
        UsageError: a name is unknown, no query has a relevant item, or a list repeats an id.
    """
    queries = qrels.queries
    if not queries:
        raise UsageError("no query has a relevant item, so there is nothing to average; check that grades above 0 were read")
    found: dict[str, QueryScores] = {}
    for name in metrics:
        metric, k = _parse(name)
        values = [metric(run.ranked.get(query, ()), qrels.grades[query], k) for query in queries]
        found[name] = QueryScores(queries, np.asarray(values, np.float64))
    return found


def _parse(name: str) -> tuple[Metric, int]:
    base, at, cut_off = name.partition("@")
    if at and base in _AT_K and cut_off.isascii() and cut_off.isdigit():
        return _AT_K[base], int(cut_off)
    if not at and base in _WHOLE_LIST:
        return _WHOLE_LIST[base], 0
    raise UsageError(f"unknown metric {name!r}; there are: {', '.join(METRICS)} (k a number, as in 'recall@10')")


def _relevant(grades: Mapping[str, int]) -> frozenset[str]:
    return frozenset(item for item, grade in grades.items() if grade > 0)

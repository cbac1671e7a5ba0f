"""How good a set of pairs is: matching two tables, finding duplicates."""

from __future__ import annotations

from collections.abc import Hashable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PairScores:
    """Precision, recall and F1 of a set of pairs, each in [0, 1]."""

    precision: float
    recall: float
    f1: float


def f1_score(precision: float, recall: float) -> float:
    """Harmonic mean of precision and recall; 0 where both are 0."""
    return 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0


def pair_scores(predicted: AbstractSet[Hashable], actual: AbstractSet[Hashable]) -> PairScores:
    """Compare predicted pairs with the true ones.

    Args:
        predicted: Pairs said to match. Where order means nothing, give both sets the same order, or frozensets.
        actual: Pairs that do match.
    Returns:
        Precision is 0 where nothing was predicted, recall 0 where nothing is true (as scikit-learn's ``zero_division=0``).
    """
    hits = len(predicted & actual)
    precision = hits / len(predicted) if predicted else 0.0
    recall = hits / len(actual) if actual else 0.0
    return PairScores(precision, recall, f1_score(precision, recall))

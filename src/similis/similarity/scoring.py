"""Fusion: weighed features added up, over whole blocks for ranking and piece by piece for reasons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from similis.arrays import Floats, Vectors
from similis.similarity.features import FEATURES, PIECES, is_known
from similis.similarity.results import Evidence, Relation
from similis.similarity.signals import Signals
from similis.similarity.weights import Head, Weights, piecewise


def log_odds(signals: Signals, weights: Weights, relation: Relation) -> Vectors:
    """The calibrated score of every pair, float32, shaped like the signals: for ranking, exact to about 1e-5."""
    head = weights.heads[relation]
    total = np.zeros_like(signals.characters)
    for name, slopes in head.slopes.items():
        values = FEATURES[name](signals) if any(slopes) else None
        part = None if values is None else piecewise(values, weights.knots[name], slopes)
        if part is not None:
            total += part
    total *= np.float32(head.calibration.slope)
    total += np.float32(head.calibration.intercept)
    return total


@dataclass(frozen=True, slots=True)
class Contributions:
    """The reasons of some pairs.

    parts:  (n_pairs, n_pieces + 1) float64; what each piece adds, calibration last.
    values: (n_pairs, n_pieces) float32; what was found, NaN where a side says nothing.
    """

    parts: Floats
    values: Vectors

    @property
    def log_odds(self) -> Floats:
        """(n_pairs,) float64."""
        return np.asarray(self.parts.sum(axis=1))

    def evidence(self, pair: int) -> tuple[Evidence, ...]:
        """The reasons of one pair, calibration last."""
        return as_evidence(self.parts[pair], self.values[pair])


def contributions(pairs: Signals, weights: Weights, relation: Relation, features: dict[str, Vectors | None] | None = None) -> Contributions:
    """The reasons of ``pairs`` (signals of shape (n_pairs,)); ``features`` saves computing them again for another relation."""
    head = weights.heads[relation]
    computed = compute(pairs) if features is None else features
    n_pairs = len(pairs.characters)
    parts = np.zeros((n_pairs, len(PIECES) + 1), np.float64)
    values = np.full((n_pairs, len(PIECES)), np.nan, np.float32)
    for column, piece in enumerate(PIECES):
        for name in piece.features:
            parts[:, column] += _part(computed[name], head, weights, name)
        shown = computed[piece.features[0]]
        if shown is not None:
            values[:, column] = np.where(is_known(pairs, piece) > 0, shown, np.nan)
    parts[:, -1] = head.calibration.correction(parts[:, :-1].sum(axis=1))
    # Neighbour lists store float32; rounding here too makes a stored answer and a fresh one equal.
    return Contributions(parts.astype(np.float32).astype(np.float64), values)


def compute(pairs: Signals) -> dict[str, Vectors | None]:
    """All features of ``pairs``."""
    return {name: feature(pairs) for name, feature in FEATURES.items()}


def _part(values: Vectors | None, head: Head, weights: Weights, name: str) -> Vectors | float:
    slopes = head.slopes.get(name, ())
    if values is None or not any(slopes):
        return 0.0
    found = piecewise(values, weights.knots[name], slopes)
    return 0.0 if found is None else found


def as_evidence(parts: Floats, values: Vectors) -> tuple[Evidence, ...]:
    """One pair's row of contributions as evidence, calibration last."""
    amounts = parts.tolist()
    reasons = [
        Evidence(name, None if value != value else value, unit, amount)
        for (name, unit), value, amount in zip(_NAMES, values.tolist(), amounts, strict=False)
    ]
    reasons.append(Evidence("calibration", None, "log-odds", amounts[-1]))
    return tuple(reasons)


_NAMES = tuple((piece.name, piece.unit) for piece in PIECES)

"""Learning one relation's weights: a conditional logit over each query's candidates, with signs and least slopes given beforehand.

The signs say what every shopkeeper knows (a shared code never speaks against two products being the same). The least slopes keep a piece
of evidence alive that the training sets happen not to need: near-equal Chinese titles are told apart by their last few characters, and no
set without Chinese titles can teach that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scripts.learn_weights.gathering import Gathered

from similis.arrays import Floats, Vectors
from similis.similarity.features import FEATURES

KNOTS: Mapping[str, tuple[float, ...]] = {
    "semantic": (-0.2, 0.2, 0.6, 1.0),
    "semantic_cross": (0.2, 0.6, 1.0),
    "characters": (0.0, 0.4, 1.0),
    "characters_codeless": (0.0, 0.4, 1.0),
    "words": (0.0, 0.5, 1.0),
    "words_of_shorter": (0.0, 0.7, 1.0),
    "words_missing": (0.0, 0.5, 2.0),
    "codes": (0.0, 0.5, 1.0),
    "codes_conflict": (0.0, 0.8, 2.0),
    "digits": (0.0, 0.3, 0.8),
    "digits_conflict": (0.0, 0.6, 2.0),
    "numbers": (0.0, 0.3, 0.8),
    "numbers_conflict": (0.0, 0.3, 1.0),
    "quantities_equal": (0.0, 0.5, 1.0),
    "quantities_conflict": (0.0, 0.5, 1.0),
    "price_gap": (0.0, 0.3, 1.0, 2.0),
}
_SWITCH = (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known before learning.

    signs:  +1 where a feature can only speak for the relation, -1 only against it; others are free.
    least:  least absolute slope of a feature.
    most:   largest absolute slope, for fields that only our own sample has: its sellers are tidier than the world's.
    unused: features left out.
    prior:  slopes the ridge penalty pulls to; 0 for others.
    """

    signs: Mapping[str, int]
    least: Mapping[str, float] = field(default_factory=dict)
    most: Mapping[str, float] = field(default_factory=dict)
    unused: frozenset[str] = frozenset()
    prior: Mapping[str, float] = field(default_factory=dict)
    ridge: float = 1e-3


def knots(name: str) -> tuple[float, ...]:
    """The knots of a feature; one slope from 0 to 1 where none are given."""
    return KNOTS.get(name, _SWITCH)


def spread(features: Vectors) -> tuple[Vectors, list[str]]:
    """The piecewise linear basis of ``features`` (…, n_features): one column a slope, and the feature each belongs to."""
    columns, names = [], []
    for place, name in enumerate(FEATURES):
        points = knots(name)
        for low, high in pairwise(points):
            columns.append(np.clip(features[..., place], low, high) - np.float32(low))
            names.append(name)
    return np.stack(columns, axis=-1), names


def fit_slopes(sets: Sequence[Gathered], shape: Shape) -> dict[str, tuple[float, ...]]:
    """The slopes that rank each query's right candidates first; every set counts the same, however large."""
    bases, labels, shares = [], [], []
    names: list[str] = []
    for one in sets:
        usable = one.labels.any(axis=1) & ~one.labels.all(axis=1)
        basis, names = spread(one.features[usable])
        bases.append(basis)
        labels.append(one.labels[usable])
        shares.append(1.0 / (len(sets) * max(1, int(usable.sum()))))
    scale = np.concatenate([basis.reshape(-1, len(names)) for basis in bases]).std(axis=0) + 1e-2
    start, bounds = _bounds(names, scale, shape)
    scaled = [basis / scale for basis in bases]
    found = minimize(
        _loss,
        start,
        args=(scaled, labels, shares, start, shape.ridge),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 500},
    )
    slopes = found.x / scale
    return {name: tuple(round(float(s), 4) for s, n in zip(slopes, names, strict=True) if n == name) for name in FEATURES}


def _bounds(names: Sequence[str], scale: Floats, shape: Shape) -> tuple[Floats, list[tuple[float | None, float | None]]]:
    bounds: list[tuple[float | None, float | None]] = []
    start = []
    for name, unit in zip(names, scale, strict=True):
        sign, least = shape.signs.get(name, 0), shape.least.get(name, 0.0) * unit
        if name in shape.unused:
            bounds.append((0.0, 0.0))
        else:
            most = shape.most[name] * unit if name in shape.most else None
            bounds.append((least, most) if sign > 0 else (None if most is None else -most, -least) if sign < 0 else (None, None))
        low, high = bounds[-1]
        start.append(float(np.clip(shape.prior.get(name, 0.0) * unit, low, high)))
    return np.array(start), bounds


def _loss(
    weights: Floats, bases: Sequence[Vectors], labels: Sequence[NDArray[np.bool_]], shares: Sequence[float], prior: Floats, ridge: float
) -> tuple[float, Floats]:
    """Negative log-likelihood of "one of the right candidates is chosen", and its gradient."""
    away = weights - prior
    loss, gradient = float(ridge * away @ away), 2 * ridge * away
    for basis, right, share in zip(bases, labels, shares, strict=True):
        score = basis @ weights
        grown = np.exp(score - score.max(axis=1, keepdims=True))
        everything, hit = grown.sum(axis=1), (grown * right).sum(axis=1)
        loss += share * float((np.log(everything) - np.log(hit)).sum())
        pull = (grown / everything[:, None] - grown * right / hit[:, None]) * share
        gradient = gradient + np.einsum("qk,qkd->d", pull, basis)
    return loss, gradient


def fit_calibration(sets: Sequence[Gathered], slopes: Mapping[str, tuple[float, ...]], *, n_best: int = 20) -> tuple[float, float]:
    """Slope and intercept from raw score to log-odds, by logistic regression over each query's ``n_best`` candidates (Platt, 1999)."""
    raw, right, share = [], [], []
    for one in sets:
        score = raw_score(one.features, slopes)
        best = np.argsort(-score, axis=1)[:, :n_best]
        raw.append(np.take_along_axis(score, best, axis=1).ravel())
        right.append(np.take_along_axis(one.labels, best, axis=1).ravel())
        share.append(np.full(raw[-1].size, 1.0 / raw[-1].size))
    x, y, weight = np.concatenate(raw), np.concatenate(right).astype(float), np.concatenate(share)

    def loss(at: Floats) -> tuple[float, Floats]:
        z = np.exp(at[0]) * x + at[1]
        p = 1 / (1 + np.exp(-np.clip(z, -500, 500)))
        pull = (p - y) * weight
        return float((weight * (np.logaddexp(0, z) - y * z)).sum()), np.array([(pull * x).sum() * np.exp(at[0]), pull.sum()])

    found = minimize(loss, np.array([-1.0, -float(np.median(x)) * np.exp(-1.0)]), jac=True, method="L-BFGS-B")
    return round(float(np.exp(found.x[0])), 5), round(float(found.x[1]), 5)


def raw_score(features: Vectors, slopes: Mapping[str, tuple[float, ...]]) -> Floats:
    """The sum of all contributions before calibration."""
    basis, names = spread(features)
    place: dict[str, int] = {}
    flat = np.zeros(len(names))
    for column, name in enumerate(names):
        flat[column] = slopes[name][place.get(name, 0)]
        place[name] = place.get(name, 0) + 1
    return np.asarray(basis @ flat, np.float64)

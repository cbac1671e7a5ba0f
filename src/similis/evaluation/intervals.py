"""How far a mean over queries may be off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from similis.arrays import Floats
from similis.errors import UsageError

_DRAWS_AT_ONCE = 1 << 22


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean, and the interval that holds the true one in ``level`` of all samples."""

    mean: float
    low: float
    high: float
    level: float


def bootstrap_interval(values: Sequence[float] | Floats, *, seed: int, level: float = 0.95, resamples: int = 2000) -> Interval:
    """Percentile bootstrap interval of the mean: queries drawn again with replacement, as many as there are.

    Args:
        values: (n,) one value a query; at least one, all finite.
        seed: The same seed gives the same interval.
        level: Between 0 and 1.
        resamples: How often to draw; the ends move by about 1 / sqrt(resamples) of the interval's width.
    Returns:
        Ends within the range of ``values``. Too narrow for a handful of queries, as every bootstrap is.
    Raises:
        UsageError: there are no values, one is not finite, or ``level`` or ``resamples`` makes no sense.
    Source: Efron, Tibshirani: An Introduction to the Bootstrap, 1993, ch. 13.
    """
    sample = np.asarray(values, np.float64)
    if sample.ndim != 1 or not len(sample) or not np.isfinite(sample).all():
        raise UsageError(f"values have shape {sample.shape}; give one finite number a query, at least one")
    if not 0 < level < 1 or resamples < 1:
        raise UsageError(f"level is {level} and resamples {resamples}; the level is between 0 and 1, at least one sample is drawn")
    rng = np.random.default_rng(seed)
    rows = max(1, _DRAWS_AT_ONCE // len(sample))
    sizes = [min(rows, resamples - start) for start in range(0, resamples, rows)]
    means = np.concatenate([sample[rng.integers(len(sample), size=(size, len(sample)))].mean(axis=1) for size in sizes])
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(sample.mean()), float(low), float(high), level)

"""The learned weights: one additive score per relation, on the log-odds scale.

A feature adds a piecewise linear function of its value: between two knots the score grows by the slope given. Each relation's sum is
calibrated by a strictly increasing line. The shipped file was written by ``python -m scripts.learn_weights``, which says from what.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from similis.arrays import Vectors
from similis.errors import UsageError
from similis.similarity.features import FEATURES
from similis.similarity.results import Relation

LEARNED: tuple[Relation, ...] = ("alike", "same", "variant")
"""Relations with a score of their own; a substitute is alike and not the same, complements come from links."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """From a raw score to log-odds: ``slope * raw + intercept``. The slope is positive, so the order never changes."""

    slope: float
    intercept: float

    def correction(self, raw: Vectors) -> Vectors:
        """What calibration adds to the raw score."""
        return np.asarray((self.slope - 1) * raw + self.intercept)


@dataclass(frozen=True, slots=True)
class Head:
    """The weights of one relation: feature name to slopes, one between each two knots."""

    slopes: Mapping[str, tuple[float, ...]]
    calibration: Calibration


@dataclass(frozen=True, slots=True)
class Weights:
    """All heads, the knots they share, and where they come from.

    fingerprint: first 16 hex digits of the SHA-256 of the values; neighbour lists remember it.
    """

    knots: Mapping[str, tuple[float, ...]]
    heads: Mapping[Relation, Head]
    sources: tuple[Mapping[str, Any], ...]
    calibrated_on: str
    fingerprint: str

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Weights:
        """Weights from plain JSON values.

        Raises:
            UsageError: a relation is missing, a feature unknown, knots not increasing, or a number that is none or not finite.
        """
        try:
            knots = {str(name): tuple(float(k) for k in values) for name, values in data["knots"].items()}
            heads = {relation: _head(data["heads"][relation], knots) for relation in LEARNED}
        except UsageError:
            raise
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise UsageError(f"weights: {error!r} is missing or malformed; start from the file `similis` ships") from error
        for name, values in knots.items():
            if name not in FEATURES:
                raise UsageError(f"weights: unknown feature {name!r}; known are {', '.join(FEATURES)}")
            if len(values) < 2 or not all(-math.inf < a < b < math.inf for a, b in pairwise(values)):
                raise UsageError(f"weights: the knots of {name!r} are {values}; they must be finite and increase")
        content = json.dumps({"knots": data["knots"], "heads": data["heads"]}, sort_keys=True)
        digest = hashlib.sha256(content.encode()).hexdigest()[:16]
        return cls(knots, heads, tuple(data.get("sources", ())), str(data.get("calibrated_on", "default")), digest)


def _head(data: Mapping[str, Any], knots: Mapping[str, tuple[float, ...]]) -> Head:
    slopes = {str(name): tuple(float(v) for v in values) for name, values in data["slopes"].items()}
    for name, values in slopes.items():
        if len(values) != len(knots[name]) - 1 or not all(math.isfinite(v) for v in values):
            raise UsageError(f"weights: {name!r} has slopes {values} for the knots {knots[name]}; give one finite slope between each two")
    calibration = Calibration(float(data["calibration"]["slope"]), float(data["calibration"]["intercept"]))
    if not 0 < calibration.slope < math.inf or not math.isfinite(calibration.intercept):
        raise UsageError(f"weights: calibration {calibration} must have a finite positive slope and a finite intercept")
    return Head(slopes, calibration)


@cache
def default_weights() -> Weights:
    """The weights Similis ships."""
    text = resources.files("similis.similarity").joinpath("weights.json").read_text("utf-8")
    return Weights.from_dict(json.loads(text))


def load_weights(source: Weights | Mapping[str, Any] | Path | str | None) -> Weights:
    """The weights to use: the shipped ones for None, else a file, plain values, or weights already loaded.

    Raises:
        UsageError: the file cannot be read or its content is no weights.
    """
    if source is None:
        return default_weights()
    if isinstance(source, Weights):
        return source
    if isinstance(source, Mapping):
        return Weights.from_dict(source)
    if not isinstance(source, (str, Path)):
        raise UsageError(f"weights are {source!r}; give a file, or its content as a mapping")
    try:
        content = json.loads(Path(source).read_text("utf-8"))
    except OSError as error:
        raise UsageError(f"cannot read the weights file {source}: {error.strerror or error}") from error
    except ValueError as error:
        raise UsageError(f"the weights file {source} is no JSON: {error}") from error
    return Weights.from_dict(content)


def piecewise(values: Vectors, knots: tuple[float, ...], slopes: tuple[float, ...]) -> Vectors | None:
    """The contribution of a feature: slope by slope, how far the value gets between two knots. None where all slopes are 0."""
    total: Vectors | None = None
    for low, high, slope in zip(knots, knots[1:], slopes, strict=False):
        if slope:
            part = np.clip(values, low, high)
            part -= np.float32(low)
            part *= np.float32(slope)
            total = part if total is None else np.add(total, part, out=total)
    return total

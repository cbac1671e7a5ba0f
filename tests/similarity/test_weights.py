"""Weights: what the shipped ones are, what others may be, and what a piecewise linear function gives."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from similis.errors import UsageError
from similis.similarity.features import FEATURES, PIECES
from similis.similarity.weights import LEARNED, Calibration, Weights, default_weights, load_weights, piecewise

Data = dict[str, Any]
SHIPPED: Data = json.loads(resources.files("similis.similarity").joinpath("weights.json").read_text("utf-8"))


def test_the_shipped_weights_name_their_sources_and_licences() -> None:
    weights = default_weights()
    assert set(weights.heads) == set(LEARNED)
    assert weights.sources
    assert all(source.get("licence") for source in weights.sources)


def test_every_weighed_feature_is_shown_in_one_piece() -> None:
    shown = [name for piece in PIECES for name in piece.features]
    assert sorted(shown) == sorted(FEATURES)
    for head in default_weights().heads.values():
        assert set(head.slopes) <= set(shown)


@pytest.mark.parametrize("form", ["none", "dict", "str", "path", "weights"])
def test_weights_come_in_every_form(form: str, tmp_path: Path) -> None:
    path = tmp_path / "weights.json"
    path.write_text(json.dumps(SHIPPED), "utf-8")
    source: dict[str, Any] = {"none": None, "dict": SHIPPED, "str": str(path), "path": path, "weights": default_weights()}
    assert load_weights(source[form]).fingerprint == default_weights().fingerprint


def test_the_fingerprint_follows_the_values_only() -> None:
    renamed = {**SHIPPED, "sources": [], "calibrated_on": "shop"}
    assert Weights.from_dict(renamed).fingerprint == default_weights().fingerprint
    changed = copy.deepcopy(SHIPPED)
    changed["heads"]["same"]["calibration"]["intercept"] += 0.5
    assert Weights.from_dict(changed).fingerprint != default_weights().fingerprint


def _set(*path: Any) -> Callable[[Data], None]:
    *way, last, value = path

    def change(data: Data) -> None:
        at: Any = data
        for step in way:
            at = at[step]
        at[last] = value

    return change


def _drop(*path: str) -> Callable[[Data], None]:
    *way, last = path

    def change(data: Data) -> None:
        at: Any = data
        for step in way:
            at = at[step]
        del at[last]

    return change


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(_drop("knots"), id="no-knots"),
        pytest.param(_drop("heads", "same"), id="no-same"),
        pytest.param(_drop("heads", "variant", "calibration"), id="no-calibration"),
        pytest.param(_drop("heads", "alike", "slopes"), id="no-slopes"),
        pytest.param(_set("knots", "colour_of_money", [0, 1]), id="unknown-feature"),
        pytest.param(_set("knots", "characters", [0.0, 0.5, 0.5]), id="equal-knots"),
        pytest.param(_set("knots", "characters", [1.0, 0.0]), id="falling-knots"),
        pytest.param(_set("knots", "characters", [0.0]), id="one-knot"),
        pytest.param(_set("knots", "characters", ["low", "high"]), id="knots-of-words"),
        pytest.param(_set("knots", "characters", 3), id="knots-no-list"),
        pytest.param(_set("heads", "alike", "slopes", "characters", [1.0] * 99), id="too-many-slopes"),
        pytest.param(_set("heads", "alike", "slopes", "characters", [math.nan] * 9), id="slopes-not-finite"),
        pytest.param(_set("heads", "alike", "slopes", "unheard_of", [1.0]), id="slopes-without-knots"),
        pytest.param(_set("heads", "alike", "calibration", "slope", 0), id="slope-zero"),
        pytest.param(_set("heads", "alike", "calibration", "slope", -1), id="slope-negative"),
        pytest.param(_set("heads", "alike", "calibration", "slope", math.inf), id="slope-infinite"),
        pytest.param(_set("heads", "alike", "calibration", "slope", "steep"), id="slope-of-words"),
        pytest.param(_set("heads", "alike", "calibration", "intercept", math.nan), id="intercept-not-finite"),
        pytest.param(_set("heads", "alike", None), id="head-none"),
    ],
)
def test_malformed_weights_are_a_usage_error(spoil: Callable[[Data], None]) -> None:
    data = copy.deepcopy(SHIPPED)
    spoil(data)
    with pytest.raises(UsageError, match="weights"):
        load_weights(data)


def test_knots_must_be_finite() -> None:
    data = copy.deepcopy(SHIPPED)
    knots = data["knots"]["characters"]
    data["knots"]["characters"] = [math.nan] * len(knots)
    with pytest.raises(UsageError, match="characters"):
        load_weights(data)


@pytest.mark.parametrize("content", ["", "{", "[]", "3", "null", '{"knots": {}}', "\ud83d"])
def test_a_file_that_holds_no_weights_is_a_usage_error(content: str, tmp_path: Path) -> None:
    path = tmp_path / "weights.json"
    path.write_bytes(content.encode("utf-8", "surrogatepass"))
    with pytest.raises(UsageError, match="weights"):
        load_weights(path)


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.json"):
        load_weights(tmp_path / "nowhere.json")


@given(
    st.lists(st.floats(-3, 3, width=32), min_size=1, max_size=20),
    st.lists(st.integers(-20, 20), min_size=2, max_size=6, unique=True).map(lambda found: tuple(n / 8 for n in sorted(found))),
    st.data(),
)
def test_piecewise_adds_slope_by_slope(values: list[float], knots: tuple[float, ...], data: st.DataObject) -> None:
    slopes = tuple(data.draw(st.lists(st.integers(-4, 4).map(float), min_size=len(knots) - 1, max_size=len(knots) - 1)))
    found = piecewise(np.array(values, np.float32), knots, slopes)
    heights = np.concatenate(([0.0], np.cumsum(np.diff(knots) * slopes)))
    expected = np.interp(values, knots, heights)  # flat beyond both ends
    assert (np.zeros(len(values)) if found is None else found) == pytest.approx(expected, abs=1e-4)
    assert (found is None) == (not any(slopes))


def test_piecewise_leaves_its_values_alone() -> None:
    values = np.array([0.2, 0.9], np.float32)
    piecewise(values, (0.0, 0.5, 1.0), (1.0, 2.0))
    assert values.tolist() == pytest.approx([0.2, 0.9])


def test_calibration_is_a_rising_line() -> None:
    raw = np.linspace(-5, 5, 11)
    calibrated = raw + Calibration(slope=0.5, intercept=-1.0).correction(raw.astype(np.float32))
    assert calibrated == pytest.approx(0.5 * raw - 1.0)

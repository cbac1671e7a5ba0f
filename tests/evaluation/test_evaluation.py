"""Metrics: lists worked by hand, trec_eval as an independent oracle, laws that hold for all lists, errors."""

from __future__ import annotations

import math

import numpy as np
import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from similis.errors import UsageError
from similis.evaluation import (
    METRICS,
    PairScores,
    Qrels,
    Run,
    average_precision,
    bootstrap_interval,
    evaluate,
    f1_at_k,
    f1_score,
    hit_rate_at_k,
    ndcg_at_k,
    pair_scores,
    precision_at_k,
    recall_at_k,
    reciprocal_rank,
)

# Worked by hand: d, a, e, b returned; a, b, c relevant.
RANKED = ["d", "a", "e", "b"]
RELEVANT = frozenset("abc")
NAMES = [name.replace("@k", "@3") for name in METRICS]


def test_worked_by_hand() -> None:
    assert precision_at_k(RANKED, RELEVANT, 2) == 1 / 2
    assert precision_at_k(RANKED, RELEVANT, 10) == 2 / 10
    assert recall_at_k(RANKED, RELEVANT, 2) == 1 / 3
    assert recall_at_k(RANKED, RELEVANT, 4) == 2 / 3
    assert f1_at_k(RANKED, RELEVANT, 4) == pytest.approx(2 * (1 / 2) * (2 / 3) / (1 / 2 + 2 / 3))
    assert hit_rate_at_k(RANKED, RELEVANT, 1) == 0
    assert hit_rate_at_k(RANKED, RELEVANT, 2) == 1
    assert reciprocal_rank(RANKED, RELEVANT) == 1 / 2
    assert reciprocal_rank(["x"], RELEVANT) == 0
    assert average_precision(RANKED, RELEVANT) == pytest.approx((1 / 2 + 2 / 4) / 3)
    gained = 3 / math.log2(3) + 1 / math.log2(5)
    best = 3 / math.log2(2) + 2 / math.log2(3) + 1 / math.log2(4)
    assert ndcg_at_k(RANKED, {"a": 3, "b": 1, "c": 2, "d": 0, "e": -1}, 4) == pytest.approx(gained / best)
    assert f1_score(0, 0) == 0
    assert pair_scores({(1, 2), (3, 4)}, {(3, 4), (5, 6), (7, 8)}) == PairScores(1 / 2, 1 / 3, f1_score(1 / 2, 1 / 3))
    assert f1_score(1 / 2, 1 / 3) == pytest.approx(0.4)
    assert pair_scores(set(), {(1, 2)}) == PairScores(0, 0, 0)
    assert pair_scores({(1, 2)}, set()) == PairScores(0, 0, 0)


ITEMS = st.sampled_from([f"i{number}" for number in range(12)])
QUERIES = st.sampled_from(["q1", "q2", "q3"])
# Scores on a coarse grid, so that equal ones occur; trec_eval keeps them as float32.
SCORES = st.dictionaries(QUERIES, st.dictionaries(ITEMS, st.integers(-4, 4).map(lambda n: n / 4), min_size=1), min_size=1)
GRADES = st.dictionaries(QUERIES, st.dictionaries(ITEMS, st.integers(-1, 3), min_size=1), min_size=1)
RANKINGS = st.dictionaries(QUERIES, st.lists(ITEMS, unique=True))
TREC = {
    "precision@{k}": "P_{k}",
    "recall@{k}": "recall_{k}",
    "hit_rate@{k}": "success_{k}",
    "ndcg@{k}": "ndcg_cut_{k}",
    "reciprocal_rank": "recip_rank",
    "average_precision": "map",
}


@given(scores=SCORES, grades=GRADES, k=st.integers(1, 14))
def test_equal_to_trec_eval(scores: dict[str, dict[str, float]], grades: dict[str, dict[str, int]], k: int) -> None:
    qrels = Qrels(grades)
    if not qrels.queries:
        return
    measures = {"recip_rank", "map", *(f"{name}.{k}" for name in ("P", "recall", "success", "ndcg_cut"))}
    expected = pytrec_eval.RelevanceEvaluator(grades, measures).evaluate(scores)
    ours = evaluate(Run.from_scores(scores), qrels, [name.format(k=k) for name in TREC])
    for name, theirs in TREC.items():
        found = ours[name.format(k=k)]
        for query, value in zip(found.queries, found.values, strict=True):
            oracle = expected[query][theirs.format(k=k)] if query in expected else 0.0
            assert value == pytest.approx(oracle, abs=1e-9), (name, query)


@given(rankings=RANKINGS, grades=GRADES, k=st.integers(1, 14))
def test_metrics_never_leave_their_range(rankings: dict[str, list[str]], grades: dict[str, dict[str, int]], k: int) -> None:
    qrels = Qrels(grades)
    if not qrels.queries:
        return
    for scores in evaluate(Run(rankings), qrels, [name.replace("@k", f"@{k}") for name in METRICS]).values():
        assert len(scores.values) == len(scores.queries) == len(qrels.queries)
        assert ((scores.values >= 0) & (scores.values <= 1 + 1e-12)).all()


@given(grades=st.dictionaries(ITEMS, st.integers(1, 3), min_size=1))
def test_the_best_list_scores_one(grades: dict[str, int]) -> None:
    ranked = sorted(grades, key=lambda item: -grades[item])
    k = len(ranked)
    names = ["precision", "recall", "f1", "hit_rate", "ndcg"]
    for scores in evaluate(Run({"q": ranked}), Qrels({"q": grades}), [f"{name}@{k}" for name in names]).values():
        assert scores.mean == pytest.approx(1)


def test_a_query_left_out_counts_as_zero() -> None:
    qrels = Qrels({"q1": {"a": 1}, "q2": {"b": 1}, "never": {"c": 0}})
    scores = evaluate(Run({"q1": ["a"], "not judged": ["x"]}), qrels, NAMES)
    assert list(scores) == NAMES
    for name in NAMES:
        assert scores[name].queries == ["q1", "q2"]
        assert scores[name].values[1] == 0
    assert scores["recall@3"].mean == 0.5


def test_runs_from_rows_and_scores() -> None:
    ids = np.array([[1, 0, -1], [2, -1, -1], [-1, -1, -1]])
    assert Run.from_rows(["x", "y", "z"], ids, ["a", "b", "c"]).ranked == {"x": ["b", "a"], "y": ["c"], "z": []}
    assert Run.from_scores({"q": {"a": 1.0, "b": 1.0, "c": 2.0}}).ranked == {"q": ["c", "b", "a"]}
    assert Qrels.from_relevant({"q": ["a", "b"]}).relevant("q") == {"a", "b"}
    assert Qrels({}).relevant("q") == frozenset()


def test_what_makes_no_sense_is_refused() -> None:
    for metric in (precision_at_k, recall_at_k, f1_at_k, hit_rate_at_k):
        with pytest.raises(UsageError, match="k is 0"):
            metric(RANKED, RELEVANT, 0)
        with pytest.raises(UsageError, match="nothing is judged relevant"):
            metric(RANKED, frozenset(), 3)
        with pytest.raises(UsageError, match="more than once"):
            metric(["a", "a"], RELEVANT, 3)
    for whole in (reciprocal_rank, average_precision):
        with pytest.raises(UsageError, match="nothing is judged relevant"):
            whole(RANKED, frozenset())
        with pytest.raises(UsageError, match="more than once"):
            whole(["a", "a"], RELEVANT)
    with pytest.raises(UsageError, match="k is -1"):
        ndcg_at_k(RANKED, {"a": 1}, -1)
    with pytest.raises(UsageError, match="nothing is judged relevant"):
        ndcg_at_k(RANKED, {"a": 0}, 3)
    with pytest.raises(UsageError, match="one row a query"):
        Run.from_rows(["x", "x"], np.zeros((2, 1), np.int64), ["a"])
    with pytest.raises(UsageError, match="one row a query"):
        Run.from_rows(["x"], np.zeros((2, 1), np.int64), ["a"])
    with pytest.raises(UsageError, match="no query has a relevant item"):
        evaluate(Run({}), Qrels({"q": {"a": 0}}), NAMES)
    for name in ("recall", "recall@", "recall@x", "recall@²", "map@3", "average_precision@3", "accuracy@1"):
        with pytest.raises(UsageError, match="unknown metric"):
            evaluate(Run({}), Qrels({"q": {"a": 1}}), [name])
    with pytest.raises(UsageError, match="k is 0"):
        evaluate(Run({}), Qrels({"q": {"a": 1}}), ["recall@0"])


@given(values=st.lists(st.floats(0, 1), min_size=1, max_size=50), level=st.floats(0.01, 0.99), seed=st.integers(0, 9))
def test_an_interval_stays_within_the_values_and_repeats(values: list[float], level: float, seed: int) -> None:
    interval = bootstrap_interval(values, seed=seed, level=level, resamples=50)
    assert min(values) - 1e-12 <= interval.low <= interval.high <= max(values) + 1e-12
    assert interval == bootstrap_interval(np.asarray(values), seed=seed, level=level, resamples=50)


def test_an_interval_agrees_with_the_normal_law() -> None:
    values = np.random.default_rng(7).random(5000)  # more draws than fit at once
    interval = bootstrap_interval(values, seed=1, level=0.9)
    half = 1.6449 * values.std() / math.sqrt(len(values))
    assert interval.mean == pytest.approx(values.mean())
    assert interval.low == pytest.approx(values.mean() - half, abs=half / 10)
    assert interval.high == pytest.approx(values.mean() + half, abs=half / 10)
    narrower = bootstrap_interval(values, seed=1, level=0.5)
    assert interval.low < narrower.low < narrower.high < interval.high
    scores = evaluate(Run({"q": ["a"]}), Qrels({"q": {"a": 1}}), ["recall@1"])["recall@1"]
    assert scores.interval().low == scores.interval().high == 1


@pytest.mark.parametrize(
    ("values", "level", "resamples"),
    [([], 0.9, 9), ([[0.1]], 0.9, 9), ([math.nan], 0.9, 9), ([0.1], 0, 9), ([0.1], 1, 9), ([0.1], 0.9, 0)],
)
def test_an_interval_of_nothing_is_refused(values: list[float], level: float, resamples: int) -> None:
    with pytest.raises(UsageError):
        bootstrap_interval(values, seed=0, level=level, resamples=resamples)

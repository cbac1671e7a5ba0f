"""Evaluation: runs and judgments in, numbers out; no model, no catalogue.

>>> run = Run({"q1": ["b", "a", "c"], "q2": ["x"]})
>>> qrels = Qrels({"q1": {"a": 1, "c": 2}, "q2": {"x": 1}})
>>> scores = evaluate(run, qrels, ["recall@1", "reciprocal_rank"])
>>> scores["recall@1"].values.tolist(), scores["reciprocal_rank"].mean
([0.0, 1.0], 0.75)
"""

from __future__ import annotations

from similis.evaluation.intervals import Interval, bootstrap_interval
from similis.evaluation.pairs import PairScores, f1_score, pair_scores
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
from similis.evaluation.scoring import METRICS, QueryScores, evaluate

__all__ = [
    "METRICS",
    "Interval",
    "PairScores",
    "Qrels",
    "QueryScores",
    "Run",
    "average_precision",
    "bootstrap_interval",
    "evaluate",
    "f1_at_k",
    "f1_score",
    "hit_rate_at_k",
    "ndcg_at_k",
    "pair_scores",
    "precision_at_k",
    "recall_at_k",
    "reciprocal_rank",
]

"""Scanning: a question against one part of a view, and which of its rows may be returned."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from similis.arrays import Mask, Scores
from similis.similarity.defaults import audience_allows, has_steps, other_group, own_group, steps_of
from similis.similarity.filters import allowed
from similis.similarity.questions import Options, Question
from similis.similarity.results import Relation
from similis.similarity.scoring import log_odds
from similis.similarity.signals import Signals
from similis.similarity.view import Part
from similis.similarity.weights import Weights

_NOT_SUBSTITUTES: tuple[Relation, ...] = ("same", "variant")
REPEL = 0.5
"""How much a negative example takes away, against what a positive one gives."""


@dataclass(frozen=True, slots=True)
class Scan:
    """One part, scanned: the signals of each example, (1, n_items), and the (n_items,) scores for the relation asked."""

    part: Part
    signals: tuple[Signals, ...]
    scores: Scores


def scan_part(part: Part, question: Question, head: Relation, options: Options, weights: Weights) -> Scan:
    """Every example against every row of ``part``."""
    signals = tuple(part.target.scan(example, metric=options.metric) for example in question.examples)
    return Scan(part, signals, combined_score(signals, question, head, weights))


def combined_score(signals: tuple[Signals, ...], question: Question, head: Relation, weights: Weights) -> Scores:
    """One score an item from the examples' log-odds: the mean of the positives, less half the mean of the negatives."""
    odds = np.stack([log_odds(one, weights, head)[0] for one in signals])
    total: Scores = odds[: question.n_positive].mean(axis=0)
    if question.n_positive < len(odds):
        intercept = np.float32(weights.heads[head].calibration.intercept)
        total = total - np.float32(REPEL) * (odds[question.n_positive :].mean(axis=0) - intercept)
    return total


def may_return(scan: Scan, question: Question, options: Options, weights: Weights) -> Mask:
    """(n_items,) rows that live, reach the threshold, pass filters and guards, and are not the question itself."""
    segment = scan.part.segment
    may: Mask = scan.part.live.copy()
    may &= scan.scores >= log_odds_of(options.least_score) - 1e-4  # rounding of the scan; the exact score decides later
    for id in question.ids | options.exclude:
        found = scan.part.row_of.get(id)
        if found is not None:
            may[found] = False
    if options.wants_stock:
        may &= segment.columns.available
    source = question.source
    wanted = np.ones(len(may), bool) if options.filters is None else allowed(options.filters, segment.columns, source)
    may &= wanted
    if options.relation == "variant" and source is not None:
        may &= ~other_group(source, segment.columns)
        in_group = own_group(source, segment.columns) & scan.part.live & wanted
        return may | (in_group & _not_asked(segment.ids, question, options, segment.columns.available))
    for example in question.positives:
        may &= ~own_group(example.columns, segment.columns)
    if source is not None and has_steps(options.relation):
        may &= audience_allows(source, segment.columns)
    if options.relation == "substitute":
        same, variant = (combined_score(scan.signals, question, relation, weights) for relation in _NOT_SUBSTITUTES)
        in_other = np.zeros(len(segment), bool) if source is None else other_group(source, segment.columns)
        may &= (same < 0) & ((variant < 0) | in_other)
    return may


def _not_asked(ids: tuple[str, ...], question: Question, options: Options, available: Mask) -> Mask:
    wanted = np.fromiter((id not in question.ids and id not in options.exclude for id in ids), bool, len(ids))
    return np.asarray(wanted & available) if options.wants_stock else wanted


def steps_for(part: Part, scores: Scores, question: Question, options: Options) -> NDArray[np.int8]:
    """(n_items,) step of the fallback chain; all 0 where there is none."""
    source = question.source
    if source is None or not has_steps(options.relation):
        return np.zeros(len(scores), np.int8)
    return steps_of(source, part.segment.columns, scores)


def log_odds_of(probability: float) -> float:
    """Log-odds of a probability; infinite at 0 and 1."""
    if probability <= 0:
        return -math.inf
    return math.inf if probability >= 1 else math.log(probability / (1 - probability))


def probability(odds: float) -> float:
    """The probability with these log-odds."""
    return 1 / (1 + math.exp(-odds)) if odds >= 0 else math.exp(odds) / (1 + math.exp(odds))

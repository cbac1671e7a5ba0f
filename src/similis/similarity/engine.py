"""The engine: a question and a view in, an answer with reasons out.

Every allowed product is scored with all its evidence, so an answer is exact under any filter. The lists computed in the build answer the
default question only; whatever they do not cover is scored afresh and gives the same result.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from similis.arrays import Ids
from similis.similarity.complements import complements
from similis.similarity.defaults import BY_SCORE, STEPS, has_steps, other_group, own_group
from similis.similarity.features import PIECES
from similis.similarity.neighbours import UNKNOWN
from similis.similarity.questions import Options, Question
from similis.similarity.relations import CODES, decide, may_vary
from similis.similarity.results import Answer, Evidence, Neighbour, Relation
from similis.similarity.scanning import REPEL, Scan, may_return, probability, scan_part, steps_for
from similis.similarity.scoring import Contributions, compute, contributions
from similis.similarity.selection import best_rows
from similis.similarity.view import View
from similis.similarity.weights import Weights

_GROUP_LOG_ODDS = math.log(0.99 / 0.01)


def answer(view: View, question: Question, options: Options, weights: Weights) -> Answer:
    """The best products for ``question``."""
    if options.relation == "complement":
        return complements(view, question, options, weights)
    head: Relation = "alike" if options.relation == "substitute" else options.relation
    scans = [scan_part(part, question, head, options, weights) for part in view.parts()]
    scores = np.concatenate([scan.scores for scan in scans])
    may = np.concatenate([may_return(scan, question, options, weights) for scan in scans])
    steps = np.concatenate([steps_for(scan.part, scan.scores, question, options) for scan in scans])
    folds = options.relation in ("alike", "substitute")
    groups = np.concatenate([scan.part.segment.columns.group_id.codes for scan in scans]) if folds else None
    rows = best_rows(scores, steps, groups, may, options.k)
    found, relations = _reasons(scans, rows, question, head, options, weights)
    order = np.lexsort((rows, -found.log_odds, steps[rows]))
    found = Contributions(found.parts[order], found.values[order])
    return _answer(view, question, options, weights, rows[order], found, steps[rows][order], relations[order])


def stored_answer(view: View, id: str, options: Options, weights: Weights) -> Answer | None:
    """The list of the build for one product, where it answers the question: asked by default, and nothing written since."""
    lists, row = view.snapshot.neighbours, view.snapshot.row_of.get(id)
    if lists is None or row is None or not options.is_default() or options.k > lists.k or not view.is_unchanged:
        return None
    if view.snapshot.weights != weights.fingerprint:
        return None
    rows = lists.rows[row, : options.k]
    if (rows == UNKNOWN).any():
        return None
    rows = rows[rows >= 0].astype(np.int64)
    found = lists.reasons(row, len(rows))
    named = [STEPS[step] for step in lists.steps[row, : len(rows)].tolist()]
    neighbours = _neighbours(view, rows, found, named, lists.relations[row], options)
    if len(neighbours) < len(rows):  # below the threshold: others, from later steps, may take these places
        return None
    return _as_answer(view, id, options, neighbours, weights)


def _reasons(
    scans: list[Scan], rows: Ids, question: Question, head: Relation, options: Options, weights: Weights
) -> tuple[Contributions, NDArray[np.int8]]:
    """Contributions and relation codes of whole-view rows, in their order."""
    parts = np.zeros((len(rows), len(PIECES) + 1))
    values = np.full((len(rows), len(PIECES)), np.nan, np.float32)
    relations = np.zeros(len(rows), np.int8)
    for scan in scans:
        local = rows - scan.part.start
        mine = np.flatnonzero((local >= 0) & (local < len(scan.part.segment)))
        if len(mine):
            found, relations[mine] = _weigh(scan, local[mine], question, head, options, weights)
            parts[mine], values[mine] = found.parts, found.values
    return Contributions(parts, values), relations


def _weigh(
    scan: Scan, items: Ids, question: Question, head: Relation, options: Options, weights: Weights
) -> tuple[Contributions, NDArray[np.int8]]:
    """The reasons of ``items`` of one part: each example's, combined as the scores were."""
    by_relation: dict[Relation, list[Contributions]] = {head: [], "same": [], "variant": []}
    first, differing = np.zeros_like(items), np.zeros(len(items), bool)
    for example, signals in zip(question.examples, scan.signals, strict=True):
        pairs = signals.pairs(first, items, scan.part.target.semantic_pairs(example, first, items, options.metric))
        features = compute(pairs)
        differing = differing | may_vary(features)
        for relation, found in by_relation.items():
            found.append(contributions(pairs, weights, relation, features))
    combined = {relation: _mix(found, question, weights, relation) for relation, found in by_relation.items()}
    source, columns = question.source, scan.part.segment.columns
    nobody = np.zeros(len(items), bool)
    own, other = (nobody, nobody) if source is None else (own_group(source, columns)[items], other_group(source, columns)[items])
    return combined[head], decide(combined["same"].log_odds, combined["variant"].log_odds, own, other, differing)


def _mix(found: list[Contributions], question: Question, weights: Weights, relation: Relation) -> Contributions:
    if len(found) == 1:
        return found[0]
    pieces = np.mean([one.parts[:, :-1] for one in found[: question.n_positive]], axis=0)
    if question.n_positive < len(found):
        pieces = pieces - REPEL * np.mean([one.parts[:, :-1] for one in found[question.n_positive :]], axis=0)
    calibration = weights.heads[relation].calibration.correction(pieces.sum(axis=1))
    return Contributions(np.column_stack((pieces, calibration)), found[0].values)


def _answer(
    view: View,
    question: Question,
    options: Options,
    weights: Weights,
    rows: Ids,
    found: Contributions,
    steps: NDArray[np.int8],
    relations: NDArray[np.int8],
) -> Answer:
    source = question.source
    named = [STEPS[step] if has_steps(options.relation) and source is not None else BY_SCORE for step in steps.tolist()]
    if options.relation == "variant" and source is not None and source.group_id.codes[0] >= 0:
        neighbours = _variants(view, rows, found, named, relations, options, int(source.group_id.codes[0]))
    else:
        neighbours = _neighbours(view, rows, found, named, relations, options)
    return _as_answer(view, question.label, options, neighbours, weights)


def _neighbours(
    view: View, rows: Ids, found: Contributions, steps: list[str], relations: NDArray[np.int8], options: Options
) -> list[Neighbour]:
    """The places whose exact score reaches the threshold."""
    neighbours: list[Neighbour] = []
    for place, (id, title) in enumerate(zip(view.ids_of(rows), view.titles_of(rows), strict=True)):
        evidence = found.evidence(place)
        score = probability(math.fsum(e.contribution for e in evidence))
        if score >= options.least_score:
            relation = CODES[relations[place]]
            neighbours.append(Neighbour(id, score, relation, evidence, len(neighbours) + 1, title, steps[place]))
    return neighbours


def _variants(
    view: View, rows: Ids, found: Contributions, steps: list[str], relations: NDArray[np.int8], options: Options, group: int
) -> list[Neighbour]:
    """Like ``_neighbours``, with the shop's own groups as evidence, best first."""
    everyone = _neighbours(view, rows, found, steps, relations, replace(options, threshold=0.0))
    lifted = []
    for row, n in zip(rows.tolist(), everyone, strict=True):
        evidence = _with_group(n.evidence, view, row, group)
        lifted.append(replace(n, evidence=evidence, score=probability(math.fsum(e.contribution for e in evidence))))
    kept = sorted((n for n in lifted if n.score >= options.least_score), key=lambda n: -n.score)
    return [replace(n, rank=rank) for rank, n in enumerate(kept, 1)]


def _as_answer(view: View, label: str, options: Options, neighbours: list[Neighbour], weights: Weights) -> Answer:
    return Answer(
        query=label,
        asked=options.relation,
        neighbours=tuple(neighbours),
        exact=True,
        calibration=weights.calibrated_on,
        generation=view.snapshot.name,
        seq=view.seq,
    )


def _with_group(evidence: tuple[Evidence, ...], view: View, row: int, group: int) -> tuple[Evidence, ...]:
    """A shared group is the shop's own word: it lifts the log-odds to at least those of .99."""
    n_main = len(view.main.segment)
    part = view.main if row < n_main or view.fresh is None else view.fresh
    if part.segment.columns.group_id.codes[row - part.start] != group:
        return evidence
    return with_declared_group(evidence)


def with_declared_group(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """The reasons of two products that the shop itself put into one group."""
    lift = max(0.0, _GROUP_LOG_ODDS - math.fsum(e.contribution for e in evidence))
    return (*evidence[:-1], Evidence("group", 1.0, "declared", lift), evidence[-1])

"""Complements: what the shop itself linked with a product or its group."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from similis.arrays import Ids
from similis.similarity.defaults import own_group
from similis.similarity.questions import Options, Question
from similis.similarity.results import Answer, Evidence, Neighbour
from similis.similarity.scanning import may_return, probability, scan_part
from similis.similarity.view import View
from similis.similarity.weights import Weights

_LINK_LOG_ODDS = math.log(0.9 / 0.1)
"""A merchant's link is trusted, not calibrated; the answer says so."""
_NOTHING = "no complements are linked; add a column such as cross_sell_ids to the feed"


def complements(view: View, question: Question, options: Options, weights: Weights) -> Answer:
    """Linked products, most alike first. Links are those of the last build; the linked products are as of now."""
    linked = _linked_rows(view, question)
    scans = [scan_part(part, question, "alike", options, weights) for part in view.parts()]
    may = np.concatenate([may_return(scan, question, replace(options, threshold=0.0), weights) for scan in scans])
    scores = np.concatenate([scan.scores for scan in scans])
    groups = np.concatenate([scan.part.segment.columns.group_id.codes for scan in scans])
    score = probability(_LINK_LOG_ODDS)
    rows = linked[may[linked]] if score >= options.least_score else linked[:0]
    rows = rows[np.lexsort((rows, -scores[rows]))]
    first = np.unique(groups[rows], return_index=True)[1]
    rows = rows[(groups[rows] < 0) | np.isin(np.arange(len(rows)), first)][: options.k]
    link = (Evidence("link", 1.0, "declared", _LINK_LOG_ODDS), Evidence("calibration", None, "log-odds", 0.0))
    names = zip(view.ids_of(rows), view.titles_of(rows), strict=True)
    neighbours = tuple(Neighbour(id, score, "complement", link, rank, title, "link") for rank, (id, title) in enumerate(names, 1))
    notes = () if len(linked) else (_NOTHING,)
    return Answer(question.label, "complement", neighbours, True, "declared", view.snapshot.name, view.seq, notes)


def _linked_rows(view: View, question: Question) -> Ids:
    """Rows of the whole view that are linked with an example or its group, sorted."""
    snapshot = view.snapshot
    own = np.zeros(len(snapshot.segment), bool)
    own[[snapshot.row_of[id] for id in question.ids if id in snapshot.row_of]] = True
    for example in question.positives:
        own |= own_group(example.columns, snapshot.segment.columns)
    found = (view.locate(snapshot.segment.ids[row]) for row in snapshot.links.of(np.flatnonzero(own)).tolist())
    return np.array(sorted(part.start + row for part, row in (place for place in found if place is not None)), np.int64)

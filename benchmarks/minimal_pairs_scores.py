"""What three scorers say of every pair: Similis through its engine, the bundled encoder alone, characters alone."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import similis
from benchmarks.baselines import ANALYZERS
from benchmarks.minimal_pairs_templates import Pair
from similis.arrays import Floats
from similis.encoding.library import open_encoder
from similis.errors import UsageError
from similis.similarity.publishing import load_snapshot
from similis.similarity.results import Relation
from similis.similarity.scoring import contributions
from similis.similarity.weights import load_weights

RELATIONS: tuple[Relation, ...] = ("same", "alike")
_ROWS = 128
_CHECKED = 12


@dataclass(frozen=True, slots=True)
class Scored:
    """One scorer's (n_pairs,) scores of anchor and ``same``, and of anchor and ``different``."""

    same: Floats
    different: Floats

    @property
    def right(self) -> Floats:
        """1 where ``same`` stands above ``different``; a tie is wrong."""
        return (self.same > self.different).astype(np.float64)


def engine_scores(pairs: Sequence[Pair]) -> dict[str, Scored]:
    """Similis' own scores for ``same`` and ``alike``: all titles in one shop, built without neighbour lists.

    The pairs are scored by a scan, and the first few compared with ``Shop.explain``.

    Raises:
        UsageError: the shop refused a title, or the scan and ``explain`` disagree.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "shop"
        with similis.open(place) as shop:
            shop.add([{"id": f"{number}-{side}", "title": pair.titles[side]} for number, pair in enumerate(pairs) for side in range(3)])
            built = shop.build(neighbours=0)
            if built.products != 3 * len(pairs):
                raise UsageError(f"{3 * len(pairs):,} titles were added and {built.products:,} built; the shop refused some")
            scored = _scan(place, len(pairs))
            for name, found in scored.items():
                for number in range(min(_CHECKED, len(pairs))):
                    told = [shop.explain(f"{number}-0", f"{number}-{side}", relation=name).score for side in (1, 2)]  # type: ignore[arg-type]  # one of RELATIONS
                    if not np.allclose(told, [found.same[number], found.different[number]], atol=1e-4):
                        raise UsageError(f"pair {number}: the scan says {found.same[number]:.6f}, explain {told[0]:.6f}; they must agree")
    return scored


def _scan(place: Path, n_pairs: int) -> dict[str, Scored]:
    snapshot, weights = load_snapshot(place), load_weights(None)
    target, row_of = snapshot.target, snapshot.row_of
    rows = np.array([[row_of[f"{number}-{side}"] for side in range(3)] for number in range(n_pairs)])
    scores = {name: np.zeros((2, n_pairs)) for name in RELATIONS}
    for start in range(0, n_pairs, _ROWS):
        chunk = rows[start : start + _ROWS]
        queries = snapshot.segment.take(chunk[:, 0].tolist())
        signals = target.scan(queries)
        own = np.arange(len(chunk))
        for column in (0, 1):
            items = chunk[:, column + 1]
            found = signals.pairs(own, items, target.semantic_pairs(queries, own, items, "cosine"))
            for name in RELATIONS:
                odds = contributions(found, weights, name).log_odds
                scores[name][column, start : start + len(chunk)] = 1 / (1 + np.exp(-odds))
    return {name: Scored(*both) for name, both in scores.items()}


def encoder_scores(pairs: Sequence[Pair]) -> Scored:
    """Cosines of the bundled encoder's vectors, titles alone."""
    encoder = open_encoder()
    anchors, same, different = (encoder.encode(list(side)).astype(np.float64) for side in _sides(pairs))
    return Scored((anchors * same).sum(axis=1), (anchors * different).sum(axis=1))


def character_scores(pairs: Sequence[Pair]) -> Scored:
    """Cosines of character TF-IDF (3- and 4-grams, lower case, logarithmic), fitted on all titles: the better of its two ways to cut."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    sides = _sides(pairs)
    found = []
    for analyzer in ANALYZERS:
        vectorizer = TfidfVectorizer(analyzer=analyzer, ngram_range=(3, 4), sublinear_tf=True)
        vectorizer.fit([title for side in sides for title in side])
        anchors, same, different = (vectorizer.transform(side) for side in sides)
        cosines = [np.asarray(anchors.multiply(side).sum(axis=1)).ravel() for side in (same, different)]
        found.append(Scored(*cosines))
    return max(found, key=lambda one: float(one.right.mean()))


def _sides(pairs: Sequence[Pair]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    anchors, same, different = zip(*(pair.titles for pair in pairs), strict=True)
    return anchors, same, different

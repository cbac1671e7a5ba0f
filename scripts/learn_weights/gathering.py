"""From a labelled set to feature vectors: every query is scanned as the engine scans, and its hardest candidates are kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scripts.learn_weights.datasets import LabelledSet

from similis.arrays import Vectors
from similis.catalogue import Product
from similis.encoding import Encoder, open_encoder
from similis.similarity.features import FEATURES
from similis.similarity.lexicon import Lexicon
from similis.similarity.recipe import encoder_text
from similis.similarity.segment import Segment
from similis.similarity.semantics import Semantics
from similis.similarity.signals import Signals, Target

N_CANDIDATES = 60
N_POSITIVES = 8
N_RANDOM = 10
_BLOCK = 16


@dataclass(frozen=True, slots=True)
class Gathered:
    """The candidates of one set's queries.

    features: (n_queries, n_candidates, n_features) float32, in the order of ``FEATURES``.
    labels:   (n_queries, n_candidates) bool.
    """

    name: str
    features: Vectors
    labels: NDArray[np.bool_]


class CachedEncoder:
    """An encoder that keeps what it has encoded in one file, so that learning without one set after another encodes once."""

    def __init__(self, folder: Path | None) -> None:
        """Keep vectors in ``folder``; None keeps them in memory only."""
        self._encoder: Encoder = open_encoder(max_tokens=64)
        self._file = None if folder is None else folder / f"vectors-{self._encoder.fingerprint[:16]}.npz"
        self._known: dict[str, Vectors] = {}
        if self._file is not None and self._file.exists():
            stored = np.load(self._file, allow_pickle=False)
            self._known = dict(zip(stored["texts"].tolist(), stored["vectors"], strict=True))

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._encoder.dim

    @property
    def fingerprint(self) -> str:
        """That of the encoder behind."""
        return self._encoder.fingerprint

    def encode(self, texts: Sequence[str], **_: object) -> Vectors:
        """(n, dim) float32."""
        new = sorted({text for text in texts if text not in self._known})
        if new:
            self._known.update(zip(new, self._encoder.encode(new), strict=True))
            if self._file is not None and len(new) > 100:
                np.savez(self._file, texts=np.array(list(self._known)), vectors=np.stack(list(self._known.values())))
        return np.stack([self._known[text] for text in texts])


def gather(labelled: LabelledSet, encoder: CachedEncoder, *, seed: int = 0) -> Gathered:
    """Candidates and their features for all queries of a set."""
    rng = np.random.default_rng(seed)
    lexicon, rows = Lexicon.fit(labelled.items)
    vectors = encoder.encode([encoder_text(product) for product in labelled.items])
    semantics = Semantics.fit(vectors, encoder)
    items = Segment.of(labelled.items, lexicon, vectors, lexical=rows)
    target = Target(items, semantics, lexicon.ceiling)
    features, labels = [], []
    for start in range(0, len(labelled.queries), _BLOCK):
        block = range(start, min(start + _BLOCK, len(labelled.queries)))
        asked = [_as_asked(labelled.queries[i], i, labelled.relation) for i in block]
        queries = _segment(asked, lexicon, encoder, items)
        signals = target.scan(queries)
        easy = _easy_score(signals)
        for line, query in enumerate(block):
            pick = _pick_natural if labelled.relation == "alike" else _pick
            picked = pick(easy[line], labelled.positives[query], labelled.excluded[query], rng)
            at = np.full(len(picked), line)
            pairs = signals.pairs(at, picked, target.semantic_pairs(queries, at, picked, "cosine"))
            features.append(np.stack(list(_columns(pairs)), axis=1))
            labels.append(np.isin(picked, list(labelled.positives[query])))
    return Gathered(labelled.name, np.stack(features).astype(np.float32), np.stack(labels))


def _as_asked(product: Product, number: int, relation: str) -> Product:
    """Every second question about alike products is a text: customers type words, and those have no category, brand or price."""
    if relation == "alike" and number % 2:
        return Product(id=product.id, title=product.title, language=product.language)
    return product


def _segment(products: Sequence[Product], lexicon: Lexicon, encoder: CachedEncoder, items: Segment) -> Segment:
    vectors = encoder.encode([encoder_text(product) for product in products])
    return Segment.of(products, lexicon, vectors, like=items.columns)


def _easy_score(signals: Signals) -> Vectors:
    """Equal weights, to find the hard negatives before anything is learned."""
    total = signals.characters * 1.5
    for name, share in (("words", 1.0), ("digits", 1.0), ("codes", 1.0), ("semantic", 0.5)):
        found = FEATURES[name](signals)
        total = total if found is None else total + share * found
    return np.asarray(total, np.float32)


def _pick(score: Vectors, positives: frozenset[int], excluded: frozenset[int], rng: np.random.Generator) -> NDArray[np.int64]:
    """The best candidates, some random ones, and at most ``N_POSITIVES`` of the right ones; ``N_CANDIDATES`` rows."""
    score = score.copy()
    score[list(excluded)] = -np.inf
    right = rng.permutation(sorted(positives))[:N_POSITIVES]
    score[list(positives)] = -np.inf
    order = np.argsort(-score, kind="stable")
    wrong = order[: max(0, int(np.isfinite(score).sum()))]
    n_best = N_CANDIDATES - N_RANDOM - len(right)
    best, rest = wrong[:n_best], wrong[n_best:]
    fill = rng.permutation(rest)[: N_CANDIDATES - len(right) - len(best)]
    picked = np.concatenate([right, best, fill]).astype(np.int64)
    if len(picked) < N_CANDIDATES:
        picked = np.concatenate([picked, np.resize(wrong, N_CANDIDATES - len(picked))])
    return np.asarray(picked, np.int64)


def _pick_natural(score: Vectors, positives: frozenset[int], excluded: frozenset[int], rng: np.random.Generator) -> NDArray[np.int64]:
    """The best candidates as they come, right or wrong, and random ones.

    Where a query has hundreds of right answers, forcing some in would set random right ones against the most similar wrong ones, and teach
    that similarity speaks against being alike.
    """
    order = np.argsort(-score, kind="stable")
    order = order[~np.isin(order, list(excluded))]
    n_random = N_CANDIDATES // 3
    best, rest = order[: N_CANDIDATES - n_random], order[N_CANDIDATES - n_random :]
    picked = np.concatenate([best, rng.permutation(rest)[:n_random]])
    return np.asarray(np.resize(picked, N_CANDIDATES), np.int64)


def _columns(pairs: Signals) -> Iterator[Vectors]:
    for feature in FEATURES.values():
        found = feature(pairs)
        yield np.zeros_like(pairs.characters) if found is None else np.broadcast_to(found, pairs.characters.shape)

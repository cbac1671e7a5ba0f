"""One pair under the lens: the evidence between two rows, for ``explain``."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from similis.catalogue import Product
from similis.catalogue.quantities import quantities_of
from similis.encoding import Encoder
from similis.similarity.defaults import other_group, own_group
from similis.similarity.engine import with_declared_group
from similis.similarity.explanation import Explanation, TokenPairs, token_pairs
from similis.similarity.quantities import quantity_pairs
from similis.similarity.recipe import encoder_text
from similis.similarity.relations import CODES, decide, may_vary
from similis.similarity.results import Evidence, Relation
from similis.similarity.scoring import compute, contributions
from similis.similarity.segment import Segment
from similis.similarity.signals import Target
from similis.similarity.snapshot import Snapshot
from similis.similarity.weights import Weights


def explain_pair(
    a: Segment, b: Segment, products: Sequence[Product], snapshot: Snapshot, encoder: Encoder | None, weights: Weights, asked: Relation
) -> Explanation:
    """The evidence between two one-row segments, and the products they were made of."""
    texts = (encoder_text(products[0]), encoder_text(products[1]))
    target = Target(b, snapshot.semantics, snapshot.lexicon.ceiling)
    signals = target.scan(a)
    zero = np.zeros(1, np.int64)
    pairs = signals.pairs(zero, zero, target.semantic_pairs(a, zero, zero, "cosine"))
    features = compute(pairs)
    head: Relation = asked if asked in weights.heads else "alike"
    found = contributions(pairs, weights, head, features)
    same, variant = (contributions(pairs, weights, relation, features).log_odds for relation in ("same", "variant"))
    code = int(decide(same, variant, own_group(a.columns, b.columns), other_group(a.columns, b.columns), may_vary(features))[0])
    evidence: tuple[Evidence, ...] = found.evidence(0)
    if asked == "variant" and own_group(a.columns, b.columns)[0]:
        evidence = with_declared_group(evidence)
    log_odds = math.fsum(e.contribution for e in evidence)
    return Explanation(
        a=a.ids[0],
        b=b.ids[0],
        title_a=a.titles[0],
        title_b=b.titles[0],
        text_a=texts[0],
        text_b=texts[1],
        asked=asked,
        relation=CODES[code],
        score=1 / (1 + math.exp(-log_odds)),
        log_odds=log_odds,
        evidence=evidence,
        shared_words=_shared(a, b, snapshot, "words"),
        shared_codes=_shared(a, b, snapshot, "codes"),
        quantities=quantity_pairs(quantities_of(products[0]), quantities_of(products[1])),
        tokens=_tokens(texts, snapshot, encoder),
    )


def _shared(a: Segment, b: Segment, snapshot: Snapshot, name: str) -> tuple[str, ...]:
    """Terms both have, rarest first."""
    index = getattr(snapshot.lexicon, name)
    columns = np.intersect1d(getattr(a.lexical, name).matrix.indices, getattr(b.lexical, name).matrix.indices)
    rarest = columns[np.argsort(-index.rarity[columns], kind="stable")]
    return tuple(index.terms[column] for column in rarest.tolist())


def _tokens(texts: tuple[str, str], snapshot: Snapshot, encoder: Encoder | None) -> TokenPairs | None:
    split = getattr(encoder, "token_states", None)  # only encoders that pool by mean can split a cosine
    if split is None or snapshot.semantics is None:
        return None
    left, right = split(list(texts))
    return token_pairs(left, right, snapshot.semantics)

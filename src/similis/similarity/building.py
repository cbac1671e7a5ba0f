"""From products to a snapshot: vectors, indexes, statistics, neighbour lists."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from similis.arrays import Vectors
from similis.catalogue import Product
from similis.encoding import Encoder
from similis.similarity.lexicon import LexicalRows, Lexicon
from similis.similarity.neighbours import LIST_LENGTH, compute_lists
from similis.similarity.segment import Segment
from similis.similarity.semantics import Semantics
from similis.similarity.snapshot import Links, Snapshot
from similis.similarity.updating import update_lists
from similis.similarity.weights import Weights

Progress = Callable[[str, int, int], None]
"""Called with the stage, how many are done, and how many there are."""


MOST_DRIFT = 0.1
"""Share of products that may change before the catalogue's statistics are learned anew."""


@dataclass(frozen=True, slots=True)
class VocabularyOptions:
    """What the shop says about words.

    own_brands: its own names of brands, alias to name.
    min_df: words and n-grams in fewer products are left out of the vocabulary.
    """

    own_brands: Mapping[str, str] = field(default_factory=dict)
    min_df: int = 1


@dataclass(frozen=True, slots=True)
class Before:
    """The generation before, where its statistics and lists can be carried on.

    changed: ids written or deleted since.
    """

    snapshot: Snapshot
    changed: frozenset[str]

    @classmethod
    def of(
        cls,
        snapshot: Snapshot,
        changed: Collection[str],
        weights: Weights,
        encoder: Encoder | None,
        k: int,
        vocabulary: VocabularyOptions,
    ) -> Before | None:
        """None where it was built with other weights, encoder, list length or vocabulary, or has drifted too far."""
        made_by = "none" if encoder is None else encoder.fingerprint
        lists = snapshot.neighbours
        if (snapshot.weights, snapshot.encoder) != (weights.fingerprint, made_by) or lists is None or lists.k != k:
            return None
        if vocabulary != VocabularyOptions(snapshot.lexicon.brands.own, snapshot.lexicon.min_df):
            return None
        if snapshot.drift + len(changed) > MOST_DRIFT * len(snapshot.segment):
            return None
        return cls(snapshot, frozenset(changed))


def index_products(
    products: Sequence[Product],
    vectors: Vectors | None,
    encoder: Encoder | None,
    links: Sequence[tuple[str, str]],
    weights: Weights,
    *,
    seq: int,
    before: Before | None = None,
    vocabulary: VocabularyOptions,
) -> Snapshot:
    """Everything but the neighbour lists, with the statistics of ``before`` where given."""
    if before is None:
        lexicon, rows = Lexicon.fit(products, vocabulary.own_brands, min_df=vocabulary.min_df)
        semantics = None if vectors is None or encoder is None else Semantics.fit(vectors, encoder)
    else:
        lexicon, semantics = before.snapshot.lexicon, before.snapshot.semantics
        rows = _carried_rows(products, before)
    segment = Segment.of(products, lexicon, vectors, lexical=rows)
    row_of = {id: row for row, id in enumerate(segment.ids)}
    known = [(row_of[a], row_of[b]) for a, b in links if a in row_of and b in row_of]
    ends = np.array(known, np.int64).reshape(-1, 2)
    return Snapshot(
        name="",
        seq=seq,
        segment=segment,
        lexicon=lexicon,
        semantics=semantics,
        links=Links(ends[:, 0].copy(), ends[:, 1].copy()),
        neighbours=None,
        weights=weights.fingerprint,
        encoder="none" if encoder is None else encoder.fingerprint,
        drift=0 if before is None else before.snapshot.drift + len(before.changed),
    )


def _carried_rows(products: Sequence[Product], before: Before) -> LexicalRows:
    """The lexical rows of ``products``: those of unchanged ones from the generation before, whose lexicon goes on being used."""
    row_of, n_before = before.snapshot.row_of, len(before.snapshot.segment)
    fresh: list[Product] = []
    order: list[int] = []
    for product in products:
        row = None if product.id in before.changed else row_of.get(product.id)
        if row is None:
            row = n_before + len(fresh)
            fresh.append(product)
        order.append(row)
    carried = before.snapshot.segment.lexical
    everything = LexicalRows.stacked([carried, before.snapshot.lexicon.transform(fresh)]) if fresh else carried
    return everything.take(order)


def with_neighbours(
    snapshot: Snapshot, weights: Weights, k: int = LIST_LENGTH, *, before: Before | None = None, progress: Progress | None = None
) -> Snapshot:
    """The same snapshot with the ``k`` places of every product's default answer computed ahead."""
    total, done = len(snapshot.segment), 0

    def step(n: int) -> None:
        nonlocal done
        done += n
        if progress is not None:
            progress("neighbours", done, total)

    n_threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if before is None or before.snapshot.neighbours is None:
        lists = compute_lists(snapshot.target, weights, k=k, n_threads=n_threads, progress=step)
    else:
        row_of = {id: row for row, id in enumerate(snapshot.segment.ids)}
        old = before.snapshot.segment
        row_of_old = np.array([-1 if id in before.changed else row_of.get(id, -1) for id in old.ids], np.int64)
        had_group = np.asarray(old.columns.group_id.codes >= 0)
        lists = update_lists(before.snapshot.neighbours, row_of_old, had_group, snapshot.target, weights, n_threads=n_threads)
        step(total)
    return replace(snapshot, neighbours=lists)

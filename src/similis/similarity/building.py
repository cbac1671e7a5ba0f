"""From products to a snapshot: vectors, indexes, statistics, neighbour lists."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from similis.arrays import Vectors
from similis.catalogue import Product
from similis.encoding import Encoder
from similis.similarity.lexicon import Lexicon
from similis.similarity.neighbours import LIST_LENGTH, compute_lists
from similis.similarity.segment import Segment
from similis.similarity.semantics import Semantics
from similis.similarity.snapshot import Links, Snapshot
from similis.similarity.weights import Weights

Progress = Callable[[str, int, int], None]
"""Called with the stage, how many are done, and how many there are."""


def index_products(
    products: Sequence[Product],
    vectors: Vectors | None,
    encoder: Encoder | None,
    links: Sequence[tuple[str, str]],
    weights: Weights,
    *,
    seq: int,
) -> Snapshot:
    """Everything but the neighbour lists."""
    lexicon, rows = Lexicon.fit(products)
    semantics = None if vectors is None or encoder is None else Semantics.fit(vectors, encoder)
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
    )


def with_neighbours(snapshot: Snapshot, weights: Weights, k: int = LIST_LENGTH, progress: Progress | None = None) -> Snapshot:
    """The same snapshot with the ``k`` places of every product's default answer computed ahead."""
    total, done = len(snapshot.segment), 0

    def step(n: int) -> None:
        nonlocal done
        done += n
        if progress is not None:
            progress("neighbours", done, total)

    n_threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    lists = compute_lists(snapshot.target, weights, k=k, n_threads=n_threads, progress=step)
    return replace(snapshot, neighbours=lists)

"""Publishing: from the store's products to the generation in service."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from similis.encoding import Encoder
from similis.errors import CorruptGeneration, LimitExceeded, NotBuilt
from similis.generations import BuildFacts, begin, current_name, open_current, prune
from similis.similarity import recipe
from similis.similarity.building import Before, Progress, VocabularyOptions, index_products, with_neighbours
from similis.similarity.questions import MAX_K
from similis.similarity.snapshot import Snapshot
from similis.similarity.vectors import VectorCache
from similis.similarity.weights import Weights
from similis.store import Store, build_lock

MAX_MIN_DF = 1_000
GENERATIONS = "generations"
"""The folder of generations, in the shop's."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    encoded, reused: products whose vectors were computed, and found from before.
    seconds: by stage.
    """

    generation: str
    products: int
    encoded: int
    reused: int
    seconds: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


def load_snapshot(folder: Path) -> Snapshot:
    """The generation in service of the shop in ``folder``.

    Raises:
        NotBuilt: there is none, or another version of Similis built it. CorruptGeneration: none is whole.
    """
    generation = open_current(folder / GENERATIONS)
    if generation is None:
        raise NotBuilt(f"{folder} has products but no generation yet; run: similis build --shop {folder}")
    return Snapshot.load(generation)


def publish(
    folder: Path,
    store: Store,
    encoder: Encoder | None,
    weights: Weights,
    *,
    neighbours: int,
    full: bool,
    min_df: int | None = None,
    progress: Progress | None = None,
) -> BuildReport:
    """Encode what changed, index everything, compute neighbours, and put the new generation into service; see ``Shop.build``."""
    if not 0 <= neighbours <= MAX_K:
        raise LimitExceeded(f"neighbours is {neighbours}; compute 0 to {MAX_K:,} ahead")
    if min_df is not None and not 1 <= min_df <= MAX_MIN_DF:
        raise LimitExceeded(f"min_df is {min_df}; leave out words that stand in fewer than 1 to {MAX_MIN_DF:,} products")
    seconds: dict[str, float] = {}
    with build_lock(folder), begin(folder / GENERATIONS) as draft:
        started = time.perf_counter()
        seq, current = store.seq, current_name(folder / GENERATIONS)
        products = list(store)
        if not products:
            raise NotBuilt(f"{folder} has no products to build from; add a feed first: similis add FEED")
        started = _lap(seconds, "read", started)
        cache = VectorCache(store, encoder)
        vectors = cache.vectors(products, progress)
        started = _lap(seconds, "encode", started)
        served = _served(folder)
        vocabulary = VocabularyOptions(store.aliases("brand"), _least_df(min_df, served))
        before = None if full or served is None else _before(served, store, encoder, weights, neighbours, vocabulary)
        snapshot = index_products(products, vectors, encoder, store.links(), weights, seq=seq, before=before, vocabulary=vocabulary)
        started = _lap(seconds, "index", started)
        if neighbours:
            snapshot = with_neighbours(snapshot, weights, neighbours, before=before, progress=progress)
        started = _lap(seconds, "neighbours", started)
        snapshot.save(draft)
        generation = draft.promote(_facts(snapshot, encoder))
        cache.forget_unused(products)
        _lap(seconds, "promote", started)
        prune(folder / GENERATIONS, before=current)  # still under the lock, so that no roll-back takes what goes
    return BuildReport(generation.name, len(products), cache.encoded, len(products) - cache.encoded, seconds)


def _facts(snapshot: Snapshot, encoder: Encoder | None) -> BuildFacts:
    return BuildFacts(
        encoder=snapshot.encoder,
        dim=0 if encoder is None else encoder.dim,
        rows=len(snapshot.segment),
        seq=snapshot.seq,
        preprocessing=recipe.VERSION,
        weights=snapshot.weights,
    )


def _served(folder: Path) -> Snapshot | None:
    """The generation in service, if this version can read it."""
    try:
        return load_snapshot(folder)
    except (NotBuilt, CorruptGeneration):
        return None


def _least_df(asked: int | None, served: Snapshot | None) -> int:
    """What was asked for, else what the generation in service was built with."""
    if asked is not None:
        return asked
    return 1 if served is None else served.lexicon.min_df


def _before(
    served: Snapshot, store: Store, encoder: Encoder | None, weights: Weights, k: int, vocabulary: VocabularyOptions
) -> Before | None:
    changed = [change.id for change in store.changes(served.seq)]
    return Before.of(served, changed, weights, encoder, k, vocabulary)


def _lap(seconds: dict[str, float], stage: str, started: float) -> float:
    now = time.perf_counter()
    seconds[stage] = round(now - started, 3)
    return now

"""Which generation answers, changed by hand: promote, roll back, prune. One at a time, and never beside a build."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from similis.errors import CorruptGeneration, ShopError
from similis.generations import Generation, GenerationEntry, current_name, list_generations, names, prune, roll_back
from similis.similarity.publishing import GENERATIONS
from similis.similarity.serving import Serving
from similis.similarity.snapshot import Snapshot
from similis.store import Store, build_lock


def generations_of(folder: Path, *, verify: bool) -> list[GenerationEntry]:
    """The generations of the shop in ``folder``, newest first; see ``Shop.generations``."""
    return list_generations(folder / GENERATIONS, contents=verify)


def promote(folder: Path, store: Store, serving: Serving, name: str | None) -> GenerationEntry:
    """Let a generation answer; by default the one before the current. See ``Shop.promote``."""
    generations = folder / GENERATIONS
    if not names(generations):
        roll_back(generations, name)  # says that there is none

    def check(generation: Generation) -> None:
        serving.encoder_of(usable(generation, store.seq))

    with build_lock(generations):
        try:
            promoted = roll_back(generations, name, check=check)
        except OSError as error:
            raise ShopError(f"{generations} cannot be written ({error.strerror or error}); the generation in service stays") from error
    entries = list_generations(generations)
    return replace(next(entry for entry in entries if entry.name == promoted.name), in_service=True)


def usable(generation: Generation, last_seq: int) -> Snapshot:
    """The snapshot of a verified generation, if this version reads it and the shop's last write, ``last_seq``, is not before it.

    Raises:
        NotBuilt: another version of Similis built it.
        ShopError: it knows writes that the shop does not have.
    """
    seq = generation.manifest.facts.seq
    if seq > last_seq:
        raise ShopError(
            f"generation {generation.name} knows write {seq}, the shop's last is {last_seq}: it was built from another state of the shop; "
            "run: similis build --full"
        )
    return Snapshot.load(generation)


def prune_generations(folder: Path, *, keep: int) -> list[str]:
    """Remove old generations; see ``Shop.prune``.

    Raises:
        CorruptGeneration: the one that should serve is damaged; an older one may be serving in its place.
    """
    generations = folder / GENERATIONS
    if not names(generations):
        return prune(generations, keep=keep)
    with build_lock(generations):
        current = current_name(generations)
        if not any(entry.in_service and entry.name == current for entry in list_generations(generations)):
            raise CorruptGeneration(
                f"generation {current or 'in CURRENT'} is damaged or gone, nothing was removed; run: similis doctor --repair"
            )
        return prune(generations, keep=keep)

"""What a shop holds, and how far its generation is behind."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from similis.generations import open_current
from similis.similarity.publishing import GENERATIONS
from similis.store import Store


@dataclass(frozen=True, slots=True)
class Status:
    """What a shop holds.

    fresh, deleted: products written and deleted since the generation was built; answers know them already.
    generation, built_at, encoder: None before the first build.
    """

    folder: str
    products: int
    seq: int
    generation: str | None
    built_at: str | None
    generation_seq: int | None
    fresh: int
    deleted: int
    encoder: str | None
    dim: int | None
    calibration: str
    disk_bytes: int

    @classmethod
    def of(cls, folder: Path, store: Store, calibration: str) -> Status:
        """The status of the shop in ``folder``; ``calibration`` names what its probabilities were fitted on."""
        generation = open_current(folder / GENERATIONS)
        facts = None if generation is None else generation.manifest.facts
        changes = [] if facts is None else store.changes(facts.seq)
        return cls(
            folder=str(folder),
            products=len(store),
            seq=store.seq,
            generation=None if generation is None else generation.name,
            built_at=None if facts is None else str(facts.created_at),
            generation_seq=None if facts is None else facts.seq,
            fresh=sum(not change.deleted for change in changes),
            deleted=sum(change.deleted for change in changes),
            encoder=None if facts is None else facts.encoder,
            dim=None if facts is None else facts.dim,
            calibration=calibration,
            disk_bytes=_disk_bytes(folder),
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


def _disk_bytes(folder: Path) -> int:
    total = 0
    for file in folder.rglob("*"):
        with suppress(FileNotFoundError):  # a build beside this may just have removed it
            total += file.stat().st_size if file.is_file() else 0
    return total

"""What is in the folder of generations, for people: each one's facts, whether it is whole, and which one serves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from similis.errors import CorruptGeneration, IncompatibleShop
from similis.generations.folder import current_name, names, number_of
from similis.generations.generation import Generation
from similis.generations.manifest import Manifest


@dataclass(frozen=True, slots=True)
class GenerationEntry:
    """One generation of a shop.

    built_at, products, seq, encoder: from its manifest; None where that cannot be read.
    bytes:      on disk.
    damage:     what is wrong with it, and None where it is whole.
    in_service: it answers now.
    """

    name: str
    built_at: str | None
    products: int | None
    seq: int | None
    encoder: str | None
    bytes: int
    damage: str | None
    in_service: bool = False

    @property
    def is_whole(self) -> bool:
        """Nothing wrong was found."""
        return self.damage is None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self) | {"whole": self.is_whole}


def list_generations(folder: Path, *, contents: bool = False) -> list[GenerationEntry]:
    """The generations in ``folder``, newest first. Nothing is changed.

    Args:
        folder: The folder of generations; it need not exist.
        contents: Compare every file's SHA-256 with the manifest; else its size alone.
    """
    while True:
        current = current_name(folder)
        entries = [_entry(folder / name, contents) for name in names(folder)]
        entries = [entry for entry in entries if (folder / entry.name).exists()]  # pruned while it was read: gone, not damaged
        if current_name(folder) == current:
            break
    served = served_name(entries, current)
    return [replace(entry, in_service=entry.name == served) for entry in reversed(entries)]


def served_name(entries: Sequence[GenerationEntry], current: str | None) -> str | None:
    """Which of ``entries``, oldest first, `open_current` takes: the current one if it is whole, else the last whole one before it."""
    if current is not None:
        entries = [entry for entry in entries if number_of(entry.name) < number_of(current) or entry.name == current]
    return next((entry.name for entry in reversed(entries) if entry.is_whole), None)


def _entry(path: Path, contents: bool) -> GenerationEntry:
    damage = None
    manifest: Manifest | None = None
    try:
        manifest = Manifest.read(path)
        Generation(path, manifest).verify(contents=contents)
    except (CorruptGeneration, IncompatibleShop) as error:
        damage = str(error)
    facts = manifest.facts if manifest else None
    return GenerationEntry(
        name=path.name,
        built_at=facts.created_at if facts else None,
        products=facts.rows if facts else None,
        seq=facts.seq if facts else None,
        encoder=facts.encoder if facts else None,
        bytes=_bytes_of(path),
        damage=damage,
    )


def _bytes_of(path: Path) -> int:
    try:
        return sum(file.stat().st_size for file in path.iterdir() if file.is_file())
    except OSError:  # pruned at this moment, or no folder
        return 0

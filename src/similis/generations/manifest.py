"""What a generation says of itself: what it was built from, and size and SHA-256 of each of its files."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from similis.errors import CorruptGeneration, IncompatibleShop, UsageError

MANIFEST_NAME = "manifest.json"
FORMAT = 1
HASH_CHARACTERS = 12

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,120}", re.ASCII)


def check_file_name(name: str) -> str:
    """Return ``name`` if it can name a file of a generation on every system.

    Raises:
        UsageError: it is empty, too long, has other characters than letters, digits, ``_ . -``, or is the manifest's.
    """
    if not _FILE_NAME.fullmatch(name) or name == MANIFEST_NAME:
        raise UsageError(f"{name!r} cannot name a file of a generation; use letters, digits, '_', '.' and '-'")
    return name


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's contents, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class BuildFacts:
    """What a generation was built from, and how well it did.

    encoder:       fingerprint of the encoder that made the vectors.
    dim:           length of a vector; 0 without an encoder.
    rows:          products in it.
    seq:           the last write of the truth it contains.
    preprocessing: version of the text recipe and cleaning.
    weights:       hash of the evidence weights.
    metrics:       figures measured in the build, by name.
    created_at:    ISO 8601, UTC.
    """

    encoder: str
    dim: int
    rows: int
    seq: int
    preprocessing: str
    weights: str
    metrics: Mapping[str, float] = field(default_factory=dict)
    created_at: str = field(default_factory=_now)


@dataclass(frozen=True, slots=True)
class FileEntry:
    """Size in bytes and SHA-256, in hexadecimal, of one file."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Facts and files of one generation."""

    facts: BuildFacts
    files: Mapping[str, FileEntry]

    @classmethod
    def describe(cls, folder: Path, facts: BuildFacts) -> Manifest:
        """Measure every file in ``folder``; the manifest itself is not among them."""
        paths = sorted(path for path in folder.iterdir() if path.name != MANIFEST_NAME)
        return cls(facts, {path.name: FileEntry(path.stat().st_size, sha256_of(path)) for path in paths})

    def to_json(self) -> str:
        """The text of ``manifest.json``: the same facts and files always give the same text.

        Raises:
            UsageError: a metric is not a finite number, which JSON cannot hold.
        """
        content = {"format": FORMAT, "facts": asdict(self.facts), "files": {name: asdict(entry) for name, entry in self.files.items()}}
        try:
            return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
        except ValueError as error:
            raise UsageError(f"a metric is not a finite number: {dict(self.facts.metrics)}") from error

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read ``manifest.json`` and check it against the hash in the folder's name.

        Raises:
            CorruptGeneration: it is missing, or not what was written.
            IncompatibleShop: it was written by a newer version of Similis.
        """
        path = folder / MANIFEST_NAME
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CorruptGeneration(f"{path} cannot be read ({error.strerror}); build the shop again") from error
        if manifest_hash(content) != folder.name.rpartition("-")[2]:
            raise CorruptGeneration(f"{path} differs from the hash in its folder's name; build the shop again")
        return cls._parse(content, path)

    @classmethod
    def _parse(cls, content: bytes, path: Path) -> Manifest:
        # The hash has matched, so another shape means another writer: a newer version, or none of ours.
        try:
            raw: dict[str, Any] = json.loads(content)  # JSON: the constructors below fail on another shape
            if raw["format"] > FORMAT:
                raise IncompatibleShop(
                    f"{path} has format {raw['format']}, this version reads up to {FORMAT}; update Similis, or build again"
                )
            files = {check_file_name(name): FileEntry(**entry) for name, entry in raw["files"].items()}
            return cls(BuildFacts(**raw["facts"]), files)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CorruptGeneration(f"{path} is not a manifest of Similis ({error}); build the shop again") from error


def manifest_hash(content: bytes) -> str:
    """The part of the manifest's SHA-256 that its folder's name carries."""
    return hashlib.sha256(content).hexdigest()[:HASH_CHARACTERS]

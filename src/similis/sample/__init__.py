"""A small invented catalogue, Chinese and English, with its truth: for demonstrations and tests. CC0-1.0, see ``LICENSE`` beside this file.

The rows are raw, as a shop exports them: read them with ``similis.catalogue``.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["DirtyRow", "Truth", "read_truth", "sample_catalogue_path", "write_sample"]

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class DirtyRow:
    """A row soiled on purpose. ``expect`` is ``accepted`` or ``rejected``, ``why`` says what a careful reader makes of it."""

    line: int
    id: str
    what: str
    expect: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is true of the sample catalogue. All strings inside are product ids unless said otherwise.

    groups: group id to the variants of that listing.
    same: pairs that are one variant of one product, listed twice; each pair once, in no order.
    substitutes: query to every offer of another product that a customer would accept instead; one query per listing.
    complements: query to what fits it or is used with it.
    look_alikes: pairs easily taken for the same that are not.
    dirty, rejected: rows soiled on purpose; those of them that must be rejected.
    departments: department name to its offers. languages: offer to ``zh`` or ``en``. demo: six products worth showing.
    """

    about: str
    licence: str
    demo: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]
    same: tuple[tuple[str, str], ...]
    substitutes: Mapping[str, tuple[str, ...]]
    complements: Mapping[str, tuple[str, ...]]
    look_alikes: tuple[tuple[str, str], ...]
    dirty: tuple[DirtyRow, ...]
    rejected: tuple[DirtyRow, ...]
    departments: Mapping[str, tuple[str, ...]]
    languages: Mapping[str, str]


def sample_catalogue_path() -> Path:
    """The packed feed, ``catalogue.jsonl.gz``."""
    return _HERE / "catalogue.jsonl.gz"


def read_truth() -> Truth:
    """The truth of the sample catalogue."""
    data: dict[str, Any] = json.loads(gzip.decompress((_HERE / "truth.json.gz").read_bytes()))  # Any: as JSON comes
    dirty = tuple(DirtyRow(**row) for row in data["dirty"])
    return Truth(
        about=data["about"],
        licence=data["licence"],
        demo=tuple(data["demo"]),
        groups=_lists(data["groups"]),
        same=_pairs(data["same"]),
        substitutes=_lists(data["substitutes"]),
        complements=_lists(data["complements"]),
        look_alikes=_pairs(data["look_alikes"]),
        dirty=dirty,
        rejected=tuple(row for row in dirty if row.expect == "rejected"),
        departments=_lists(data["departments"]),
        languages=data["languages"],
    )


def write_sample(folder: Path) -> tuple[Path, Path]:
    """Writes ``catalogue.jsonl`` and ``truth.json``, unpacked, into ``folder`` (created if missing), and returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    catalogue, truth = folder / "catalogue.jsonl", folder / "truth.json"
    catalogue.write_bytes(gzip.decompress(sample_catalogue_path().read_bytes()))
    truth.write_bytes(gzip.decompress((_HERE / "truth.json.gz").read_bytes()))
    return catalogue, truth


def _lists(data: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(values) for key, values in data.items()}


def _pairs(data: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((a, b) for a, b in data)

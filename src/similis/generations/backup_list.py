"""``backup.json``: what a backup is, and size and SHA-256 of each of its files; sealed by a hash of its own."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from similis.errors import CorruptBackup, IncompatibleShop
from similis.generations.manifest import FileEntry, sha256_of

LIST_NAME = "backup.json"
SEAL_NAME = "backup.sha256"
FORMAT = 1
MAX_FILES = 1_000
MAX_LIST_BYTES = 1 << 20

_FILE = re.compile(r"shop\.sqlite|generations/CURRENT|generations/[0-9]{6,12}-[0-9a-f]{12}/[A-Za-z0-9][A-Za-z0-9_.-]{0,120}", re.ASCII)


@dataclass(frozen=True, slots=True)
class BackupReport:
    """A backup that was written or restored.

    path:       the backup written, or the shop restored.
    created_at: when the backup was made; ISO 8601, UTC.
    seq:        the last write it knows.
    generation: the one that serves in it; None where there was none.
    """

    path: str
    created_at: str
    products: int
    seq: int
    generation: str | None
    files: int
    bytes: int

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class BackupList:
    """The contents of ``backup.json``."""

    created_at: str
    products: int
    seq: int
    generation: str | None
    files: Mapping[str, FileEntry]

    @property
    def bytes(self) -> int:
        """Of all files together."""
        return sum(entry.size for entry in self.files.values())

    def report(self, path: Path) -> BackupReport:
        """The same for people, without the files."""
        return BackupReport(str(path), self.created_at, self.products, self.seq, self.generation, len(self.files), self.bytes)


def describe(folder: Path, products: int, seq: int, generation: str | None, created_at: str) -> BackupList:
    """Measure every file in ``folder``, and write the list of them and its seal beside them."""
    from similis import __version__

    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = {path.relative_to(folder).as_posix(): FileEntry(path.stat().st_size, sha256_of(path)) for path in paths}
    made = BackupList(created_at, products, seq, generation, files)
    content = (json.dumps({"format": FORMAT, "similis": __version__} | asdict(made), indent=1, ensure_ascii=False) + "\n").encode()
    (folder / LIST_NAME).write_bytes(content)
    (folder / SEAL_NAME).write_bytes(seal(content))
    return made


def seal(content: bytes) -> bytes:
    """The line of ``backup.sha256`` for a list."""
    return f"{hashlib.sha256(content).hexdigest()}  {LIST_NAME}\n".encode()


def parse_list(content: bytes, sealed: bytes, source: Path) -> BackupList:
    """Read the list of a backup.

    Raises:
        CorruptBackup: it is not what was written, or names a file that no backup holds.
        IncompatibleShop: a newer Similis wrote it.
    """
    if sealed != seal(content):
        raise CorruptBackup(f"{LIST_NAME} in {source} differs from its hash in {SEAL_NAME}; take another backup")
    try:
        raw: dict[str, Any] = json.loads(content)  # JSON: checked below
        if raw["format"] > FORMAT:
            raise IncompatibleShop(f"{source} has format {raw['format']}, this version reads up to {FORMAT}; update Similis")
        files = {name: FileEntry(int(entry["size"]), str(entry["sha256"])) for name, entry in raw["files"].items()}
        made = BackupList(str(raw["created_at"]), int(raw["products"]), int(raw["seq"]), raw["generation"], files)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CorruptBackup(f"{LIST_NAME} in {source} is not one of Similis ({error}); take another backup") from error
    check_names(files, source)
    if len(files) > MAX_FILES or any(entry.size < 0 for entry in files.values()) or "shop.sqlite" not in files:
        raise CorruptBackup(f"{LIST_NAME} in {source} lists {len(files)} files, which are not those of a backup; take another one")
    return made


def check_names(names: Mapping[str, object] | list[str], source: Path) -> None:
    """Refuse names that no file of a backup has.

    Raises:
        CorruptBackup: one is absolute, leads out of the folder, or is no name of ours.
    """
    for name in names:
        if not _FILE.fullmatch(name) and name not in (LIST_NAME, SEAL_NAME):
            raise CorruptBackup(f"{source} holds a file {name[:200]!r}, which no backup of Similis has; nothing was restored")

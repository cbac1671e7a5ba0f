"""A whole shop in one file or folder, and back: its database as of one moment and the generation in service, each file with its SHA-256.

```
backup.json      what it is, and size and SHA-256 of every other file
backup.sha256    SHA-256 of backup.json, as `sha256sum` writes it
shop.sqlite
generations/CURRENT, generations/000007-3f0a9c11d2e4/…
```
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from similis.errors import CorruptBackup, CorruptGeneration, ShopError, UsageError
from similis.generations.archive import read_archive, write_archive
from similis.generations.backup_list import LIST_NAME, SEAL_NAME, BackupList, BackupReport, describe
from similis.generations.durable import sync_file, sync_folder
from similis.generations.folder import CURRENT_NAME, current_name, open_current
from similis.generations.generation import Generation
from similis.generations.manifest import MANIFEST_NAME
from similis.generations.unpacking import files_in, unpack

GENERATIONS = "generations"
ARCHIVE_ENDING = ".tar"
COMPRESSED = (".gz", ".tgz", ".zip", ".xz", ".bz2", ".zst", ".7z")
WORK_PREFIX = ".similis-"
ATTEMPTS = 10
_log = logging.getLogger(__name__)


def back_up(folder: Path, target: Path) -> BackupReport:
    """Back up the shop in ``folder`` to ``target``, a new ``.tar`` or else a new folder; whole, or not at all.

    Others may read, write and build meanwhile. The state is that of one moment: the generation is taken first, then the database, which
    knows at least the writes that the generation knows. Where no generation is whole, the database is backed up alone.

    Raises:
        UsageError: ``target`` exists already, its folder does not, or it has the ending of a compressed file.
        NoShop: there is no shop. ShopError: the database is damaged, or the disk refused.
    """
    from similis.store.backup import copy_database  # brings SQLAlchemy, which reading a generation does not need
    from similis.store.database import DATABASE_FILE

    if target.suffix.lower() in COMPRESSED:
        raise UsageError(f"{target} would be compressed; name a file that ends in {ARCHIVE_ENDING}, or a folder")
    with _beside(target, "backup") as work:
        content = work / "content"
        content.mkdir()
        generation = _copy_current(folder / GENERATIONS, content / GENERATIONS)
        facts = copy_database(folder, content / DATABASE_FILE)
        made = describe(content, facts.products, facts.seq, generation, datetime.now(UTC).isoformat(timespec="seconds"))
        if target.suffix.lower() == ARCHIVE_ENDING:
            archive = work / "archive"
            write_archive(archive, content, [LIST_NAME, SEAL_NAME, *made.files])
            sync_file(archive)
            archive.rename(target)
        else:
            _sync_tree(content)
            content.rename(target)
        sync_folder(target.resolve().parent)
    return made.report(target)


def restore(source: Path | str, folder: Path | str) -> BackupReport:
    """Restore a backup as the new shop ``folder``; every hash is checked before anything is used, and it is there whole, or not at all.

    Raises:
        UsageError: ``folder`` exists already, or there is no such backup.
        CorruptBackup: it was cut off or changed, or holds what no backup holds.
        IncompatibleShop: a newer Similis wrote it.
        ShopError: the disk refused, or has too little room.
    """
    source, folder = Path(source), Path(folder)
    if not source.is_file() and not source.is_dir():
        raise UsageError(f"there is no backup {source}; name a file or folder that similis backup has written")
    with _beside(folder, "restore") as work:
        content = work / "content"
        content.mkdir()
        members = files_in(source) if source.is_dir() else read_archive(source)
        made = unpack(members, content, source)
        _check(content, made, source)
        _sync_tree(content)
        content.rename(folder)
        sync_folder(folder.resolve().parent)
    return made.report(folder)


@contextmanager
def _beside(target: Path, what: str) -> Iterator[Path]:
    """A working folder on the same disk as ``target``, gone at the end; what the disk refuses becomes one of our errors."""
    parent = target.resolve().parent
    if target.exists() or target.is_symlink():
        raise UsageError(f"{target} exists already; give a new name, nothing is overwritten")
    if not parent.is_dir():
        raise UsageError(f"there is no folder {parent}; make it first, or name another place")
    work: Path | None = None
    try:
        work = Path(tempfile.mkdtemp(prefix=f"{WORK_PREFIX}{what}-", dir=parent))
        yield work
    except OSError as error:
        raise ShopError(f"the {what} {target} was not made: {error.strerror or error}; nothing is left of it") from error
    finally:
        if work is not None:
            shutil.rmtree(work, ignore_errors=True)


def _copy_current(source: Path, target: Path) -> str | None:
    """Copy the generation in service into the new folder ``target``, verified there; its name, or None where none can serve."""
    for _ in range(ATTEMPTS):
        before = current_name(source)
        try:
            generation = open_current(source)
            if generation is None:
                return None
            _copy(generation, target)
        except (FileNotFoundError, CorruptGeneration) as error:
            shutil.rmtree(target, ignore_errors=True)
            if current_name(source) == before and isinstance(error, CorruptGeneration):
                _log.warning("the backup has no generation, build again once it is restored: %s", error)
                return None
            continue  # a build has promoted another, and removed this one while it was copied
        return generation.name
    raise ShopError(f"the generations in {source} change faster than they can be copied; back up again when no build runs")


def _copy(generation: Generation, target: Path) -> None:
    copied = target / generation.name
    copied.mkdir(parents=True)
    for name in [*generation.manifest.files, MANIFEST_NAME]:
        shutil.copyfile(generation.path / name, copied / name)
    Generation.open(copied)
    (target / CURRENT_NAME).write_text(f"{generation.name}\n", encoding="ascii", newline="\n")


def _check(content: Path, made: BackupList, source: Path) -> None:
    """What was unpacked is a shop that can be used.

    Raises:
        CorruptBackup, IncompatibleShop.
    """
    from similis.store.backup import check_database
    from similis.store.database import DATABASE_FILE

    facts = check_database(content / DATABASE_FILE)
    if facts.problems:
        raise CorruptBackup(f"the database in {source} is damaged: {facts.problems[0]}; take another backup")
    try:
        generation = open_current(content / GENERATIONS)
    except CorruptGeneration as error:
        raise CorruptBackup(f"the generation in {source} is damaged ({error}); take another backup") from error
    if (facts.products, facts.seq, generation and generation.name) != (made.products, made.seq, made.generation):
        raise CorruptBackup(f"{source} holds another shop than its {LIST_NAME} says; take another backup")


def _sync_tree(folder: Path) -> None:
    """Files first, then the folders that hold their names."""
    for path, _, names in os.walk(folder, topdown=False):
        for name in names:
            sync_file(Path(path) / name)
        sync_folder(Path(path))

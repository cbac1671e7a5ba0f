"""From the members of a backup to files: no name, size or content is taken on trust."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from similis.errors import CorruptBackup, ShopError
from similis.generations.archive import Member
from similis.generations.backup_list import LIST_NAME, MAX_LIST_BYTES, SEAL_NAME, BackupList, check_names, parse_list
from similis.generations.manifest import FileEntry


def files_in(folder: Path) -> Iterator[Member]:
    """The members of a backup that is a folder, in the order of an archive; what its list does not name is passed over.

    Raises:
        CorruptBackup: a file is missing, is a link, or lies behind one.
    """
    for name in (LIST_NAME, SEAL_NAME):
        yield from _opened(folder, name)
    listed = parse_list((folder / LIST_NAME).read_bytes(), (folder / SEAL_NAME).read_bytes(), folder)
    for name in listed.files:
        yield from _opened(folder, name)


def _opened(folder: Path, name: str) -> Iterator[Member]:
    path = folder / name
    if path.resolve() != folder.resolve() / name or not path.is_file():
        raise CorruptBackup(f"{path} is missing, or a link; take another backup")
    with path.open("rb") as source:
        yield Member(name, path.stat().st_size, source, folder)


def unpack(members: Iterable[Member], target: Path, source: Path) -> BackupList:
    """Write the files of a backup into the empty folder ``target``, each compared with the list that comes first.

    Raises:
        CorruptBackup: a file is missing, is there twice, is not in the list or differs from it.
        ShopError: the disk has too little room. OSError: it refused.
    """
    found = iter(members)
    content, sealed = (_small(next(found, None), name, source) for name in (LIST_NAME, SEAL_NAME))
    listed = parse_list(content, sealed, source)
    free = shutil.disk_usage(target).free
    if listed.bytes > free:
        raise ShopError(f"{source} needs {listed.bytes / 1e6:,.1f} MB, the disk has {free / 1e6:,.1f} MB; make room, or restore elsewhere")
    missing = dict(listed.files)
    for member in found:
        check_names([member.name], source)
        entry = missing.pop(member.name, None)
        if entry is None:
            raise CorruptBackup(f"{source} holds {member.name!r} twice, or its list does not name it; take another backup")
        _write(member, entry, target / member.name, source)
    if missing:
        raise CorruptBackup(f"{source} lacks {next(iter(missing))!r}; it was cut off or changed, take another backup")
    return listed


def _small(member: Member | None, name: str, source: Path) -> bytes:
    """The contents of a file that comes before all others."""
    if member is None or member.name != name or member.size > MAX_LIST_BYTES:
        raise CorruptBackup(f"{source} is no backup of Similis: {name} is not where it must be; name what similis backup has written")
    return b"".join(member.chunks())


def _write(member: Member, entry: FileEntry, path: Path, source: Path) -> None:
    if member.size != entry.size:
        raise CorruptBackup(f"{member.name!r} in {source} has {member.size} bytes, its list says {entry.size}; take another backup")
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with path.open("xb") as file:
        for data in member.chunks():
            digest.update(data)
            file.write(data)
    if digest.hexdigest() != entry.sha256:
        raise CorruptBackup(f"{member.name!r} in {source} differs from its SHA-256; it was changed, take another backup")

"""The files of a backup in one ``.tar``, and back: plain files with plain names, and not one byte unaccounted for.

Any tar program reads what is written here. What is read must be as plain: a header that is not a simple file's (a link,
an extension) is refused, so that no name and no size is believed before it was checked.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from similis.errors import CorruptBackup, UsageError

BLOCK = tarfile.BLOCKSIZE
CHUNK = 1 << 20
MAX_SIZE = 8**11 - 1
"""The largest file that a plain header can announce: 8 GiB."""
END = bytes(2 * BLOCK)


class Member:
    """One file inside an archive: its name as it stands there, its size, and its contents, to be read once and in order."""

    def __init__(self, name: str, size: int, source: BinaryIO, where: Path) -> None:
        self.name = name
        self.size = size
        self._source = source
        self._where = where
        self._left = size

    def chunks(self) -> Iterator[bytes]:
        """The contents.

        Raises:
            CorruptBackup: the archive ends inside them.
        """
        while self._left:
            data = self._source.read(min(CHUNK, self._left))
            if not data:
                raise CorruptBackup(f"{self._where} ends inside {self.name!r}; it was cut off, take another backup")
            self._left -= len(data)
            yield data


def write_archive(target: Path, folder: Path, names: Sequence[str]) -> None:
    """Write the files ``names`` of ``folder``, in this order, as the new archive ``target``.

    Raises:
        UsageError: a file is larger than an archive can hold. OSError: the disk refused.
    """
    with target.open("xb") as out:
        for name in names:
            path = folder / name
            if path.stat().st_size > MAX_SIZE:
                raise UsageError(
                    f"{name} has {path.stat().st_size:,} bytes, a tar file of this kind holds up to {MAX_SIZE:,}; name a folder"
                )
            header = tarfile.TarInfo(name)
            header.size, header.mtime, header.mode = path.stat().st_size, int(path.stat().st_mtime), 0o644
            out.write(header.tobuf(tarfile.USTAR_FORMAT, "utf-8", "strict"))
            with path.open("rb") as file:
                while data := file.read(CHUNK):
                    out.write(data)
            out.write(bytes(-header.size % BLOCK))
        out.write(END)


def read_archive(path: Path) -> Iterator[Member]:
    """The members of an archive in order; read the contents of each before asking for the next.

    Raises:
        CorruptBackup: it is no archive, was cut off or changed, or holds something else than plain files.
        OSError: it cannot be read.
    """
    with path.open("rb") as source:
        while True:
            block = source.read(BLOCK)
            if not any(block):
                _check_end(path, source, block)
                return
            member = _member(block, source, path)
            yield member
            for _ in member.chunks():  # whatever was not asked for
                pass
            padding = source.read(-member.size % BLOCK)
            if len(padding) != -member.size % BLOCK or any(padding):
                raise CorruptBackup(f"{path} was cut off or changed after {member.name!r}; take another backup")


def _member(block: bytes, source: BinaryIO, path: Path) -> Member:
    try:
        header = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
    except (tarfile.TarError, ValueError) as error:  # ValueError: a name that is no UTF-8
        raise CorruptBackup(f"{path} is no backup, or was cut off or changed ({error}); take another backup") from error
    if header.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or header.size < 0:
        kind = "a link" if header.type in (tarfile.SYMTYPE, tarfile.LNKTYPE) else f"of type {header.type!r}"
        raise CorruptBackup(f"{path}: {header.name!r} is {kind}; a backup holds plain files only, and nothing was restored")
    return Member(header.name, header.size, source, path)


def _check_end(path: Path, source: BinaryIO, block: bytes) -> None:
    """Zeros to the end, at least two blocks of them and only whole ones."""
    length = len(block)
    while data := source.read(CHUNK):
        length += len(data)
        if any(data) or length > CHUNK:
            raise CorruptBackup(f"{path} has something behind its end; it was changed, take another backup")
    if length < len(END) or length % BLOCK:
        raise CorruptBackup(f"{path} ends too early; it was cut off, take another backup")

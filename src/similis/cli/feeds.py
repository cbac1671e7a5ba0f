"""How commands open the feeds they are given, and read FIELD=COLUMN."""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from similis.errors import SimilisError, UsageError


@dataclass(frozen=True, slots=True)
class Source:
    """What ``Shop.add`` reads. ``name`` is None where the reader knows better: a database's URL may hold a password."""

    readable: str | IO[bytes]
    name: str | None

    def rewind(self) -> None:
        """Go back to the start, of a feed opened to be read twice."""
        if not isinstance(self.readable, str):
            self.readable.seek(0)


@contextlib.contextmanager
def opened_feed(feed: str, *, is_database: bool, is_read_twice: bool = False) -> Iterator[Source]:
    """A file by its path; stdin and pipes as streams, since they can be read only once. To be read twice they are copied to disk."""
    path = Path(feed)
    with contextlib.ExitStack() as stack:
        stream: IO[bytes] | None = None
        if feed == "-":
            stream = sys.stdin.buffer
        elif not is_database and path.exists() and not path.is_file() and not path.is_dir():
            stream = stack.enter_context(path.open("rb"))
        if stream is not None and is_read_twice:
            stream = _copied(stream, stack)
        if stream is not None:
            yield Source(stream, "stdin" if feed == "-" else feed)
        else:
            yield Source(feed, None if is_database else feed)  # the reader says what is wrong


def _copied(stream: IO[bytes], stack: contextlib.ExitStack) -> IO[bytes]:
    copy = stack.enter_context(tempfile.TemporaryFile(prefix="similis-"))  # noqa: SIM115  # it is
    try:
        shutil.copyfileobj(stream, copy, 1 << 20)
    except OSError as error:
        raise SimilisError(f"the feed cannot be copied to a temporary file: {error.strerror or error}; make room, or set TMPDIR") from error
    copy.seek(0)
    return copy


def column_mapping(texts: list[str]) -> dict[str, str]:
    """The overrides of ``--map``.

    Raises:
        UsageError: one is no FIELD=COLUMN.
    """
    mapping: dict[str, str] = {}
    for text in texts:
        field, equals, column = text.partition("=")
        if not equals or not field.strip():
            raise UsageError(f"--map {text!r} is no FIELD=COLUMN; write for instance --map title=name")
        mapping[field.strip()] = column.strip()
    return mapping

"""How commands open the feeds they are given, and read FIELD=COLUMN."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from similis.errors import UsageError


@dataclass(frozen=True, slots=True)
class Source:
    """What ``Shop.add`` reads. ``name`` is None where the reader knows better: a database's URL may hold a password."""

    readable: str | IO[bytes]
    name: str | None
    can_be_read_twice: bool = False


@contextlib.contextmanager
def opened_feed(feed: str, *, is_database: bool) -> Iterator[Source]:
    """A file by its path; stdin and pipes as streams, since they can be read only once."""
    path = Path(feed)
    if feed == "-":
        yield Source(sys.stdin.buffer, "stdin")
    elif is_database:
        yield Source(feed, None)
    elif path.exists() and not path.is_file() and not path.is_dir():
        with path.open("rb") as stream:
            yield Source(stream, feed)
    else:
        yield Source(feed, feed, can_be_read_twice=path.is_file())  # the reader says what is wrong


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

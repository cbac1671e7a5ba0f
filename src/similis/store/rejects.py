"""Rejected rows: all of them kept while an import runs, the first shown, and the whole list written to a file on request."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import sqlalchemy as sa

from similis.catalogue.rows import Reject
from similis.catalogue.writing.spreadsheets import formula_safe
from similis.errors import SimilisError, UsageError
from similis.store.schema import staged_rejects

COLUMNS = ("line", "column", "id", "code", "message")
MAX_REPORTED = 1_000
_LINES = (".jsonl", ".ndjson")
_NO_TEXT = (".db", ".gz", ".json", ".ods", ".parquet", ".sqlite", ".sqlite3", ".xls", ".xlsx", ".xml", ".zip")


def stage_rejects(connection: sa.Connection, rejects: Iterable[Reject]) -> None:
    """Keep rejects in the connection's temporary database."""
    rows = [
        {
            "line": reject.line,
            "id": _storable(reject.id),
            "column": _storable(reject.column),
            "code": reject.code,
            "message": _storable(reject.message),
        }
        for reject in rejects
    ]
    if rows:
        connection.execute(sa.insert(staged_rejects), rows)


def _storable(text: str | None) -> str | None:
    """The text as UTF-8 can carry it: half surrogates, which undecodable bytes leave, come out escaped."""
    return None if text is None else text.encode("utf-8", "backslashreplace").decode("utf-8")


def kept_rejects(connection: sa.Connection, limit: int | None = None) -> Iterator[Reject]:
    """The kept rejects by line, the first ``limit`` of them."""
    table = staged_rejects.c
    query = sa.select(table.line, table.id, table.column, table.code, table.message).order_by(table.line, table.position).limit(limit)
    for row in connection.execute(query.execution_options(yield_per=2_000)):
        yield Reject(*row)


class RejectsFile:
    """A file for all rejected rows that appears whole or not at all: CSV, or JSON lines where its name ends in ``.jsonl``.

    In CSV a text that a spreadsheet would compute gets an apostrophe in front.

    Raises:
        UsageError: the name says another format, is a folder's or the feed's own, or its folder does not exist.
        SimilisError: the file cannot be written; raised before anything is read, so that no import fails for it later.
    """

    def __init__(self, path: Path, *, feed: Path | None = None) -> None:
        self._path = path
        suffix = path.suffix.lower()
        if suffix in _NO_TEXT:
            raise UsageError(f"{path} would be no {suffix[1:]} file; rejects become CSV or JSON lines, end the name in .csv or .jsonl")
        with self._explained():
            _check_place(path, feed)
        self._lines = suffix in _LINES
        self._fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")

    def __enter__(self) -> RejectsFile:
        with self._explained():
            self._file: IO[bytes] = self._fresh.open("xb")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()
        self._fresh.unlink(missing_ok=True)  # not there any more once it has been published

    def fill(self, rejects: Iterable[Reject]) -> None:
        """Write all rejects, beside the place where they will appear."""
        with self._explained():
            text = io.TextIOWrapper(self._file, encoding="utf-8", newline="", write_through=True)
            (_write_lines if self._lines else _write_csv)(text, rejects)
            text.flush()
            text.detach()
            os.fsync(self._file.fileno())

    def publish(self) -> None:
        """Put the file in its place."""
        with self._explained():
            self._file.close()
            self._fresh.replace(self._path)

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise SimilisError(f"cannot write {self._path}: {error.strerror or error}; name another file for the rejects") from error


def _check_place(path: Path, feed: Path | None) -> None:
    if path.exists() and not path.is_file():
        raise UsageError(f"{path} is no file that rejects could be written to; name another")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"there is no folder {path.absolute().parent} for the rejects; make it, or name another file")
    with contextlib.suppress(OSError):  # a feed that cannot be looked at is no file
        if feed is not None and path.samefile(feed):
            raise UsageError(f"{path} is the feed itself; name another file for its rejects")


def _cells(reject: Reject) -> tuple[Any, ...]:
    return tuple(getattr(reject, name) for name in COLUMNS)


def _write_lines(text: IO[str], rejects: Iterable[Reject]) -> None:
    for reject in rejects:
        text.write(json.dumps(dict(zip(COLUMNS, _cells(reject), strict=True)), ensure_ascii=False) + "\n")


def _write_csv(text: IO[str], rejects: Iterable[Reject]) -> None:
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for reject in rejects:
        writer.writerow([formula_safe(cell) if isinstance(cell, str) else cell for cell in _cells(reject)])

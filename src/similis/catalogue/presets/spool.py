"""Rows set aside until the whole feed has been seen, so that those that belong together are found wherever they stand.

They go to a temporary database that the system deletes by itself; a few megabytes of it are in memory, the rest on disk.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from similis.catalogue.rows import RawRow
from similis.errors import UnreadableFeed

_BATCH = 500
_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE rows (n INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE keys (key TEXT NOT NULL, n INTEGER NOT NULL);
"""


class RowSpool:
    """Rows in their order, found again by the keys they were added with. Add first, then ask; close at the end.

    Raises:
        UnreadableFeed: the temporary folder has no room left.
    """

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._rows: list[tuple[int, str]] = []
        self._keys: list[tuple[str, int]] = []
        self._count = 0
        self._is_indexed = False
        self._db.executescript(_SCHEMA)
        self._db.execute("BEGIN")

    def __enter__(self) -> RowSpool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._db.close()

    def add(self, row: RawRow, *keys: str) -> None:
        """Set a row aside."""
        self._count += 1
        self._rows.append((self._count, json.dumps((row.line, row.values, row.missing_cells))))
        self._keys.extend((_stored(key), self._count) for key in keys)
        if len(self._rows) >= _BATCH:
            self._flush()

    def __iter__(self) -> Iterator[RawRow]:
        """All rows in their order."""
        self._index()
        with _guarded():
            for (body,) in self._db.execute("SELECT body FROM rows ORDER BY n"):
                yield _row(body)

    def all_keys(self) -> Iterator[str]:
        """All keys, in the order in which they first came."""
        self._index()
        with _guarded():
            for (key,) in self._db.execute("SELECT key FROM keys GROUP BY key ORDER BY min(n)"):
                yield json.loads(key)

    def rows_of(self, key: str) -> Iterator[RawRow]:
        """The rows with this key, in their order."""
        self._index()
        with _guarded():
            query = "SELECT body FROM keys JOIN rows USING (n) WHERE key = ? ORDER BY n"
            for (body,) in self._db.execute(query, (_stored(key),)):
                yield _row(body)

    def first(self, *keys: str) -> RawRow | None:
        """The first row with the first of the keys that has any."""
        return next((row for key in keys for row in self.rows_of(key)), None)

    def has(self, key: str) -> bool:
        """Whether any row has this key."""
        self._index()
        with _guarded():
            return self._db.execute("SELECT 1 FROM keys WHERE key = ?", (_stored(key),)).fetchone() is not None

    def _flush(self) -> None:
        with _guarded():
            self._db.executemany("INSERT INTO rows VALUES (?, ?)", self._rows)
            self._db.executemany("INSERT INTO keys VALUES (?, ?)", self._keys)
        self._rows.clear()
        self._keys.clear()

    def _index(self) -> None:
        if self._rows:
            self._flush()
        if not self._is_indexed:
            with _guarded():
                self._db.execute("CREATE INDEX by_key ON keys (key, n)")
            self._is_indexed = True


def _stored(key: str) -> str:
    return json.dumps(key)  # ASCII, whatever broken bytes the feed holds


def _row(body: str) -> RawRow:
    line, values, missing_cells = json.loads(body)
    return RawRow(line, values, missing_cells)


@contextmanager
def _guarded() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise UnreadableFeed(f"the feed's rows cannot be set aside ({error}); make room in the folder for temporary files") from error

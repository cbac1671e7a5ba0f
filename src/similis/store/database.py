"""The connection to ``shop.sqlite``: how it is opened, read and written."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection

from similis.errors import NoShop, ShopError, ShopLocked
from similis.store import migrations

DATABASE_FILE = "shop.sqlite"
BUSY_TIMEOUT_S = 20.0


class Database:
    """One SQLite file in WAL mode: any number of readers, one writer at a time, every commit on disk before it returns.

    Safe to share between threads; each ``reading`` or ``writing`` block has a connection of its own.
    """

    def __init__(self, path: Path, engine: sa.Engine) -> None:
        self._path = path
        self._engine = engine
        self._watch: sa.PoolProxiedConnection | None = None
        self._watching = threading.Lock()

    @classmethod
    def open(cls, folder: Path, *, create: bool) -> Database:
        """Open the database of a shop's folder and bring its schema up to date.

        Raises:
            NoShop: there is no database and ``create`` is False.
            IncompatibleShop: a newer Similis wrote it.
            ShopLocked: another process holds the write lock for longer than the busy timeout.
            ShopError: the folder cannot be made or the file is no SQLite database.
        """
        path = Path(folder) / DATABASE_FILE
        try:
            if not path.exists():
                if not create:
                    raise NoShop(f"no shop in {folder}; add a feed first, or name another folder")
                path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ShopError(f"cannot use {folder} as a shop: {error.strerror}; name a folder you may write to") from error
        database = cls(path, _engine(path))
        try:
            database._prepare()
        except BaseException:
            database.close()
            raise
        return database

    def _prepare(self) -> None:
        with self.reading() as connection:
            version = migrations.version_of(connection)
        migrations.check(version)
        if version < migrations.LATEST:
            with self.writing() as connection:
                migrations.migrate(connection)

    def close(self) -> None:
        """Close every idle connection; the database can be opened again."""
        with self._watching:
            if self._watch is not None:
                self._watch.close()
                self._watch = None
        self._engine.dispose()

    def version(self) -> int:
        """A number that changes with every commit of another connection, this process's included; microseconds to ask.

        Every question must know the latest write, and a whole query through SQLAlchemy takes longer than the rest of a stored answer. One
        idle connection, never written through, asks SQLite's own change counter instead.
        """
        with self._translated(), self._watching:
            if self._watch is None:
                self._watch = self._engine.raw_connection()
                self._watch.detach()
            cursor = self._watch.cursor()
            cursor.execute("PRAGMA data_version")
            row = cursor.fetchone()
            cursor.close()
        return int(row[0]) if row else 0

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A read transaction: everything inside sees one state of the shop."""
        with self._translated(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A write transaction that takes SQLite's writer lock at once; commits at the end, rolls back on any error."""
        with self._translated(), self._engine.connect() as connection, self.write_on(connection):
            yield connection

    @contextmanager
    def private(self) -> Iterator[sa.Connection]:
        """A connection whose temporary tables end with the block; begin transactions with ``begin`` or ``write_on``."""
        with self._translated(), self._engine.connect() as connection:
            try:
                yield connection
            finally:
                connection.invalidate()

    @contextmanager
    def write_on(self, connection: sa.Connection) -> Iterator[None]:
        """A write transaction on a connection that has none."""
        connection.execution_options(similis_begin="BEGIN IMMEDIATE")
        try:
            with connection.begin():
                yield
        finally:
            connection.execution_options(similis_begin="BEGIN")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.DBAPIError as error:
            text = str(error.orig)
            if "locked" in text or "busy" in text:
                raise ShopLocked(f"{self._path} is locked by another process for more than {BUSY_TIMEOUT_S:.0f} s; try again") from error
            raise ShopError(f"{self._path}: {text}; check the disk, or restore the shop from a backup") from error


def _engine(path: Path) -> sa.Engine:
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)), connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False}
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: DBAPIConnection, _record: Any) -> None:
    # sqlite3 would begin transactions by itself, and only before the first write; SQLAlchemy's "begin" event does it instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    try:
        cursor.execute("PRAGMA journal_mode")
        if cursor.fetchone() != ("wal",):
            cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
    finally:
        cursor.close()


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql(str(connection.get_execution_options().get("similis_begin", "BEGIN")))

"""A copy of the database as of one moment, taken while others write; and whether a database is sound."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from similis.errors import IncompatibleShop, NoShop, ShopError
from similis.store.database import BUSY_TIMEOUT_S, DATABASE_FILE
from similis.store.migrations import LATEST

SHOWN_PROBLEMS = 5


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """What a database holds, and what is wrong with it.

    schema:   version of its schema; 0 where it has none.
    problems: sentences; empty where it is sound.
    """

    products: int
    seq: int
    schema: int
    problems: tuple[str, ...] = ()


def copy_database(folder: Path, target: Path) -> DatabaseFacts:
    """Copy the database of the shop in ``folder`` to the new file ``target``, as of one moment; others may write meanwhile.

    The copy is one file, complete without a write-ahead log, and checked.

    Raises:
        NoShop: there is no database.
        ShopError: it is damaged, or the disk refused.
    """
    source = folder / DATABASE_FILE
    with _connected(source) as theirs, closing(sqlite3.connect(target)) as ours:
        theirs.backup(ours)
        ours.execute("PRAGMA journal_mode = DELETE")
    facts = check_database(target)
    if facts.problems:
        raise ShopError(f"{source} is damaged ({facts.problems[0]}), and no good copy can be made of it; restore the shop from a backup")
    return facts


def check_database(path: Path) -> DatabaseFacts:
    """Read the whole database in ``path``: its pages and indexes, its foreign keys, its schema. Nothing is changed.

    Raises:
        NoShop: there is no such file.
    """
    try:
        with _connected(path) as connection:
            problems = [str(row[0]) for row in connection.execute(f"PRAGMA integrity_check({SHOWN_PROBLEMS})") if row[0] != "ok"]
            broken = connection.execute("SELECT [table], parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2").fetchall()
            problems += [f"{count} rows of {table} name what is not in {parent}" for table, parent, count in broken]
            schema = _schema(connection)
            if schema < 1:
                return DatabaseFacts(0, 0, schema, (*problems, "it has no tables of Similis"))
            products = connection.execute("SELECT count(*) FROM products WHERE NOT deleted").fetchone()[0]
            seq = connection.execute("SELECT value FROM meta WHERE key = 'seq'").fetchone()
            if seq is None:
                problems.append("it does not know its last write")
            return DatabaseFacts(products, int(seq[0]) if seq else 0, schema, tuple(problems))
    except (ShopError, ValueError) as error:
        if isinstance(error, NoShop | IncompatibleShop):
            raise
        return DatabaseFacts(0, 0, 0, (str(error.__cause__ or error),))


def last_write(path: Path) -> int:
    """The number of the last write that the sound database in ``path`` knows now."""
    with _connected(path) as connection:
        return int(connection.execute("SELECT value FROM meta WHERE key = 'seq'").fetchone()[0])


def _schema(connection: sqlite3.Connection) -> int:
    """Its version.

    Raises:
        IncompatibleShop: a newer Similis wrote it.
    """
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'schema_version'").fetchone():
        return 0
    version = int(connection.execute("SELECT coalesce(max(version), 0) FROM schema_version").fetchone()[0])
    if version > LATEST:
        raise IncompatibleShop(f"the shop has schema version {version}, this Similis knows up to {LATEST}; install a newer Similis")
    return version


@contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    if not path.is_file():
        raise NoShop(f"there is no {path}; name the folder of a shop, or restore it from a backup")
    try:
        # never created here, and the name may hold any character
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=BUSY_TIMEOUT_S)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise ShopError(f"{path}: {error}; check the disk, or restore the shop from a backup") from error

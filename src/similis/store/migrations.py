"""Numbered steps from one schema to the next. A shop is brought up to date when it is opened, each step in one transaction.

A step is plain SQL and is never edited after a release; a change of ``schema`` comes with a new step. A new shop takes all steps, so that
it cannot differ from an old one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import sqlalchemy as sa

from similis.errors import IncompatibleShop
from similis.store import schema

_FIRST = (
    "CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
    """CREATE TABLE imports (
        import_id INTEGER NOT NULL PRIMARY KEY, source TEXT NOT NULL, started_at TEXT NOT NULL, finished_at TEXT NOT NULL,
        rows INTEGER NOT NULL, accepted INTEGER NOT NULL, updated INTEGER NOT NULL, unchanged INTEGER NOT NULL, merged INTEGER NOT NULL,
        rejected INTEGER NOT NULL, seq INTEGER NOT NULL)""",
    """CREATE TABLE products (
        row INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL, content_hash TEXT NOT NULL, group_id TEXT,
        available BOOLEAN NOT NULL, deleted BOOLEAN NOT NULL, seq INTEGER NOT NULL, import_id INTEGER REFERENCES imports (import_id))""",
    "CREATE INDEX products_by_seq ON products (seq)",
    "CREATE INDEX products_by_group ON products (group_id)",
    """CREATE TABLE links (
        product_id TEXT NOT NULL REFERENCES products (id), kind TEXT NOT NULL, other_id TEXT NOT NULL,
        PRIMARY KEY (product_id, kind, other_id))""",
    "CREATE TABLE encoders (encoder_id INTEGER NOT NULL PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE, dim INTEGER NOT NULL)",
    """CREATE TABLE vectors (
        vector_id INTEGER NOT NULL PRIMARY KEY, encoder_id INTEGER NOT NULL REFERENCES encoders (encoder_id), text_hash TEXT NOT NULL,
        vector BLOB NOT NULL, UNIQUE (encoder_id, text_hash))""",
    "INSERT INTO meta VALUES ('seq', '0')",
)

_SECOND = (
    "ALTER TABLE imports ADD COLUMN kind TEXT NOT NULL DEFAULT 'add'",
    "ALTER TABLE imports ADD COLUMN feed TEXT",
    "ALTER TABLE imports ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE imports ADD COLUMN kept INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE imports ADD COLUMN undoes INTEGER",
    "ALTER TABLE imports ADD COLUMN undone_by INTEGER",
    "UPDATE imports SET updated = updated + unchanged",  # the unchanged are of the updated ones from here on
    "ALTER TABLE products ADD COLUMN feed TEXT",
    """CREATE TABLE history (
        import_id INTEGER NOT NULL REFERENCES imports (import_id), product_id TEXT NOT NULL, body TEXT, content_hash TEXT,
        deleted BOOLEAN NOT NULL, feed TEXT, PRIMARY KEY (import_id, product_id))""",
    "CREATE TABLE aliases (kind TEXT NOT NULL, alias TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (kind, alias))",
    # imports made before there was a history cannot be taken back
    "INSERT INTO meta SELECT 'history_from', coalesce(max(import_id), 0) + 1 FROM imports",
)

MIGRATIONS: Mapping[int, Sequence[str]] = {1: _FIRST, 2: _SECOND}
LATEST = max(MIGRATIONS)


def version_of(connection: sa.Connection) -> int:
    """The schema version of an open database; 0 for an empty one."""
    if not sa.inspect(connection).has_table(schema.schema_version.name):
        return 0
    return int(connection.scalar(sa.select(sa.func.max(schema.schema_version.c.version))) or 0)


def check(version: int) -> None:
    """Refuse a database this version of Similis does not know.

    Raises:
        IncompatibleShop: ``version`` is newer than the last step known here.
    """
    if version > LATEST:
        raise IncompatibleShop(f"the shop has schema version {version}, this Similis knows up to {LATEST}; install a newer Similis")


def migrate(connection: sa.Connection) -> int:
    """Apply every missing step inside the caller's write transaction and return the version reached.

    Raises:
        IncompatibleShop: the database is newer than this Similis.
    """
    version = version_of(connection)
    check(version)
    schema.schema_version.create(connection, checkfirst=True)
    for number in range(version + 1, LATEST + 1):
        for statement in MIGRATIONS[number]:
            connection.exec_driver_sql(statement)
        connection.execute(sa.insert(schema.schema_version).values(version=number, applied_at=datetime.now(UTC).isoformat()))
    return LATEST

"""Numbered steps from one schema to the next. A shop is brought up to date when it is opened, each step in one transaction.

A step is never edited after a release; a change of ``schema`` comes with a new step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import sqlalchemy as sa

from similis.errors import IncompatibleShop
from similis.store import schema


def _first(connection: sa.Connection) -> None:
    tables = [schema.meta, schema.imports, schema.products, schema.history, schema.aliases, schema.links, schema.encoders, schema.vectors]
    schema.metadata.create_all(connection, tables=tables)
    connection.execute(sa.insert(schema.meta).values(key="seq", value="0"))


def _second(connection: sa.Connection) -> None:
    """Imports that can be listed by kind and taken back; several feeds in one shop; aliases. The first step makes all of it today."""
    columns = {column["name"] for column in sa.inspect(connection).get_columns("imports")}
    if "kind" in columns:
        return
    for clause in ("imports ADD COLUMN kind TEXT NOT NULL DEFAULT 'add'", "imports ADD COLUMN feed TEXT",
                   "imports ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0", "imports ADD COLUMN undone_by INTEGER",
                   "products ADD COLUMN feed TEXT"):  # fmt: skip
        connection.execute(sa.text(f"ALTER TABLE {clause}"))
    schema.metadata.create_all(connection, tables=[schema.history, schema.aliases])


MIGRATIONS: Mapping[int, Callable[[sa.Connection], None]] = {1: _first, 2: _second}
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
        MIGRATIONS[number](connection)
        connection.execute(sa.insert(schema.schema_version).values(version=number, applied_at=datetime.now(UTC).isoformat()))
    return LATEST

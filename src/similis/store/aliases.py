"""The shop's own words for one thing, such as another spelling of a brand."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from similis.store.schema import aliases


def load_aliases(connection: sa.Connection, kind: str) -> dict[str, str]:
    """Alias to name, in the order of the aliases."""
    query = sa.select(aliases.c.alias, aliases.c.name).where(aliases.c.kind == kind).order_by(aliases.c.alias)
    return {row.alias: row.name for row in connection.execute(query)}


def put_alias(connection: sa.Connection, kind: str, alias: str, name: str) -> None:
    """Add an alias, or give it another name."""
    values = {"kind": kind, "alias": alias, "name": name}
    connection.execute(insert(aliases).values(values).on_conflict_do_update(index_elements=["kind", "alias"], set_={"name": name}))


def drop_alias(connection: sa.Connection, kind: str, alias: str) -> bool:
    """Take an alias away; whether there was one."""
    return connection.execute(sa.delete(aliases).where(aliases.c.kind == kind, aliases.c.alias == alias)).rowcount > 0

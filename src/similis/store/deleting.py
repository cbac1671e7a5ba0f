"""Deleting products by id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import sqlalchemy as sa

from similis.catalogue.cleaning import has_damage
from similis.store.database import Database
from similis.store.merging import next_seq, now, record, remove
from similis.store.schema import products

CHUNK = 5_000
NAMED = 5


def delete_products(database: Database, ids: Iterable[str]) -> int:
    """See ``Store.delete``."""
    started_at = now()
    wanted = [id for id in dict.fromkeys(ids) if _is_text(id)]
    with database.writing() as connection:
        present: list[str] = []
        for chunk in _chunks(wanted):
            query = sa.select(products.c.id).where(products.c.id.in_(chunk), sa.not_(products.c.deleted))
            present.extend(connection.scalars(query))
        if present:
            seq = next_seq(connection)
            values = {"kind": "delete", "source": _named(present), "withdrawn": len(present), "seq": seq}
            import_id = record(connection, started_at, values)
            for chunk in _chunks(present):
                remove(connection, products.c.id.in_(chunk), seq, import_id)
    return len(present)


def _is_text(id: object) -> bool:
    """Whether it can be the id of a stored product; half surrogates, from bytes that are no UTF-8, cannot."""
    return isinstance(id, str) and not has_damage(id)


def _named(ids: list[str]) -> str:
    """What the list of imports shows of the ids."""
    more = len(ids) - NAMED
    return ", ".join(ids[:NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _chunks(values: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]

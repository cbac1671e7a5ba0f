"""The write itself: staged rows into the catalogue, with what they replace kept aside. All in SQL, inside the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from similis.store.schema import history, imports, links, meta, products, staged

KEPT_WRITES = 20
"""So many of the last writes can be taken back; what older ones replaced is forgotten."""

LINK_ROWS = 10_000

_BOTH = staged.outerjoin(products, products.c.id == staged.c.id)
_IS_NEW = products.c.id.is_(None)
_DIFFERS = sa.or_(_IS_NEW, products.c.deleted != staged.c.deleted, products.c.content_hash != staged.c.content_hash)
_CHANGES_FEED = sa.and_(sa.not_(_IS_NEW), products.c.feed.is_distinct_from(staged.c.feed))


class Counts(NamedTuple):
    """What merging the staged rows would do.

    accepted: not in the catalogue before, and now. updated: in it before and now; unchanged: those of them with the same content.
    removed:  in it before, and not now. refed: rows that would only change which feed they belong to.
    """

    staged: int
    accepted: int
    updated: int
    unchanged: int
    removed: int
    refed: int

    @property
    def changed(self) -> int:
        """Products that get a new ``seq``."""
        return self.accepted + self.updated - self.unchanged + self.removed


def count(connection: sa.Connection) -> Counts:
    """Compare the staged rows with the catalogue."""
    was = sa.and_(sa.not_(_IS_NEW), sa.not_(products.c.deleted))
    shall = sa.not_(staged.c.deleted)
    cases = (
        sa.and_(sa.not_(was), shall),
        sa.and_(was, shall),
        sa.and_(was, shall, products.c.content_hash == staged.c.content_hash),
        sa.and_(was, sa.not_(shall)),
        sa.and_(_CHANGES_FEED, sa.not_(_DIFFERS)),
    )
    sums = (sa.func.coalesce(sa.func.sum(sa.case((case, 1), else_=0)), 0) for case in cases)
    return Counts(*connection.execute(sa.select(sa.func.count(), *sums).select_from(_BOTH)).one())


def remember(connection: sa.Connection, import_id: int) -> None:
    """Keep what merging will replace, also which feed a product belonged to. To be called before ``merge``."""
    before = sa.select(
        sa.literal(import_id),
        staged.c.id,
        products.c.body,
        products.c.content_hash,
        sa.func.coalesce(products.c.deleted, sa.true()),
        products.c.feed,
    )
    insert = sa.insert(history).from_select(
        ["import_id", "product_id", "body", "content_hash", "deleted", "feed"], before.select_from(_BOTH).where(_DIFFERS | _CHANGES_FEED)
    )
    connection.execute(insert)


def merge(connection: sa.Connection, seq: int, import_id: int) -> None:
    """Write every staged row that differs from the catalogue, and its links."""
    carried = ("id", "body", "content_hash", "group_id", "available", "deleted", "feed")
    constant = (sa.literal(seq).label("seq"), sa.literal(import_id).label("import_id"))
    changed = sa.select(*(staged.c[name] for name in carried), *constant).select_from(_BOTH).where(_DIFFERS).order_by(staged.c.position)
    names = [*carried, "seq", "import_id"]
    insert = sqlite.insert(products).from_select(names, changed)
    connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_={name: insert.excluded[name] for name in names[1:]}))
    mine = sa.select(products.c.id).where(products.c.import_id == import_id, products.c.seq == seq)
    connection.execute(sa.delete(links).where(links.c.product_id.in_(mine)))
    linked = sa.select(staged.c.id, staged.c.complements).where(staged.c.complements != "[]", staged.c.id.in_(mine))
    rows = _link_rows(connection.execute(linked.execution_options(yield_per=LINK_ROWS)))
    while batch := list(islice(rows, LINK_ROWS)):
        connection.execute(sqlite.insert(links).on_conflict_do_nothing(), batch)


def _link_rows(linked: Iterable[tuple[str, str]]) -> Iterator[dict[str, str]]:
    for product_id, complements in linked:
        for other_id in json.loads(complements):
            yield {"product_id": product_id, "kind": "complement", "other_id": other_id}


def set_feeds(connection: sa.Connection) -> None:
    """Give every staged product to the feed that brought it, without touching its ``seq``."""
    moved = sa.and_(products.c.id == staged.c.id, products.c.feed.is_distinct_from(staged.c.feed))
    connection.execute(sa.update(products).values(feed=staged.c.feed).where(moved))


def remove(connection: sa.Connection, which: sa.ColumnElement[bool], seq: int, import_id: int) -> None:
    """Mark the products of the catalogue for which ``which`` holds as deleted, and remember them."""
    here = sa.and_(sa.not_(products.c.deleted), which)
    names = ["product_id", "body", "content_hash", "deleted", "feed"]
    before = sa.select(sa.literal(import_id), products.c.id, *(products.c[name] for name in names[1:])).where(here)
    connection.execute(sa.insert(history).from_select(["import_id", *names], before))
    connection.execute(sa.update(products).where(here).values(deleted=True, seq=seq, import_id=import_id))


def record(connection: sa.Connection, started_at: str, values: dict[str, Any]) -> int:
    """Write the import down, forget what is too old to be taken back, and return the import's number."""
    row = {"rows": 0, "accepted": 0, "updated": 0, "unchanged": 0, "merged": 0, "rejected": 0, **values}
    row |= {"started_at": started_at, "finished_at": now()}
    import_id = int(connection.execute(sa.insert(imports).values(row).returning(imports.c.import_id)).scalar_one())
    connection.execute(sa.delete(history).where(history.c.import_id <= import_id - KEPT_WRITES))
    return import_id


def now() -> str:
    """This moment, ISO 8601, UTC."""
    return datetime.now(UTC).isoformat()


def current_seq(connection: sa.Connection) -> int:
    """The number of the last write that changed a product."""
    return int(connection.scalar(sa.select(meta.c.value).where(meta.c.key == "seq")) or 0)


def next_seq(connection: sa.Connection) -> int:
    """Count one more write, inside its transaction."""
    seq = current_seq(connection) + 1
    connection.execute(sa.update(meta).where(meta.c.key == "seq").values(value=str(seq)))
    return seq

"""Adding products: gathered aside, then merged in one transaction, so that a feed is taken whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from similis.catalogue.complements import complement_ids
from similis.catalogue.feed import ProductFeed
from similis.catalogue.product import Product
from similis.catalogue.rows import Note, Reject
from similis.store.database import Database
from similis.store.schema import imports, links, meta, products, staged

BATCH_ROWS = 2_000
MAX_REPORTED = 1_000

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class AddReport:
    """What became of every row of one import: ``accepted + updated + unchanged + merged + rejected == rows``.

    accepted:  ids the catalogue did not hold (or had deleted).
    updated:   ids it held with other content.
    unchanged: ids it held with the same content; nothing is written for them.
    merged:    rows whose id came again further down the same feed; the later row counts.
    rejected:  rows that became no product; the first 1,000 in ``rejects``.
    notes:     the first 1,000 remarks on accepted rows, when the feed was read by ``read_products``.
    note_count: how many remarks there were.
    seq:       the store's sequence number afterwards.
    """

    source: str
    rows: int
    accepted: int
    updated: int
    unchanged: int
    merged: int
    rejected: int
    seq: int
    import_id: int
    rejects: tuple[Reject, ...] = ()
    notes: tuple[Note, ...] = ()
    note_count: int = 0


@dataclass(slots=True)
class _Gathered:
    """Counts of the first phase."""

    rows: int = 0
    rejected: int = 0
    rejects: list[Reject] = field(default_factory=list)

    def reject(self, reject: Reject) -> None:
        self.rejected += 1
        if len(self.rejects) < MAX_REPORTED:
            self.rejects.append(reject)


def body_of(product: Product) -> tuple[str, str]:
    """The product as stored JSON, and the sha256 of it: the product's content hash.

    Raises:
        TypeError, ValueError: the product holds values JSON or UTF-8 cannot carry.
    """
    body = json.dumps(product.to_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return body, hashlib.sha256(body.encode("utf-8")).hexdigest()


def product_of(body: str) -> Product:
    """The product ``body_of`` wrote."""
    return Product.from_dict(json.loads(body))


def run_import(database: Database, items: Iterable[Product | Reject], source: str, progress: Progress | None) -> AddReport:
    """See ``Store.add``."""
    started_at = datetime.now(UTC).isoformat()
    with database.private() as connection:
        with connection.begin():
            staged.create(connection)
            gathered = _gather(connection, items, progress)
        with database.write_on(connection):
            accepted, updated, unchanged = _counts(connection)
            seq = next_seq(connection) if accepted or updated else current_seq(connection)
            counts: dict[str, Any] = {
                "source": source,
                "rows": gathered.rows,
                "accepted": accepted,
                "updated": updated,
                "unchanged": unchanged,
                "merged": gathered.rows - gathered.rejected - accepted - updated - unchanged,
                "rejected": gathered.rejected,
                "seq": seq,
            }
            import_id = _record(connection, started_at, counts)
            if accepted or updated:
                _merge(connection, seq, import_id)
    notes, note_count = (items.notes, items.note_count) if isinstance(items, ProductFeed) else ((), 0)
    return AddReport(**counts, import_id=import_id, rejects=tuple(gathered.rejects), notes=notes, note_count=note_count)


def _gather(connection: sa.Connection, items: Iterable[Product | Reject], progress: Progress | None) -> _Gathered:
    gathered = _Gathered()
    batch: list[dict[str, Any]] = []
    for item in items:
        gathered.rows += 1
        row = item if isinstance(item, Reject) else _staged_row(item, gathered.rows)
        if isinstance(row, Reject):
            gathered.reject(row)
        else:
            batch.append(row)
        if gathered.rows % BATCH_ROWS == 0:
            _stage(connection, batch)
            batch = []
            if progress:
                progress(gathered.rows)
    _stage(connection, batch)
    if progress:
        progress(gathered.rows)
    return gathered


def _staged_row(product: Product, number: int) -> dict[str, Any] | Reject:
    required: tuple[object, ...] = (product.id, product.title)  # a product made by hand may hold anything
    if not all(isinstance(value, str) and value for value in required):
        return Reject(number, None, None, "missing_value", f"product {product.id!r} needs an id and a title, both text")
    try:
        body, content_hash = body_of(product)
    except (TypeError, ValueError, AttributeError) as error:
        return Reject(number, ascii(product.id), None, "invalid_product", f"product {product.id!a} cannot be stored: {error}")
    complements = [other for other in complement_ids(product) if other != product.id]
    return {
        "id": product.id,
        "body": body,
        "content_hash": content_hash,
        "group_id": product.group_id,
        "available": product.is_available,
        "complements": json.dumps(complements) if complements else "[]",
    }


def _stage(connection: sa.Connection, batch: list[dict[str, Any]]) -> None:
    if not batch:
        return
    insert = sqlite.insert(staged)
    later_wins = {name: insert.excluded[name] for name in ("body", "content_hash", "group_id", "available", "complements")}
    connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_=later_wins), batch)


def _counts(connection: sa.Connection) -> tuple[int, int, int]:
    is_new = sa.or_(products.c.id.is_(None), products.c.deleted)
    is_same = sa.and_(sa.not_(is_new), products.c.content_hash == staged.c.content_hash)
    query = sa.select(sa.func.count(), sa.func.sum(sa.case((is_new, 1), else_=0)), sa.func.sum(sa.case((is_same, 1), else_=0)))
    total, accepted, unchanged = connection.execute(query.select_from(staged.outerjoin(products, products.c.id == staged.c.id))).one()
    accepted, unchanged = accepted or 0, unchanged or 0
    return accepted, total - accepted - unchanged, unchanged


def _record(connection: sa.Connection, started_at: str, counts: dict[str, Any]) -> int:
    values = {**counts, "started_at": started_at, "finished_at": datetime.now(UTC).isoformat()}
    return int(connection.execute(sa.insert(imports).values(values).returning(imports.c.import_id)).scalar_one())


def _merge(connection: sa.Connection, seq: int, import_id: int) -> None:
    differs = sa.or_(products.c.id.is_(None), products.c.deleted, products.c.content_hash != staged.c.content_hash)
    carried = ("id", "body", "content_hash", "group_id", "available")
    constant = (sa.literal(False).label("deleted"), sa.literal(seq).label("seq"), sa.literal(import_id).label("import_id"))
    changed = (
        sa.select(*(staged.c[name] for name in carried), *constant)
        .select_from(staged.outerjoin(products, products.c.id == staged.c.id))
        .where(differs)
        .order_by(staged.c.position)
    )
    names = [*carried, "deleted", "seq", "import_id"]
    insert = sqlite.insert(products).from_select(names, changed)
    connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_={name: insert.excluded[name] for name in names[1:]}))
    mine = sa.select(products.c.id).where(products.c.import_id == import_id, products.c.seq == seq)
    connection.execute(sa.delete(links).where(links.c.product_id.in_(mine)))
    linked = sa.select(staged.c.id, staged.c.complements).where(staged.c.complements != "[]", staged.c.id.in_(mine))
    rows = list(_link_rows(connection.execute(linked)))
    if rows:
        connection.execute(sqlite.insert(links).on_conflict_do_nothing(), rows)


def _link_rows(linked: Iterable[tuple[str, str]]) -> Iterator[dict[str, str]]:
    for product_id, complements in linked:
        for other_id in json.loads(complements):
            yield {"product_id": product_id, "kind": "complement", "other_id": other_id}


def current_seq(connection: sa.Connection) -> int:
    """The number of the last write that changed a product."""
    return int(connection.scalar(sa.select(meta.c.value).where(meta.c.key == "seq")) or 0)


def next_seq(connection: sa.Connection) -> int:
    """Count one more write, inside its transaction."""
    seq = current_seq(connection) + 1
    connection.execute(sa.update(meta).where(meta.c.key == "seq").values(value=str(seq)))
    return seq

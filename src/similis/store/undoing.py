"""The list of imports, and taking one of them back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from similis.errors import ShopError, UsageError
from similis.store.bodies import product_of, staged_row
from similis.store.database import Database
from similis.store.gathering import BATCH_ROWS, stage_products
from similis.store.importing import write_staged
from similis.store.merging import KEPT_WRITES, count, current_seq, next_seq, now, record
from similis.store.reports import ImportEntry, UndoReport
from similis.store.schema import history, imports, meta, products, staged

MAX_REMARKS = 1_000


def list_imports(connection: sa.Connection, limit: int | None = None) -> list[ImportEntry]:
    """See ``Store.imports``."""
    oldest = _oldest_kept(connection)
    query = sa.select(imports).order_by(imports.c.import_id.desc()).limit(limit)
    return [
        ImportEntry(**row, can_undo=row["undone_by"] is None and row["import_id"] >= oldest) for row in connection.execute(query).mappings()
    ]


def _oldest_kept(connection: sa.Connection) -> int:
    """The first import whose history is still there."""
    last = connection.scalar(sa.select(sa.func.max(imports.c.import_id))) or 0
    since = int(connection.scalar(sa.select(meta.c.value).where(meta.c.key == "history_from")) or 1)
    return max(since, last - KEPT_WRITES + 1)


def run_undo(database: Database, import_id: int | None) -> UndoReport:
    """See ``Store.undo``."""
    started_at = now()
    with database.private() as connection:
        with connection.begin():
            staged.create(connection)
        with database.write_on(connection):
            target = _target(connection, import_id)
            kept, remarks = _stage_what_was(connection, target.import_id)
            counts = count(connection)
            seq = next_seq(connection) if counts.changed else current_seq(connection)
            source = f"import {target.import_id} ({target.source})"
            values = {"kind": "undo", "undoes": target.import_id, "source": source, "feed": target.feed, "seq": seq, "kept": kept}
            values |= {"rows": counts.accepted + counts.updated, "accepted": counts.accepted, "updated": counts.updated}
            values |= {"unchanged": counts.unchanged, "withdrawn": counts.removed}
            undo_id = record(connection, started_at, values)
            write_staged(connection, counts, seq, undo_id)
            _mark(connection, target, undo_id)
    return UndoReport(
        undone=target.import_id,
        kind=target.kind,
        source=target.source,
        removed=counts.removed,
        restored=counts.updated - counts.unchanged,
        returned=counts.accepted,
        kept=kept,
        seq=seq,
        import_id=undo_id,
        remarks=remarks,
    )


def _target(connection: sa.Connection, import_id: int | None) -> ImportEntry:
    """The import to take back: the one asked for, or the last that is no undo and not undone.

    Raises:
        UsageError: there is no such import, or it has been undone.
        ShopError: what it replaced is no longer known, or there is nothing to take back.
    """
    known = list_imports(connection)
    if import_id is None:
        found = next((entry for entry in known if entry.kind != "undo" and entry.undone_by is None), None)
        if found is None:
            raise ShopError("there is no import to take back; similis imports lists them")
    else:
        found = next((entry for entry in known if entry.import_id == import_id), None)
        if found is None:
            raise UsageError(f"there is no import {import_id!r}; similis imports lists them")
    if found.undone_by is not None:
        raise UsageError(
            f"import {found.import_id} was taken back by import {found.undone_by} already; to have it again: similis undo {found.undone_by}"
        )
    if not found.can_undo:
        raise ShopError(
            f"import {found.import_id} is too old to be taken back: what it replaced is kept for the last {KEPT_WRITES} writes; "
            "add the feed of that time again"
        )
    return found


def _stage_what_was(connection: sa.Connection, import_id: int) -> tuple[int, tuple[str, ...]]:
    """Stage every product as it was before the import, where it still is as the import left it; count and name the others."""
    kept = 0
    remarks: list[str] = []
    batch: list[dict[str, Any]] = []
    for row in _replaced(connection, import_id):
        if not row.is_as_left:
            kept += 1
            if len(remarks) < MAX_REMARKS:
                remarks.append(f"{row.product_id} was written again by import {row.last_writer} and stays as it is")
            continue
        was = row.body if row.body is not None else row.body_now  # a product that was not there keeps its content, deleted
        batch.append(staged_row(product_of(was), feed=row.feed, deleted=row.deleted))
        if len(batch) == BATCH_ROWS:
            stage_products(connection, batch)
            batch = []
    if batch:
        stage_products(connection, batch)
    return kept, tuple(remarks)


def _replaced(connection: sa.Connection, import_id: int) -> Iterator[Any]:  # Any: rows with names, which SQLAlchemy does not type
    """What the import replaced, product by product.

    The next import that touched a product remembers what this one had left. Where none did, it is still there.
    """
    since = sa.select(
        history.c.product_id, sa.func.min(history.c.import_id).label("next"), sa.func.max(history.c.import_id).label("last_writer")
    )
    later = since.where(history.c.import_id > import_id).group_by(history.c.product_id).subquery()
    left = history.alias("left_behind")
    same = [left.c[name].is_not_distinct_from(products.c[name]) for name in ("content_hash", "deleted", "feed")]
    query = (
        sa.select(
            *(history.c[name] for name in ("product_id", "body", "deleted", "feed")),
            products.c.body.label("body_now"),
            later.c.last_writer,
            sa.or_(later.c.next.is_(None), sa.and_(*same)).label("is_as_left"),
        )
        .join(products, products.c.id == history.c.product_id)
        .outerjoin(later, later.c.product_id == history.c.product_id)
        .outerjoin(left, sa.and_(left.c.import_id == later.c.next, left.c.product_id == history.c.product_id))
        .where(history.c.import_id == import_id)
        .order_by(products.c.row)
    )
    yield from connection.execute(query.execution_options(yield_per=BATCH_ROWS))


def _mark(connection: sa.Connection, target: ImportEntry, undo_id: int) -> None:
    """Note who took the import back. Taking an undo back puts what it had undone in force again, and so on down the chain."""
    _set_undone_by(connection, target.import_id, undo_id)
    in_force = False
    import_id, undoes = target.import_id, target.undoes
    while undoes is not None:
        _set_undone_by(connection, undoes, import_id if in_force else None)
        in_force = not in_force
        import_id = undoes
        undoes = connection.scalar(sa.select(imports.c.undoes).where(imports.c.import_id == import_id))


def _set_undone_by(connection: sa.Connection, import_id: int, undo_id: int | None) -> None:
    connection.execute(sa.update(imports).where(imports.c.import_id == import_id).values(undone_by=undo_id))

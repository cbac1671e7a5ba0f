"""Patches onto the stored products, inside the write transaction: nobody else can change a product between its reading and its writing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from similis.catalogue.rows import Reject
from similis.store.bodies import add_changes, patched_row
from similis.store.gathering import BATCH_ROWS, Gathered, stage_products
from similis.store.schema import products, staged_patches

_PATCH = staged_patches.c
_MONEY = ("price", "sale_price", "cost")


def apply_patches(connection: sa.Connection, gathered: Gathered, id_column: str | None) -> list[str]:
    """Stage every product that a patch names as it shall be, and reject the patches that name none. Streamed.

    Of several patches to one product the later wins, field by field.

    Returns:
        What the caller should be warned of.
    """
    _reject_unknown(connection, gathered, id_column)
    n_mixed, first_mixed = 0, ""
    batch: list[dict[str, Any]] = []
    for id, feed, body, changes in _changes(connection):
        if "currency" in changes and _mixes_currencies(json.loads(body), changes):
            n_mixed, first_mixed = n_mixed + 1, first_mixed or id
        batch.append(patched_row(body, changes, feed=feed))
        if len(batch) == BATCH_ROWS:
            stage_products(connection, batch)
            batch = []
    if batch:
        stage_products(connection, batch)
    if not n_mixed:
        return []
    return [
        f"{n_mixed:,} products, {first_mixed!r} the first, changed their currency but not all of their amounts; "
        "bring price, sale price and cost in the new currency too"
    ]


def _reject_unknown(connection: sa.Connection, gathered: Gathered, id_column: str | None) -> None:
    query = (
        sa.select(_PATCH.line, _PATCH.id)
        .select_from(staged_patches.outerjoin(products, products.c.id == _PATCH.id))
        .where(sa.or_(products.c.id.is_(None), products.c.deleted))
        .order_by(_PATCH.position)
    )
    for number, (line, id) in enumerate(connection.execute(query.execution_options(yield_per=BATCH_ROWS)), start=1):
        message = f"no product {id!r} is in the catalogue; add it with a feed of whole products first"
        gathered.reject(Reject(line, id, id_column, "unknown_id", message))
        if number % BATCH_ROWS == 0:
            gathered.stage(connection)
    gathered.stage(connection)


def _changes(connection: sa.Connection) -> Iterator[tuple[str, str | None, str, dict[str, Any]]]:
    """Id, feed, stored body, and all its patches as one."""
    query = (
        sa.select(_PATCH.id, products.c.feed, products.c.body, _PATCH.fields)
        .select_from(staged_patches.join(products, products.c.id == _PATCH.id))
        .where(sa.not_(products.c.deleted))
        .order_by(_PATCH.id, _PATCH.position)
    )
    rows = connection.execute(query.execution_options(yield_per=BATCH_ROWS))
    for (id, feed, body), patches in groupby(rows, key=lambda row: (row[0], row[1], row[2])):
        changes: dict[str, Any] = {}
        for patch in patches:
            add_changes(changes, json.loads(patch[3]))
        yield id, feed, body, changes


def _mixes_currencies(before: dict[str, Any], changes: dict[str, Any]) -> bool:
    """Whether amounts in the old currency would stay beside the new one."""
    old, new = before.get("currency"), changes.get("currency")
    return None not in (old, new) and old != new and any(name in before and name not in changes for name in _MONEY)

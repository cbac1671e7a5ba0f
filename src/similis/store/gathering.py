"""The first half of an import: the feed into the connection's temporary database, without locking the shop."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from similis.catalogue.patch import Patch
from similis.catalogue.product import Product
from similis.catalogue.rows import Merged, Reject
from similis.store.bodies import patch_text, staged_row
from similis.store.rejects import stage_rejects
from similis.store.schema import staged, staged_patches

BATCH_ROWS = 2_000

Progress = Callable[[int], None]
Item: TypeAlias = Product | Patch | Merged | Reject

_STAGE = sqlite.insert(staged)
_STAGE_LATER_WINS = _STAGE.on_conflict_do_update(
    index_elements=["id"], set_={column.name: _STAGE.excluded[column.name] for column in staged.c if column.name not in ("position", "id")}
)


@dataclass(slots=True)
class Gathered:
    """Rows on their way into the temporary database. ``is_patch``: whether patches are wanted, or products."""

    feed: str | None
    is_patch: bool
    rows: int = 0
    rejected: int = 0
    first: Reject | None = None
    _products: list[dict[str, Any]] = field(default_factory=list)
    _patches: list[dict[str, Any]] = field(default_factory=list)
    _rejects: list[Reject] = field(default_factory=list)

    def take(self, item: Item) -> None:
        """Count one row, and keep what it holds for the next ``stage``."""
        self.rows += 1
        if isinstance(item, Product):
            row = _product_row(item, self.rows, self.feed) if not self.is_patch else _mixed(self.rows, item.id, "a whole product")
            if isinstance(row, Reject):
                self.reject(row)
            else:
                self._products.append(row)
        elif isinstance(item, Patch):
            row = _patch_row(item) if self.is_patch else _mixed(item.line, item.id, "no whole product")
            if isinstance(row, Reject):
                self.reject(row)
            else:
                self._patches.append(row)
        elif isinstance(item, Reject):
            self.reject(item)

    def reject(self, reject: Reject) -> None:
        """Count a row that cannot be taken."""
        self.rejected += 1
        if self.first is None or reject.line < self.first.line:
            self.first = reject
        self._rejects.append(reject)

    def stage(self, connection: sa.Connection) -> None:
        """Put what was kept into the temporary tables."""
        if self._products:
            stage_products(connection, self._products)
        if self._patches:
            connection.execute(sa.insert(staged_patches), self._patches)
        stage_rejects(connection, self._rejects)
        self._products, self._patches, self._rejects = [], [], []


def gather(connection: sa.Connection, items: Iterable[Item], gathered: Gathered, progress: Progress | None) -> None:
    """Read all items; ``progress`` hears of every 2,000 rows and of the last."""
    for item in items:
        gathered.take(item)
        if gathered.rows % BATCH_ROWS == 0:
            gathered.stage(connection)
            if progress:
                progress(gathered.rows)
    gathered.stage(connection)
    if progress:
        progress(gathered.rows)


def stage_products(connection: sa.Connection, rows: list[dict[str, Any]]) -> None:
    """Put products into ``staged``; of those with the same id the later counts."""
    connection.execute(_STAGE_LATER_WINS, rows)


def _product_row(product: Product, number: int, feed: str | None) -> dict[str, Any] | Reject:
    required: tuple[object, ...] = (product.id, product.title)  # a product made by hand may hold anything
    if not all(isinstance(value, str) and value for value in required):
        return Reject(number, _text_id(product.id), None, "missing_value", f"product {product.id!r} needs an id and a title, both text")
    try:
        return staged_row(product, feed=feed)
    except (TypeError, ValueError, AttributeError) as error:
        return Reject(number, _text_id(product.id), None, "invalid_product", f"product {product.id!a} cannot be stored: {error}")


def _patch_row(patch: Patch) -> dict[str, Any] | Reject:
    id: object = patch.id
    if not isinstance(id, str) or not id:
        return Reject(patch.line, None, None, "missing_id", "the row has no id; give every row the id of its product")
    try:
        id.encode("utf-8")
        return {"line": patch.line, "id": id, "fields": patch_text(patch)}
    except (TypeError, ValueError, AttributeError) as error:
        return Reject(patch.line, _text_id(id), None, "invalid_patch", f"product {id!a} cannot be changed so: {error}")


def _mixed(line: int, id: object, what: str) -> Reject:
    message = f"{id!a} is {what}, but the feed's other rows are of the other kind; add products and patches one after the other"
    return Reject(line, _text_id(id), None, "mixed_feed", message)


def _text_id(id: object) -> str | None:
    return id if isinstance(id, str) and id else None

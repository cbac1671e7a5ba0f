"""``Store``: the truth about one shop, in one SQLite file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from similis.arrays import Vectors
from similis.catalogue.feed import ProductFeed
from similis.catalogue.product import Product
from similis.errors import UnknownProduct, UsageError
from similis.store import vectors as vector_cache
from similis.store.aliases import drop_alias, load_aliases, put_alias
from similis.store.bodies import product_of
from similis.store.database import Database
from similis.store.deleting import delete_products
from similis.store.gathering import Item, Progress
from similis.store.importing import run_import
from similis.store.merging import current_seq
from similis.store.options import DEFAULTS, ImportOptions
from similis.store.reports import AddReport, ImportEntry, UndoReport
from similis.store.schema import links, products
from similis.store.undoing import list_imports, run_undo

CHUNK = 5_000


class Change(NamedTuple):
    """One product's last change: the write's sequence number, the id, and whether it was a deletion."""

    seq: int
    id: str
    deleted: bool


class StoredProduct(NamedTuple):
    """A product with the store's own words about it. ``row`` grows with first insertion and stays with the id for good."""

    row: int
    seq: int
    content_hash: str
    product: Product


class Store:
    """The products of one shop, with their history of writes, links and encoded vectors.

    Every write that changes a product gets the next ``seq``. All methods may be called from several threads and processes; writers wait
    for each other, readers never wait. Order is always that of first insertion.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known_seq: tuple[int, int] | None = None

    @classmethod
    def open(cls, folder: Path, *, create: bool = True) -> Store:
        """Open the shop in ``folder`` (file ``shop.sqlite``), bringing an older schema up to date.

        Raises:
            NoShop: nothing is there and ``create`` is False.
            IncompatibleShop: a newer Similis wrote it.
            ShopLocked: another process keeps the writer lock.
            ShopError: the folder cannot be made, or the file is no database.
        """
        return cls(Database.open(Path(folder), create=create))

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    # -- writing -------------------------------------------------------------------------------------------------------------------------

    def add(
        self,
        items: Iterable[Item],
        *,
        source: str,
        options: ImportOptions = DEFAULTS,
        progress: Progress | None = None,
    ) -> AddReport:
        """Add or replace products by id, all of them in one transaction.

        The items are first gathered in a temporary table on disk, so memory stays bounded, the shop is locked only for the final merge,
        and an error while reading leaves it as it was. A product that is already there with the same content is not written and keeps its
        ``seq``.

        Args:
            items: Products (or patches), and rejects and merged rows to be counted; best straight from ``read_products``, whose notes and
                mapping then join the report.
            source: Where they come from, for the list of imports.
            options: Whether they are patches or the whole catalogue, and how strictly to take them. A feed that reads as patches needs no
                telling.
            progress: Called with the number of rows read so far, every 2,000 rows and at the end.
        Returns:
            The counts. A product that cannot be stored (no id, no title, text that is no Unicode) counts as rejected.
        Raises:
            ImportRefused: a rejected row under ``strict``; a sync that would delete too much, or all for want of one good row.
            ShopLocked: another process keeps the writer lock.
            ShopError: the disk is full or the database damaged.
        Whatever ``items`` raises passes through.
        """
        if isinstance(items, ProductFeed) and items.is_patch:
            options = replace(options, patch=True)
        return run_import(self._database, items, source, options, progress)

    def delete(self, ids: Iterable[str]) -> int:
        """Delete products; unknown ids are passed over. Returns how many there were.

        A deleted product is out of every answer; its row is kept, so that it can be restored, and returns to life when added again.
        """
        return delete_products(self._database, ids)

    def undo(self, import_id: int | None = None) -> UndoReport:
        """Take an import back: what it added is deleted, what it changed or deleted is as it was before.

        Only products that are still as the import left them; the others are counted as kept. An undo is an import of its own, which can be
        taken back too.

        Args:
            import_id: By default the last import that is no undo and has not been undone.
        Raises:
            UsageError: there is no such import, or it has been undone already.
            ShopError: it is not one of the last 20 writes, or there is nothing to take back.
            ShopLocked: another process keeps the writer lock.
        """
        return run_undo(self._database, import_id)

    # -- reading -------------------------------------------------------------------------------------------------------------------------

    @property
    def seq(self) -> int:
        """Number of the last write that changed a product; 0 for a new shop."""
        version = self._database.version()  # before the number, so that a write in between is seen the next time
        if self._known_seq is None or self._known_seq[0] != version:
            with self._database.reading() as connection:
                self._known_seq = (version, current_seq(connection))
        return self._known_seq[1]

    def get(self, ids: Sequence[str]) -> list[Product]:
        """The products with these ids, in the order asked.

        Raises:
            UnknownProduct: an id is not in the catalogue; the message names it and the ids most like it.
        """
        found: dict[str, Product] = {}
        with self._database.reading() as connection:
            for chunk in _chunks(list(dict.fromkeys(ids))):
                query = sa.select(products.c.id, products.c.body).where(products.c.id.in_(chunk), sa.not_(products.c.deleted))
                found.update((product_id, product_of(body)) for product_id, body in connection.execute(query))
        for product_id in ids:
            if product_id not in found:
                raise UnknownProduct(self._unknown(product_id))
        return [found[product_id] for product_id in ids]

    def find(self, id: str) -> Product | None:
        """The product with this id, or None."""
        with self._database.reading() as connection:
            body = connection.scalar(sa.select(products.c.body).where(products.c.id == id, sa.not_(products.c.deleted)))
        return None if body is None else product_of(body)

    def __contains__(self, id: object) -> bool:
        if not isinstance(id, str):
            return False
        with self._database.reading() as connection:
            return connection.scalar(sa.select(products.c.row).where(products.c.id == id, sa.not_(products.c.deleted))) is not None

    def __len__(self) -> int:
        with self._database.reading() as connection:
            return int(connection.scalar(sa.select(sa.func.count()).select_from(products).where(sa.not_(products.c.deleted))) or 0)

    def __iter__(self) -> Iterator[Product]:
        return (stored.product for stored in self.rows())

    def rows(self) -> Iterator[StoredProduct]:
        """All products in the order of first insertion, as of the moment the iteration starts."""
        query = sa.select(products.c.row, products.c.seq, products.c.content_hash, products.c.body)
        query = query.where(sa.not_(products.c.deleted)).order_by(products.c.row).execution_options(yield_per=2_000)
        with self._database.reading() as connection:
            for row, seq, content_hash, body in connection.execute(query):
                yield StoredProduct(row, seq, content_hash, product_of(body))

    def ids(self) -> list[str]:
        """All ids, in the order of first insertion."""
        with self._database.reading() as connection:
            return list(connection.scalars(sa.select(products.c.id).where(sa.not_(products.c.deleted)).order_by(products.c.row)))

    def changes(self, since: int) -> list[Change]:
        """Products written after ``seq`` number ``since``, oldest change first; each product once, with its last change."""
        query = sa.select(products.c.seq, products.c.id, products.c.deleted).where(products.c.seq > since)
        with self._database.reading() as connection:
            return [Change(*row) for row in connection.execute(query.order_by(products.c.seq, products.c.row))]

    def links(self, kind: str = "complement") -> list[tuple[str, str]]:
        """Pairs (product, other) of one kind as the feeds named them, where both are in the catalogue."""
        other = products.alias("other")
        query = (
            sa.select(links.c.product_id, links.c.other_id)
            .join(products, products.c.id == links.c.product_id)
            .join(other, other.c.id == links.c.other_id)
            .where(links.c.kind == kind, sa.not_(products.c.deleted), sa.not_(other.c.deleted))
            .order_by(products.c.row, other.c.row)
        )
        with self._database.reading() as connection:
            return [(product_id, other_id) for product_id, other_id in connection.execute(query)]

    def imports(self, limit: int | None = None) -> list[ImportEntry]:
        """Every write with its source, times and counts, newest first; the last ``limit`` of them.

        Raises:
            UsageError: ``limit`` is below 1.
        """
        if limit is not None and limit < 1:
            raise UsageError(f"limit is {limit!r}; ask for at least one import, or leave it out for all")
        with self._database.reading() as connection:
            return list_imports(connection, limit)

    # -- aliases -------------------------------------------------------------------------------------------------------------------------

    def aliases(self, kind: str) -> dict[str, str]:
        """The shop's own aliases of one kind, such as ``brand``: alias to name."""
        with self._database.reading() as connection:
            return load_aliases(connection, kind)

    def set_alias(self, kind: str, alias: str, name: str) -> None:
        """Add an alias, or give it another name; ``seq`` does not move.

        Raises:
            UsageError: the alias or the name is empty.
        """
        if not alias.strip() or not name.strip():
            raise UsageError(f"alias {alias!r} for {name!r}: neither may be empty; give both")
        with self._database.writing() as connection:
            put_alias(connection, kind, alias, name)

    def remove_alias(self, kind: str, alias: str) -> bool:
        """Take an alias away; whether there was one."""
        with self._database.writing() as connection:
            return drop_alias(connection, kind, alias)

    # -- vectors -------------------------------------------------------------------------------------------------------------------------

    def vectors(self, hashes: Sequence[str], fingerprint: str) -> dict[str, NDArray[np.float32]]:
        """The cached vectors among ``hashes``, each (dim,) float32 and read-only; what was never encoded is left out."""
        with self._database.reading() as connection:
            return vector_cache.load(connection, hashes, fingerprint)

    def put_vectors(self, hashes: Sequence[str], fingerprint: str, array: Vectors) -> None:
        """Keep encoded vectors, (n, dim), one per text hash; ``seq`` does not move.

        Raises:
            ValueError: not one vector per hash.
            DimensionMismatch: the fingerprint's earlier vectors have another length.
        """
        with self._database.writing() as connection:
            vector_cache.save(connection, hashes, fingerprint, array)

    def prune_vectors(self, fingerprint: str, keep: Collection[str] = ()) -> int:
        """Drop the encoder's cached vectors except those in ``keep``; returns how many went."""
        with self._database.writing() as connection:
            return vector_cache.prune(connection, fingerprint, keep)

    # -- helpers -------------------------------------------------------------------------------------------------------------------------

    def _unknown(self, product_id: str) -> str:
        from rapidfuzz import process

        query = sa.select(products.c.id).where(sa.not_(products.c.deleted)).order_by(products.c.row).limit(50_000)
        with self._database.reading() as connection:
            known = list(connection.scalars(query))
        close = [match[0] for match in process.extract(product_id, known, limit=3, score_cutoff=60)]
        hint = "similis export FILE --products lists them all" if known else "the catalogue is empty; add a feed first"
        if close:
            hint = f"close ones: {', '.join(close)}"
        return f"no product {product_id!r} in the catalogue; {hint}"


def _chunks(values: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]

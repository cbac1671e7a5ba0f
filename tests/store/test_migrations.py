"""Shops of earlier versions are brought up to date with all they hold."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from similis.catalogue import Product
from similis.errors import ShopError
from similis.store import DATABASE_FILE, ImportOptions, Store, schema
from similis.store.bodies import body_of

VERSION_1 = """
CREATE TABLE schema_version (version INTEGER NOT NULL, applied_at TEXT NOT NULL, PRIMARY KEY (version));
CREATE TABLE meta ("key" TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY ("key"));
CREATE TABLE imports (
    import_id INTEGER NOT NULL, source TEXT NOT NULL, started_at TEXT NOT NULL, finished_at TEXT NOT NULL, rows INTEGER NOT NULL,
    accepted INTEGER NOT NULL, updated INTEGER NOT NULL, unchanged INTEGER NOT NULL, merged INTEGER NOT NULL, rejected INTEGER NOT NULL,
    seq INTEGER NOT NULL, PRIMARY KEY (import_id));
CREATE TABLE encoders (
    encoder_id INTEGER NOT NULL, fingerprint TEXT NOT NULL, dim INTEGER NOT NULL, PRIMARY KEY (encoder_id), UNIQUE (fingerprint));
CREATE TABLE products (
    "row" INTEGER NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, content_hash TEXT NOT NULL, group_id TEXT, available BOOLEAN NOT NULL,
    deleted BOOLEAN NOT NULL, seq INTEGER NOT NULL, import_id INTEGER, PRIMARY KEY ("row"), UNIQUE (id),
    FOREIGN KEY(import_id) REFERENCES imports (import_id));
CREATE INDEX products_by_seq ON products (seq);
CREATE INDEX products_by_group ON products (group_id);
CREATE TABLE vectors (
    vector_id INTEGER NOT NULL, encoder_id INTEGER NOT NULL, text_hash TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (vector_id),
    UNIQUE (encoder_id, text_hash), FOREIGN KEY(encoder_id) REFERENCES encoders (encoder_id));
CREATE TABLE links (
    product_id TEXT NOT NULL, kind TEXT NOT NULL, other_id TEXT NOT NULL, PRIMARY KEY (product_id, kind, other_id),
    FOREIGN KEY(product_id) REFERENCES products (id));
INSERT INTO schema_version VALUES (1, '2026-01-01T00:00:00+00:00');
INSERT INTO meta VALUES ('seq', '3');
"""
"""What version 0.1.0 made of an empty folder, to the letter of its SQL."""

KETTLE = Product(id="K-1", title="Kettle 1.7 l", extra={"complements": '["瑜-1"]'})
LEGGINGS = Product(id="瑜-1", title="轻薄瑜伽裤", group_id="瑜", stock=3)
GONE = Product(id="G-1", title="gone")


@pytest.fixture
def old_shop(tmp_path: Path) -> Path:
    with sqlite3.connect(tmp_path / DATABASE_FILE) as raw:
        raw.executescript(VERSION_1)
        raw.execute("INSERT INTO imports VALUES (1, 'feed.csv', 'then', 'then', 5, 3, 0, 0, 1, 1, 1)")
        raw.execute("INSERT INTO imports VALUES (2, 'again.csv', 'then', 'then', 3, 0, 1, 2, 0, 0, 2)")
        for product, deleted, seq in ((KETTLE, 0, 2), (LEGGINGS, 0, 1), (GONE, 1, 3)):
            row = (product.id, *body_of(product), product.group_id, product.is_available, deleted, seq)
            raw.execute("INSERT INTO products VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, 1)", row)
        raw.execute("INSERT INTO links VALUES ('K-1', 'complement', '瑜-1')")
        raw.execute("INSERT INTO encoders VALUES (1, 'model', 2)")
        raw.execute("INSERT INTO vectors VALUES (1, 1, 'hash', ?)", (np.array([1, 2], "<f4").tobytes(),))
    raw.close()
    return tmp_path


def test_a_shop_of_version_1_keeps_all_it_holds(old_shop: Path) -> None:
    with Store.open(old_shop, create=False) as store:
        assert list(store) == [KETTLE, LEGGINGS]
        assert store.links() == [("K-1", "瑜-1")]
        assert store.seq == 3
        assert store.changes(2) == [(3, "G-1", True)]
        assert store.vectors(["hash"], "model")["hash"].tolist() == [1.0, 2.0]
        second, first = store.imports()
        assert (first.kind, first.source, first.rows, first.accepted, first.merged, first.rejected) == ("add", "feed.csv", 5, 3, 1, 1)
        assert (second.rows, second.updated, second.unchanged, second.withdrawn) == (3, 3, 2, 0)
        assert not first.can_undo
        with pytest.raises(ShopError, match="too old"):
            store.undo()


def test_a_migrated_shop_goes_on_like_a_new_one(old_shop: Path) -> None:
    with Store.open(old_shop) as store:
        report = store.add([KETTLE, GONE], source="today", options=ImportOptions(sync=True, withdraw_at_most="100%"))
        assert (report.accepted, report.updated, report.withdrawn) == (1, 1, 1)
        assert store.undo().returned == 1
        assert list(store) == [KETTLE, LEGGINGS]
        with pytest.raises(ShopError, match="too old"):
            store.undo(2)
    with Store.open(old_shop) as store:  # and is migrated once only
        assert len(store.imports()) == 4


def test_new_and_migrated_shops_have_the_schema(old_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    new_shop = tmp_path_factory.mktemp("new")
    wanted = {table.name: {column.name for column in table.columns} for table in schema.metadata.sorted_tables}
    for folder in (old_shop, new_shop):
        Store.open(folder).close()
        inspector = sa.inspect(sa.create_engine(f"sqlite:///{folder / DATABASE_FILE}"))
        found = {name: {column["name"] for column in inspector.get_columns(name)} for name in inspector.get_table_names()}
        assert found == wanted
        keys = {name: set(inspector.get_pk_constraint(name)["constrained_columns"]) for name in found}
        assert keys == {table.name: {column.name for column in table.primary_key} for table in schema.metadata.sorted_tables}
        assert {index["name"] for index in inspector.get_indexes("products")} >= {"products_by_seq", "products_by_group"}

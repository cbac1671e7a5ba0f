"""The store: exact accounts, stable rows, monotone writes, round trips, locks, and refusals that name the way out."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from similis.catalogue import Product, Reject, read_products
from similis.catalogue.rows import Merged
from similis.errors import DimensionMismatch, IncompatibleShop, NoShop, ShopError, ShopLocked, UnknownProduct
from similis.store import DATABASE_FILE, AddReport, Change, Store, build_lock
from similis.store import database as database_module
from similis.store.gathering import Item
from similis.store.migrations import LATEST

REJECT = Reject(1, None, None, "bad_json", "no")


def item(id: str, title: str = "连衣裙", **fields: Any) -> Product:
    return Product(id=id, title=title, **fields)


def counts(report: AddReport) -> tuple[int, int, int, int, int]:
    assert report.accepted + report.updated + report.merged + report.rejected == report.rows
    assert 0 <= report.unchanged <= report.updated
    return report.accepted, report.updated, report.unchanged, report.merged, report.rejected


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "shop") as opened:
        yield opened


def test_every_row_is_accepted_updated_merged_or_rejected(store: Store) -> None:
    assert counts(store.add([item("a"), item("b"), REJECT], source="one")) == (2, 0, 0, 0, 1)
    again: list[Product | Reject] = [item("a"), item("b", "new"), item("c"), item("c", "later"), item("a"), REJECT]
    report = store.add(again, source="two")
    assert counts(report) == (1, 2, 1, 2, 1)
    assert report.rejects == (REJECT,)
    assert [product.title for product in store] == ["连衣裙", "new", "later"]


def test_adding_the_same_again_writes_nothing(store: Store) -> None:
    products = [item(str(number), f"title {number}") for number in range(5_000)] + [item("7", "twice")]
    first = store.add(products, source="feed")
    second = store.add(products, source="feed")
    assert counts(first) == (5_000, 0, 0, 1, 0)
    assert counts(second) == (0, 5_000, 5_000, 1, 0)
    assert first.seq == second.seq == store.seq == 1
    assert store.changes(1) == []
    assert [entry.import_id for entry in store.imports()] == [2, 1]


def test_each_change_gets_the_next_number(store: Store) -> None:
    store.add([item("a"), item("b"), item("c")], source="one")
    store.add([item("a"), item("b", "new")], source="two")
    assert store.delete(["c", "unknown", "c"]) == 1
    assert store.delete(["unknown"]) == 0
    assert store.seq == 3
    assert store.changes(0) == [Change(1, "a", False), Change(2, "b", False), Change(3, "c", True)]
    assert store.changes(2) == [Change(3, "c", True)]


def test_rows_keep_their_place_when_updated_deleted_and_added_again(store: Store) -> None:
    store.add([item("b"), item("a"), item("c")], source="one")
    store.delete(["b"])
    assert store.ids() == ["a", "c"]
    assert len(store) == 2
    assert "b" not in store
    assert 1 not in store
    assert counts(store.add([item("d"), item("b"), item("a", "new")], source="two")) == (2, 1, 0, 0, 0)
    assert store.ids() == ["b", "a", "c", "d"]
    assert [(stored.row, stored.product.id, stored.seq) for stored in store.rows()] == [(1, "b", 3), (2, "a", 3), (3, "c", 1), (4, "d", 3)]


def test_get_keeps_the_order_asked_and_names_what_is_missing(store: Store) -> None:
    store.add([item("SKU-1"), item("SKU-2")], source="one")
    assert [product.id for product in store.get(["SKU-2", "SKU-1", "SKU-2"])] == ["SKU-2", "SKU-1", "SKU-2"]
    assert store.get([]) == []
    assert store.find("SKU-1") == item("SKU-1")
    assert store.find("nothing") is None
    with pytest.raises(UnknownProduct, match=r"'SKU-3'.*close ones: SKU-1, SKU-2"):
        store.get(["SKU-1", "SKU-3"])
    with pytest.raises(UnknownProduct, match="export FILE --products"):
        store.get(["完全不同"])
    store.delete(["SKU-1", "SKU-2"])
    with pytest.raises(UnknownProduct, match="empty"):
        store.get(["SKU-1"])


def test_an_import_that_fails_leaves_the_shop_as_it_was(store: Store) -> None:
    store.add([item("a")], source="one")

    def failing() -> Iterator[Product]:
        for number in range(5_000):
            yield item(str(number))
        raise ValueError("the feed broke")

    with pytest.raises(ValueError, match="the feed broke"):
        store.add(failing(), source="two")
    assert (store.ids(), store.seq, len(store.imports())) == (["a"], 1, 1)
    assert counts(store.add([item("b")], source="three")) == (1, 0, 0, 0, 0)


def test_products_that_cannot_be_stored_are_rejected(store: Store) -> None:
    hopeless: list[Any] = [
        item(""),
        item("a", ""),
        item("b", title=None),  # type: ignore[arg-type]
        item("c", "\ud800"),
        item("d\udc80"),
        item("e", extra={"x": object()}),
        item("f", popularity=float("nan")),
        item("ok"),
    ]
    report = store.add(hopeless, source="hands")
    assert counts(report) == (1, 0, 0, 0, 7)
    assert {reject.code for reject in report.rejects} == {"missing_value", "invalid_product"}


def test_the_report_keeps_the_first_thousand_rejects_and_the_feeds_notes(store: Store) -> None:
    report = store.add([replace(REJECT, line=line) for line in range(2_500, 0, -1)], source="bad")
    assert counts(report) == (0, 0, 0, 0, 2_500)
    assert [reject.line for reject in report.rejects] == list(range(1, 1_001))
    report = store.add(read_products([{"id": "1", "title": "a", "price": "?"}, {"id": "2"}]), source="feed")
    assert counts(report) == (1, 0, 0, 0, 1)
    assert (report.note_count, report.notes[0].code) == (1, "bad_price")


def test_rows_that_are_part_of_another_product_are_merged(store: Store) -> None:
    items: list[Item] = [item("a"), Merged(3, "a", "picture"), Merged(4, None, "parent"), item("a", "再来"), REJECT]
    assert counts(store.add(items, source="feed")) == (1, 0, 0, 3, 1)
    assert store.get(["a"]) == [item("a", "再来")]


def test_progress_ends_with_all_rows(store: Store) -> None:
    seen: list[int] = []
    store.add([item(str(number)) for number in range(4_500)], source="feed", progress=seen.append)
    assert seen == [2_000, 4_000, 4_500]


def test_links_are_those_between_products_in_the_catalogue(store: Store) -> None:
    store.add([item("a", extra={"complements": '["b", "c", "a", "b"]'}), item("b")], source="one")
    assert store.links() == [("a", "b")]
    store.add([item("c")], source="two")
    assert store.links() == [("a", "b"), ("a", "c")]
    store.delete(["b"])
    assert store.links() == [("a", "c")]
    store.add([item("a")], source="three")
    assert store.links() == []


def test_vectors_are_kept_by_text_and_encoder(store: Store) -> None:
    array = np.arange(12, dtype=np.float32).reshape(3, 4)
    store.put_vectors(["x", "y", "z"], "model/1", array)
    store.put_vectors(["x"], "model/2", np.ones((1, 2), np.float32))
    store.put_vectors([], "model/3", np.empty((0, 4), np.float32))
    found = store.vectors(["z", "x", "unknown"], "model/1")
    assert sorted(found) == ["x", "z"]
    assert found["z"].dtype == np.float32
    np.testing.assert_array_equal(found["z"], array[2])
    store.put_vectors(["x"], "model/1", array[1:2])
    np.testing.assert_array_equal(store.vectors(["x"], "model/1")["x"], array[1])
    assert store.vectors(["x"], "model/9") == {}
    assert store.seq == 0
    assert store.prune_vectors("model/1", {"x"}) == 2
    assert sorted(store.vectors(["x", "y", "z"], "model/1")) == ["x"]
    assert sorted(store.vectors(["x"], "model/2")) == ["x"]


def test_vectors_of_the_wrong_shape_are_refused(store: Store) -> None:
    store.put_vectors(["x"], "model", np.ones((1, 4), np.float32))
    with pytest.raises(DimensionMismatch, match=r"5 dimensions.*have 4"):
        store.put_vectors(["y"], "model", np.ones((1, 5), np.float32))
    with pytest.raises(ValueError, match="2 hashes"):
        store.put_vectors(["y", "z"], "model", np.ones((1, 4), np.float32))


def test_what_is_closed_opens_again_unchanged(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.add([item("a", price=Decimal("1.50"))], source="one")
    with Store.open(tmp_path, create=False) as store:
        assert store.get(["a"]) == [item("a", price=Decimal("1.50"))]
        assert store.seq == 1


def test_a_folder_without_a_shop_is_no_shop(tmp_path: Path) -> None:
    with pytest.raises(NoShop, match="no shop in"):
        Store.open(tmp_path / "nowhere", create=False)
    assert not (tmp_path / "nowhere").exists()


def test_a_shop_of_a_newer_similis_is_refused_untouched(tmp_path: Path) -> None:
    Store.open(tmp_path).close()
    with sqlite3.connect(tmp_path / DATABASE_FILE) as raw:
        raw.execute("INSERT INTO schema_version VALUES (?, 'later')", (LATEST + 1,))
    with pytest.raises(IncompatibleShop, match=rf"version {LATEST + 1}.*newer Similis"):
        Store.open(tmp_path)


def test_what_is_no_shop_is_refused(tmp_path: Path) -> None:
    (tmp_path / DATABASE_FILE).write_bytes(b"this is no database, " * 100)
    with pytest.raises(ShopError, match="not a database"):
        Store.open(tmp_path)
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(ShopError, match="cannot use"):
        Store.open(file / "shop")


def test_the_database_is_kept_durable(store: Store) -> None:
    with store._database.reading() as connection:
        pragmas = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous", "foreign_keys")}
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_writer_who_waits_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "BUSY_TIMEOUT_S", 0.1)
    with Store.open(tmp_path) as store:
        store.add([item("a")], source="one")
        raw = sqlite3.connect(tmp_path / DATABASE_FILE, isolation_level=None)
        raw.execute("BEGIN IMMEDIATE")
        with pytest.raises(ShopLocked, match="try again"):
            store.add([item("b")], source="two")
        assert store.ids() == ["a"]
        raw.execute("ROLLBACK")
        raw.close()
        assert store.add([item("b")], source="two").accepted == 1


def test_one_state_is_seen_while_iterating(store: Store) -> None:
    store.add([item(str(number)) for number in range(10)], source="one")
    walk = iter(store)
    first = next(walk)
    store.add([item("new"), item("5", "changed")], source="two")
    assert [first, *walk] == [item(str(number)) for number in range(10)]


def test_threads_read_while_one_writes(store: Store) -> None:
    store.add([item(str(number)) for number in range(200)], source="one")
    errors: list[BaseException] = []

    def read() -> None:
        try:
            for _ in range(20):
                assert store.get(["7"])[0].id == "7"
                assert len(store.ids()) >= 200
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    for number in range(20):
        store.add([item(f"new {number}")], source="more")
    for thread in threads:
        thread.join()
    assert errors == []
    assert (len(store), store.seq) == (220, 21)


def test_processes_may_create_the_same_shop_at_once(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from similis.store import Store; Store.open(Path(sys.argv[1])).close()"
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "shop")], stderr=subprocess.PIPE) for _ in range(4)]
    for process in running:
        _, stderr = process.communicate(timeout=60)
        assert process.returncode == 0, stderr.decode()


def test_only_one_builds_at_a_time(tmp_path: Path) -> None:
    with build_lock(tmp_path), pytest.raises(ShopLocked, match="being built by process"), build_lock(tmp_path):
        pass
    with build_lock(tmp_path):
        pass
    with pytest.raises(NoShop), build_lock(tmp_path / "nowhere"):
        pass
    (tmp_path / "folder" / "build.lock").mkdir(parents=True)
    with pytest.raises(ShopError, match="cannot open"), build_lock(tmp_path / "folder"):
        pass


text = st.text(st.characters(codec="utf-8"), max_size=20)
some_text = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
moments = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=8))]))
products = st.builds(
    Product,
    id=st.sampled_from(["a", "b", "c"]) | some_text,
    title=some_text,
    description=st.none() | some_text,
    price=st.none() | st.decimals(allow_nan=False, allow_infinity=False),
    stock=st.none() | st.integers(-(2**70), 2**70),
    popularity=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    created_at=st.none() | moments,
    category_path=st.lists(text, max_size=3).map(tuple),
    attributes=st.dictionaries(text, st.lists(text, max_size=2).map(tuple), max_size=3),
    extra=st.dictionaries(text, text, max_size=3),
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("shared")) as opened:
        yield opened


@given(product=products)
def test_a_product_comes_back_exactly(shared: Store, product: Product) -> None:
    shared.add([product], source="round trip")
    (found,) = shared.get([product.id])
    assert found == product
    assert replace(found, id="x") == replace(product, id="x")


@given(items=st.lists(products | st.just(REJECT), max_size=12))
def test_the_account_is_exact_and_the_last_row_wins(shared: Store, items: list[Product | Reject]) -> None:
    report = shared.add(items, source="any")
    assert report.rows == len(items)
    counts(report)
    last = {entry.id: entry for entry in items if isinstance(entry, Product)}
    assert report.accepted + report.updated == len(last)
    assert shared.get(list(last)) == list(last.values())
    again = shared.add(items, source="again")
    assert (again.unchanged, again.seq) == (len(last), report.seq)

"""The list of imports, and taking them back: exactly what an import did, and nothing that was written since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from similis.catalogue import Product
from similis.catalogue.patch import Patch
from similis.errors import ImportRefused, ShopError, UsageError
from similis.store import AddReport, ImportOptions, Store
from similis.store.gathering import Item
from similis.store.merging import KEPT_WRITES


def item(id: str, title: str = "连衣裙", **fields: Any) -> Product:
    return Product(id=id, title=title, **fields)


def add(store: Store, items: Sequence[Item], **options: Any) -> AddReport:
    return store.add(items, source="feed.csv", options=ImportOptions(**options))


def content(store: Store) -> dict[str, Any]:
    """Everything an undo has to restore, row by row."""
    with store._database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT id, body, content_hash, group_id, available, feed FROM products WHERE NOT deleted").all()
        links = connection.exec_driver_sql(
            "SELECT product_id, other_id FROM links JOIN products ON id = product_id WHERE NOT deleted ORDER BY 1, 2"
        ).all()
    return {"products": {row[0]: tuple(row[1:]) for row in rows}, "links": [tuple(row) for row in links]}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "shop") as opened:
        yield opened


OLD = item("a", "旧", group_id="g", stock=3, extra={"complements": '["b"]'})
NEW = item("a", "new", stock=0, extra={"complements": '["c"]'})


def test_an_import_is_taken_back_whole(store: Store) -> None:
    add(store, [OLD, item("b"), item("c"), item("gone")], feed="acme")
    before, seq = content(store), store.seq
    add(store, [NEW, item("b"), item("d")], sync=True, feed="acme", withdraw_at_most="50%")
    report = store.undo()
    assert (report.undone, report.kind, report.source) == (2, "sync", "feed.csv")
    assert (report.removed, report.restored, report.returned, report.kept) == (1, 1, 2, 0)
    assert content(store) == before
    assert store.seq == report.seq > seq + 1
    assert {change.id for change in store.changes(seq + 2)} == {"a", "c", "d", "gone"}


def test_what_was_written_since_is_kept(store: Store) -> None:
    add(store, [item("a"), item("b"), item("c")])
    add(store, [item("a", "bad"), item("b", "bad"), item("c", "bad"), item("new")])
    add(store, [item("b", "by hand")])
    store.delete(["c"])
    report = store.undo(2)
    assert (report.removed, report.restored, report.returned, report.kept) == (1, 1, 0, 2)
    assert [product.title for product in store] == ["连衣裙", "by hand"]
    assert report.remarks == ("b was written again by import 3 and stays as it is", "c was written again by import 4 and stays as it is")
    assert store.imports()[0].kept == 2


def test_imports_can_be_taken_back_one_after_the_other(store: Store) -> None:
    states = [content(store)]
    for items in ([OLD], [NEW, item("b")], [item("b", "再来")]):
        add(store, items)
        states.append(content(store))
    store.delete(["a"])
    for expected, undone in zip(reversed(states), (4, 3, 2, 1), strict=True):
        assert store.undo().undone == undone
        assert content(store) == expected
    with pytest.raises(ShopError, match="no import to take back"):
        store.undo()


def test_an_undo_can_be_undone_and_the_import_again(store: Store) -> None:
    add(store, [OLD])
    add(store, [NEW, item("d")])
    after = content(store)
    undo = store.undo()
    again = store.undo(undo.import_id)
    assert (again.kind, again.returned, again.restored) == ("undo", 1, 1)
    assert content(store) == after
    entries = {entry.import_id: entry for entry in store.imports()}
    assert (entries[2].undone_by, entries[3].undone_by, entries[3].undoes) == (None, 4, 2)
    assert entries[2].can_undo
    store.undo(again.import_id)
    assert {entry.import_id: entry.undone_by for entry in store.imports()} == {1: None, 2: 3, 3: None, 4: 5, 5: None}
    assert store.undo().undone == 1


def test_an_undo_of_nothing_moves_no_number(store: Store) -> None:
    add(store, [OLD])
    add(store, [OLD])
    add(store, [])
    before, seq = content(store), store.seq
    for _ in range(2):
        report = store.undo()
        assert (report.removed, report.restored, report.returned, report.kept, report.seq) == (0, 0, 0, 0, seq)
    assert (store.seq, content(store)) == (seq, before)
    assert store.changes(seq) == []


def test_the_feed_a_product_belonged_to_comes_back(store: Store) -> None:
    add(store, [OLD, item("b")], feed="acme")
    seq = store.seq
    add(store, [OLD, item("b", "new")], feed="屿动")
    store.undo()
    assert {id: row[-1] for id, row in content(store)["products"].items()} == {"a": "acme", "b": "acme"}
    assert [change.id for change in store.changes(seq)] == ["b"]
    add(store, [item("x")], sync=True, feed="屿动")
    assert store.ids() == ["a", "b", "x"]


def test_what_another_feed_brought_since_is_kept(store: Store) -> None:
    add(store, [OLD], feed="acme")
    add(store, [OLD], feed="屿动")
    report = store.undo(1)
    assert (report.kept, report.removed) == (1, 0)
    assert store.ids() == ["a"]


def test_what_cannot_be_undone(store: Store) -> None:
    with pytest.raises(ShopError, match="no import to take back"):
        store.undo()
    add(store, [OLD])
    for number in (0, 2, -1):
        with pytest.raises(UsageError, match=f"no import {number}; similis imports"):
            store.undo(number)
    undo = store.undo(1)
    seq = store.seq
    with pytest.raises(UsageError, match=f"taken back by import {undo.import_id} already.*similis undo {undo.import_id}"):
        store.undo(1)
    assert store.seq == seq


def test_only_the_last_writes_can_be_taken_back(store: Store) -> None:
    for number in range(KEPT_WRITES + 1):
        add(store, [item("a", f"title {number}")])
    with store._database.reading() as connection:
        kept = connection.exec_driver_sql("SELECT min(import_id), count(*) FROM history").one()
    assert tuple(kept) == (2, KEPT_WRITES)
    with pytest.raises(ShopError, match=f"import 1 is too old.*last {KEPT_WRITES} writes"):
        store.undo(1)
    assert [entry.can_undo for entry in store.imports()] == [True] * KEPT_WRITES + [False]
    assert store.undo(2).kept == 1


def test_the_list_of_imports(store: Store) -> None:
    add(store, [OLD, OLD, item("b")], feed="acme")
    add(store, [Patch(2, "a", {"price": Decimal(1)}), Patch(3, "b", {}), Patch(4, "?", {})], patch=True)
    add(store, [OLD], sync=True, withdraw_at_most="50%")
    store.delete(["a", "unknown"])
    assert store.delete(["unknown", "\udc80"]) == 0
    with pytest.raises(ImportRefused):
        add(store, [], sync=True)
    store.undo()
    entries = store.imports()
    assert [entry.kind for entry in entries] == ["undo", "delete", "sync", "patch", "add"]
    assert [entry.source for entry in entries] == ["import 4 (a)", "a", "feed.csv", "feed.csv", "feed.csv"]
    assert all(entry.accepted + entry.updated + entry.merged + entry.rejected == entry.rows for entry in entries)
    undo, delete, sync, patch, first = entries
    assert (first.feed, first.rows, first.accepted, first.merged) == ("acme", 3, 2, 1)
    assert (patch.updated, patch.unchanged, patch.rejected) == (2, 1, 1)
    assert (sync.withdrawn, delete.withdrawn, delete.rows) == (1, 1, 0)
    assert (undo.accepted, undo.undoes, delete.undone_by, delete.can_undo) == (1, 4, 5, False)
    assert all(entry.started_at <= entry.finished_at for entry in entries)
    assert store.imports(2) == entries[:2]
    with pytest.raises(UsageError, match="limit is 0"):
        store.imports(0)


def test_many_products_are_taken_back(store: Store) -> None:
    add(store, [item(str(number)) for number in range(5_000)])
    before = content(store)
    add(store, [item(str(number), "新") for number in range(4_500, 9_500)], sync=True, withdraw_at_most="100%")
    report = store.undo()
    assert (report.removed, report.restored, report.returned) == (4_500, 500, 4_500)
    assert content(store) == before


ids = st.sampled_from(["a", "b", "c", "瑜"])
fields = st.fixed_dictionaries(
    {"title": st.sampled_from(["old", "新"])},
    optional={
        "group_id": st.sampled_from(["g", "h"]),
        "stock": st.integers(0, 1),
        "extra": st.sampled_from([{"complements": '["a"]'}, {"complements": '["b", "c"]'}]),
    },
)
feeds = st.none() | st.sampled_from(["acme", "屿动"])
whole = st.dictionaries(ids, fields, min_size=1, max_size=4)
writes = st.one_of(
    st.tuples(st.just("add"), whole, feeds),
    st.tuples(st.just("sync"), whole, feeds),
    st.tuples(
        st.just("patch"), st.dictionaries(ids, st.fixed_dictionaries({}, optional={"stock": st.integers(0, 2)}), max_size=3), st.none()
    ),
    st.tuples(st.just("delete"), st.dictionaries(ids, st.none(), min_size=1, max_size=2), st.none()),
)


def write(store: Store, kind: str, named: dict[str, Any], feed: str | None) -> bool:
    """Whether it was written down as an import."""
    if kind == "delete":
        return store.delete(named) > 0
    if kind == "patch":
        items: list[Item] = [Patch(line, id, changes) for line, (id, changes) in enumerate(named.items(), 2)]
        add(store, items, patch=True)
        return True
    share = "100%" if kind == "sync" else None
    add(store, [Product(id=id, **changes) for id, changes in named.items()], sync=kind == "sync", feed=feed, withdraw_at_most=share)
    return True


@settings(max_examples=30)
@given(before=st.lists(writes, max_size=3), undone=st.lists(writes, min_size=1, max_size=4))
def test_undoing_the_last_imports_brings_the_state_before_them_back(
    before: list[Any], undone: list[Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with Store.open(tmp_path_factory.mktemp("any")) as store:
        for one in before:
            write(store, *one)
        states = [content(store)]
        for one in undone:
            if write(store, *one):
                states.append(content(store))
        last = states.pop()
        undos = []
        for expected in reversed(states):
            undos.append(store.undo())
            assert undos[-1].kept == 0
            assert content(store) == expected
        for undo in reversed(undos):
            assert store.undo(undo.import_id).kept == 0
        assert content(store) == last

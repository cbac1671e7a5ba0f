"""Syncs, patches, strictness and rejects: exact counts, nothing lost, and refusals that leave the shop as it was."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from similis.catalogue import Product, Reject, read_products
from similis.catalogue.patch import Patch
from similis.errors import ImportRefused, SimilisError, UsageError
from similis.store import DATABASE_FILE, AddReport, ImportOptions, RejectsFile, Store
from similis.store.gathering import Item
from similis.store.syncing import checked_share


def item(id: str, title: str = "连衣裙", **fields: Any) -> Product:
    return Product(id=id, title=title, **fields)


def add(store: Store, items: Sequence[Item], **options: Any) -> AddReport:
    report = store.add(items, source="feed", options=ImportOptions(**options))
    assert report.accepted + report.updated + report.merged + report.rejected == report.rows == len(items)
    assert 0 <= report.unchanged <= report.updated
    return report


def state(store: Store) -> tuple[Any, ...]:
    """All that a refused import must leave alone."""
    return [*store.rows()], store.seq, store.imports(), store.links()


def several(n: int, title: str = "连衣裙 dress") -> list[Item]:
    return [item(f"货-{number}", title) for number in range(n)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "shop") as opened:
        yield opened


# -- sync ---------------------------------------------------------------------------------------------------------------------------------


def test_a_sync_withdraws_what_vanished_and_takes_the_rest(store: Store) -> None:
    add(store, several(10))
    feed: list[Item] = [*several(8), item("new"), item("货-3", "其他")]
    report = add(store, feed, sync=True)
    assert (report.kind, report.accepted, report.updated, report.unchanged, report.merged, report.withdrawn) == ("sync", 1, 8, 7, 1, 2)
    assert "货-8" not in store
    assert store.get(["货-3"])[0].title == "其他"
    changes = {change.id: change for change in store.changes(1)}
    assert {id for id, change in changes.items() if change.deleted} == {"货-8", "货-9"}
    assert changes["货-8"].seq > changes["new"].seq
    assert report.seq == store.seq == changes["货-8"].seq
    assert add(store, several(10), sync=True, withdraw_at_most="50%").accepted == 2


def test_a_sync_of_a_named_feed_leaves_the_others_alone(store: Store) -> None:
    add(store, [item("a1"), item("a2"), item("shared")], feed="acme")
    add(store, [item("b1"), item("shared")], feed="屿动")
    add(store, [item("none")])
    seq = store.seq
    report = add(store, [item("a1")], sync=True, feed="acme", withdraw_at_most="50%")
    assert (report.withdrawn, report.unchanged, report.feed) == (1, 1, "acme")
    assert store.ids() == ["a1", "shared", "b1", "none"]
    assert add(store, [item("none")], feed="acme").seq == seq + 1, "the feed alone is no change of the product"
    assert add(store, [item("a1")], sync=True, feed="acme", withdraw_at_most=50).withdrawn == 1
    assert "none" not in store


def test_a_sync_of_an_unknown_feed_is_warned_of(store: Store) -> None:
    assert add(store, [item("a")], sync=True, feed="acme").warnings == ()
    report = add(store, [item("b")], sync=True, feed="acne")
    assert report.withdrawn == 0
    assert "'acne' before; feeds known: acme" in report.warnings[0]


def test_a_rejected_row_with_an_id_has_not_vanished(store: Store) -> None:
    add(store, several(4))
    bad: list[Item] = [Reject(5, "货-3", "title", "missing_title", "no title"), Reject(6, None, None, "bad_id", "no id")]
    report = add(store, [*several(3), *bad], sync=True)
    assert (report.withdrawn, report.rejected) == (0, 2)
    assert len(store) == 4
    assert report.warnings[0].startswith("1 rejected rows have no readable id")
    assert "similis undo" in report.warnings[0]
    assert add(store, [*several(4), bad[0]], sync=True).warnings == ()


@pytest.mark.parametrize(
    ("feed", "says"),
    [
        (several(7), r"3 of 10 products \(30%\).*at most 20%.*--withdraw-at-most 30%"),
        ([], r"no product that could be used.*\(10\)"),
        ([Reject(2, "货-1", None, "bad", "bad")], "no product that could be used"),
        ([item("货-0", title="")], "no product that could be used"),
    ],
)
def test_a_sync_that_would_take_too_much_is_refused(store: Store, feed: list[Item], says: str) -> None:
    add(store, several(10))
    before = state(store)
    with pytest.raises(ImportRefused, match=says):
        add(store, feed, sync=True)
    assert state(store) == before
    with pytest.raises(ImportRefused):
        add(store, feed, sync=True, dry_run=True)
    if len(feed) < 2:
        with pytest.raises(ImportRefused, match="no product"):
            add(store, feed, sync=True, withdraw_at_most="100%")


@pytest.mark.parametrize(("gone", "allowed"), [(2, None), (3, "30%"), (3, 0.3), (3, 30), (10, "100%"), (10, 1.0), (3, Decimal("0.30"))])
def test_exactly_the_share_allowed_may_vanish(store: Store, gone: int, allowed: object) -> None:
    add(store, several(10))
    feed = [*several(10 - gone), item("new")]
    assert add(store, feed, sync=True, withdraw_at_most=allowed).withdrawn == gone


def test_a_sync_into_an_empty_shop_just_adds(store: Store) -> None:
    assert add(store, several(3), sync=True).accepted == 3
    assert store.undo().removed == 3
    with pytest.raises(ImportRefused):
        add(store, [], sync=True)


@pytest.mark.parametrize(
    ("value", "share"),
    [("35%", "0.35"), (" 35 ％", "0.35"), ("35", "0.35"), (0.35, "0.35"), (".5", "0.5"), ("0", "0"), (0, "0"), ("1%", "0.01")],
)
def test_shares(value: object, share: str) -> None:
    assert checked_share(value) == Decimal(share)


@pytest.mark.parametrize("value", ["", "all", "-1", -0.1, "101%", 200, "1", 1, True, float("nan"), float("inf"), "1e-2", "3 5", [0.3]])
def test_what_is_no_share_is_refused(value: object) -> None:
    with pytest.raises(UsageError, match="write"):
        ImportOptions(sync=True, withdraw_at_most=value)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"sync": True, "patch": True}, "never the whole catalogue"),
        ({"withdraw_at_most": "30%"}, "sync too"),
        ({"feed": " "}, "no name for a feed"),
        ({"feed": "a\nb"}, "no name for a feed"),
        ({"feed": 5}, "no name for a feed"),
        ({"feed": "x" * 201}, "no name for a feed"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        ImportOptions(**options)


# -- patches ------------------------------------------------------------------------------------------------------------------------------

WHOLE = item(
    "瑜-1",
    "轻薄瑜伽裤",
    price=Decimal("99.00"),
    currency="CNY",
    sale_price=Decimal("79"),
    stock=3,
    attributes={"面料": ("棉",)},
    extra={"x": "1"},
)


def test_a_patch_changes_only_what_it_has(store: Store) -> None:
    add(store, [WHOLE, item("b")], feed="acme")
    moment = datetime(2026, 1, 31, tzinfo=UTC)
    items: list[Item] = [
        Patch(2, "瑜-1", {"price": Decimal("88.50"), "sale_price": None, "updated_at": moment}),
        Patch(3, "gone", {"stock": 1}),
        Patch(4, "瑜-1", {"stock": 0, "price": Decimal("87")}),
        Patch(5, "b", {}),
        Reject(6, None, "id", "missing_id", "no id"),
    ]
    report = add(store, items, patch=True)
    assert (report.kind, report.accepted, report.updated, report.unchanged, report.merged, report.rejected) == ("patch", 0, 2, 1, 1, 2)
    assert [(reject.line, reject.id, reject.code) for reject in report.rejects] == [(3, "gone", "unknown_id"), (6, None, "missing_id")]
    assert store.get(["瑜-1"]) == [replace(WHOLE, price=Decimal("87"), sale_price=None, stock=0, updated_at=moment)]
    assert add(store, [item("other")], sync=True, feed="acme", withdraw_at_most="100%").withdrawn == 2, "the products stay with their feed"


def test_a_feed_of_prices_is_known_as_patches(store: Store) -> None:
    add(store, [WHOLE])
    report = store.add(read_products([{"编号": "瑜-1", "价格": "88"}, {"编号": "没有", "价格": "1"}]), source="prices")
    assert (report.kind, report.updated, report.mapping is not None) == ("patch", 1, True)
    assert [(reject.column, reject.code) for reject in report.rejects] == [("编号", "unknown_id")]
    with pytest.raises(UsageError, match="never the whole"):
        store.add(read_products([{"编号": "瑜-1", "价格": "88"}]), source="prices", options=ImportOptions(sync=True))


def test_patched_mappings_change_name_by_name_and_links_follow(store: Store) -> None:
    add(store, [WHOLE, item("b")])
    patch = Patch(2, "瑜-1", {"attributes": {"fit": ("slim",)}, "extra": {"complements": '["b"]'}, "title": "新标题"})
    add(store, [patch], patch=True)
    (found,) = store.get(["瑜-1"])
    assert found.attributes == {"面料": ("棉",), "fit": ("slim",)}
    assert found.extra == {"x": "1", "complements": '["b"]'}
    assert found.title == "新标题"
    assert store.links() == [("瑜-1", "b")]
    store.undo()
    assert store.get(["瑜-1"]) == [WHOLE]
    assert store.links() == []


def test_a_patch_of_a_deleted_product_is_rejected(store: Store) -> None:
    add(store, [WHOLE])
    store.delete(["瑜-1"])
    assert [reject.code for reject in add(store, [Patch(2, "瑜-1", {"stock": 1})], patch=True).rejects] == ["unknown_id"]
    assert "瑜-1" not in store


@pytest.mark.parametrize(
    "bad",
    [
        Patch(2, "瑜-1", {"prize": 1}),
        Patch(2, "瑜-1", {"prize": None}),
        Patch(2, "瑜-1", {"title": None}),
        Patch(2, "瑜-1", {"id": "other"}),
        Patch(2, "瑜-1", {"popularity": float("nan")}),
        Patch(2, "瑜-1", {"color": "\ud800"}),
        Patch(2, "\udc80", {"stock": 1}),
        Patch(2, "", {"stock": 1}),
        item("瑜-1"),
    ],
)
def test_patches_that_cannot_be_are_rejected(store: Store, bad: Item) -> None:
    add(store, [WHOLE])
    assert add(store, [bad], patch=True).rejected == 1
    assert store.get(["瑜-1"]) == [WHOLE]


def test_patches_among_products_are_rejected(store: Store) -> None:
    report = add(store, [WHOLE, Patch(2, "瑜-1", {"stock": 1})])
    assert [reject.code for reject in report.rejects] == ["mixed_feed"]
    assert store.get(["瑜-1"]) == [WHOLE]


def test_half_a_change_of_currency_is_warned_of(store: Store) -> None:
    add(store, [WHOLE])
    assert add(store, [Patch(2, "瑜-1", {"currency": "CNY", "price": Decimal(1)})], patch=True).warnings == ()
    report = add(store, [Patch(2, "瑜-1", {"currency": "EUR", "price": Decimal(12)})], patch=True)
    assert "'瑜-1' the first, changed their currency but not all of their amounts" in report.warnings[0]


values = {
    "price": st.none() | st.decimals(0, 10**6, places=2),
    "sale_price": st.none() | st.decimals(0, 10**6, places=2),
    "currency": st.none() | st.sampled_from(["CNY", "EUR"]),
    "stock": st.none() | st.integers(0, 2**70),
    "availability": st.none() | st.sampled_from(["in_stock", "out_of_stock", "preorder"]),
    "popularity": st.none() | st.floats(0, 10),
    "updated_at": st.none() | st.datetimes(timezones=st.just(UTC)),
}
patches = st.builds(Patch, st.integers(2, 99), st.sampled_from(["a", "b", "瑜"]), st.fixed_dictionaries({}, optional=values))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("shared")) as opened:
        yield opened


@given(start=st.fixed_dictionaries({}, optional=values), items=st.lists(patches, max_size=8))
def test_patching_equals_replacing_fields_one_by_one(shared: Store, start: dict[str, Any], items: list[Patch]) -> None:
    products = {id: item(id, **start) for id in ("a", "瑜")}
    shared.delete(["b"])
    shared.add(products.values(), source="whole")
    before = shared.seq
    report = add(shared, list(items), patch=True)
    expected = dict(products)
    for patch in items:
        if patch.id in expected:
            expected[patch.id] = replace(expected[patch.id], **patch.fields)
    assert {product.id: product for product in shared} == expected
    assert report.rejected == sum(patch.id == "b" for patch in items)
    assert (shared.seq > before) == (expected != products) == (report.unchanged < report.updated)
    with shared._database.reading() as connection:
        found = connection.exec_driver_sql("SELECT id, available FROM products WHERE NOT deleted").all()
    assert {id: bool(available) for id, available in found} == {id: product.is_available for id, product in expected.items()}
    shared.undo()
    assert {product.id: product for product in shared} == products


# -- strict, rejects, dry runs ------------------------------------------------------------------------------------------------------------


def bad_rows(n: int) -> list[Item]:
    return [Reject(line, f"=货{line}", "价格", "bad_price", "价格写错了; write it like 1299.00") for line in range(n + 1, 1, -1)]


def test_strict_takes_all_or_nothing(store: Store, tmp_path: Path) -> None:
    add(store, several(2))
    before = state(store)
    says = r"2 of 5 rows.*First, line 2, column '价格': 价格写错了.*--rejects FILE"
    with pytest.raises(ImportRefused, match=says):
        add(store, [*several(3, "new"), *bad_rows(2)], strict=True, rejects=RejectsFile(tmp_path / "rejects.csv"))
    assert state(store) == before
    assert len((tmp_path / "rejects.csv").read_text(encoding="utf-8").splitlines()) == 3
    assert add(store, several(3, "new"), strict=True).accepted == 1


def test_strict_counts_unknown_ids_too(store: Store, tmp_path: Path) -> None:
    add(store, [WHOLE])
    before = state(store)
    file = tmp_path / "rejects.jsonl"
    with pytest.raises(ImportRefused, match=r"1 of 2 rows.*line 3.*'gone'"):
        add(store, [Patch(2, "瑜-1", {"stock": 9}), Patch(3, "gone", {"stock": 9})], patch=True, strict=True, rejects=RejectsFile(file))
    assert state(store) == before
    assert [json.loads(line)["code"] for line in file.read_text(encoding="utf-8").splitlines()] == ["unknown_id"]


def test_the_rejects_file_holds_every_reject_by_line(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "rejects.csv"
    file.write_text("old", encoding="utf-8")
    report = add(store, bad_rows(3_000), rejects=RejectsFile(file))
    assert len(report.rejects) == 1_000
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [int(row["line"]) for row in rows] == list(range(2, 3_002))
    assert rows[0] == {"line": "2", "column": "价格", "id": "'=货2", "code": "bad_price", "message": "价格写错了; write it like 1299.00"}
    assert not file.read_bytes().startswith(b"\xef\xbb\xbf")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rejects.csv", "shop"]


def test_without_rejects_the_file_holds_the_header(store: Store, tmp_path: Path) -> None:
    add(store, several(1), rejects=RejectsFile(tmp_path / "none.csv"))
    assert (tmp_path / "none.csv").read_text(encoding="utf-8") == "line,column,id,code,message\n"


def test_undecodable_texts_reach_the_file(store: Store, tmp_path: Path) -> None:
    add(store, [item("d\udc80"), Reject(2, None, "\udcff", "bad", "\ud83d")], rejects=RejectsFile(tmp_path / "r.jsonl"))
    rows = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (rows[0]["id"], rows[1]["column"], rows[1]["message"]) == ("d\\udc80", "\\udcff", "\\ud83d")


def test_a_feed_that_breaks_leaves_no_rejects_file(store: Store, tmp_path: Path) -> None:
    def breaking() -> Iterator[Item]:
        yield from bad_rows(10)
        raise ValueError("the feed broke")

    file = tmp_path / "rejects.csv"
    file.write_text("old", encoding="utf-8")
    with pytest.raises(ValueError, match="the feed broke"):
        store.add(breaking(), source="feed", options=ImportOptions(rejects=RejectsFile(file)))
    assert file.read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rejects.csv", "shop"]


def test_rejects_files_that_cannot_be(tmp_path: Path) -> None:
    feed = tmp_path / "feed.csv"
    feed.write_text("id\n", encoding="utf-8")
    for path, says in (
        (tmp_path / "r.xlsx", "no xlsx file"),
        (tmp_path, "no file that rejects"),
        (tmp_path / "nowhere" / "r.csv", "no folder"),
        (tmp_path / "." / "feed.csv", "the feed itself"),
    ):
        with pytest.raises(UsageError, match=says):
            RejectsFile(path, feed=feed)


def test_a_rejects_file_that_cannot_be_written_stops_the_import_before_it_reads(store: Store, tmp_path: Path) -> None:
    file = RejectsFile(tmp_path / f"{'x' * 250}.csv")  # the name of the unfinished file is too long
    with pytest.raises(SimilisError, match="cannot write"):
        add(store, several(1), rejects=file)
    assert store.imports() == []
    with pytest.raises(SimilisError, match="cannot write"):
        RejectsFile(tmp_path / f"{'x' * 300}.csv")


@pytest.mark.parametrize("options", [{}, {"sync": True, "withdraw_at_most": "60%"}, {"patch": True}])
def test_a_dry_run_counts_and_writes_nothing(store: Store, tmp_path: Path, options: dict[str, Any]) -> None:
    add(store, several(10))
    before = state(store)
    feed: list[Item] = [*several(5), item("new"), Reject(3, "货-9", None, "bad", "bad")]
    if "patch" in options:
        feed = [Patch(2, "货-1", {"stock": 1}), Patch(3, "none", {"stock": 1})]
    tried = add(store, feed, dry_run=True, rejects=RejectsFile(tmp_path / "r.csv"), **options)
    assert state(store) == before
    assert (tried.dry_run, tried.import_id) == (True, None)
    done = add(store, feed, **options)
    assert replace(tried, dry_run=False, import_id=done.import_id, seq=done.seq) == done
    assert len((tmp_path / "r.csv").read_text(encoding="utf-8").splitlines()) == 2


def test_a_dry_run_waits_for_no_writer(store: Store, tmp_path: Path) -> None:
    add(store, [WHOLE])
    writer = sqlite3.connect(tmp_path / "shop" / DATABASE_FILE, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    tried: list[tuple[Item, bool]] = [(item("new"), False), (Patch(2, "瑜-1", {"stock": 1}), True)]
    for one, patch in tried:
        assert add(store, [one], dry_run=True, patch=patch).rows == 1
    writer.close()

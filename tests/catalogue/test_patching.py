"""Price and stock feeds: what the row has changes, what it cannot say stays, and nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from similis.catalogue import Product, Reject, guess_mapping, read_products
from similis.catalogue.patch import Patch
from similis.catalogue.patching import PATCH_FIELDS, looks_like_patches
from similis.errors import InvalidMapping


def patches(rows: Iterable[Mapping[str, Any]], **options: Any) -> list[dict[str, Any]]:
    feed = read_products(rows, **options)
    assert feed.is_patch
    return [dict(outcome.fields) for outcome in feed if isinstance(outcome, Patch)]


def is_patch(path: Path, *, patch: bool = False) -> bool:
    with read_products(path, patch=patch) as feed:
        return feed.is_patch


def one(row: Mapping[str, Any], **options: Any) -> tuple[dict[str, Any], list[str]]:
    feed = read_products([row], patch=True, **options)
    (outcome,) = list(feed)
    assert isinstance(outcome, Patch)
    return dict(outcome.fields), [note.code for note in feed.notes]


@pytest.mark.parametrize(
    "columns",
    [
        "id,price",
        "SKU,Stock",
        "商品编号,价格,促销价,库存",
        "id,cost,currency,availability,condition,popularity,updated_at",
        "货号,库存状态,更新时间",
    ],
)
def test_prices_and_stock_alone_are_patches(columns: str, tmp_path: Path) -> None:
    (tmp_path / "feed.csv").write_text(f"{columns}\n", encoding="utf-8")
    assert is_patch(tmp_path / "feed.csv")


@pytest.mark.parametrize("columns", ["id,title", "id,title,price", "编号,名称,库存", "title,id,attr_fit"])
def test_feeds_with_titles_are_products_unless_told(columns: str, tmp_path: Path) -> None:
    (tmp_path / "feed.csv").write_text(f"{columns}\n", encoding="utf-8")
    assert not is_patch(tmp_path / "feed.csv")
    assert is_patch(tmp_path / "feed.csv", patch=True)


@pytest.mark.parametrize("columns", ["id", "id,price,brand", "编号,库存,仓库", "id,stock,attr_fit", "id,price,list price"])
def test_anything_else_needs_a_title_or_to_be_told(columns: str, tmp_path: Path) -> None:
    (tmp_path / "feed.csv").write_text(f"{columns}\n", encoding="utf-8")
    with pytest.raises(InvalidMapping, match=r"title=COLUMN.*--patch"):
        read_products(tmp_path / "feed.csv")
    assert is_patch(tmp_path / "feed.csv", patch=True)


def test_a_patch_feed_needs_an_id(tmp_path: Path) -> None:
    (tmp_path / "feed.csv").write_text("price,stock\n1,2\n", encoding="utf-8")
    with pytest.raises(InvalidMapping, match="looks like the id"):
        read_products(tmp_path / "feed.csv", patch=True)


def test_a_whole_mapping_says_it_too() -> None:
    mapping = guess_mapping(["编号", "价格"])
    assert looks_like_patches(mapping)
    assert patches([{"编号": "a", "价格": "1"}], mapping=mapping) == [{"price": Decimal(1)}]


def test_each_row_changes_what_it_has(tmp_path: Path) -> None:
    text = "编号,价格,促销价,币种,库存,库存状态,销量,更新时间\n瑜-1,99.00,79,CNY,5,有货,12,2026-01-31\n瑜-2,,,,,,,\n瑜-3,暂无,-,,0,,,\n"
    (tmp_path / "feed.csv").write_bytes(text.encode("gb18030"))
    first, second, third = patches_of(tmp_path / "feed.csv")
    assert first == Patch(
        2,
        "瑜-1",
        {
            "price": Decimal("99.00"),
            "sale_price": Decimal(79),
            "currency": "CNY",
            "stock": 5,
            "availability": "in_stock",
            "popularity": 12.0,
            "updated_at": datetime(2026, 1, 31, tzinfo=UTC),
        },
    )
    assert second == Patch(3, "瑜-2", {"sale_price": None})
    assert third == Patch(4, "瑜-3", {"sale_price": None, "stock": 0})


def patches_of(path: Path) -> list[Patch]:
    return [outcome for outcome in read_products(path) if isinstance(outcome, Patch)]


def test_a_cell_the_row_does_not_have_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "feed.csv").write_text("id,price,sale_price\na,5\nb,5,\n", encoding="utf-8")
    feed = read_products(tmp_path / "feed.csv")
    assert [outcome.fields for outcome in feed if isinstance(outcome, Patch)] == [
        {"price": Decimal(5)},
        {"price": Decimal(5), "sale_price": None},
    ]
    assert [(note.line, note.code) for note in feed.notes] == [(2, "short_row")]
    assert "stay as they are" in feed.notes[0].message
    assert patches([{"id": "a", "sale_price": None}, {"id": "b", "price": 1}]) == [{"sale_price": None}, {"price": Decimal(1)}]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("price", "面议", "bad_price"),
        ("sale_price", "call us", "bad_price"),
        ("sale_price", "10-20", "price_range"),
        ("cost", "-3", "negative_price"),
        ("stock", "a few", "bad_count"),
        ("availability", "maybe", "unknown_availability"),
        ("currency", "XXX", "unknown_currency"),
        ("popularity", "high", "bad_number"),
        ("updated_at", "gestern", "bad_date"),
    ],
)
def test_a_value_that_cannot_be_used_leaves_its_field_and_is_noted(column: str, value: str, code: str) -> None:
    fields, notes = one({"id": "a", column: value})
    assert fields == {}
    assert notes == [code]


def test_only_a_currency_that_is_named_changes_the_currency() -> None:
    assert one({"id": "a", "price": "$10"})[0] == {"price": Decimal(10)}
    assert one({"id": "a", "price": "¥88"})[0] == {"price": Decimal(88)}
    assert one({"id": "a", "price": "12,50 €"})[0] == {"price": Decimal("12.50"), "currency": "EUR"}
    assert one({"id": "a", "price": "88", "currency": "RMB"})[0] == {"price": Decimal(88), "currency": "CNY"}
    assert one({"id": "a", "price": "8 EUR", "currency": "CNY"}) == ({"price": Decimal(8), "currency": "EUR"}, ["currency_conflict"])


def test_told_to_patch_any_field_may_change() -> None:
    row = {"id": "a", "title": "新款瑜伽裤", "brand": "", "attr_fit": "slim", "仓库": "上海"}
    fields, _ = one(row)
    assert fields == {"title": "新款瑜伽裤", "language": "zh", "attributes": {"fit": ("slim",)}, "extra": {"仓库": "上海"}}


def test_every_row_comes_out_once() -> None:
    bad: list[Any] = [{"id": "", "price": 2}, {"price": 3}, "no row", {"id": "\udc80", "price": 4}, {"id": "x" * 300, "price": 5}]
    feed = read_products([{"id": "a", "price": 1}, *bad])
    outcomes = list(feed)
    assert [type(outcome) for outcome in outcomes] == [Patch, Reject, Reject, Reject, Reject, Reject]
    assert (feed.rows, feed.rejected) == (6, 5)
    assert [outcome.line for outcome in outcomes if isinstance(outcome, Reject)] == [2, 3, 4, 5, 6]


def test_ready_products_pass() -> None:
    product = Product(id="a", title="whole")
    assert list(read_products([product, {"id": "b", "price": "1"}])) == [product, Patch(2, "b", {"price": Decimal(1)})]


cells = st.sampled_from(["", "-", "1", "99.5", "12 €", "¥3", "缺货", "in stock", "abc", "2026-01-01", "\x00", "1e400", "9" * 40])


@given(rows=st.lists(st.dictionaries(st.sampled_from([*sorted(PATCH_FIELDS), "促销价"]), cells), max_size=6))
def test_patches_hold_only_fields_the_row_has(rows: list[dict[str, str]]) -> None:
    outcomes = list(read_products([{"id": "瑜-1", **row} for row in rows], patch=True))
    assert len(outcomes) == len(rows)
    for row, outcome in zip(rows, outcomes, strict=True):
        assert isinstance(outcome, Patch)
        implied = {"currency", *(("availability",) if "stock" in row else ()), *(("sale_price", "extra") if "促销价" in row else ())}
        assert set(outcome.fields) <= row.keys() & PATCH_FIELDS | implied
        assert all(value is not None for name, value in outcome.fields.items() if name != "sale_price")

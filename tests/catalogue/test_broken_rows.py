"""Twenty thousand rows of which half are broken: nothing is lost, nothing raises, and every row is accounted for."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

import similis
from similis.catalogue import Product, Reject, read_products
from similis.testing.broken import COLUMNS, ROWS, BrokenFeed, BrokenRow, broken_csv, broken_jsonl

Make = Callable[..., BrokenFeed]
MAKERS = pytest.mark.parametrize("make", [broken_csv, broken_jsonl])
LONG_LINES = ("huge line",)
"""Left out of most tests for their size, and read in a test of their own."""
PEAK_MB = 16
LARGE_ROWS = 700


@MAKERS
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_every_row_comes_out_once_in_order_and_as_it_must(make: Make, seed: int) -> None:
    feed = make(ROWS, seed, without=LONG_LINES)
    with read_products(io.BytesIO(feed.content)) as products:
        outcomes = list(products)
    expected = list(feed.expected())
    assert products.rows == len(outcomes) == len(expected)
    assert products.rejected == sum(isinstance(outcome, Reject) for outcome in outcomes)
    wrong = [(row, outcome) for row, outcome in zip(expected, outcomes, strict=True) if not _as_it_must(row, outcome)]
    assert not wrong, f"{len(wrong)} of {len(expected)}: {Counter(row.kind for row, _ in wrong)}; {wrong[0]}"


def _as_it_must(row: BrokenRow, outcome: object) -> bool:
    if isinstance(outcome, Reject):
        return row.outcome != "product" and outcome.line == row.line and bool(outcome.code) and bool(outcome.message)
    if not isinstance(outcome, Product) or row.outcome == "reject":
        return False
    if row.outcome == "either":
        return True
    return (outcome.id, outcome.price) == (row.id, row.price) and row.title in (None, outcome.title)


@MAKERS
def test_lines_that_are_too_long_lose_no_other_row(make: Make) -> None:
    feed = make(2_000, 4)
    assert sum(row.kind in LONG_LINES for row in feed.rows) == 2
    with read_products(io.BytesIO(feed.content)) as products:
        outcomes = list(products)
    assert len(outcomes) == len(list(feed.expected()))
    assert all(_as_it_must(row, outcome) for row, outcome in zip(feed.expected(), outcomes, strict=True))


@MAKERS
def test_a_shop_takes_the_good_rows_unharmed_and_counts_all(make: Make, tmp_path: Path) -> None:
    feed = make(without=LONG_LINES)
    path = tmp_path / f"feed.{feed.format}"
    path.write_bytes(feed.content)
    with similis.open(tmp_path / "shop") as shop:
        report = shop.add(path)
        assert report.rows == len(list(feed.expected()))
        assert report.accepted + report.updated + report.merged + report.rejected == report.rows
        ids = {row.id for row in feed.rows if row.outcome == "product"}
        maybe = {row.id for row in feed.rows if row.outcome == "either"}
        assert len(ids) <= report.accepted <= len(ids | maybe)
        twice = sum(row.outcome == "product" for row in feed.rows) - len(ids)
        assert report.merged >= twice > 0
        certain = sum(row.outcome == "reject" for row in feed.rows)
        assert certain <= report.rejected <= certain + sum(row.outcome == "either" for row in feed.rows)
        assert all(reject.line > 0 and reject.code and reject.message for reject in report.rejects)
        assert len(report.rejects) == min(1_000, report.rejected)
        for row in [row for row in feed.rows if row.is_good][::25]:
            product = shop.get(row.id)
            assert (product.title, product.price) == (row.title, row.price)
            assert product.brand
            assert product.currency
            assert len(product.category_path) == 2
            assert not product.extra
        again = shop.add(path)
        assert again.accepted + again.updated + again.merged + again.rejected == again.rows == report.rows
        assert again.accepted == 0


@MAKERS
def test_memory_does_not_grow_with_the_feed(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "feed"
    feed = make(1_000, without=LONG_LINES)
    with path.open("wb") as file:
        file.write(feed.content)
        for number in range(LARGE_ROWS):
            row = dict.fromkeys(COLUMNS, "") | {
                "id": f"LARGE-{number}",
                "title": "轻薄瑜伽裤",
                "description": f"{number} {'long' * 15_000}",
            }
            text = json.dumps(row) if feed.format == "jsonl" else ",".join(row.values())
            file.write(f"{text}\n".encode())
    assert path.stat().st_size > 2 * PEAK_MB * 2**20
    tracemalloc.start()
    try:
        with read_products(path) as products:
            rows = sum(1 for _ in products)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert rows == len(list(feed.expected())) + LARGE_ROWS
    assert peak < PEAK_MB * 2**20


@MAKERS
def test_a_feed_is_the_same_for_a_seed_and_holds_every_kind(make: Make) -> None:
    feed = make(4_000, 7, without=LONG_LINES)
    assert feed == make(4_000, 7, without=LONG_LINES) != make(4_000, 8, without=LONG_LINES)
    kinds = Counter(row.kind for row in feed.rows)
    assert len(kinds) > 30
    assert 0.4 < kinds["good"] / 4_000 < 0.6
    assert min(kinds.values()) >= 20
    assert all(row.is_good for row in feed.rows[:30])
    assert not {row.kind for row in feed.rows} & set(LONG_LINES)


def test_the_lines_told_are_the_lines_of_the_file() -> None:
    for feed, lines in (
        (made := broken_csv(3_000, without=LONG_LINES), made.content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")),
        (made := broken_jsonl(3_000, without=LONG_LINES), made.content.split(b"\n")),
    ):
        for row in feed.rows:
            if row.is_good or row.kind in ("emoji", "duplicate id", "unclosed quote", "cut off"):
                start = lines[row.line - 1]
                assert start.startswith(row.id.encode() if feed.format == "csv" else b'{"id"'), row
                assert row.kind == "cut off" or row.id.encode() in start


def test_a_row_s_neighbours_do_not_change_it() -> None:
    header = ",".join(COLUMNS)
    good = "SKU-1,Canvas sneakers,Norvik,Shoes > Sneakers,9.90,USD,fine"
    for broken in ('SKU-0,"open,b,c,1,USD,x', "SKU-0,a,b,c,1,USD,x,y,z", "SKU-0", "\x00", '"', '""",'):
        feed = f"{header}\n{good.replace('SKU-1', 'SKU-A')}\n{broken}\n{good}\n".encode()
        found = [
            outcome for outcome in read_products(io.BytesIO(feed)) if isinstance(outcome, Product) and outcome.id in ("SKU-A", "SKU-1")
        ]
        assert [product.title for product in found] == ["Canvas sneakers"] * 2, broken


@pytest.mark.parametrize("tail", [b"\xed\xa0\xbd", "鞋".encode()[:2], b"\xff"])
def test_what_is_whole_in_a_damaged_title_stays(tail: bytes) -> None:
    feed = "id,title,brand\n1,轻薄透气瑜伽裤女 黑色 ".encode() + tail + ",山川集\n2,保湿爽肤水,沐晨\n".encode()
    [damaged, whole] = [outcome for outcome in read_products(io.BytesIO(feed)) if isinstance(outcome, Product)]
    assert whole.title == "保湿爽肤水"
    assert damaged.title.startswith("轻薄透气瑜伽裤女 黑色")


def test_a_line_too_long_that_ends_with_a_lone_cr_loses_no_row() -> None:
    feed = f"id,title\n1,first\r2,{'long' * 1_000_010}\r3,third\r4,fourth\n5,fifth\n".encode()
    outcomes = list(read_products(io.BytesIO(feed)))
    assert [outcome.id for outcome in outcomes if isinstance(outcome, Product)] == ["1", "3", "4", "5"]
    assert [outcome.line for outcome in outcomes if isinstance(outcome, Reject)] == [3]

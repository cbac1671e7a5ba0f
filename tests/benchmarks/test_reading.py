"""The reading benchmark's feed and its measured processes, on a small feed."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import pytest
from benchmarks.building import ChildFailed
from benchmarks.reading import COLUMNS, feed_rows, measured, run, write_feed

from similis.catalogue import Product, read_products


def test_the_feed_is_the_same_for_a_seed_and_wholly_usable(tmp_path: Path) -> None:
    assert list(feed_rows(50, 3)) == list(feed_rows(50, 3)) != list(feed_rows(50, 4))
    feed = tmp_path / "feed.csv"
    assert write_feed(feed, 300, 0) == feed.stat().st_size
    with feed.open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == list(COLUMNS)
    products = list(read_products(feed))
    assert all(isinstance(product, Product) for product in products)
    found = [product for product in products if isinstance(product, Product)]
    assert len(found) == 300
    assert {product.currency for product in found} == {"USD", "CNY"}
    assert {product.language for product in found} == {"en", "zh"}
    assert all(product.price and product.brand and len(product.category_path) == 2 and product.availability for product in found)
    assert not any("<p>" in (product.description or "") for product in found)


def test_all_readers_read_every_row_in_processes_of_their_own(tmp_path: Path) -> None:
    [result] = run(argparse.Namespace(rows=200, repeats=1, full=False, seed=1))
    for name in ("read_products", "pandas.read_csv", "csv.reader"):
        assert result.figures[name]["rows_per_s"] > 0
        assert result.figures[name]["peak_rss_mb"] > 0
    write_feed(tmp_path / "feed.csv", 120, 1)
    assert measured("Shop.add", tmp_path / "feed.csv")["rows"] == 120
    with pytest.raises(ChildFailed, match="ended with exit code"):
        measured("csv.reader", tmp_path / "none.csv")

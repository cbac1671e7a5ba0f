"""Columns: codes, prices, categories and attributes as arrays, compared with the products they were made of."""

from __future__ import annotations

import dataclasses
import math
import sys
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from similis.catalogue import Product, product_from_row
from similis.errors import CorruptGeneration
from similis.generations import BuildFacts, begin
from similis.similarity.columns import NUMBER_FIELDS, TEXT_FIELDS, CodedPaths, Columns, normalised

FACTS = BuildFacts(encoder="none", dim=0, rows=0, seq=0, preprocessing="1", weights="none")
STEPS = st.sampled_from(["Clothing", " clothing", "Yoga", "瑜伽", "服装", "Ｙｏｇａ", " "])
PATHS = st.lists(STEPS, max_size=10).map(tuple)
BRANDS = st.none() | st.sampled_from(["Acme", "ACME ", "ａｃｍｅ", "屿动", "Straße", "STRASSE", "", "  "])
PAIRS = st.dictionaries(
    st.sampled_from(["fit", "Fit", "功能"]), st.lists(st.sampled_from(["slim", "SLIM", "透气", "a b"]), max_size=3).map(tuple), max_size=3
)


@st.composite
def products(draw: st.DrawFn) -> Product:
    return Product(
        id=str(draw(st.integers(0, 99))),
        title="t",
        brand=draw(BRANDS),
        group_id=draw(BRANDS),
        category_path=draw(PATHS),
        attributes=draw(PAIRS),
        stock=draw(st.none() | st.integers(0, 2)),
    )


CATALOGUES = st.lists(products(), max_size=8)


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def pairs_of(columns: Columns, row: int) -> set[tuple[str, str]]:
    return {columns.attribute_pairs.values[code] for code in columns.attributes[[row]].indices}


# What a row says is what its product says


@given(CATALOGUES)
def test_every_row_says_what_its_product_says(catalogue: list[Product]) -> None:
    columns = Columns.of(catalogue)
    assert len(columns) == len(catalogue)
    for row, product in enumerate(catalogue):
        assert columns.brand.value(row) == (plain(product.brand or "") or None)
        assert columns.group_id.value(row) == (product.group_id or None)  # to the letter
        assert columns.category.value(row) == (tuple(plain(step) for step in product.category_path if plain(step)) or None)
        assert columns.available[row] == product.is_available
        assert pairs_of(columns, row) == {(plain(n), plain(v)) for n, values in product.attributes.items() for v in values}
        names = columns.attribute_pairs.names.values
        present = {names[code] for code in columns.attribute_presence[[row]].indices}
        assert present == {name for name, _ in pairs_of(columns, row)}
    assert set(columns.attributes.data) | set(columns.attribute_presence.data) <= {1.0}
    for coded in (columns.brand, columns.category):
        assert len(set(coded.values)) == len(coded.values)


@given(CATALOGUES)
def test_levels_compare_the_beginnings_of_categories(catalogue: list[Product]) -> None:
    columns = Columns.of(catalogue)
    levels = columns.category_levels
    assert levels.shape == (len(catalogue), CodedPaths.MAX_LEVELS)
    paths = [columns.category.value(row) or () for row in range(len(catalogue))]
    for a, path in enumerate(paths):
        for depth in range(CodedPaths.MAX_LEVELS):
            if depth >= len(path):
                assert levels[a, depth] == -1
                continue
            assert columns.category.values[levels[a, depth]] == path[: depth + 1]
            for b, other in enumerate(paths):
                assert (levels[a, depth] == levels[b, depth]) == (path[: depth + 1] == other[: depth + 1])


@given(CATALOGUES, PATHS)
def test_under_a_path(catalogue: list[Product], path: tuple[str, ...]) -> None:
    wanted = tuple(plain(step) for step in path if plain(step))
    columns = Columns.of(catalogue)
    expected = [bool(wanted) and (columns.category.value(row) or ())[: len(wanted)] == wanted for row in range(len(catalogue))]
    assert columns.category.under(path).tolist() == expected


@given(CATALOGUES, CATALOGUES)
def test_like_another_means_comparable_by_code(main: list[Product], fresh: list[Product]) -> None:
    first = Columns.of(main)
    before = first.brand.values, first.category.values, first.attribute_pairs.values
    second = Columns.of(fresh, like=first)
    both = Columns.of([*main, *fresh])
    assert (first.brand.values, first.category.values, first.attribute_pairs.values) == before
    for name in TEXT_FIELDS:
        assert np.concatenate((first.coded(name).codes, second.coded(name).codes)).tolist() == both.coded(name).codes.tolist()
        assert second.coded(name).values == both.coded(name).values
    assert np.vstack((first.category_levels, second.category_levels)).tolist() == both.category_levels.tolist()
    known = len(first.attribute_pairs.values)
    assert second.attribute_pairs.values[:known] == first.attribute_pairs.values
    names = first.attribute_pairs.names.values
    assert second.attribute_pairs.names.values[: len(names)] == names
    shared = (second.attributes[:, :known] @ first.attributes.T).toarray()
    for a in range(len(fresh)):
        for b in range(len(main)):
            assert shared[a, b] == len(pairs_of(second, a) & pairs_of(first, b))


@given(CATALOGUES, st.data())
def test_taking_rows(catalogue: list[Product], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.integers(0, len(catalogue) - 1), max_size=5) if catalogue else st.just([]))
    columns = Columns.of(catalogue)
    taken = columns.take(rows)
    assert len(taken) == len(rows)
    for here, row in enumerate(rows):
        assert taken.brand.value(here) == columns.brand.value(row)
        assert taken.category_levels[here].tolist() == columns.category_levels[row].tolist()
        assert pairs_of(taken, here) == pairs_of(columns, row)
        assert taken.available[here] == columns.available[row]


# Values


@given(st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)


def test_normalising_twice_changes_no_single_character_more() -> None:
    assert [code for code in range(sys.maxunicode + 1) if normalised(normalised(chr(code))) != normalised(chr(code))] == []


def test_a_text_is_found_however_it_is_written() -> None:
    columns = Columns.of([Product(id="1", title="t", brand="Acme  GmbH", group_id="G1"), Product(id="2", title="t", brand="屿动")])
    assert columns.brand.code_of(" ＡＣＭＥ gmbh") == columns.brand.codes[0]
    assert columns.brand.code_of("屿动") == columns.brand.codes[1]
    assert columns.brand.code_of("Other") == -1
    assert columns.group_id.code_of("G1") == columns.group_id.codes[0]
    assert columns.group_id.code_of("g1") == -1


def price_of(price: str | None, sale: str | None) -> float:
    item = Product(id="1", title="t", price=None if price is None else Decimal(price), sale_price=None if sale is None else Decimal(sale))
    return float(Columns.of([item]).price[0])


@pytest.mark.parametrize(
    ("price", "sale", "expected"),
    [("20", None, 20.0), ("20", "15.5", 15.5), ("20", "25", 20.0), ("20", "20", 20.0), (None, "15", 15.0), ("20", "NaN", 20.0)],
)
def test_the_price_is_what_a_customer_pays(price: str | None, sale: str | None, expected: float) -> None:
    assert price_of(price, sale) == expected


@pytest.mark.parametrize("price", [None, "NaN", "Infinity", "1e999"])
def test_a_price_that_is_no_number_is_missing(price: str | None) -> None:
    assert math.isnan(price_of(price, None))


def test_other_numbers() -> None:
    moment = datetime(2026, 1, 31, 8, tzinfo=timezone(timedelta(hours=8)))
    rows = [
        Product(id="1", title="t", stock=0, popularity=2.5, created_at=moment),
        Product(id="2", title="t", stock=10**400, popularity=math.inf, created_at=datetime(2026, 1, 31)),  # naive: UTC
        Product(id="3", title="t"),
    ]
    columns = Columns.of(rows)
    midnight = datetime(2026, 1, 31, tzinfo=UTC).timestamp()
    np.testing.assert_equal(columns.stock, [0.0, math.nan, math.nan])
    np.testing.assert_equal(columns.popularity, [2.5, math.nan, math.nan])
    np.testing.assert_equal(columns.created_at, [midnight, midnight, math.nan])
    assert columns.available.tolist() == [False, True, True]


# Saving


def assert_equal(a: Columns, b: Columns) -> None:
    for name in TEXT_FIELDS:
        left, right = a.coded(name), b.coded(name)
        np.testing.assert_array_equal(left.codes, right.codes)
        assert (left.codes.dtype, left.values, left.is_exact) == (right.codes.dtype, right.values, right.is_exact)
    for name in NUMBER_FIELDS:
        np.testing.assert_array_equal(a.numbers(name), b.numbers(name))
    np.testing.assert_array_equal(a.category.codes, b.category.codes)
    np.testing.assert_array_equal(a.category_levels, b.category_levels)
    assert a.category.values == b.category.values
    np.testing.assert_array_equal(a.available, b.available)
    assert a.attribute_pairs == b.attribute_pairs
    assert a.attributes.shape == b.attributes.shape
    np.testing.assert_array_equal(a.attributes.toarray(), b.attributes.toarray())
    np.testing.assert_array_equal(a.attribute_presence.toarray(), b.attribute_presence.toarray())


def saved_and_loaded(columns: Columns, folder: Path) -> Columns:
    with begin(folder) as draft:
        columns.save(draft)
        generation = draft.promote(FACTS)
    assert all(name.startswith("columns.") for name in generation.manifest.files)
    return Columns.load(generation)


@pytest.mark.parametrize("n_items", [0, 1, 3])
def test_save_then_load_changes_nothing(tmp_path: Path, n_items: int) -> None:
    full = Product(
        id="1",
        title="t",
        category_path=("服装", "瑜伽"),
        price=Decimal("9.90"),
        stock=3,
        popularity=1.5,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        attributes={"功能": ("透气", "高弹"), "fit": ("slim",)},
        **{name: f"{name} 值" for name in TEXT_FIELDS},  # type: ignore[arg-type]  # all of them text
    )
    rows = [full, Product(id="2", title="t"), dataclasses.replace(full, id="3", brand="other")][:n_items]
    columns = Columns.of(rows)
    loaded = saved_and_loaded(columns, tmp_path)
    assert_equal(loaded, columns)
    assert_equal(Columns.of([full], like=loaded), Columns.of([full], like=columns))


def test_columns_of_another_version_are_refused(tmp_path: Path) -> None:
    with begin(tmp_path) as draft:
        draft.save_json("columns.vocabularies", {"texts": {"brand": []}, "numbers": [], "category": [], "attributes": []})
        generation = draft.promote(FACTS)
    with pytest.raises(CorruptGeneration, match="build the shop again"):
        Columns.load(generation)


def test_missing_columns_are_refused(tmp_path: Path) -> None:
    with begin(tmp_path) as draft:
        generation = draft.promote(FACTS)
    with pytest.raises(CorruptGeneration, match=r"columns\.vocabularies"):
        Columns.load(generation)


def test_an_imported_row_arrives_whole() -> None:
    raw = {"id": "1", "title": "瑜伽裤", "brand": "屿动", "category_path": "女装 > 裤子 > 瑜伽裤", "gender": "女", "price": "129.00"}
    product = product_from_row(raw)
    columns = Columns.of([product])
    assert columns.category.value(0) == ("女装", "裤子", "瑜伽裤")
    assert (columns.gender.value(0), columns.price[0]) == ("female", 129.0)

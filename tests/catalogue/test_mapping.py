"""Mapping: columns find their fields by name in both languages, the same way every time, and nothing is dropped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from similis.catalogue import FIELDS, PRESETS, Product, guess_mapping, preview_feed, read_products
from similis.catalogue.columns import FEED_FIELDS, SYNONYMS, attribute_name, normal_name
from similis.catalogue.mapping import mapping_for
from similis.catalogue.rows import RawRow
from similis.errors import InvalidMapping


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (
            ["商品编号", "商品名称", "品牌", "类目", "价格(元)", "颜色", "尺码", "条码", "型号", "库存", "描述", "备注"],
            {
                "id": "商品编号",
                "title": "商品名称",
                "brand": "品牌",
                "category_path": "类目",
                "price": "价格(元)",
                "color": "颜色",
                "size": "尺码",
                "gtin": "条码",
                "mpn": "型号",
                "stock": "库存",
                "description": "描述",
            },
        ),
        (
            ["g:id", "g:title", "g:item_group_id", "g:image_link", "g:availability", "g:sale_price", "g:google_product_category"],
            {
                "id": "g:id",
                "title": "g:title",
                "group_id": "g:item_group_id",
                "image_links": "g:image_link",
                "availability": "g:availability",
                "sale_price": "g:sale_price",
                "category_path": "g:google_product_category",
            },
        ),
        (
            ["Handle", "Title", "Body (HTML)", "Vendor", "Type", "Variant SKU", "Variant Price", "Variant Barcode", "Image Src"],
            {
                "id": "Variant SKU",
                "group_id": "Handle",
                "title": "Title",
                "description": "Body (HTML)",
                "brand": "Vendor",
                "category_path": "Type",
                "price": "Variant Price",
                "gtin": "Variant Barcode",
                "image_links": "Image Src",
            },
        ),
        (
            ["ID", "Name", "In stock?", "Stock", "Regular price", "Categories", "Cross-sells", "GTIN, UPC, EAN, or ISBN"],
            {
                "id": "ID",
                "title": "Name",
                "availability": "In stock?",
                "stock": "Stock",
                "price": "Regular price",
                "category_path": "Categories",
                "complements": "Cross-sells",
                "gtin": "GTIN, UPC, EAN, or ISBN",
            },
        ),
        (
            ["supplier", "productDisplayName", "baseColour", "asin"],
            {"brand": "supplier", "title": "productDisplayName", "color": "baseColour", "id": "asin"},
        ),
    ],
)
def test_feeds_of_all_makes_are_understood(columns: list[str], expected: dict[str, str]) -> None:
    mapping = guess_mapping(columns)
    assert dict(mapping.fields) == expected
    assert set(mapping.extra) == set(columns) - set(expected.values())


def test_of_two_fitting_columns_the_earlier_synonym_wins_whatever_their_order() -> None:
    for columns in (["name", "title", "标题"], ["标题", "title", "name"]):
        mapping = guess_mapping(columns)
        assert mapping.fields["title"] == "title"
        assert set(mapping.extra) == {"name", "标题"}


def test_overrides_come_first_and_free_the_rest() -> None:
    mapping = guess_mapping(["id", "title", "name", "model", "farbe"], {"title": "name", "attributes.color": "farbe", "mpn": ""})
    assert dict(mapping.fields) == {"id": "id", "title": "name"}
    assert dict(mapping.attributes) == {"color": "farbe"}
    assert mapping.extra == ("title", "model")


@pytest.mark.parametrize(
    ("overrides", "reason"),
    [
        ({"titel": "name"}, "titel.*close: title"),
        ({"title": "nme"}, "no column 'nme'.*close: name"),
        ({"title": "name", "brand": "name"}, "cannot fill both"),
        ({"attributes.": "name"}, "no field"),
        ({"na*": "title"}, "goes to attributes, extra or ignore"),
        ({"n*m*": "attributes"}, "more than one"),
        ({"nam_*": "attributes"}, r"no column fits 'nam_\*' \(close: name\)"),
    ],
)
def test_an_override_that_makes_no_sense_is_refused(overrides: dict[str, str], reason: str) -> None:
    with pytest.raises(InvalidMapping, match=reason):
        guess_mapping(["id", "name"], overrides)


def test_a_feed_without_a_title_is_refused_with_its_columns() -> None:
    with pytest.raises(InvalidMapping, match=r"looks like the title.*one of: id, foo"):
        mapping_for([], columns=["id", "foo"])


def test_attribute_columns_are_told_by_their_prefix() -> None:
    mapping = guess_mapping(["id", "title", "attr_材质", "attribute:Sleeve", "attributes.fit", "属性：领型"])
    assert dict(mapping.attributes) == {"材质": "attr_材质", "Sleeve": "attribute:Sleeve", "fit": "attributes.fit", "领型": "属性：领型"}
    assert attribute_name("attractive") is None


def test_the_rows_decide_whether_a_slash_separates_categories() -> None:
    def rows(*texts: str) -> list[RawRow]:
        return [RawRow(1, {"id": "1", "title": "a", "category": text}) for text in texts]

    assert mapping_for(rows("A/B", "C/D", "E")).slash_separates
    assert not mapping_for(rows("Audio/Video", "Toys", "Books")).slash_separates


def test_a_late_column_takes_a_free_place_only() -> None:
    mapping = guess_mapping(["id", "title"])
    assert mapping.with_column("brand").fields["brand"] == "brand"
    assert mapping.with_column("name").extra == ("name",)
    assert mapping.with_column("attr_x").attributes == {"x": "attr_x"}


def test_the_mapping_shows_itself() -> None:
    assert str(guess_mapping(["sku", "name", "attr_fit", "foo"])).splitlines() == [
        "id               <- sku",
        "title            <- name",
        "attributes.fit   <- attr_fit",
        "extra            <- foo",
    ]


def test_every_field_can_be_mapped_and_no_synonym_is_written_in_vain() -> None:
    assert set(FIELDS) <= set(FEED_FIELDS)
    for names in SYNONYMS.values():
        assert list(names) == [normal_name(name) for name in names]


@given(st.lists(st.text(max_size=12) | st.sampled_from([name for names in SYNONYMS.values() for name in names]), max_size=20))
def test_every_column_goes_to_exactly_one_place(columns: list[str]) -> None:
    mapping = guess_mapping(columns)
    placed = [*mapping.fields.values(), *mapping.attributes.values(), *mapping.extra, *mapping.ignored, *mapping.own]
    assert sorted(placed) == sorted(set(columns))


def test_a_pattern_places_all_columns_that_fit_it() -> None:
    columns = ["id", "title", "spec_max_load", "spec_颜色", "spec_", "参数_净含量", "tmp_a", "note_x", "other", "brand"]
    patterns = {"spec_*": "attributes", "参数_*": "attributes", "tmp_*": "ignore", "*_x": "extra", "title": "title"}
    mapping = guess_mapping(columns, patterns)
    assert dict(mapping.attributes) == {"max_load": "spec_max_load", "颜色": "spec_颜色", "净含量": "参数_净含量"}
    assert mapping.ignored == ("tmp_a",)
    assert set(mapping.extra) == {"spec_", "note_x", "other"}
    assert mapping.fields["brand"] == "brand"


def test_a_pattern_comes_before_what_names_suggest_and_a_bare_star_after() -> None:
    assert guess_mapping(["id", "title", "sale_price"], {"sale_*": "attributes"}).attributes == {"price": "sale_price"}
    everything = guess_mapping(["id", "title", "brand", "foo", "bar"], {"*": "attributes"})
    assert dict(everything.fields) == {"id": "id", "title": "title", "brand": "brand"}
    assert dict(everything.attributes) == {"foo": "foo", "bar": "bar"}
    assert guess_mapping(["id", "title", "foo"], {"*": "ignore"}).ignored == ("foo",)


def test_patterns_hold_for_columns_that_come_late() -> None:
    rows: list[dict[str, str]] = [{"id": str(number), "title": "a"} for number in range(1_100)]
    rows.append({"id": "x", "title": "商品", "参数_材质": "棉", "tmp_1": "t", "other": "o"})
    feed = read_products(rows, mapping={"参数_*": "attributes", "tmp_*": "ignore"})
    assert list(feed)[-1] == Product(id="x", title="商品", attributes={"材质": ("棉",)}, extra={"other": "o"}, language="zh")
    assert feed.mapping.ignored == ("tmp_1",)


@given(
    st.lists(st.text(max_size=8) | st.sampled_from([name for names in SYNONYMS.values() for name in names]), max_size=12, unique=True),
    st.sampled_from([None, *PRESETS.values()]),
    st.sampled_from([{}, {"a*": "attributes"}, {"*": "ignore"}, {"*a": "extra", "*": "attributes"}]),
)
def test_a_column_goes_to_the_same_kind_of_place_early_or_late(columns: list[str], preset: Any, patterns: dict[str, str]) -> None:
    for column in columns:
        early = guess_mapping([column], patterns, preset=preset, is_whole=False)
        late = guess_mapping([], patterns, preset=preset, is_whole=False).with_column(column)
        assert early.place_of(column) == late.place_of(column)


def test_a_preview_shows_columns_values_and_outcomes(tmp_path: Path) -> None:
    path = tmp_path / "feed.csv"
    path.write_text("编号,标题,价格,参数_材质,foo\n1,衬衫,￥88,棉,x\n2,,9,,y\n3,鞋,free,皮,\n", encoding="utf-8")
    shown = preview_feed(path, mapping={"参数_*": "attributes"}, rows=3)
    by_name = {column.column: column for column in shown.columns}
    assert (by_name["价格"].target, by_name["价格"].samples) == ("price", (("￥88", "88"), ("9", "9"), ("free", None)))
    assert (by_name["参数_材质"].target, by_name["参数_材质"].samples[0]) == ("attributes.材质", ("棉", "棉"))
    assert (by_name["foo"].target, by_name["foo"].samples[0]) == ("extra", ("x", "x"))
    plain = shown.to_dict()
    assert json.loads(json.dumps(plain, ensure_ascii=False)) == plain
    assert [item["outcome"] for item in plain["items"]] == ["product", "rejected", "product"]
    assert [row["line"] for row in plain["rows"]] == [2, 3, 4]
    assert [note["code"] for note in plain["notes"]] == ["bad_price"]
    assert plain["preset"] is None


def test_a_preview_reads_no_more_than_it_needs() -> None:
    taken = 0

    def rows() -> Iterator[dict[str, str]]:
        nonlocal taken
        for number in range(100_000):
            taken += 1
            yield {
                "Handle": f"h{number // 2}",
                "Title": "t",
                "Variant SKU": f"S{number}",
                "Option1 Value": str(number),
                "Variant Price": "1",
            }

    shown = preview_feed(rows(), rows=2)
    assert shown.preset == "shopify"
    assert taken <= 1_001
    assert [item.id for _, item in shown.items if isinstance(item, Product)] == ["S0", "S1"]


@pytest.mark.parametrize("overrides", [["title"], {"title": 3}, {3: "title"}, "title=name"])
def test_what_is_no_mapping_is_said_to_be_none(overrides: Any) -> None:
    with pytest.raises(InvalidMapping, match="give a dict of field to column"):
        read_products([{"id": "1", "title": "一"}], mapping=overrides)

"""Mapping: columns find their fields by name in both languages, the same way every time, and nothing is dropped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from similis.catalogue import FIELDS, guess_mapping
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
    placed = [*mapping.fields.values(), *mapping.attributes.values(), *mapping.extra]
    assert sorted(placed) == sorted(set(columns))

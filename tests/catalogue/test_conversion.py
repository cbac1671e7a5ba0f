"""From rows to products: what is kept, what is noted, what is rejected; every row is accounted for."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from similis.catalogue import Note, Product, Reject, complement_ids, guess_mapping, product_from_row, read_products, write_products
from similis.catalogue.cleaning import MAX_TEXT
from similis.errors import InvalidMapping, InvalidProduct, UnreadableFeed


def product(**row: Any) -> Product:
    return product_from_row({"id": "1", "title": "t", **row})


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("a.jpg, b.jpg", ("a.jpg", "b.jpg")),
        ("1.JPG,2.png；3.webp,", ("1.JPG", "2.png", "3.webp")),
        ("https://a/1.jpg,https://a/2.jpg;", ("https://a/1.jpg", "https://a/2.jpg")),
        ("//a/1.png；//a/2.png", ("//a/1.png", "//a/2.png")),
        ("https://a/1 | https://a/2", ("https://a/1", "https://a/2")),
        ("https://a/w_200,h_200/1.jpg", ("https://a/w_200,h_200/1.jpg",)),
        ("https://a/1.jpg,w_200", ("https://a/1.jpg,w_200",)),
        ("https://a/resize,w_1.jpg", ("https://a/resize,w_1.jpg",)),
    ],
)
def test_pictures_are_told_apart_and_commas_in_addresses_kept(text: str, links: tuple[str, ...]) -> None:
    assert product(images=text).image_links == links


def notes(**row: Any) -> list[str]:
    feed = read_products([{"id": "1", "title": "t", **row}])
    assert not any(isinstance(item, Reject) for item in feed)
    return [note.code for note in feed.notes]


def test_a_full_chinese_row_becomes_a_product() -> None:
    found = product_from_row(
        {
            "商品编号": "00012345",
            "标题": "<b>高质量</b>的T恤衫",
            "品牌": "优衣库",
            "类目": "服装>男装>T恤",
            "价格": "￥1,299.00",
            "库存": "15件",
            "条码": "06901234567892",
            "型号": "UT-01",
            "颜色": "白色",
            "尺码": "XL",
            "性别": "男士",
            "是否有货": "有货",
            "上架时间": "2026年1月2日",
            "属性": "材质:棉;产地:中国",
            "搭配商品": "SKU-2，SKU-3",
            "备注": "  N/A ",
        }
    )
    assert found == Product(
        id="00012345",
        title="高质量的T恤衫",
        brand="优衣库",
        category_path=("服装", "男装", "T恤"),
        price=Decimal("1299.00"),
        currency="CNY",
        stock=15,
        gtin="06901234567892",
        mpn="UT-01",
        color="白色",
        size="XL",
        gender="male",
        availability="in_stock",
        created_at=datetime(2026, 1, 2, tzinfo=UTC),
        attributes={"材质": ("棉",), "产地": ("中国",)},
        extra={"complements": '["SKU-2", "SKU-3"]', "备注": "N/A"},
        language="zh",
    )
    assert complement_ids(found) == ("SKU-2", "SKU-3")


def test_an_english_row_with_nested_values_becomes_a_product() -> None:
    found = product(
        price={"value": "12.99", "currency": "EUR"},
        ean=["0095205603217"],
        categories=[{"id": "x", "name": "Cell Phones"}, {"id": "y", "name": "Prepaid"}],
        images=["https://a/1.jpg", "https://a/2.jpg"],
        attributes={"color": ["red", "blue"], "waterproof": True, "none": None},
        attr_fit="slim",
        accessories=["A1", "A2", "A1"],
        gender_affinity="F",
        lang="en-US",
        dimensions={"w": 3, "h": 4.0},
    )
    assert (found.price, found.currency, found.gtin) == (Decimal("12.99"), "EUR", "0095205603217")
    assert found.category_path == ("Cell Phones", "Prepaid")
    assert found.image_links == ("https://a/1.jpg", "https://a/2.jpg")
    assert found.attributes == {"color": ("red", "blue"), "waterproof": ("true",), "fit": ("slim",)}
    assert complement_ids(found) == ("A1", "A2")
    assert (found.gender, found.language) == ("female", "en")
    assert json.loads(found.extra["dimensions"]) == {"w": "3", "h": "4"}


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("price", "10-20", "price_range"),
        ("price", "inf", "bad_price"),
        ("price", "1e308", "price_too_large"),
        ("sale_price", "-1", "negative_price"),
        ("stock", "lots", "bad_count"),
        ("popularity", "very", "bad_number"),
        ("availability", "perhaps", "unknown_availability"),
        ("gender", "dog", "unknown_gender"),
        ("age_group", "ancient", "unknown_age_group"),
        ("condition", "odd", "unknown_condition"),
        ("currency", "XXQ", "unknown_currency"),
        ("created_at", "11/12/2020", "bad_date"),
        ("gtin", "8.71E+12", "bad_gtin"),
        ("link", "javascript:alert(1)", "bad_link"),
        ("language", "Klingon!", "unknown_language"),
        ("attributes", "just words", "bad_attributes"),
    ],
)
def test_a_bad_optional_value_is_noted_and_kept_aside(column: str, value: str, code: str) -> None:
    assert notes(**{column: value}) == [code]
    assert product(**{column: value}).extra == {column: value}


def test_values_that_had_to_be_changed_are_noted() -> None:
    assert notes(gtin="4006381333932") == ["gtin_check_digit"]
    assert product(gtin="4006381333932").gtin == "4006381333932"
    assert notes(description="x" * 40_000) == ["clipped"]
    assert len(product(description="x" * 40_000).description or "") == MAX_TEXT
    assert notes(foo="x" * 40_000) == ["clipped"]
    assert notes(brand="Caf\udce9") == ["bad_encoding"]
    assert notes(price="12 EUR", currency="USD") == ["currency_conflict"]
    assert product(price="12 EUR", currency="USD").currency == "EUR"
    assert product(price="$12", currency="CAD").currency == "CAD"


def test_what_says_nothing_is_missing() -> None:
    found = product(brand="N/A", price="", gtin=None, color="null", stock=float("nan"), attributes={}, attr_a="-", categories=[], images="")
    assert found == Product(id="1", title="t", language="en")


def test_stock_in_words_is_availability() -> None:
    assert product(库存="有货").availability == "in_stock"
    assert product(库存="缺货").is_available is False


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"id": "", "title": "a"}, "missing_id"),
        ({"id": None, "title": "a"}, "missing_id"),
        ({"id": "null", "title": "a"}, "missing_id"),
        ({"id": "\u200b", "title": "a"}, "missing_id"),
        ({"id": ["a", "b"], "title": "a"}, "bad_id"),
        ({"id": "x" * 300, "title": "a"}, "bad_id"),
        ({"id": "a\udc80", "title": "a"}, "bad_id"),
        ({"id": "1", "title": ""}, "missing_title"),
        ({"id": "1", "title": "<br>\u200b"}, "missing_title"),
        ({"id": "1", "title": "NaN"}, "missing_title"),
    ],
)
def test_a_row_without_a_usable_id_or_title_is_rejected(row: dict[str, Any], code: str) -> None:
    (reject,) = list(read_products([row], mapping=guess_mapping(["id", "title"])))
    assert isinstance(reject, Reject)
    assert (reject.code, reject.line) == (code, 1)
    assert reject.column == ("title" if "title" in code else "id")


def test_a_feed_tells_its_mapping_counts_and_notes(tmp_path: Path) -> None:
    path = tmp_path / "feed.csv"
    path.write_text("sku,name,price\n1,a,x\n2,,3\n3,c\n4,d,1,9\n", encoding="utf-8")
    feed = read_products(path)
    items = list(feed)
    assert feed.name == str(path)
    assert dict(feed.mapping.fields) == {"id": "sku", "title": "name", "price": "price"}
    assert [item.id if isinstance(item, Product) else getattr(item, "code", None) for item in items] == [
        "1",
        "missing_title",
        "3",
        "ragged_row",
    ]
    assert (feed.rows, feed.rejected, feed.note_count) == (4, 2, 2)
    assert feed.notes[0] == Note(2, "1", "price", "bad_price", "'x' is no price; write it like 1299.00")
    assert feed.note_counts == {"bad_price": 1, "short_row": 1}


def test_overrides_and_whole_mappings_are_followed() -> None:
    rows = [{"a": "1", "b": "x", "c": "y"}]
    (found,) = list(read_products(rows, mapping={"id": "a", "title": "b"}))
    assert found == Product(id="1", title="x", language="en", extra={"c": "y"})
    assert list(read_products(rows, mapping=guess_mapping(["a", "b"], {"id": "a", "title": "b"}))) == [found]
    with pytest.raises(InvalidMapping):
        read_products(rows)


def test_columns_that_turn_up_late_are_mapped_or_kept() -> None:
    rows: list[dict[str, str]] = [{"id": str(number), "title": "a"} for number in range(1_500)]
    rows.append({"id": "x", "title": "a", "brand": "B", "attr_fit": "slim", "name": "n", "foo": "f"})
    feed = read_products(rows)
    last = list(feed)[-1]
    assert last == Product(id="x", title="a", brand="B", attributes={"fit": ("slim",)}, extra={"name": "n", "foo": "f"}, language="en")
    assert feed.mapping.extra == ("name", "foo")


def test_a_product_asked_about_needs_no_id_of_its_own() -> None:
    assert product_from_row({"title": "轻薄的瑜伽裤", "brand": "b"}, id="query").id == "query"
    assert product_from_row({"id": "9", "title": "x"}, id="query").id == "9"
    assert product_from_row({"a": "x"}, {"title": "a"}, id="q").title == "x"
    with pytest.raises(InvalidProduct, match="no id"):
        product_from_row({"title": "x"})
    with pytest.raises(InvalidProduct, match="no title"):
        product_from_row({"brand": "x"}, id="q")


def test_an_abandoned_feed_can_be_closed(tmp_path: Path) -> None:
    path = tmp_path / "feed.csv"
    path.write_text("id,title\n1,a\n")
    with read_products(path) as feed:
        pass
    assert list(feed) == []


def test_a_file_cut_short_is_unreadable_in_the_middle(tmp_path: Path) -> None:
    import gzip
    import random

    text = "id,title\n" + "".join(f"{number},{random.Random(number).random()}\n" for number in range(50_000))
    path = tmp_path / "feed.csv.gz"
    path.write_bytes(gzip.compress(text.encode())[:-1_000])
    with pytest.raises(UnreadableFeed, match="not whole"):
        list(read_products(path))


def test_complements_that_are_no_list_are_none() -> None:
    for text in ("", "x", "{}", '"a"', "[1]", "[" * 10_000):
        assert complement_ids(Product(id="1", title="a", extra={"complements": text})) == ()


@pytest.mark.slow
def test_twenty_thousand_broken_rows_are_all_accounted_for() -> None:
    pieces = [
        '{},"a"\n',
        '{},"open\n',
        "{},a,b,c\n",
        ",a\n",
        "{},\n",
        "{},\x00\n",
        '{},"a"b"\n',
        "{}\n",
        '"{}"\n',
        "{},\udcff中\n",
        "\ufeff{},a\n",
    ]
    text = "id,title,price\n" + "".join(pieces[number % len(pieces)].format(number) for number in range(20_000))
    feed = read_products(io.BytesIO(text.encode("utf-8", "surrogateescape")))
    items = list(feed)
    assert feed.rows == len(items)
    assert feed.rejected == sum(isinstance(item, Reject) for item in items)
    assert len(items) > 15_000


any_text = st.text(max_size=40) | st.sampled_from(["10-20", "￥88", "<b>", "A > B", "N/A", "1e999", "[[]]", '{"a":', "\udc80", "\ud800"])
any_value = st.recursive(
    any_text | st.none() | st.booleans() | st.integers() | st.floats() | st.decimals(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
COLUMNS = (
    "id title description brand category price sale_price currency gtin mpn stock availability gender age_group condition image link "
    "language created_at popularity attributes extra cross_sells attr_x foo"
)
columns = st.sampled_from(COLUMNS.split())


@given(st.lists(st.dictionaries(columns, any_value, max_size=8), max_size=5))
def test_any_record_is_a_product_or_a_reject_and_survives_json(records: list[dict[str, Any]]) -> None:
    feed = read_products(records, mapping=guess_mapping(["id", "title"]))
    items = list(feed)
    assert len(items) == len(records) == feed.rows
    for item in items:
        if isinstance(item, Product):
            assert item.id
            assert item.title
            text = json.dumps(item.to_dict(), ensure_ascii=False, allow_nan=False)
            text.encode("utf-8")
            assert Product.from_dict(json.loads(text)) == item


@given(st.dictionaries(columns, any_text, max_size=10))
def test_a_product_written_out_and_read_again_is_the_same(record: dict[str, Any]) -> None:
    try:
        found = product_from_row({**record, "id": "1", "title": "t"})
    except InvalidMapping:
        return
    assert product_from_row(json.loads(json.dumps(found.to_dict()))) == found


def test_what_is_kept_aside_is_never_overwritten() -> None:
    found = product(price="free", extra={"price": "12 moons", " foo ": "a", "foo": "b"})
    assert found.extra == {"price": "free", "price#2": "12 moons", "foo": "a", "foo#2": "b"}


@pytest.mark.parametrize(
    "row",
    [
        {"category": ["x &gt; y", "z"]},
        {"category": ["a", "-", "a"]},
        {"price": "0,0000000001"},
        {"attr_<b>x</b>": "1", "attr_ y ": "2"},
        {"accessories": [f"{'长' * 200}{number}" for number in range(400)]},
        {"attributes": "no pairs " * 10_000},
        {"cafe\u0301": "cafe\u0301"},
        {"foo": "\ufb2c" * 31_999},
    ],
    ids=lambda row: next(iter(row)),
)
def test_odd_values_come_back_from_our_own_words(row: dict[str, Any], tmp_path: Path) -> None:
    found = product(**row)
    write_products(tmp_path / "one.jsonl", [found])
    assert list(read_products(tmp_path / "one.jsonl")) == [found]

"""Writing: whatever reading can produce, every format gives back unchanged, and the file appears whole or not at all."""

from __future__ import annotations

import csv
import gzip
import json
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from similis.catalogue import PRODUCT_FORMATS, Merged, Product, guess_mapping, read_products, write_products
from similis.catalogue.cleaning import MAX_TEXT
from similis.catalogue.writing import product_format_of
from similis.errors import SimilisError, UsageError

SUFFIX = {"csv": ".csv", "jsonl": ".jsonl", "google": ".tsv", "google-xml": ".xml", "shopify": ".csv"}
NASTY = [
    "=1+1", "+49 30", "-5", "@home", "'quoted", "＝全角", "a\tb", "a\nb", 'say "hi"', "a,b;c|d", "x > y", "A/B", "A / B", "a\\,b:c", "NaN",
    "[1]", '{"a": 1}', "]]>", "&amp;lt;", "<b>fett</b>", "\ufffe\uffff", "\x0b\x1f", "é", "\u200b零宽", "1.234 EUR", "0.0000000001", "¥88",
    "12 元", "similis", "id", "颜色", "上衣 > 衬衫", "Audio/Video", "Default Title", "-", "https://a/1.jpg,https://a/2.jpg", "😀",
]  # fmt: skip
texts = st.text(max_size=30) | st.sampled_from(NASTY) | st.lists(st.sampled_from(NASTY), max_size=3).map(" ".join)
names = st.text(max_size=10) | st.sampled_from(
    ["color", "颜色", "Size", "pattern", "product_highlight", "similis", "a:b", "weight (g)", "SKU", "价格", "identifier_exists", "a\\b,c"]
)
COLUMNS_TEXT = (
    "group_id title 标题 description brand category 类目 price sale_price 价格 currency gtin mpn stock 库存 availability gender age_group "
    "condition image link language created_at updated_at popularity attributes extra cross_sells color 尺码 material seller source cost "
    "attr_x attr_颜色 Handle Tags Status"
)
values = st.recursive(
    texts | st.none() | st.booleans() | st.integers(-5, 10**7) | st.floats(0, 1e6) | st.decimals(0, 10**6, allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)
few = st.sampled_from(["g1", "组 2", "G 1", "=g"])
rows = st.lists(
    st.fixed_dictionaries(
        {"title": texts},
        optional={**{name: values for name in COLUMNS_TEXT.split() if name not in ("title", "group_id")}, "group_id": few | texts},
    ).flatmap(lambda row: st.dictionaries(names, values, max_size=2).map(lambda more: {**more, **row})),
    max_size=6,
)


def products_of(records: list[dict[str, Any]]) -> list[Product]:
    """What reading makes of the rows, ids numbered."""
    numbered = [{**row, "id": ("=", "SKU-", "", "商品")[number % 4] + str(number)} for number, row in enumerate(records)]
    return [item for item in read_products(numbered, preset="plain", mapping=guess_mapping(["id", "title"])) if isinstance(item, Product)]


def read_back(path: Path, **options: Any) -> list[Product]:
    items = list(read_products(path, **options))
    assert all(isinstance(item, (Product, Merged)) for item in items), items
    return [item for item in items if isinstance(item, Product)]


def by_id(products: list[Product]) -> dict[str, Product]:
    found = {product.id: product for product in products}
    assert len(found) == len(products)
    return found


@pytest.mark.parametrize("format", PRODUCT_FORMATS)
@settings(max_examples=30)
@example(records=[{"title": "a", "category": ["x &gt; y", "z"], "extra": {"similis": '{"id": "9"}', "price": "free"}}])
@example(records=[{"title": "t", "group_id": "g", "color": "red"}, {"title": "t", "group_id": "g", "color": "red"}, {"title": "组"}])
@example(records=[{"title": text, "brand": text, "mpn": text, "extra": {text: text}, "attributes": {text: text}} for text in NASTY])
@example(records=[{"title": "x" * 40_000, **{f"note {n}": '"\\' * 16_000 for n in range(5)}}, {"title": "short"}])
@given(records=rows)
def test_whatever_was_read_is_written_and_read_again_unchanged(format: str, records: list[dict[str, Any]]) -> None:
    products = products_of(records)
    if not products:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"products{SUFFIX[format]}"
        report = write_products(path, products, format=format)
        assert (report.products, report.inexact) == (len(products), 0)
        again = read_back(path)
        assert by_id(again) == by_id(products)
        if format != "shopify":
            assert again == products
            assert report.rows == len(products)


def test_a_shop_written_as_shopify_is_one_handle_a_group(tmp_path: Path) -> None:
    links = ("https://x/1.jpg", "https://x/2.jpg", "https://x/3.jpg")
    products = [
        Product(id="A", title="衬衫", group_id="组 1", color="红", price=Decimal("20"), sale_price=Decimal("15"), image_links=links),
        Product(id="C", title="Mug", brand="Acme", category_path=("Home", "Mugs"), stock=3),
        Product(id="B", title="衬衫", group_id="组 1", color="蓝", price=Decimal("20"), image_links=links),
    ]
    report = write_products(tmp_path / "shop.csv", products, format="shopify")
    with open(tmp_path / "shop.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert (report.products, report.rows) == (3, 4)
    assert [row["Variant SKU"] for row in rows] == ["A", "B", "", "C"]
    assert len({row["Handle"] for row in rows[:3]}) == 1
    assert rows[0]["Handle"] == rows[0]["Handle"].casefold()
    assert [row["Image Src"] for row in rows] == [*links, ""]
    assert (rows[0]["Variant Price"], rows[0]["Variant Compare At Price"]) == ("15", "20")
    assert (rows[0]["Option1 Name"], rows[0]["Option1 Value"], rows[3]["Option1 Value"]) == ("Color", "红", "Default Title")
    assert (rows[3]["Type"], rows[3]["Vendor"], rows[3]["Variant Inventory Qty"]) == ("Home > Mugs", "Acme", "3")


def test_variants_without_telling_options_get_one(tmp_path: Path) -> None:
    products = [
        Product(id=id, title="t", group_id="g", attributes={"Flavor": (taste,)}, language="en") for id, taste in (("1", "a"), ("2", "b"))
    ]
    write_products(tmp_path / "a.csv", products, format="shopify")
    same = [Product(id=id, title="t", group_id="g", language="en") for id in ("1", "2")]
    write_products(tmp_path / "b.csv", same, format="shopify")
    found = []
    for name in ("a.csv", "b.csv"):
        with open(tmp_path / name, encoding="utf-8", newline="") as file:
            found.append([(row["Option1 Name"], row["Option1 Value"]) for row in csv.DictReader(file)])
    assert found == [[("Flavor", "a"), ("Flavor", "b")], [("SKU", "1"), ("SKU", "2")]]
    assert read_back(tmp_path / "a.csv") == products
    assert read_back(tmp_path / "b.csv") == same


def test_two_products_never_share_a_handle(tmp_path: Path) -> None:
    names = ["x", "X", "x.y", "x-", "=x", "组", "x"]
    products = [
        Product(id=f"{number}", title="t", group_id=None, language="en", extra={"Handle": name}) for number, name in enumerate(names)
    ]
    products.append(Product(id="x", title="t", group_id="x", language="en"))
    write_products(tmp_path / "shop.csv", products, format="shopify")
    assert by_id(read_back(tmp_path / "shop.csv")) == by_id(products)


def test_google_gets_its_own_words(tmp_path: Path) -> None:
    product = Product(
        id="1",
        title="Tee",
        group_id="g",
        price=Decimal("12.99"),
        currency="USD",
        category_path=("A", "B"),
        image_links=("https://i/1", "https://i/2", "https://i/3"),
        attributes={"pattern": ("striped",), "产地": ("中国",)},
        extra={"identifier_exists": "no"},
        language="en",
    )
    write_products(tmp_path / "feed.tsv", [product])
    with open(tmp_path / "feed.tsv", encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file, delimiter="\t")
    kept = {name: text for name, text in row.items() if text}
    assert kept == {
        "id": "1",
        "title": "Tee",
        "item_group_id": "g",
        "price": "12.99 USD",
        "product_type": "A > B",
        "image_link": "https://i/1",
        "additional_image_link": "https://i/2,https://i/3",
        "pattern": "striped",
        "product_detail": ":产地:中国",
        "identifier_exists": "no",
    }, "nothing is left for the column similis"
    write_products(tmp_path / "feed.xml", [product])
    text = (tmp_path / "feed.xml").read_text(encoding="utf-8")
    assert "<g:additional_image_link>https://i/3</g:additional_image_link>" in text
    assert "similis" not in text


def test_spreadsheets_compute_nothing(tmp_path: Path) -> None:
    products = [
        Product(id=f"={number}", title=text, brand=text, language="en") for number, text in enumerate(("=1+1", "+1", "-1", "@a", "＝1"))
    ]
    for format in ("csv", "shopify"):
        path = tmp_path / f"{format}.csv"
        write_products(path, products, format=format)
        with open(path, encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert not [cell for cell in cells if cell.lstrip()[:1] in tuple("=+-@＝") and cell]
        assert by_id(read_back(path)) == by_id(products)


def test_a_long_residual_goes_on_in_further_columns(tmp_path: Path) -> None:
    note = "".join(chr(0x4E00 + number % 5_000) for number in range(MAX_TEXT))
    long = Product(id="long", title="t", language="en", extra={f"note {number}": f"={note[:-1]}" for number in range(20)})
    short = Product(id="short", title="短", language="zh")
    path = tmp_path / "products.csv"
    write_products(path, [long, short])
    with open(path, encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header, first, second = reader
    assert header.count("similis") == len(header) - header.index("similis") > 5
    assert len(first) == len(second) == len(header)
    assert read_back(path) == [long, short]
    feed = read_products(path)
    list(feed)
    assert feed.notes == ()


def test_what_no_reader_takes_is_refused_and_nothing_left_behind(tmp_path: Path) -> None:
    huge = Product(id="huge", title="t", extra={str(number): "x" * MAX_TEXT for number in range(120)})
    with pytest.raises(SimilisError, match=r"product 'huge' has .* export as jsonl"):
        write_products(tmp_path / "products.csv", [huge])
    assert list(tmp_path.iterdir()) == []
    write_products(tmp_path / "products.jsonl", [huge])


def test_a_failure_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "products.jsonl"
    path.write_text("old")

    def failing() -> Iterator[Product]:
        yield Product(id="1", title="t")
        raise SimilisError("the store went away")

    for format in PRODUCT_FORMATS:
        with pytest.raises(SimilisError, match="went away"):
            write_products(path, failing(), format=format)
        assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("format", PRODUCT_FORMATS)
def test_a_packed_file_is_the_same_file(tmp_path: Path, format: str) -> None:
    products = products_of([{"title": "a", "brand": "b"}, {"title": "乙", "attr_x": ["1", "2"]}])
    plain, packed = tmp_path / f"p{SUFFIX[format]}", tmp_path / f"p{SUFFIX[format]}.gz"
    seen: list[int] = []
    write_products(plain, products, format=format, progress=seen.append)
    write_products(packed, products, format=format)
    assert gzip.decompress(packed.read_bytes()) == plain.read_bytes()
    assert seen[-1] == 2
    assert read_back(packed) == products


@pytest.mark.parametrize(
    ("name", "format"), [("a.csv", "csv"), ("a.JSONL.gz", "jsonl"), ("a.tsv", "google"), ("a.b.xml", "google-xml"), ("a.ndjson", "jsonl")]
)
def test_the_name_tells_the_format(name: str, format: str) -> None:
    assert product_format_of(Path(name)) == format


def test_what_makes_no_sense_is_refused(tmp_path: Path) -> None:
    for name in ("a", "a.gz", "a.xlsx", ".csv"):
        with pytest.raises(UsageError, match="says no format"):
            write_products(tmp_path / name, [])
    with pytest.raises(UsageError, match="no format for products; use one of: csv, jsonl, google, google-xml, shopify"):
        write_products(tmp_path / "a.csv", [], format="excel")
    with pytest.raises(UsageError, match="folder does not exist"):
        write_products(tmp_path / "no" / "a.csv", [])
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(UsageError, match="is a folder"):
        write_products(tmp_path / "folder.csv", [])


def test_a_product_no_feed_could_make_is_counted(tmp_path: Path) -> None:
    report = write_products(tmp_path / "a.jsonl", [Product(id="1", title="<b>two\nlines</b>", language="en"), Product(id="2", title="ok")])
    assert (report.products, report.inexact) == (2, 1)
    assert report.to_dict() == {"path": str(tmp_path / "a.jsonl"), "products": 2, "rows": 2, "inexact": 1}


def test_the_column_similis_is_read_by_the_fields_own_readers() -> None:
    own = {"price": "12 EUR", "gtin": "none of it", "brand": None, "category_path": ["x > y", "z"], "foo": "?", "extra": {"a": "b"}}
    feed = read_products([{"id": "1", "title": "t", "brand": "Acme", "price": "1", "similis": json.dumps(own)}])
    (found,) = feed
    assert isinstance(found, Product)
    assert (found.price, found.currency, found.brand, found.category_path) == (Decimal(12), "EUR", None, ("x > y", "z"))
    assert (found.gtin, found.extra) == (None, {"a": "b"})
    assert feed.note_counts == {"bad_gtin": 1, "unknown_field": 1}


def test_a_column_similis_may_come_late_or_hold_something_else() -> None:
    rows: list[dict[str, Any]] = [{"id": str(number), "title": "a"} for number in range(1_200)]
    late = {"id": "x", "title": "a", "similis": {"id": "-x", "title": "b", "color": "red"}}
    items = list(read_products([*rows, late, {"id": "y", "title": "a", "similis": "just words"}]))
    assert items[-2] == Product(id="-x", title="b", color="red", language="en")
    assert items[-1] == Product(id="y", title="a", language="en", extra={"similis": "just words"})

"""Writing: whatever reading can produce, every format gives back unchanged, and the file appears whole or not at all."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from similis.catalogue import Product, read_products
from similis.catalogue.mapping import guess_mapping
from similis.catalogue.rows import Merged
from similis.catalogue.writing import PRODUCT_FORMATS, write_products

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
        {"title": texts}, optional={**{name: values for name in COLUMNS_TEXT.split() if name not in ("title", "group_id")}, "group_id": few | texts}
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
@settings(max_examples=60)
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

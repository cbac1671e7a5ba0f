"""schema.org JSON-LD: products alone, in graphs, lists, groups and web pages become rows with the columns feeds have."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.catalogue.reading import OneWay, mutated, outcomes, rows, values

from similis.catalogue import Product, RawRow, Reject, read_products
from similis.errors import UnreadableFeed

CONTEXT = {"@context": "https://schema.org"}


def document(**properties: Any) -> bytes:
    return json.dumps({**CONTEXT, "@type": "Product", **properties}, ensure_ascii=False).encode()


def one(**properties: Any) -> dict[str, Any]:
    (row,) = values(document(**properties))
    return row


DRESS: dict[str, Any] = {
    "sku": "0001",
    "name": "红色连衣裙",
    "description": "真丝",
    "brand": {"@type": "Brand", "name": "Acme"},
    "gtin13": "4006381333931",
    "mpn": "M-1",
    "color": "红色",
    "image": [{"@type": "ImageObject", "contentUrl": "https://a/1.jpg"}, "https://a/2.jpg"],
    "url": "https://a/1",
    "category": {"@type": "CategoryCode", "name": "Clothing > Dresses", "codeValue": "2271"},
    "aggregateRating": {"@type": "AggregateRating", "ratingValue": 4.5},
    "offers": {
        "@type": "Offer",
        "price": 199.50,
        "priceCurrency": "CNY",
        "availability": "https://schema.org/InStock",
        "itemCondition": "https://schema.org/NewCondition",
        "seller": {"@type": "Organization", "name": "店铺"},
        "inventoryLevel": {"@type": "QuantitativeValue", "value": 7},
    },
    "additionalProperty": [
        {"@type": "PropertyValue", "name": "面料", "value": ["真丝", "棉"]},
        {"@type": "PropertyValue", "name": "Length", "value": 1.50, "unitCode": "MTR"},
    ],
    "weight": {"@type": "QuantitativeValue", "value": "0.3", "unitText": "kg"},
}


def test_a_product_has_the_columns_of_a_feed() -> None:
    assert one(**DRESS) == {
        "id": "0001",
        "title": "红色连衣裙",
        "description": "真丝",
        "mpn": "M-1",
        "color": "红色",
        "gtin": "4006381333931",
        "brand": "Acme",
        "category": "Clothing > Dresses",
        "image_links": ["https://a/1.jpg", "https://a/2.jpg"],
        "link": "https://a/1",
        "price": "199.5",
        "currency": "CNY",
        "availability": "InStock",
        "condition": "NewCondition",
        "seller": "店铺",
        "stock": "7",
        "attributes": {"面料": ["真丝", "棉"], "Length": "1.5 m", "weight": "0.3 kg"},
        "aggregateRating": {"ratingValue": "4.5"},
    }


def test_the_columns_are_understood_by_the_conversion() -> None:
    (product,) = read_products(OneWay(document(**DRESS)))
    assert isinstance(product, Product)
    assert (product.id, product.gtin, product.brand, product.stock) == ("0001", "4006381333931", "Acme", 7)
    assert (str(product.price), product.currency, product.availability, product.condition) == ("199.5", "CNY", "in_stock", "new")
    assert product.category_path == ("Clothing", "Dresses")
    assert product.image_links == ("https://a/1.jpg", "https://a/2.jpg")
    assert product.attributes["面料"] == ("真丝", "棉")
    assert "aggregateRating" in product.extra


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"sku": 12, "productID": "p", "@id": "https://a/#1", "url": "https://a"}, "12"),
        ({"productID": "p", "@id": "https://a/#1", "url": "https://a"}, "p"),
        ({"@id": "https://a/#1", "url": "https://a"}, "https://a/#1"),
        ({"@id": "#product", "url": "https://a"}, "https://a"),
        ({"@id": "_:b0", "name": "x"}, ""),
        ({"sku": "", "productID": None, "gtin13": "4006381333931"}, ""),
    ],
)
def test_the_id_is_the_first_that_names_one_product(properties: dict[str, Any], expected: str) -> None:
    assert one(**properties)["id"] == expected


@pytest.mark.parametrize(
    ("offers", "expected"),
    [
        ({"@type": "AggregateOffer", "lowPrice": "5", "highPrice": "9", "priceCurrency": "EUR"}, {"price": "5", "currency": "EUR"}),
        (
            {"@type": "AggregateOffer", "lowPrice": 5, "priceCurrency": "EUR", "offers": [{"price": 6, "availability": "InStock"}]},
            {"price": "6", "currency": "EUR", "availability": "InStock"},
        ),
        (
            [{"price": 1, "availability": "http://schema.org/OutOfStock"}, {"price": 2, "availability": "http://schema.org/InStock"}],
            {"price": "2", "availability": "InStock"},
        ),
        (
            {
                "price": "80",
                "priceCurrency": "USD",
                "priceSpecification": {"priceType": "https://schema.org/ListPrice", "price": "100", "priceCurrency": "USD"},
            },
            {"price": "100", "sale_price": "80", "currency": "USD"},
        ),
        ({"priceSpecification": [{"price": 3, "priceCurrency": "GBP"}]}, {"price": "3", "currency": "GBP"}),
        (
            {"price": 7, "priceSpecification": {"@type": "DeliveryChargeSpecification", "price": 2}},
            {"price": "7"},
        ),
        ([], {}),
        ("free", {}),
        ({"price": 0}, {"price": "0"}),
    ],
)
def test_offers_of_every_shape(offers: Any, expected: dict[str, str]) -> None:
    row = one(sku="1", name="a", offers=offers)
    found = {column: row[column] for column in ("price", "sale_price", "currency", "availability") if column in row}
    assert found == expected


GROUP: dict[str, Any] = {
    "@type": "ProductGroup",
    "productGroupID": "G1",
    "name": "Coat",
    "brand": "Acme",
    "mpn": "never inherited",
    "variesBy": ["https://schema.org/size", "https://schema.org/color"],
    "additionalProperty": {"name": "Lining", "value": "silk"},
    "offers": {"price": 50, "priceCurrency": "EUR"},
}


def test_variants_have_from_their_group_what_they_lack() -> None:
    variants = [
        {"@type": "Product", "sku": "a", "name": "Coat S", "size": "S", "offers": {"price": 40, "priceCurrency": "EUR"}},
        {
            "@type": "Product",
            "sku": "b",
            "size": {"@type": "SizeSpecification", "name": "M"},
            "additionalProperty": {"name": "Fit", "value": "slim"},
        },
    ]
    found = values(json.dumps({**CONTEXT, **GROUP, "hasVariant": variants}).encode())
    shared = {"brand": "Acme", "item_group_id": "G1", "varies_by": "size, color", "currency": "EUR"}
    assert found == [
        {"id": "a", "title": "Coat S", "size": "S", "price": "40", "attributes": {"Lining": "silk"}, **shared},
        {"id": "b", "title": "Coat", "size": "M", "price": "50", "attributes": {"Lining": "silk", "Fit": "slim"}, **shared},
    ]


def test_groups_and_variants_apart_in_a_graph_are_joined_and_no_variant_comes_twice() -> None:
    graph = [
        {**GROUP, "@id": "#g", "hasVariant": [{"@id": "#a"}, {"@id": "#b"}]},
        {"@type": "Product", "@id": "#a", "sku": "a", "brand": {"@id": "#acme"}},
        {"@type": "Product", "@id": "#b", "sku": "b"},
        {"@type": "Brand", "@id": "#acme", "name": "Other"},
        {"@type": "Product", "sku": "c", "name": "c", "isVariantOf": {"@type": "ProductGroup", "productGroupID": "G2", "material": "wool"}},
    ]
    found = values(json.dumps({**CONTEXT, "@graph": graph}).encode())
    assert [(row["id"], row["item_group_id"], row["title"]) for row in found] == [
        ("a", "G1", "Coat"),
        ("b", "G1", "Coat"),
        ("c", "G2", "c"),
    ]
    assert (found[0]["brand"], found[1]["brand"], found[2]["material"]) == ("Other", "Acme", "wool")


def test_variants_in_documents_of_their_own_are_not_invented() -> None:
    variants = [{"@type": "Product", "url": "https://a/m"}, {"@type": "Product", "sku": "a"}]
    assert [row["id"] for row in values(json.dumps({**CONTEXT, **GROUP, "hasVariant": variants}).encode())] == ["a"]
    assert [row["id"] for row in values(json.dumps({**CONTEXT, **GROUP, "hasVariant": variants[:1]}).encode())] == ["G1"]


def test_what_says_something_else_is_kept_beside_the_column() -> None:
    row = one(sku="1", name="a", productID="P", gtin13="4006381333931", gtin8="12345670", manufacturer="M", brand="B", model="X", mpn="Y")
    assert {name: row[name] for name in ("productID", "gtin8", "manufacturer", "model")} == {
        "productID": "P",
        "gtin8": "12345670",
        "manufacturer": "M",
        "model": "X",
    }
    assert one(sku="1", manufacturer={"name": "B"}) == {"id": "1", "title": "", "brand": "B"}


def test_a_group_without_variants_is_a_row() -> None:
    assert values(json.dumps({**CONTEXT, **GROUP}).encode())[0]["id"] == "G1"


def test_item_lists_pages_and_offers_are_looked_into() -> None:
    product = {"@type": "Product", "sku": "1", "name": "a"}
    wrapped: list[dict[str, Any]] = [
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "position": 1, "item": product}]},
        {"@type": "ItemList", "itemListElement": [product]},
        {"@type": "WebPage", "mainEntity": product},
        {"@type": "Offer", "price": 1, "itemOffered": product},
        {
            "@type": ["Thing", "http://schema.org/Product"],
            "schema:sku": "1",
            "http://schema.org/name": [{"@value": "a", "@language": "en"}],
        },
    ]
    for value in wrapped:
        (row,) = values(json.dumps({**CONTEXT, **value}).encode())
        assert (row["id"], row["title"]) == ("1", "a")


def test_a_breadcrumb_is_the_category_of_a_page_of_one_product() -> None:
    crumbs = {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": 3, "name": "Coat"},
            {"@type": "ListItem", "position": 1, "item": {"@id": "https://a", "name": "Home"}},
            {"@type": "ListItem", "position": 2, "name": "女装"},
        ],
    }
    coat = {"@type": "Product", "sku": "1", "name": "Coat"}
    assert values(json.dumps({**CONTEXT, "@graph": [crumbs, coat]}).encode())[0]["category"] == "女装"
    assert "category" not in values(json.dumps({**CONTEXT, "@graph": [crumbs, coat, {**coat, "sku": "2"}]}).encode())[0]


def test_arrays_lines_and_documents_one_after_another() -> None:
    documents = [json.loads(document(sku=str(number), name="a")) for number in range(3)]
    expected = ["0", "1", "2"]
    for data in (
        json.dumps(documents),
        json.dumps(documents, indent=1),
        "\n".join(map(json.dumps, documents)),
        "\n".join(json.dumps(one, indent=2) for one in documents),
    ):
        assert [row["id"] for row in values(data.encode())] == expected


def test_documents_without_products_and_broken_lines_are_rejected_one_by_one() -> None:
    lines = [document(sku="1"), b'{"@type": "Organization", "name": "x"}', b'{"@type": ', b'"text"', document(sku="2")]
    assert outcomes(b"\n".join(lines)) == [
        (1, "1", "ok"),
        (2, None, "no_product"),
        (3, None, "bad_json"),
        (4, None, "no_product"),
        (5, "2", "ok"),
    ]


def test_products_without_a_name_stay_rows_for_the_conversion_to_reject() -> None:
    feed = read_products(OneWay(b"\n".join([document(sku="1", name="a"), document(sku="2")])))
    assert [getattr(row, "code", "ok") for row in feed] == ["ok", "missing_title"]
    assert (feed.rows, feed.rejected) == (2, 1)


PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>Shop</title>
<!-- <script type="application/ld+json">{"@type": "Product", "sku": "commented out"}</script> -->
<script>var json = '<script type="application/ld+json">';</script>
<script type='application/ld+json' id="x">
//<![CDATA[
%s
//]]>
</script><script type="application/ld+json">{"@type": "Organization"}</script></head><body><p>连衣裙</body></html>"""


def page(*products: str) -> bytes:
    return (PAGE % f"[{','.join(products)}]").encode()


@pytest.mark.parametrize("name", ["page.html", "page.txt", "page.xml", "page"])
def test_web_pages_are_told_by_their_content(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(page('{"@type": "Product", "sku": "1", "name": "a\tb"}', '{"@type": "Product", "sku": "2"}'))
    assert [(row.line, row.values["id"]) for row in rows(path) if isinstance(row, RawRow)] == [(4, "1"), (4, "2")]


def test_a_page_in_a_chinese_encoding_is_read_by_what_it_declares() -> None:
    text = PAGE.replace("utf-8", "gb2312") % document(sku="1", name="红色连衣裙").decode()
    assert values(text.encode("gb18030"))[0]["title"] == "红色连衣裙"


def test_pages_that_help_nobody_say_so() -> None:
    with pytest.raises(UnreadableFeed, match="without JSON-LD products"):
        rows(b"<!DOCTYPE html><html><body>404</body></html>")
    assert outcomes((PAGE % '{"@type": "Product"').encode()) == [(4, None, "bad_json"), (8, None, "no_product")]
    with pytest.raises(UnreadableFeed, match="above 16,000,000"):
        rows(b"<!DOCTYPE html><html>" + b" " * 16_000_001)


def test_plain_json_is_not_taken_for_linked_data() -> None:
    plain = [{"id": "1", "title": "a", "seo": {"@context": "https://schema.org", "@type": "Product"}}]
    assert values(json.dumps(plain).encode())[0]["title"] == "a"
    assert values(json.dumps(plain[0]).encode())[0]["seo"]["@type"] == "Product"
    assert values(b'{"@type": "sku", "@context": "none", "id": "1"}') == [{"@type": "sku", "@context": "none", "id": "1"}]
    assert values(document(sku="1", name="a"), format="json") == [{**CONTEXT, "@type": "Product", "sku": "1", "name": "a"}]


def test_towers_of_objects_end_somewhere() -> None:
    deep: Any = {"@type": "Product", "sku": "deep"}
    for _ in range(200):
        deep = {"@graph": [deep]}
    assert outcomes(json.dumps({**CONTEXT, **deep}).encode()) == [(1, None, "no_product")]
    tower = '{"@type": "Product", "sku": "1", "name": ' + '[{"name": ' * 230 + '"x"' + "}]" * 230 + "}"
    assert outcomes(tower.encode(), format="jsonld")[0][2] in ("ok", "too_deep")
    nested: Any = "x"
    for _ in range(300):
        nested = {"unknown": [nested], "brand": nested}
        if len(json.dumps(nested)) > 10_000:
            nested = {"unknown": nested}
            break
    assert outcomes(document(sku="1", unknown=nested, category=nested, brand=nested, offers=nested)) == [(1, "1", "ok")]


words = st.sampled_from(
    ["@type", "@id", "@graph", "@value", "@list", "Product", "ProductGroup", "Offer", "name", "sku", "offers", "price", "brand"]
)
words |= st.sampled_from(
    ["category", "hasVariant", "isVariantOf", "image", "url", "additionalProperty", "value", "priceSpecification", "size", "position"]
)
words |= st.sampled_from(
    ["itemListElement", "item", "BreadcrumbList", "weight", "variesBy", "audience", "suggestedGender", "breadcrumb", "#1", ""]
)
trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=5),
    max_leaves=30,
)


@given(tree=trees, outer=st.dictionaries(words, trees, max_size=6))
def test_any_tree_is_rows_or_rejects(tree: Any, outer: dict[str, Any]) -> None:
    for value in (tree, {**outer, "@type": "Product"}, {**outer, "@type": "ProductGroup", "hasVariant": tree}, {"@graph": [outer, tree]}):
        assert all(isinstance(row, (RawRow, Reject)) for row in rows(json.dumps(value).encode(), format="jsonld"))
        with contextlib.suppress(UnreadableFeed):
            list(read_products(OneWay(json.dumps({**CONTEXT, "sku": "1", "@graph": [value]}).encode())))


edits = st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 255)), max_size=5)


@given(edits=edits, cut=st.integers(0, 60), is_page=st.booleans())
def test_damaged_documents_and_pages_are_rows_or_unreadable(edits: list[tuple[int, int]], cut: int, is_page: bool) -> None:
    data = (PAGE % document(**DRESS).decode()).encode() if is_page else document(**DRESS)
    with contextlib.suppress(UnreadableFeed):
        assert all(isinstance(row, (RawRow, Reject)) for row in rows(mutated(data, edits, cut), format="jsonld"))


def test_a_mistake_in_a_script_is_told_by_the_line_of_the_page() -> None:
    page = b'<html>\n<body>\n<script type="application/ld+json">{"@type": "Product",\n  "name": x}</script></body></html>'
    (reject,) = rows(page)
    assert isinstance(reject, Reject)
    assert reject.message == "the script that starts here is no JSON: line 4, Expecting value; write it anew"

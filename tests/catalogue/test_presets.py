"""Presets: feeds of common shop systems are known by their columns, their rows put together, and every row accounted for."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from similis.catalogue import PRESETS, Merged, Product, ProductFeed, Reject, complement_ids, guess_mapping, read_products
from similis.catalogue.presets import fitting_preset, google, named_preset
from similis.catalogue.presets.google import GOOGLE
from similis.catalogue.presets.spool import RowSpool
from similis.catalogue.rows import RawRow
from similis.errors import InvalidMapping, UsageError

SHOPIFY_COLUMNS_TEXT = (
    "Handle|Title|Body (HTML)|Vendor|Product Category|Type|Tags|Published|Option1 Name|Option1 Value|Option1 Linked To|Option2 Name|"
    "Option2 Value|Variant SKU|Variant Grams|Variant Inventory Tracker|Variant Inventory Qty|Variant Inventory Policy|Variant Price|"
    "Variant Compare At Price|Variant Barcode|Image Src|Image Position|Image Alt Text|Variant Image|Cost per item|Status|"
    "Season (product.metafields.custom.season)"
)
SHOPIFY_COLUMNS = SHOPIFY_COLUMNS_TEXT.split("|")
WOO_COLUMNS_TEXT = (
    "ID|Type|SKU|GTIN, UPC, EAN, or ISBN|Name|Published|Is featured?|Short description|Description|In stock?|Stock|Weight (kg)|Sale price|"
    "Regular price|Categories|Tags|Images|Parent|Cross-sells|Position|Attribute 1 name|Attribute 1 value(s)|Attribute 1 visible|"
    "Attribute 2 name|Attribute 2 value(s)|Meta: _season"
)
WOO_COLUMNS = WOO_COLUMNS_TEXT.split("|")


def table(columns: Sequence[str], rows: Sequence[dict[str, str]], delimiter: str = ",") -> io.BytesIO:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return io.BytesIO(text.getvalue().encode())


def shopify_feed(*rows: dict[str, str], columns: Sequence[str] = SHOPIFY_COLUMNS, **options: Any) -> ProductFeed:
    return read_products(table(columns, rows), **options)


def woo_feed(*rows: dict[str, str], **options: Any) -> ProductFeed:
    return read_products(table(WOO_COLUMNS, rows), **options)


def products(feed: ProductFeed) -> dict[str, Product]:
    items = list(feed)
    assert feed.rows == len(items) == len([item for item in items if isinstance(item, Product)]) + feed.merged + feed.rejected
    return {item.id: item for item in items if isinstance(item, Product)}


TEE = [
    {
        "Handle": "tee",
        "Title": "Linen Tee",
        "Body (HTML)": "<p>Soft &amp; light</p>",
        "Vendor": "Acme",
        "Product Category": "Apparel > Shirts",
        "Type": "Tops",
        "Tags": "summer, linen",
        "Published": "TRUE",
        "Option1 Name": "Colour",
        "Option1 Value": "Red",
        "Option2 Name": "尺寸",
        "Option2 Value": "M",
        "Variant SKU": "T-1",
        "Variant Grams": "200",
        "Variant Inventory Tracker": "shopify",
        "Variant Inventory Qty": "3",
        "Variant Inventory Policy": "deny",
        "Variant Price": "19.00",
        "Variant Compare At Price": "25.00",
        "Variant Barcode": "'0095205603217",
        "Image Src": "https://x/2.jpg",
        "Image Position": "2",
        "Variant Image": "https://x/red.jpg",
        "Cost per item": "7",
        "Status": "active",
        "Season (product.metafields.custom.season)": "SS",
    },
    {
        "Handle": "tee",
        "Option1 Value": "Blue",
        "Option2 Value": "L",
        "Variant SKU": "T-2",
        "Variant Inventory Tracker": "shopify",
        "Variant Inventory Qty": "0",
        "Variant Inventory Policy": "continue",
        "Variant Price": "19.00",
        "Image Src": "https://x/1.jpg",
        "Image Position": "1",
    },
    {"Handle": "tee", "Image Src": "https://x/3.jpg", "Image Position": "3", "Image Alt Text": "back"},
]
MUG = {
    "Handle": "mug",
    "Title": "马克杯",
    "Type": "杯子",
    "Option1 Name": "Title",
    "Option1 Value": "Default Title",
    "Variant Price": "9.90",
    "Variant Inventory Qty": "0",
    "Status": "draft",
}


def test_a_shopify_handle_is_one_product_with_variants() -> None:
    feed = shopify_feed(*TEE)
    first, second, picture = list(feed)
    assert feed.preset == "shopify"
    assert first == Product(
        id="T-1",
        title="Linen Tee",
        group_id="tee",
        description="Soft & light",
        brand="Acme",
        category_path=("Apparel", "Shirts"),
        gtin="0095205603217",
        price=Decimal("25.00"),
        sale_price=Decimal("19.00"),
        stock=3,
        color="Red",
        size="M",
        image_links=("https://x/red.jpg", "https://x/1.jpg", "https://x/2.jpg", "https://x/3.jpg"),
        cost=Decimal("7"),
        language="en",
        attributes={"weight (g)": ("200",)},
        extra={
            "Handle": "tee",
            "Tags": "summer, linen",
            "Image Alt Text": "back",
            "Season (product.metafields.custom.season)": "SS",
            "Type beside Product Category": "Tops",
        },
    )
    assert isinstance(second, Product)
    assert (second.id, second.title, second.brand, second.color, second.size) == ("T-2", "Linen Tee", "Acme", "Blue", "L")
    assert (second.price, second.sale_price, second.cost, second.gtin) == (Decimal("19.00"), None, None, None)
    assert (second.availability, second.stock, second.is_available) == ("backorder", 0, True)
    assert second.image_links == ("https://x/1.jpg", "https://x/2.jpg", "https://x/3.jpg")
    assert picture == Merged(4, "T-1", "image_row")
    assert (feed.rows, feed.merged, feed.rejected) == (3, 1, 0)


def test_a_lone_shopify_product_has_no_group_and_no_default_title() -> None:
    (mug,) = products(shopify_feed(MUG)).values()
    assert (mug.id, mug.title, mug.group_id, mug.size, mug.language) == ("mug", "马克杯", None, None, "zh")
    assert mug.attributes == {}
    assert mug.availability == "out_of_stock"
    assert mug.stock is None, "nothing tracks it"
    assert mug.extra == {"Handle": "mug", "Status": "draft"}


def test_ids_are_the_skus_as_long_as_they_tell_variants_apart() -> None:
    rows = [
        {"Handle": "a", "Title": "A", "Option1 Name": "Color", "Option1 Value": "红", "Variant SKU": "S", "Variant Price": "1"},
        {"Handle": "a", "Option1 Value": "Blue", "Variant SKU": "S", "Variant Price": "1"},
        {"Handle": "a", "Option1 Value": "Green", "Variant Price": "1"},
        {"Handle": "a", "Option1 Value": "Green", "Variant Price": "1"},
        {"Handle": "b" * 255, "Title": "B", "Option1 Name": "Size", "Option1 Value": "XL", "Variant Price": "1"},
    ]
    found = products(shopify_feed(*rows))
    ids = list(found)
    assert ids[:4] == ["S", "a/Blue", "a/Green", "a/Green#2"]
    assert len(ids[4]) <= 256
    assert found["a/Blue"].extra["Variant SKU that is not unique"] == "S"
    assert {product.group_id for product in found.values()} == {"a", None}
    assert list(products(shopify_feed(*rows))) == ids, "the same file, the same ids"


@given(st.permutations(range(5)))
def test_a_sorted_shopify_file_is_grouped_all_the_same(order: list[int]) -> None:
    rows = [*TEE, MUG, {"Handle": "mug", "Image Src": "https://x/m.jpg"}]
    expected = products(shopify_feed(*rows))
    feed = shopify_feed(*(rows[number] for number in order))
    assert products(feed) == expected
    assert feed.merged == 2


def test_the_new_shopify_headers_are_known() -> None:
    names = {
        "Handle": "URL handle",
        "Body (HTML)": "Description",
        "Published": "Published on online store",
        "Variant SKU": "SKU",
        "Variant Price": "Price",
        "Variant Compare At Price": "Compare-at price",
        "Variant Barcode": "Barcode",
        "Variant Inventory Qty": "Inventory quantity",
        "Variant Inventory Policy": "Continue selling when out of stock",
        "Variant Inventory Tracker": "Inventory tracker",
        "Image Src": "Product image URL",
        "Variant Image": "Variant image URL",
        "Variant Grams": "Weight value (grams)",
    }
    rows = [{names.get(column, column): text for column, text in row.items()} for row in TEE]
    feed = shopify_feed(*rows, columns=[names.get(column, column) for column in SHOPIFY_COLUMNS])
    assert feed.preset == "shopify"
    old, new = products(shopify_feed(*TEE)), products(feed)
    for product in old.values():
        assert new[product.id].to_dict() | {"extra": None} == product.to_dict() | {"extra": None}


def test_googles_columns_in_a_shopify_file() -> None:
    for number, part in (("Google Shopping / MPN", "M-1"), ("Google Shopping / Manufacturer part number (MPN)", "M-2")):
        (product,) = read_products([{**MUG, "Type": "", number: part, "Google Shopping / Google Product Category": "Home > Mugs"}])
        assert isinstance(product, Product)
        assert (product.mpn, product.category_path) == (part, ("Home", "Mugs"))
    (product,) = read_products([{**MUG, "Type": "", "Google Shopping / Google Product Category": "2169"}])
    assert isinstance(product, Product)
    assert product.category_path == ()


def test_a_preset_named_by_mistake_is_told_before_anything_is_rejected() -> None:
    with pytest.raises(InvalidMapping, match=r"preset 'shopify' finds no id in this feed.*its columns: id, title"):
        read_products([{"id": 1, "title": "a"}], preset="shopify")
    assert read_products([{"id": 1, "title": "a", "sku": "x"}], preset="shopify").preset == "shopify"


@pytest.mark.parametrize("columns", [SHOPIFY_COLUMNS, WOO_COLUMNS], ids=["shopify", "woocommerce"])
def test_an_export_of_no_products_is_a_feed_without_rows(columns: list[str]) -> None:
    feed = read_products(table(columns, []))
    assert (list(feed), feed.rows) == ([], 0)


def test_shopify_rows_that_belong_to_nothing_are_rejected_not_lost() -> None:
    feed = shopify_feed({"Handle": "ghost", "Image Src": "https://x/1.jpg"}, {"Variant SKU": "X"}, MUG)
    items = list(feed)
    assert [item.code for item in items if isinstance(item, Reject)] == ["missing_title", "missing_title"]
    assert (feed.rows, feed.rejected) == (3, 2)


def test_a_group_has_a_limit() -> None:
    rows = [{"Handle": "h", "Title": "T", "Variant SKU": str(number), "Variant Price": "1"} for number in range(10_003)]
    feed = shopify_feed(*rows)
    items = list(feed)
    assert [item.code for item in items if isinstance(item, Reject)] == ["group_too_large"] * 3
    assert (feed.rows, feed.rejected) == (10_003, 3)


@pytest.mark.parametrize("compare", ["0", "0.00", "19.00", "10", "free"])
def test_a_compare_at_price_that_is_not_higher_is_no_sale(compare: str) -> None:
    (found,) = products(shopify_feed({**TEE[0], "Variant Compare At Price": compare})).values()
    assert (found.price, found.sale_price) == (Decimal("19.00"), None)
    assert ("Variant Compare At Price that is no higher price" in found.extra) == (compare in ("10", "free"))


def test_overrides_come_before_the_preset() -> None:
    (found, *_) = products(shopify_feed(*TEE, mapping={"category_path": "Type", "mpn": "Variant SKU", "link": "Handle"})).values()
    assert (found.category_path, found.mpn, found.link) == (("Tops",), "T-1", "tee")


PARENT = {
    "ID": "11",
    "Type": "variable",
    "SKU": "VN",
    "Name": "V-Neck",
    "Published": "1",
    "Short description": "short",
    "Description": "Long text",
    "In stock?": "1",
    "Stock": "7",
    "Weight (kg)": "0.5",
    "Categories": "Clothing > Tshirts, Clothing",
    "Tags": "cool",
    "Images": "https://x/a.jpg, https://x/b.jpg",
    "Cross-sells": "BELT, id:44",
    "Attribute 1 name": "Color",
    "Attribute 1 value(s)": "Red, Blue",
    "Attribute 2 name": "Size",
    "Attribute 2 value(s)": "S, M",
}
RED = {
    "ID": "12",
    "Type": "variation",
    "SKU": "VN-RED",
    "Name": "V-Neck - Red",
    "Published": "1",
    "In stock?": "1",
    "Stock": "parent",
    "Sale price": "15",
    "Regular price": "20",
    "Images": "https://x/red.jpg",
    "Parent": "VN",
    "Attribute 1 name": "Color",
    "Attribute 1 value(s)": "Red",
    "Attribute 2 name": "Size",
    "Meta: _season": "'=SS",
}
BLUE = {
    "ID": "13",
    "Type": "variation",
    "Published": "1",
    "In stock?": "0",
    "Regular price": "20",
    "Parent": "id:11",
    "Attribute 1 name": "Size",
    "Attribute 1 value(s)": "S",
    "Attribute 2 name": "Color",
    "Attribute 2 value(s)": "Blue",
}
BELT = {
    "ID": "44",
    "Type": "simple",
    "Name": "腰带",
    "Published": "-1",
    "Description": "皮带",
    "In stock?": "1",
    "Regular price": "99",
    "Categories": r"配饰 > 腰带\, 皮带",
    "Attribute 1 name": "颜色",
    "Attribute 1 value(s)": "黑",
    "Attribute 2 name": "产地",
    "Attribute 2 value(s)": "中国",
}


@given(st.permutations((PARENT, RED, BLUE, BELT)))
def test_woocommerce_variations_take_over_what_their_parent_says_wherever_it_stands(rows: list[dict[str, str]]) -> None:
    feed = woo_feed(*rows)
    found = products(feed)
    assert feed.preset == "woocommerce"
    assert feed.merged == 1
    red, blue, belt = found["VN-RED"], found["13"], found["44"]
    assert (red.title, red.group_id, red.description, red.color) == ("V-Neck - Red", "VN", "Long text", "Red")
    assert (red.price, red.sale_price, red.stock, red.availability) == (Decimal(20), Decimal(15), 7, "in_stock")
    assert red.category_path == ("Clothing", "Tshirts")
    assert red.image_links == ("https://x/red.jpg", "https://x/a.jpg", "https://x/b.jpg")
    assert red.attributes == {"weight (kg)": ("0.5",), "Size": ("S", "M")}
    assert complement_ids(red) == ("BELT", "44")
    assert red.extra["Meta: _season"] == "=SS"
    assert (red.extra["Tags"], red.extra["Short description beside Description"]) == ("cool", "short")
    assert (blue.title, blue.group_id, blue.color, blue.size, blue.availability) == ("V-Neck", "VN", "Blue", "S", "out_of_stock")
    assert (belt.category_path, belt.color, belt.attributes) == (("配饰", "腰带, 皮带"), "黑", {"产地": ("中国",)})
    assert (belt.availability, belt.extra["Published"]) == ("out_of_stock", "-1")


def test_woocommerce_ends_of_lines_are_no_letters() -> None:
    found = products(woo_feed({**BELT, "Description": r"Real\nleather, in C:\\new", "Short description": r"软\n皮"}))
    assert found["44"].description == r"Real leather, in C:\new"
    assert found["44"].extra["Short description beside Description"] == "软 皮"


def test_a_woocommerce_parent_without_variations_stays_a_product_and_an_orphan_too() -> None:
    found = products(woo_feed(PARENT, {**RED, "Parent": "GONE"}, {"Type": "grouped", "SKU": "G", "Name": "Set"}))
    assert set(found) == {"VN", "VN-RED", "G"}
    assert found["VN"].attributes["Color"] == ("Red", "Blue")
    assert (found["VN-RED"].group_id, found["VN-RED"].description) == ("GONE", None)


GOOGLE_ROW = {
    "id": "1",
    "title": "Tee",
    "description": "d",
    "link": "https://a",
    "image_link": "https://i/1",
    "additional_image_link": "https://i/2,https://i/3",
    "availability": "in_stock",
    "price": "12.99 USD",
    "sale_price": "9 USD",
    "google_product_category": "2271",
    "product_type": "Home > Shirts",
    "brand": "Acme",
    "gtin": "0095205603217",
    "mpn": "M",
    "item_group_id": "g1",
    "color": "Red",
    "size": "M",
    "material": "linen",
    "pattern": "striped",
    "gender": "unisex",
    "age_group": "adult",
    "product_detail": r"General:Fit:slim, long,Care:Wash:30\:40,:产地:中国",
    "identifier_exists": "yes",
    "cost_of_goods_sold": "5 USD",
    "size_system": "EU",
    "condition": "new",
    "availability_date": "2026-01-01",
}
GOOGLE_PRODUCT = Product(
    id="1",
    title="Tee",
    description="d",
    link="https://a",
    image_links=("https://i/1", "https://i/2", "https://i/3"),
    availability="in_stock",
    price=Decimal("12.99"),
    sale_price=Decimal(9),
    currency="USD",
    cost=Decimal(5),
    category_path=("Home", "Shirts"),
    brand="Acme",
    gtin="0095205603217",
    mpn="M",
    group_id="g1",
    color="Red",
    size="M",
    material="linen",
    gender="unisex",
    age_group="adult",
    condition="new",
    language="en",
    attributes={"pattern": ("striped",), "size_system": ("EU",), "Fit": ("slim, long",), "Wash": ("30:40",), "产地": ("中国",)},
    extra={"google_product_category": "2271", "identifier_exists": "yes", "availability_date": "2026-01-01"},
)


def test_a_google_table_is_read_whole() -> None:
    feed = read_products(table(list(GOOGLE_ROW), [GOOGLE_ROW], "\t"))
    assert list(feed) == [GOOGLE_PRODUCT]
    assert feed.preset == "google"
    assert feed.notes == ()


def test_a_google_xml_feed_says_the_same() -> None:
    nested = [("General", "Fit", "slim, long"), ("Care", "Wash", "30:40"), ("", "产地", "中国")]
    details = "".join(
        f"<g:product_detail><g:section_name>{section}</g:section_name><g:attribute_name>{name}</g:attribute_name>"
        f"<g:attribute_value>{value}</g:attribute_value></g:product_detail>"
        for section, name, value in nested
    )
    row = {name: text for name, text in GOOGLE_ROW.items() if name not in ("product_detail", "additional_image_link")}
    elements = "".join(f"<g:{name}>{text.replace('>', '&gt;')}</g:{name}>" for name, text in row.items())
    images = "<g:additional_image_link>https://i/2</g:additional_image_link><g:additional_image_link>https://i/3</g:additional_image_link>"
    text = (
        '<?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>x</title>'
        f"<item>{elements}{images}{details}</item></channel></rss>"
    )
    feed = read_products(io.BytesIO(text.encode()))
    assert list(feed) == [GOOGLE_PRODUCT]
    assert feed.preset == "google"


def test_googles_own_category_is_taken_where_the_shop_names_none() -> None:
    found = [
        item
        for item in read_products(
            [
                {**GOOGLE_ROW, "product_type": "", "google_product_category": "Apparel & Accessories > Clothing"},
                {**GOOGLE_ROW, "product_type": "", "google_product_category": "2271"},
                {**GOOGLE_ROW, "product_type": ["A > B", "A > B > C"]},
            ]
        )
        if isinstance(item, Product)
    ]
    assert [item.category_path for item in found] == [("Apparel & Accessories", "Clothing"), (), ("A", "B", "C")]
    assert "google_product_category" not in found[0].extra
    assert found[1].extra["google_product_category"] == "2271"


marked = st.text("ab,:\\\\产 ", min_size=1, max_size=8).map(lambda text: " ".join(text.split())).filter(bool)


@given(st.lists(st.tuples(marked, marked), max_size=4, unique_by=lambda pair: pair[0]))
def test_product_details_written_out_are_read_again(details: list[tuple[str, str]]) -> None:
    (found,) = read_products([{"id": "1", "title": "t", "product_detail": google.joined_details(details)}], preset="google")
    assert isinstance(found, Product)
    assert found.attributes == {name: (value,) for name, value in details}


def test_no_other_google_attribute_takes_a_field_by_its_name() -> None:
    mapping = guess_mapping(["id", "title", *google.ATTRIBUTES, *google.EXTRA], preset=GOOGLE)
    assert set(mapping.fields) == {"id", "title"}
    assert set(mapping.attributes) == set(google.ATTRIBUTES)
    assert set(mapping.extra) == set(google.EXTRA)


BESTBUY_ROW: dict[str, Any] = {
    "sku": 5428602,
    "name": "55-inch TV",
    "type": "HardGood",
    "regularPrice": 499.99,
    "salePrice": 449.99,
    "upc": "0095205603217",
    "categoryPath": [{"id": "x", "name": "TV & Home Theater"}, {"id": "y", "name": "TVs"}],
    "manufacturer": "Sony",
    "modelNumber": "KD-55",
    "url": "https://b/1",
    "image": "https://i/1.jpg",
    "longDescription": "long",
    "shortDescription": "short",
    "details": [{"name": "Screen Size", "value": "55 inches"}, {"name": "Color Category", "value": "Black"}],
    "onlineAvailability": True,
    "condition": "New",
    "color": "Black",
    "productVariations": [{"sku": 5428600}, {"sku": 5428603}],
    "accessories": [{"sku": 77}],
}


def test_best_buy_products_are_read() -> None:
    feed = read_products([BESTBUY_ROW, {**BESTBUY_ROW, "sku": 5428600, "salePrice": 499.99, "productVariations": [{"sku": 5428602}]}])
    first, second = products(feed).values()
    assert feed.preset == "bestbuy"
    assert (first.id, first.title, first.brand, first.mpn, first.gtin) == ("5428602", "55-inch TV", "Sony", "KD-55", "0095205603217")
    assert (first.price, first.sale_price, first.availability) == (Decimal("499.99"), Decimal("449.99"), "in_stock")
    assert first.category_path == ("TV & Home Theater", "TVs")
    assert first.attributes == {"Screen Size": ("55 inches",), "Color Category": ("Black",)}
    assert first.extra["type"] == "HardGood", "no category"
    assert complement_ids(first) == ("77",)
    assert (second.sale_price, second.group_id) == (None, first.group_id)


@pytest.mark.parametrize(
    "path",
    [
        {"categoryPath.name": ["TV & Home Theater", "TVs"]},
        {"categoryPath.name": "TV & Home Theater,TVs"},
        {"categoryPath.0.name": "TV & Home Theater", "categoryPath.1.name": "TVs"},
        {"categoryPath": '[{"id": "x", "name": "TV & Home Theater"}, {"id": "y", "name": "TVs"}]'},
        {"category": [{"id": "x", "name": "TV & Home Theater"}, {"id": "y", "name": "TVs"}]},
    ],
)
def test_best_buy_categories_come_in_many_shapes(path: dict[str, Any]) -> None:
    row = {name: value for name, value in BESTBUY_ROW.items() if name != "categoryPath"}
    (found,) = products(read_products([{**row, **path}])).values()
    assert found.category_path == ("TV & Home Theater", "TVs")


def test_a_preset_is_chosen_only_when_the_columns_leave_no_doubt() -> None:
    assert fitting_preset(["id", "title", "price", "image_links", "availability", "condition", "similis"]) is None
    assert fitting_preset(["编号", "标题", "价格", "类目", "图片"]) is None
    assert fitting_preset(["sku", "name", "price", "category", "description", "upc"]) is None
    assert fitting_preset(["handle", "title", "price"]) is None
    for preset in PRESETS.values():
        assert preset.about
        assert named_preset(preset.name.upper()) is preset


def test_a_preset_can_be_named_or_switched_off() -> None:
    assert shopify_feed(*TEE, preset="plain").merged == 0
    assert [item.id for item in shopify_feed(MUG, preset="plain") if isinstance(item, Product)] == []
    assert read_products([{"sku": 1, "name": "a", "price": 2}], preset="bestbuy").preset == "bestbuy"
    with pytest.raises(UsageError, match=r"no preset.*shopify, woocommerce, google, bestbuy, plain"):
        read_products([{"id": 1, "title": "a"}], preset="magento")


messy = st.dictionaries(
    st.sampled_from([*SHOPIFY_COLUMNS, *WOO_COLUMNS, *GOOGLE_ROW, *BESTBUY_ROW, "similis", "价格"]),
    st.text(max_size=12)
    | st.sampled_from(["tee", "VN", "id:11", "variable", "variation", "1", "0", "-1", "draft", "9.90", "\udcff", "{}"]),
    max_size=14,
)


@pytest.mark.parametrize("preset", sorted(PRESETS))
@given(rows=st.lists(messy, max_size=8))
def test_every_row_comes_out_exactly_once_under_every_preset(preset: str, rows: list[dict[str, str]]) -> None:
    records = [*rows, {"id": "0", "title": "t", "sku": "0", "name": "t", "Handle": "h", "Title": "t"}]
    feed = read_products(records, preset=preset, mapping={"id": "id"} if preset == "plain" else None)
    items = list(feed)
    accepted = sum(isinstance(item, Product) for item in items)
    assert len(items) == len(records) == feed.rows == accepted + feed.merged + feed.rejected


def test_ready_products_and_rejects_pass_through_a_preset() -> None:
    ready = Product(id="ready", title="t")
    items = list(read_products([{**MUG}, ready, 5], preset="shopify"))
    assert ready in items
    assert sum(isinstance(item, Reject) for item in items) == 1
    assert len(items) == 3


def test_rows_set_aside_are_found_by_their_keys_in_their_order() -> None:
    rows = [RawRow(number, {"a": "\udcff" + "x" * number, "b": ["1", {"c": "2"}]}, number % 2) for number in range(1_200)]
    random.Random(7).shuffle(rows)
    with RowSpool() as spool:
        for row in rows:
            spool.add(row, f"k{row.line % 3}", "\udcff")
        assert list(spool) == rows
        assert list(spool.rows_of("k1")) == [row for row in rows if row.line % 3 == 1]
        assert sorted(spool.all_keys()) == ["k0", "k1", "k2", "\udcff"]
        assert spool.first("nothing", "k2") == next(row for row in rows if row.line % 3 == 2)
        assert spool.has("k0")
        assert not spool.has("nothing")

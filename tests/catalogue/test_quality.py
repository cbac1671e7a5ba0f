"""The quality report: what it finds, and above all what it leaves alone."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from similis.catalogue import Product, read_products
from similis.catalogue.quality import Finding, QualityReport, assess
from similis.catalogue.quality.duplicates import plain_title
from similis.catalogue.quality.gtins import check_digit, is_placeholder, is_restricted
from similis.catalogue.quality.titles import is_short, is_shouted, width
from similis.catalogue.values import has_valid_check_digit
from similis.errors import LimitExceeded


def product(id: object, title: str = "", **fields: Any) -> Product:  # Any: the fields of a product
    return Product(id=str(id), title=title or f"Steel kettle number {id}", **fields)


def report(products: Iterable[object], **options: Any) -> QualityReport:  # Any: the options of `assess`
    return assess(products, source="feed.csv", **options)


def found(products: Iterable[object], code: str, **options: Any) -> Finding | None:  # Any: the options of `assess`
    return next((one for one in report(products, **options).findings if one.code == code), None)


def ids(finding: Finding | None) -> list[str]:
    return [] if finding is None else [example.id for example in finding.examples]


def values(finding: Finding | None) -> list[str]:
    return [] if finding is None else [example.value for example in finding.examples]


def good(id: int, **fields: Any) -> Product:  # Any: the fields of a product
    filled: dict[str, Any] = {
        "brand": "Acme",
        "category_path": ("Home", "Kettles"),
        "description": "Boils water.",
        "price": Decimal(20 + id % 15),
        "currency": "EUR",
        "gtin": f"400638133{id:03}"[:12] + check_digit(f"400638133{id:03}0"),
        "image_links": ("https://example.com/a.jpg",),
    }
    return product(id, **{**filled, **fields})


def test_a_sound_catalogue_has_no_findings() -> None:
    made = report(good(id) for id in range(100))
    assert made.findings == ()
    assert made.products == 100
    assert all(one.missing == 0 for one in made.coverage)
    assert made.languages == {"en": 100}


def test_an_empty_catalogue() -> None:
    made = report([])
    assert (made.products, made.findings, made.coverage) == (0, (), ())
    json.dumps(made.to_dict())


def test_repeats_of_an_id_are_counted_and_passed_over() -> None:
    made = report([good(1), good(2), good(1), good(1)])
    assert (made.products, made.repeated) == (2, 2)
    assert made.findings == ()


def test_rejects_are_counted() -> None:
    with read_products([{"id": "1", "title": "Kettle"}, {"id": "", "title": "No id"}, {"id": "3", "title": ""}]) as feed:
        made = report(feed)
    assert (made.products, made.rejected) == (1, 2)


@pytest.mark.parametrize("examples", [0, -1, 101])
def test_examples_out_of_range_are_refused(examples: int) -> None:
    with pytest.raises(LimitExceeded, match="examples is"):
        report([], examples=examples)


def test_what_was_not_looked_at_is_said() -> None:
    products = [product(1, "same"), product(2, "other"), product(3, "same"), product(4, "other"), product(5, "third"), product(6, "third")]
    limited = report(products, remember=2)
    assert "among the first 2" in limited.remarks[0]
    assert next(one.count for one in limited.findings if one.code == "equal_titles") == 2
    assert report(products).remarks == ()
    with read_products([{"id": "1", "price": "5"}]) as feed:
        prices = report(feed)
    assert (prices.products, prices.findings) == (0, ())
    assert "only change prices or stock" in prices.remarks[0]


# -- missing fields ----------------------------------------------------------------------------------------------------------------------


def test_missing_fields_are_counted_by_category_the_worst_first() -> None:
    kettles = [good(id) for id in range(40)] + [good(id, brand=None) for id in range(40, 50)]
    pans = [good(id, brand=None, category_path=("厨具", "锅具")) for id in range(50, 65)] + [
        good(id, category_path=("厨具", "锅具")) for id in range(65, 70)
    ]
    made = report([*kettles, *pans])
    brand = next(one for one in made.coverage if one.field == "brand")
    assert (brand.missing, brand.of) == (25, 70)
    assert [(gap.category, gap.missing, gap.of) for gap in brand.categories] == [("厨具 > 锅具", 15, 20), ("Home > Kettles", 10, 50)]
    finding = next(one for one in made.findings if one.field == "brand")
    assert (finding.code, finding.severity, finding.count) == ("missing", "warning", 25)
    assert "厨具 > 锅具 (15 of 20)" in finding.remedy


def test_a_field_that_nobody_has_is_one_hint_that_names_the_way_out() -> None:
    made = report(good(id, image_links=()) for id in range(20))
    assert [(one.code, one.severity, one.field) for one in made.findings] == [("absent", "hint", "image_links")]
    assert "--map image_links=COLUMN" in made.findings[0].remedy


def test_colour_and_size_are_missed_only_where_they_are_usual() -> None:
    shirts = [good(id, category_path=("Shirts",), size="M" if id % 10 else None) for id in range(30)]
    lamps = [good(id, category_path=("Lamps",)) for id in range(30, 60)]
    made = report([*shirts, *lamps])
    assert [(one.field, one.count, one.of) for one in made.findings] == [("size", 3, 30)]


def test_a_currency_is_missed_only_where_there_is_a_price() -> None:
    products = [good(1), good(2, currency=None), good(3, price=None, currency=None)]
    missing = {one.field: (one.missing, one.of) for one in report(products).coverage}
    assert missing["currency"] == (1, 2)
    assert missing["price"] == (1, 3)


# -- codes -------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gtin", "code"),
    [
        ("4006381333931", None),
        ("036000291452", None),
        ("96385074", None),
        ("10012345678902", None),
        ("4006381333932", "gtin_check_digit"),
        ("85896333746", "gtin_length"),
        ("7418529", "gtin_length"),
        ("0000000000000", "gtin_placeholder"),
        ("1111111111111", "gtin_placeholder"),
        ("1234567890128", "gtin_placeholder"),
        ("0200000000028"[:12] + "0", "gtin_restricted"),
        ("2398450063750", "gtin_restricted"),
        ("9965421324122", "gtin_restricted"),
    ],
)
def test_gtins(gtin: str, code: str | None) -> None:
    if code == "gtin_restricted":
        gtin = gtin[:-1] + check_digit(gtin)
    codes = {one.code for one in report([good(1, gtin=gtin)]).findings}
    assert {one for one in codes if one.startswith("gtin")} == ({code} if code else set())


def test_lost_zeros_are_put_back_and_the_right_digit_is_named() -> None:
    assert values(found([good(1, gtin="85896333746")], "gtin_length")) == ["85896333746 (11 digits), 085896333746 would be valid"]
    assert values(found([good(1, gtin="4006381333932")], "gtin_check_digit")) == ["4006381333932 (should end in 1)"]


@given(st.text(alphabet="0123456789", min_size=7, max_size=13))
def test_the_right_check_digit_is_right(body: str) -> None:
    if len(body) in (7, 11, 12, 13):
        whole = body + check_digit(body + "0")
        assert has_valid_check_digit(whole)
        if not is_placeholder(whole) and not is_restricted(whole):
            assert found([good(1, gtin=whole)], "gtin_check_digit") is None


def test_one_gtin_on_two_products_of_one_seller() -> None:
    shared = "4006381333931"
    assert ids(found([good(1, gtin=shared), good(2, gtin="0" + shared)], "gtin_shared")) == ["2"]
    assert found([good(1, gtin=shared, seller="a"), good(2, gtin=shared, seller="b")], "gtin_shared") is None


# -- titles ------------------------------------------------------------------------------------------------------------------------------


def test_equal_titles_name_the_first_and_leave_variants_alone() -> None:
    titles = ["瑜伽裤 黑色", "瑜伽裤 黑色", "瑜伽裤  黑色!", "瑜伽褲 黑色", "别的"]
    products = [product(n, title) for n, title in enumerate(titles, 1)]
    assert ids(found(products, "equal_titles")) == ["2"]
    assert ids(found(products, "alike_titles")) == ["3", "4"]
    assert values(found(products, "equal_titles")) == ["same as 1: 瑜伽裤 黑色"]
    variants = [product(id, "瑜伽裤 黑色", group_id="G") for id in range(3)]
    assert found(variants, "equal_titles") is None
    coded = [product(1, "Toner cartridge", mpn="A1"), product(2, "Toner cartridge", mpn="B2")]
    assert found(coded, "equal_titles") is None
    assert ids(found(coded, "titles_tell_nothing_apart")) == ["2"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("1.5 L kettle", "15 L kettle"), ("2-5 years", "25 years"), ("SPF30+", "SPF30"), ("C# book", "C book"), ("5% off", "5 off")],
)
def test_signs_that_change_what_a_number_says_keep_titles_apart(one: str, other: str) -> None:
    assert plain_title(one) != plain_title(other)


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("test", "title_placeholder"),
        ("测试商品 1", "title_placeholder"),
        ("Product 12", "title_placeholder"),
        ("ab", "title_short"),
        ("裤", "title_short"),
        ("Steel kettle " * 12, "title_long"),
        ("轻薄高腰" * 20, "title_long"),
        ("PORTABLE BLUETOOTH SPEAKER WATERPROOF", "title_upper_case"),
        ("Kettle <o:x y> steel", "markup"),
        ("Kettle &nbsp steel", "markup"),
        ("Kettle {{ product.name }}", "markup"),
        ("锟斤拷锟斤拷 瑜伽裤", "mojibake"),
        ("Caf\ufffd kettle", "mojibake"),
        ("cafetiÃ¨re Ã© kettle", "mojibake"),
        ("??????? trousers", "lost_characters"),
        ("The Product", None),
        ("瑜伽裤", None),
        ("A4", "title_short"),
        ("i9-14900K", None),
        ("CHANDO/自然堂 修颜霜SPF20 PA++ BB霜", None),
        ("NVIDIA RTX 4090 GPU", None),
        ("What is love? A novel", None),
        ("Size < 5 > 3 kettle & lid", None),
        ("Café São Paulo, Müller & Söhne", None),
        ("高腰瑜伽裤 女 <M码>", None),
        ("AT&T phone; 100% cotton & wool", None),
    ],
)
def test_titles(title: str, code: str | None) -> None:
    codes = {one.code for one in report([good(1), product(2, title)]).findings} - {"missing", "absent"}
    assert codes == ({code} if code else set())


def test_the_shape_of_titles() -> None:
    assert width("瑜伽裤 M") == 8
    assert is_short("裤")
    assert not is_short("短裤")
    assert not is_shouted("USB HDMI VGA")
    assert not is_shouted("Portable SPEAKER")


def test_a_description_that_says_no_more() -> None:
    assert ids(found([good(1), product(2, "Steel kettle", description="Steel kettle")], "description_repeats_title")) == ["2"]


# -- languages ---------------------------------------------------------------------------------------------------------------------------


def test_a_title_in_another_script_than_its_category() -> None:
    kettles = [product(id, f"Steel kettle {id}", category_path=("Kettles",)) for id in range(50)]
    trousers = [product(f"z{id}", f"轻薄瑜伽裤 {id}号", category_path=("裤子",)) for id in range(50)]
    odd = product("odd", "不锈钢水壶 大容量", category_path=("Kettles",))
    assert ids(found([*kettles, *trousers, odd], "language_out_of_place")) == ["odd"]
    assert found([*kettles, *trousers], "language_out_of_place") is None
    mixed = [product(f"m{id}", ("Kettle " if id % 3 else "水壶 ") + str(id), category_path=("Mixed",)) for id in range(60)]
    assert found(mixed, "language_out_of_place") is None, "a category in both languages is nothing to remark on"


@pytest.mark.parametrize(
    ("title", "is_two"),
    [
        ("女士高腰瑜伽裤 high waist yoga pants for women with pockets", True),
        ("Apple iPhone 15 Pro Max 256GB 原色钛金属 支持移动联通电信5G", False),
        ("Estée Lauder 雅诗兰黛小棕瓶眼霜 15ml", False),
        ("索尼 Sony WH-1000XM5 头戴式无线降噪耳机 Hi-Res Audio Wireless", False),
        ("Women's high waist yoga pants", False),
    ],
)
def test_titles_in_two_languages(title: str, is_two: bool) -> None:
    assert (found([product(1, title)], "title_two_languages") is not None) == is_two


def test_a_language_field_that_is_not_the_title() -> None:
    products = [product(1, "瑜伽裤 黑色", language="en"), product(2, "Kettle", language="de"), product(3, "瑜伽裤", language="zh-CN")]
    assert ids(found(products, "language_differs")) == ["1"]


# -- prices ------------------------------------------------------------------------------------------------------------------------------


def priced(prices: Iterable[str], category: str = "Kettles", currency: str = "EUR") -> list[Product]:
    return [product(f"{category}{n}", price=Decimal(p), currency=currency, category_path=(category,)) for n, p in enumerate(prices)]


def test_prices_far_from_those_of_their_category() -> None:
    usual = [str(20 + n % 30) for n in range(60)]
    finding = found(priced([*usual, "3500", "0.25"]), "price_outlier")
    assert finding is not None
    assert (finding.count, finding.severity) == (2, "warning")
    assert {example.id for example in finding.examples} == {"Kettles60", "Kettles61"}
    assert "3,500 EUR" in finding.examples[0].value or "0.25 EUR" in finding.examples[0].value


@pytest.mark.parametrize(
    "prices",
    [
        [str(20 + n % 30) for n in range(60)] + ["120", "8"],
        [str(2**n) for n in range(14)] * 4,
        ["20"] * 28 + ["3500"],
        ["19.99"] * 60 + ["24.99", "39"],
    ],
    ids=["a dear and a cheap one", "prices of all sizes", "too few to tell", "one price nearly throughout"],
)
def test_prices_that_are_nothing_special(prices: list[str]) -> None:
    assert found(priced(prices), "price_outlier") is None


def test_currencies_are_not_mixed() -> None:
    euros, yen = priced(["20", "30", "40"] * 20), priced(["3000", "4000", "5000"] * 20, currency="JPY")
    yen = [Product(**{**one.to_dict(), "id": f"y{one.id}", "price": one.price, "category_path": one.category_path}) for one in yen]
    assert found([*euros, *yen], "price_outlier") is None


def test_zero_prices_and_sales_above_the_price() -> None:
    products = [good(1), good(2, price=Decimal(0)), good(3, price=Decimal(5), sale_price=Decimal(9)), good(4, sale_price=Decimal(1))]
    assert ids(found(products, "price_zero")) == ["2"]
    assert ids(found(products, "sale_above_price")) == ["3"]


# -- brands ------------------------------------------------------------------------------------------------------------------------------


def test_one_brand_in_several_spellings() -> None:
    brands = ["OtterBox"] * 5 + ["Otterbox", "HP", "HP", "惠普", "Acme", "Acme Inc."]
    finding = found([product(n, brand=brand) for n, brand in enumerate(brands)], "brand_spellings")
    assert finding is not None
    assert finding.count == 3
    assert "OtterBox (5), Otterbox (1)" in [example.value for example in finding.examples]
    assert found([product(1, brand="屿动"), product(2, brand="Yudong")], "brand_spellings", own_aliases={"屿动": "Yudong"}) is not None
    assert found([product(1, brand="屿动"), product(2, brand="Yudong")], "brand_spellings") is None


@pytest.mark.parametrize(
    ("rare", "is_slip"),
    [("Insginia", True), ("Samsumg", True), ("Incase", False), ("Canon", False), ("Samsung", False), ("Insignia2", False)],
)
def test_slips_of_the_pen(rare: str, is_slip: bool) -> None:
    often = [product(f"{brand}{n}", brand=brand) for brand in ("Insignia", "Samsung", "Canyon", "Infinix") for n in range(60)]
    assert (found([*often, product("rare", brand=rare)], "brand_slip") is not None) == is_slip


def test_words_that_are_no_brand() -> None:
    products = [
        product(1, brand="Generic"),
        product(2, brand="无品牌"),
        product(3, brand="https://example.com"),
        product(4, brand="8800123456"),
    ]
    assert ids(found(products, "brand_placeholder")) == ["1", "2"]
    assert ids(found(products, "brand_odd")) == ["3", "4"]


# -- laws --------------------------------------------------------------------------------------------------------------------------------

_products = st.lists(
    st.builds(
        Product,
        id=st.integers(0, 30).map(str),
        title=st.text(min_size=1, max_size=30) | st.sampled_from(["Kettle", "KETTLE", "水壶", "test"]),
        brand=st.none() | st.sampled_from(["HP", "惠普", "Generic"]),
        category_path=st.sampled_from([(), ("A",), ("A", "B")]),
        gtin=st.none() | st.text(alphabet="0123456789", min_size=6, max_size=14),
        price=st.none() | st.decimals(0, 10**6, places=2),
        description=st.none() | st.text(max_size=40),
    ),
    max_size=30,
)


@given(_products, st.integers(1, 4))
def test_laws_of_every_report(products: list[Product], examples: int) -> None:
    made = report(products, examples=examples)
    known = {one.id for one in products}
    assert made.products + made.repeated == len(products)
    for finding in made.findings:
        assert finding.count >= 1
        assert len(finding.examples) <= min(examples, finding.count)
        assert {example.id for example in finding.examples} <= known
        assert finding.what
        assert finding.remedy
    for one in made.coverage:
        assert 0 <= one.missing <= one.of <= made.products
    assert sum(made.languages.values()) == made.products
    order = [("error", "warning", "hint").index(finding.severity) for finding in made.findings]
    assert order == sorted(order)
    assert json.loads(json.dumps(made.to_dict()))["products"] == made.products

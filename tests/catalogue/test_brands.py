"""Brands in all their spellings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from similis.catalogue import Product
from similis.catalogue.brand_listing import checked_alias, list_brands, same_alias
from similis.catalogue.brand_spelling import brand_key
from similis.catalogue.brand_table import shipped_brands
from similis.catalogue.brands import BrandAliases
from similis.errors import UsageError

SHIPPED = BrandAliases.of()


@pytest.mark.parametrize(
    "spellings",
    [
        ("HP", "hp", "惠普", "Hewlett-Packard", "Hewlett Packard Company", "惠普（中国）有限公司", "HP/惠普", "惠普官方旗舰店"),
        ("L'Oréal", "L’OREAL", "L'Oreal Paris", "欧莱雅", "歐萊雅", "巴黎欧莱雅", "欧莱雅 L'OREAL", "L'Oréal S.A."),
        ("Samsung", "三星", "Samsung 三星", "SAMSUNG/三星", "三星（Samsung）", "Samsung Electronics Co., Ltd."),
        ("SK-II", "SKII", "SK2", "SK-Ⅱ", "SK-II（美之奥）", "SK-II(没听说过)"),
        ("Estée Lauder", "Estee Lauder", "雅诗兰黛", "雅詩蘭黛", "Estee Lauder/雅诗兰黛"),
        ("Nike", "NIKE®", "耐克", "Nike/耐克", "ＮＩＫＥ", "Nike, Inc."),
        ("Apple", "苹果", "蘋果", "Apple Inc."),
        ("A.O. Smith", "AO Smith", "A.O.史密斯", "AO史密斯"),
        ("Dolce & Gabbana", "Dolce and Gabbana", "D&G", "杜嘉班纳"),
    ],
)
def test_one_brand_in_all_its_spellings(spellings: tuple[str, ...]) -> None:
    assert len({SHIPPED.canonical(one) for one in spellings}) == 1
    assert SHIPPED.shown(spellings[-1]) == spellings[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HP", "HPE"),
        ("Dell", "Acer"),
        ("Nike/Adidas", "Nike"),
        ("Abbott", "Wyeth"),
        ("Apple", "Applied"),
        ("李宁", "安踏"),
        ("Xiaomi", "Huawei"),
        ("The North Face", "North"),
    ],
)
def test_different_brands_stay_different(one: str, other: str) -> None:
    assert SHIPPED.canonical(one) != SHIPPED.canonical(other)


@pytest.mark.parametrize("text", [None, "", "  ", "Generic", "UNBRANDED", "N/A", "无品牌", "無品牌", "其他", "®", "!!!"])
def test_words_for_no_brand(text: str | None) -> None:
    assert SHIPPED.canonical(text) is None
    assert SHIPPED.shown(text) is None


def test_an_unknown_brand_is_only_tidied() -> None:
    assert SHIPPED.canonical("Foo & Söhne GmbH") == "foo and sohne"
    assert SHIPPED.shown("Foo & Söhne GmbH") == "Foo & Söhne GmbH"
    assert SHIPPED.canonical("The Limited") == "the limited"
    assert SHIPPED.canonical("Acme/屿动") == SHIPPED.canonical("屿动 ACME") == "acme"
    assert SHIPPED.canonical("屿动") == "屿动"


@pytest.mark.parametrize("text", ["科技" * 16_000, "（" * 32_000, "Foo " * 8_000, "汉·" * 10_000])
def test_a_text_in_the_brand_field_is_cut(text: str) -> None:
    assert len(SHIPPED.canonical(text) or "") <= 200


def test_a_shop_teaches_by_alias_and_by_its_fields() -> None:
    own = BrandAliases.of({"屿动": "Yudong", "Hewlett-Packard": "Hewlett Foo"})
    assert own.canonical("屿动旗舰店") == own.canonical("YUDONG") == "yudong"
    assert own.canonical("Hewlett Packard") == "hewlett foo"
    assert own.words_in(["屿动", "瑜伽垫"]) == ["yudong", "瑜伽垫"]
    read = BrandAliases.of({}, ["Acme/屿动", "ACME（屿动）", "Nike/耐克"])
    assert read.canonical("屿动") == "acme"
    assert read.words_in(["屿动", "瑜伽垫"]) == ["屿动", "瑜伽垫"], "what fields say is not applied to titles"


@pytest.mark.parametrize("fields", [["Acme/屿动", "Bolt/屿动"], ["Acme/屿动", "Acme/山石"], ["Acme 女装"], ["Generic/屿动"], ["屿动"]])
def test_fields_that_do_not_pair_two_names_teach_nothing(fields: list[str]) -> None:
    read = BrandAliases.of({}, fields)
    assert read.canonical("屿动") == "屿动"
    assert read.canonical("女装") == "女装"


def test_chains_and_circles_of_aliases_end() -> None:
    chained = BrandAliases.of({"甲牌": "乙牌", "乙牌": "惠普"})
    assert chained.canonical("甲牌") == "hp"
    circle = BrandAliases.of({"Alpha": "Beta", "Beta": "Gamma", "Gamma": "Alpha", "Outside": "Alpha"})
    assert {circle.canonical(one) for one in ("Alpha", "Beta", "Gamma", "Outside")} == {"alpha"}
    turned = BrandAliases.of({"HP": "惠普"})
    assert turned.canonical("HP") == turned.canonical("惠普") == turned.canonical("Hewlett-Packard")


@pytest.mark.parametrize(
    ("words", "read"),
    [
        (["雅诗", "兰黛", "小", "棕瓶"], ["estee", "lauder", "小", "棕瓶"]),
        (["雅诗兰黛", "眼霜"], ["estee", "lauder", "眼霜"]),
        (["loréal", "paris", "cream"], ["loreal", "cream"]),
        (["hewlett", "packard", "laserjet"], ["hp", "laserjet"]),
        (["tplink", "router"], ["tp", "link", "router"]),
        (["g", "skill", "16gb"], ["gskill", "16gb"]),
        (["levi", "jeans"], ["levis", "jeans"]),
        (["欧乐", "b", "牙刷"], ["oral", "b", "牙刷"]),
        (["苹果", "5", "斤"], ["苹果", "5", "斤"]),
        (["小米", "粥"], ["小米", "粥"]),
        (["gap", "filler"], ["gap", "filler"]),
        (["mind", "the", "gap"], ["mind", "the", "gap"]),
        (["巧克", "力士", "力架"], ["巧克", "力士", "力架"]),
        (["ages", "7", "up"], ["ages", "7", "up"]),
        (["can", "on", "table"], ["can", "on", "table"]),
        (["fleece", "lining", "jacket"], ["fleece", "lining", "jacket"]),
        (["李宁", "跑鞋"], ["li", "ning", "跑鞋"]),
        (["li", "ning", "shoes"], ["li", "ning", "shoes"]),
        (["size", "h", "m"], ["size", "h", "m"]),
        (["hewlett", "packard", "enterprise", "switch"], ["hpe", "switch"]),
        (["hewlett"], ["hewlett"]),
        ([], []),
    ],
)
def test_titles(words: list[str], read: list[str]) -> None:
    assert SHIPPED.words_in(words) == read


def test_the_table_is_sound() -> None:
    table = shipped_brands()
    names = set(table.aliases.values())
    assert len(names) >= 250
    keys: dict[str, str] = {}
    for alias, name in table.aliases.items():
        assert brand_key(alias), alias
        assert keys.setdefault(brand_key(alias), name) == name, f"{alias} is {keys[brand_key(alias)]} and {name}"
        assert brand_key(alias) not in table.placeholders
    assert {"hp", "loreal", "nike"} <= {SHIPPED.canonical(name) for name in names}


def test_the_listing_counts_spellings_and_says_what_each_is_read_as() -> None:
    brands = ["HP", "惠普", "惠普", "Generic", None, "Acme/屿动", "屿动"]
    products = [Product(id=str(n), title="x", brand=brand) for n, brand in enumerate(brands)]
    listing = list_brands(products, {"Foo": "Bar"})
    assert [(one.brand, one.products, one.read_as) for one in listing.brands] == [
        ("惠普", 2, "HP"),
        ("Acme/屿动", 1, "Acme"),
        ("Generic", 1, None),
        ("HP", 1, "HP"),
        ("屿动", 1, "Acme"),
    ]
    assert listing.without_brand == 1
    assert listing.to_dict()["aliases"] == {"Foo": "Bar"}


@pytest.mark.parametrize(("alias", "name"), [("", "HP"), ("惠普", " "), ("Generic", "HP"), ("惠普", "N/A"), ("h.p.", "HP")])
def test_an_alias_that_says_nothing_is_refused(alias: str, name: str) -> None:
    with pytest.raises(UsageError):
        checked_alias(alias, name)


def test_an_alias_is_found_in_any_spelling() -> None:
    assert checked_alias("  惠普 ", "H  P") == ("惠普", "H P")
    assert same_alias("tp link", {"TP-LINK": "x"}) == "TP-LINK"
    assert same_alias("d link", {"TP-LINK": "x"}) is None


@given(st.text(alphabet="abKLéß &-.'/惠普屿动", max_size=12))
def test_case_marks_and_spaces_around_change_nothing(text: str) -> None:
    read = SHIPPED.canonical(text)
    assert SHIPPED.canonical(f"  {text}™ ") == SHIPPED.canonical(text.upper()) == read
    assert read is None or read == read.strip().casefold() != ""


@given(st.lists(st.sampled_from(["雅诗", "兰黛", "hp", "and", "b", "苹果", "loréal", "7", "up", "x"]), max_size=8))
def test_titles_without_aliases_keep_their_words(words: list[str]) -> None:
    read = SHIPPED.words_in(words)
    assert SHIPPED.words_in(read) == read
    assert bool(read) == bool(words)

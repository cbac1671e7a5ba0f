"""What the lexical views see in a title."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from similis.indexing.stopwords import STOP_WORDS
from similis.indexing.text import codes, digit_words, fold, normalise, numbers, segmented, squash, words


def codes_of(title: str) -> set[str]:
    return codes(normalise(title))


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Sony turntable PS-LX350H", "pslx350h"),
        ("Sony turntable PSLX350H", "pslx350h"),
        ("Sony turntable PS LX350H", "pslx350h"),
        ("Sony turntable PS - LX350H", "pslx350h"),
        ("Netgear FS105NA", "fs105na"),
        ("Netgear FS105NA", "fs105"),
        ("华为Mate60手机 BRA-AL00", "braal00"),
        ("ＦＳ１０５ＮＡ 交换机", "fs105"),
        ("part 1234567", "1234567"),
    ],
)
def test_codes_are_found_however_they_are_written(title: str, code: str) -> None:
    assert code in codes_of(title)


def test_three_spellings_of_a_code_agree() -> None:
    spellings = [codes_of(f"turntable {code}") for code in ("PS-LX350H", "PSLX350H", "PS LX350H")]
    assert "pslx350h" in spellings[0] & spellings[1] & spellings[2]


@pytest.mark.parametrize(
    "title", ["shampoo 500ml", "洗发水500ml", "SSD 512GB", "cable 10ft", "2000mAh", "2024", "running shoes", "瑜伽裤", "1st", ""]
)
def test_measures_words_and_short_numbers_are_no_codes(title: str) -> None:
    assert codes_of(title) == set()


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("【双11预售】洁面乳120g", "洁面乳120g"),
        ("洁面乳120g【男士】", "洁面乳120g【男士】".lower()),
        ("【天猫超市 包邮】抽纸 24包", "抽纸 24包"),
        ("[Free Shipping] Kettle 1.7 L", "kettle 1.7 l"),
        ("Kettle [1.7 L]", "kettle [1.7 l]"),
        ("Best seller kettle", "kettle"),
        ("正品 面霜", "面霜"),
        ("（限时特惠）面霜（滋润型）", "面霜(滋润型)"),
    ],
)
def test_promotions_go_and_everything_else_stays(title: str, kept: str) -> None:
    assert " ".join(normalise(title).split()) == kept


def test_words_of_both_languages() -> None:
    assert words(normalise("Men's Running-Shoes EU 43")) == ["men", "running", "shoes", "eu", "43"]
    found = words(normalise("轻薄瑜伽裤Nike黑色"))
    assert "".join(found) == "轻薄瑜伽裤nike黑色"
    assert {"轻薄", "nike", "黑色"} <= set(found)


@pytest.mark.parametrize(
    ("traditional", "simple"),
    [
        ("輕薄瑜伽褲", "轻薄瑜伽裤"),
        ("【雙11預售】潔面乳120g 男士", "【双11预售】洁面乳120g 男士"),
        ("華為 MatePad 平板電腦 BAH4-W09", "华为 MatePad 平板电脑 BAH4-W09"),
        ("乾燥頭髮專用洗髮精", "干燥头发专用洗发精"),
        ("運動鞋 正品 包郵", "运动鞋 正品 包邮"),
    ],
)
def test_traditional_and_simplified_chinese_read_the_same(traditional: str, simple: str) -> None:
    left, right = normalise(traditional), normalise(simple)
    assert left == right
    assert words(left) == words(right)
    assert codes(left) == codes(right)
    assert squash(fold(traditional)) == squash(fold(simple))


def test_japanese_is_left_alone() -> None:
    assert fold("髪を乾かすドライヤー") == "髪を乾かすドライヤー"


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("The Art of the Kettle", ["art", "kettle"]),
        ("shampoo without sulfates, no perfume", ["shampoo", "without", "sulfates", "no", "perfume"]),
        ("case for iPhone", ["case", "for", "iphone"]),
        ("in-ear on-ear", ["in", "ear", "on", "ear"]),
        ("vitamin A cream", ["vitamin", "a", "cream"]),
        ("不含酒精的爽肤水", ["不", "含酒精", "爽肤水"]),
        ("无糖 和 非油炸", ["无糖", "非", "油炸"]),
        ("L'Oréal Women’s cream", ["loréal", "women", "cream"]),
        ("Mens and Womens boots", ["men", "women", "boots"]),
        ("of the", ["of", "the"]),
        ("的", ["的"]),
    ],
)
def test_stop_words_go_and_what_tells_products_apart_stays(title: str, kept: list[str]) -> None:
    assert words(normalise(title)) == kept


def test_words_that_deny_or_direct_are_no_stop_words() -> None:
    telling = "no not without free less non for in on off over under her him a i e x up down 无 不 非 免 未 没 男 女 大 小"
    assert not STOP_WORDS & set(telling.split())


@pytest.mark.parametrize("title", ["pack of 24", "box of 1000", "set 12", "size 42", "qty 500", "case of 1080"])
def test_a_counting_word_joins_no_number(title: str) -> None:
    assert codes_of(title) == set()


def test_a_possessive_joins_no_number() -> None:
    assert "s1080" not in codes_of("Men's 1080")
    assert "1080" not in codes_of("Men's 1080")


def test_digit_words() -> None:
    assert digit_words(["fs105", "switch", "5", "黑色"]) == {"fs105", "5"}


def test_numbers() -> None:
    assert numbers(normalise("500ml×24瓶, 1.7 L, 007, 0, iPhone15")) == {"500", "24", "1.7", "7", "0", "15"}
    assert numbers(normalise("５００ｍｌ")) == {"500"}
    assert numbers("瑜伽裤") == set()


def test_squash_leaves_letters_and_single_spaces() -> None:
    assert squash(normalise("Kettle,  1.7-L!")) == " kettle 1 7 l "
    assert squash(normalise("轻薄 瑜伽裤，黑色")) == " 轻薄瑜伽裤黑色 "
    assert squash(normalise("瑜伽裤 Nike 黑色")) == " 瑜伽裤 nike 黑色 "


@given(st.text(max_size=60))
def test_views_of_any_text_are_clean(text: str) -> None:
    plain = normalise(text)
    assert all(code.isascii() and code.isalnum() and len(code) >= 4 for code in codes(plain))
    assert all(word == word.strip() and word for word in words(plain))
    assert set(words(plain)) <= set(segmented(plain))
    assert bool(words(plain)) == bool(segmented(plain))
    squashed = squash(plain)
    assert "  " not in squashed.strip()
    assert squashed.startswith(" ")
    assert squashed.endswith(" ")

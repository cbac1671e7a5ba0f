"""Prices, counts, words, dates, codes and category paths, as shops write them in both languages."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from similis.catalogue.cleaning import clean_line, clean_text, is_missing
from similis.catalogue.languages import detect_language
from similis.catalogue.numbers import MAX_PRICE, BadNumber, parse_count, parse_float, parse_price
from similis.catalogue.values import (
    gtin_digits,
    has_valid_check_digit,
    parse_boolean,
    parse_datetime,
    split_category,
    split_list,
    word_meaning,
)


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("88", "88", None),
        ("88.50", "88.50", None),
        ("399.", "399", None),
        ("1,299.00 元", "1299.00", "CNY"),
        ("$12.99", "12.99", "USD"),
        ("US$ 1,299", "1299", "USD"),
        ("12,99 €", "12.99", "EUR"),
        ("€ 12,-", "12", "EUR"),
        ("￥88", "88", "CNY"),
        ("¥ 88.00", "88.00", "CNY"),
        ("８８．５元", "88.5", "CNY"),
        ("1.299,00", "1299.00", None),
        ("1.299 €", "1299", "EUR"),
        ("1,299", "1299", None),
        ("1.299", "1.299", None),
        ("1 299,00 €", "1299.00", "EUR"),
        ("1'299.50 CHF", "1299.50", "CHF"),
        ("12,34,567.00", "1234567.00", None),
        ("12.99 USD", "12.99", "USD"),
        ("RMB 99", "99", "CNY"),
        ("人民币99元", "99", "CNY"),
        ("1.2万", "12000.0", None),
        ("88元/件", "88", "CNY"),
        ("价格：88元", "88", "CNY"),
        ("HK$100", "100", "HKD"),
        ("0", "0", None),
        ("1e3", "1000", None),
    ],
)
def test_a_price_reads_as_the_amount_meant(text: str, amount: str, currency: str | None) -> None:
    price = parse_price(text)
    assert (price.amount, price.currency) == (Decimal(amount), currency)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("10-20", "price_range"),
        ("88元~128元", "price_range"),
        ("$10.00 - $20.00", "price_range"),
        ("88至99", "price_range"),
        ("88元起", "price_range"),
        ("from 12.99", "price_range"),
        ("-5", "negative_price"),
        ("($5.00)", "negative_price"),
        ("1e308", "price_too_large"),
        ("9999999999999", "price_too_large"),
        ("inf", "bad_price"),
        ("面议", "bad_price"),
        ("call us", "bad_price"),
        ("3 for 10", "bad_price"),
        ("12 apples", "bad_price"),
        ("1.2.3,4,5", "bad_price"),
        ("12 99", "bad_price"),
    ],
)
def test_what_names_no_single_price_is_refused_with_a_reason(text: str, code: str) -> None:
    with pytest.raises(BadNumber) as caught:
        parse_price(text)
    assert caught.value.code == code
    assert text[:3] in str(caught.value)


@given(st.decimals(min_value=0, max_value=10**9, places=2), st.sampled_from(["{:,} 元", "${:,}", "{} USD", "￥{:.2f}", "{:f}"]))
def test_a_written_amount_reads_back(amount: Decimal, style: str) -> None:
    assert parse_price(style.format(amount)).amount == amount


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_an_amount_written_the_german_way_reads_back(amount: Decimal) -> None:
    german = f"{amount:,}".translate(str.maketrans(",.", ".,"))
    assert parse_price(f"{german} €").amount == amount


@given(st.text(max_size=80) | st.text(alphabet="0123456789.,-¥$€元 e起至万'", max_size=30))
def test_any_text_is_a_price_within_bounds_or_a_bad_number(text: str) -> None:
    with contextlib.suppress(BadNumber):
        price = parse_price(text)
        assert 0 <= price.amount <= MAX_PRICE
        assert parse_price(str(price.amount)).amount == price.amount


@pytest.mark.parametrize(
    ("text", "count"), [("15", 15), ("15.0", 15), ("1,200", 1200), ("15件", 15), (">10", 10), ("10+", 10), ("-3", 0), ("0", 0)]
)
def test_a_count_reads_as_the_pieces_meant(text: str, count: int) -> None:
    assert parse_count(text) == count


@pytest.mark.parametrize("text", ["many", "1.5", "", "nan", "1e5", "12 or 13"])
def test_what_is_no_count_is_refused(text: str) -> None:
    with pytest.raises(BadNumber, match="no number of pieces"):
        parse_count(text)


def test_popularity_reads_chinese_ten_thousands_and_refuses_what_is_not_finite() -> None:
    assert parse_float("2.3万") == 23_000
    assert parse_float("1,200.5") == 1200.5
    for text in ("inf", "nan", "1_000", "high", "1e999"):
        with pytest.raises(BadNumber):
            parse_float(text)


@pytest.mark.parametrize(
    ("field", "text", "meaning"),
    [
        ("availability", "In Stock", "in_stock"),
        ("availability", "instock", "in_stock"),
        ("availability", "in_stock", "in_stock"),
        ("availability", "https://schema.org/InStock", "in_stock"),
        ("availability", "有货", "in_stock"),
        ("availability", "1", "in_stock"),
        ("availability", "12", "in_stock"),
        ("availability", "0", "out_of_stock"),
        ("availability", "缺货", "out_of_stock"),
        ("availability", "售罄", "out_of_stock"),
        ("availability", "OutOfStock", "out_of_stock"),
        ("availability", "预售", "preorder"),
        ("availability", "onbackorder", "backorder"),
        ("availability", "maybe", None),
        ("gender", "Men's", "male"),
        ("gender", "女士", "female"),
        ("gender", "中性", "unisex"),
        ("age_group", "儿童", "kids"),
        ("age_group", "Adults", "adult"),
        ("condition", "全新", "new"),
        ("condition", "second-hand", "used"),
    ],
)
def test_words_with_a_fixed_meaning_are_known_in_both_languages(field: str, text: str, meaning: str | None) -> None:
    assert word_meaning(field, text) == meaning


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2016/11/14", datetime(2016, 11, 14, tzinfo=UTC)),
        ("2016年11月14日", datetime(2016, 11, 14, tzinfo=UTC)),
        ("2016-11-14 08:30:05", datetime(2016, 11, 14, 8, 30, 5, tzinfo=UTC)),
        ("2009-12-10T00:00:00Z", datetime(2009, 12, 10, tzinfo=UTC)),
        ("14.11.2016", datetime(2016, 11, 14, tzinfo=UTC)),
        ("1479081600", datetime(2016, 11, 14, tzinfo=UTC)),
        ("11/14/2016", None),
        ("2016-13-45", None),
        ("soon", None),
    ],
)
def test_dates_are_read_where_they_have_one_meaning(text: str, expected: datetime | None) -> None:
    assert parse_datetime(text) == expected


def test_a_gtin_keeps_its_leading_zeros() -> None:
    assert gtin_digits("00012345") == "00012345"
    assert gtin_digits("0 095205-60321 7") == "0095205603217"
    assert gtin_digits("4006381333931.0") == "4006381333931"  # what tables write that hold an empty cell too
    assert gtin_digits("4006381333931.5") is None
    assert gtin_digits("8.71E+12") is None
    assert gtin_digits("ABC") is None
    assert has_valid_check_digit("4006381333931")
    assert not has_valid_check_digit("4006381333932")
    assert not has_valid_check_digit("40063")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("A > B > C", ("A", "B", "C")),
        ("服装＞女装＞连衣裙", ("服装", "女装", "连衣裙")),
        ("服装>女装>连衣裙", ("服装", "女装", "连衣裙")),
        ("A » B", ("A", "B")),
        ("A|B", ("A", "B")),
        ("A/B", ("A", "B")),
        ("Home / Garden & Tools", ("Home", "Garden & Tools")),
        ("Audio/Video > TV/Monitors", ("Audio/Video", "TV/Monitors")),
        ("Audio/Video | TV", ("Audio/Video", "TV")),
        ("Food, Beverages & Tobacco > Beverages > Coffee", ("Food, Beverages & Tobacco", "Beverages", "Coffee")),
        ("Clothing > Hoodies, Clothing", ("Clothing", "Hoodies")),
        ("A > B; C > D > E", ("C", "D", "E")),
        ("Gift Cards > Gift Cards", ("Gift Cards",)),
        (" > A > ", ("A",)),
        ("", ()),
    ],
)
def test_category_paths_are_cut_at_their_strongest_mark(text: str, path: tuple[str, ...]) -> None:
    assert split_category(text) == path


def test_a_slash_belongs_to_the_name_where_the_feed_does_not_use_it_for_paths() -> None:
    assert split_category("Audio/Video", slash_separates=False) == ("Audio/Video",)
    assert split_category("/Home/Garden", slash_separates=False) == ("Home", "Garden")


def test_lists_are_cut_whatever_separates_them() -> None:
    assert split_list("a, b;c，d、e") == ["a", "b", "c", "d", "e"]
    assert split_list('["a,1", "b"]') == ["a,1", "b"]


def test_booleans_are_read_in_both_languages() -> None:
    assert [parse_boolean(text) for text in ("Yes", "是", "0", "否", "?")] == [True, True, False, False, None]


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("<p>Hello&nbsp;<b>wor</b>ld</p><p>Next</p>", "Hello world Next"),
        ("&lt;p&gt;Escaped &amp;amp; twice&lt;/p&gt;", "Escaped & twice"),
        ("a<script>alert('x < y')</script>b", "a b"),
        ("a<style>p{}</style><!-- gone -->b", "a b"),
        ("高<b>质</b>量的T恤衫<br/>透气", "高质量的T恤衫 透气"),
        ("size < 5 and > 3", "size < 5 and > 3"),
        ("<New> Shirt & more", "<New> Shirt & more"),
        ("B&notes R&D AT&T", "B&notes R&D AT&T"),
        ("zero\u200bwidth\ufeff \u202eright\u202c", "zerowidth right"),
        ("a\x00b\x07c\td\r\ne", "abc d e"),
        ("cafe\u0301", "café"),
        ("全角　空格", "全角 空格"),
        ("sÃ©ance", "séance"),
        ("ä¸\xadæ–‡", "中文"),
        ('15.6" ½ ® ™', '15.6" ½ ® ™'),
    ],
)
def test_text_is_cleaned_and_keeps_its_meaning(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


@given(st.text(max_size=200) | st.text(alphabet="<>&;/pb!-= aé中\u200b\u0301", max_size=60))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    cleaned.encode("utf-8")
    assert clean_line(clean_line(text)) == clean_line(text)


def test_bytes_in_another_encoding_are_guessed() -> None:
    assert clean_text("连衣裙".encode("gb18030").decode("utf-8", "surrogateescape")) == "连衣裙"
    assert clean_text("Café".encode("cp1252").decode("utf-8", "surrogateescape")) == "Café"
    assert clean_text("\ud800") == "\ufffd"


def test_hostile_html_is_cleaned_in_linear_time() -> None:
    for piece in ("<", "<script>", "<p ", "<!--", "&amp", "<p><", "&#"):
        clean_text(piece * 20_000)


def test_what_feeds_write_for_nothing_counts_as_missing() -> None:
    assert all(is_missing(text) for text in ("", " ", "null", "NaN", "N/A", "None", "<NA>", "-", "暂无"))
    assert not any(is_missing(text) for text in ("0", "no", "nancy", "无"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Nike Air Max 270", "en"),
        ("高质量的T恤衫，适合夏季户外运动", "zh"),
        ("CHANDO/自然堂 雪域精粹纯粹滋润霜50g", "zh"),
        ("iPhone 15 手机壳", "zh"),
        ("Très élégant", "en"),
        ("カメラ レンズ", "ja"),
        ("삼성 갤럭시", "ko"),
        ("12345", None),
        ("", None),
        ("Телефон", None),
    ],
)
def test_the_script_tells_the_language(text: str, language: str | None) -> None:
    assert detect_language(text) == language

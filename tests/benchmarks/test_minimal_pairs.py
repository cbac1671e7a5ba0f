"""The minimal pairs: exactly counted, the same each time, and right by a reckoning of their own."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from benchmarks.minimal_pairs import counts, figures
from benchmarks.minimal_pairs_counts import MULTI_FORMS, PACK_FORMS, Pack, chinese_number, edit_count, edit_multipack, edit_pairs
from benchmarks.minimal_pairs_edits import bare, differ, edit_measure, near_numbers
from benchmarks.minimal_pairs_finding import find
from benchmarks.minimal_pairs_notation import notations
from benchmarks.minimal_pairs_scores import Scored
from benchmarks.minimal_pairs_sizes import edit_sides, edit_size, parse_sides
from benchmarks.minimal_pairs_templates import KINDS, Pair, quotas, template_pairs
from benchmarks.minimal_pairs_titles import is_mine
from benchmarks.minimal_pairs_units import DIMENSIONS, LANGUAGES, parse, spellings

from similis.errors import UsageError


def _drawn(language: str, seed: int = 0, n: int = 250) -> list[Pair]:
    return template_pairs(n, language, seed, np.random.default_rng([seed, LANGUAGES.index(language)]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_templates_are_counted_exactly_and_no_title_comes_twice(language: str) -> None:
    pairs = _drawn(language)
    assert Counter(pair.kind for pair in pairs) == quotas(250)
    assert {(pair.language, pair.source) for pair in pairs} == {(language, "templates")}
    titles = [title for pair in pairs for title in pair.titles]
    assert len(set(titles)) == len(titles) == 750
    for pair in pairs:
        assert len({bare(title) for title in pair.titles}) == 3, pair
        assert not any(mark in title for title in pair.titles for mark in "{}_|"), pair


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_seed_gives_the_same_pairs_and_the_other_half_other_titles(language: str) -> None:
    assert _drawn(language) == _drawn(language)
    anchors = [{pair.anchor for pair in _drawn(language, seed)} for seed in (0, 1)]
    assert not anchors[0] & anchors[1]


def test_chinese_titles_are_chinese_and_english_ones_are_not() -> None:
    def has_characters(text: str) -> bool:
        return any("\u4e00" <= letter <= "\u9fff" for letter in text)

    assert all(has_characters(pair.anchor) for pair in _drawn("zh"))
    assert not any(has_characters(title) for pair in _drawn("en") for title in pair.titles)


def test_too_many_pairs_are_refused() -> None:
    with pytest.raises(UsageError, match=r"only [0-9]+ of [0-9]+ pairs about"):
        _drawn("en", n=200_000)


@pytest.mark.parametrize(
    ("dimension", "language", "one", "other"),
    [
        ("volume", "en", "33cl", "330 ml"), ("volume", "zh", "0.33升", "330毫升"), ("mass", "zh", "2斤", "1千克"),
        ("mass", "zh", "0.5公斤", "500公克"), ("mass", "en", "1 lb", "16 oz"), ("screen", "zh", "15.6寸", '15.6"'),
        ("length", "zh", "180公分", "1.8米"), ("storage", "zh", "128G", "128GB"), ("charge", "zh", "20000毫安", "20安时"),
        ("power", "zh", "1.5千瓦", "1500W"), ("time", "en", "90 minutes", "1.5h"), ("energy", "zh", "1度", "1000Wh"),
    ],
)  # fmt: skip
def test_units_convert_as_in_a_table_of_weights_and_measures(dimension: str, language: str, one: str, other: str) -> None:
    left, right = parse(one, dimension, language), parse(other, dimension, language)
    assert left is not None
    assert right is not None
    assert left.amount == pytest.approx(right.amount, rel=1e-4)


@pytest.mark.parametrize("dimension", DIMENSIONS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_edits_of_measures_keep_the_amount_and_change_it(dimension: str, language: str) -> None:
    rng = np.random.default_rng(3)
    edited = 0
    for unit in DIMENSIONS[dimension]:
        for number in ("1", "1.5", "12", "15.6", "250", "2000"):
            if not unit.words[language] or not unit.low <= Fraction(number) <= unit.high:
                continue
            measure = parse(number + unit.words[language][0].replace("(s)", "s"), dimension, language)
            edit = None if measure is None else edit_measure(measure, language, rng)
            if measure is None or edit is None:
                continue
            edited += 1
            same = [way.amount for way in spellings(measure.amount, dimension, language) if way.text == edit.same]
            assert any(abs(amount / measure.amount - 1) <= Fraction(25, 1000) for amount in same), edit
            wrong = parse(edit.different, dimension, language)
            assert wrong is not None, edit
            assert differ(wrong.amount, measure.amount), edit
    assert edited


def test_rounding_stays_within_half_a_percent() -> None:
    for amount in (Fraction("453.592"), Fraction("29.5735") * 12, Fraction("304.8") * 6):
        for dimension in ("mass", "volume", "length"):
            for way in spellings(amount, dimension, "en"):
                assert abs(way.amount / amount - 1) <= Fraction(1, 200), way


def test_near_numbers_are_other_numbers_as_round_as_their_source() -> None:
    assert {"340", "320", "33", "3300", "660"} & set(near_numbers("330"))
    for number in ("330", "1.5", "12", "10000"):
        for other in near_numbers(number):
            assert Fraction(other) != Fraction(number)
            assert not other.startswith("00")


@pytest.mark.parametrize(
    ("n", "said"), [(2, "两"), (10, "十"), (12, "十二"), (20, "二十"), (24, "二十四"), (105, "一百零五"), (250, "二百五十")]
)
def test_numbers_in_characters(n: int, said: str) -> None:
    assert chinese_number(n) == said


@pytest.mark.parametrize(
    ("n", "names"),
    [(2, "2 two twin 两 双"), (3, "3 three triple 三"), (6, "6 six 六"), (12, "12 twelve 1 dozen 十二 一打"), (24, "24 dozen 二十四 两打")],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_packs_say_their_number_in_another_form(n: int, names: str, language: str) -> None:
    rng = np.random.default_rng(n)
    for _ in range(30):
        edit = edit_count(n, PACK_FORMS[language], Pack("支", "盒"), language, rng)
        assert edit is not None
        assert any(name in edit.same for name in names.split()), edit
        assert edit.is_sound


def test_pairs_count_double_and_multipacks_keep_both_numbers() -> None:
    rng = np.random.default_rng(0)
    pairs = edit_pairs(3, "zh", rng)
    assert pairs is not None
    assert "6只" in pairs.same
    each = parse("1.5L", "volume", "en")
    assert each is not None
    for form in MULTI_FORMS["en"]:
        edit = edit_multipack(6, each, Pack(), "en", rng, anchor_form=form)
        assert edit is not None
        assert "6" in edit.anchor
        assert "1.5L" in edit.anchor
        assert "6" in edit.same


@pytest.mark.parametrize(
    ("size", "language"), [("XL", "zh"), ("2XL", "en"), ("one", "zh"), ("eu 42", "zh"), ("us 8.5", "en"), ("jeans 32 34", "en")]
)
def test_sizes_have_other_names_and_other_neighbours(size: str, language: str) -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        edit = edit_size(size, language, rng)
        assert edit is not None
        assert edit.is_sound


def test_sides_are_converted_and_never_merely_swapped() -> None:
    rng, edited = np.random.default_rng(2), 0
    for text in ("30x40cm", "300 × 400 × 250 mm", "1.5*2米"):
        sides = parse_sides(text)
        assert sides is not None
        real = sorted(side * sides.unit.factor for side in sides.sides)
        for _ in range(40):
            edit = edit_sides(text, "zh", rng)
            if edit is None:
                continue  # this draw wrote it as it stood
            edited += 1
            wrong = parse_sides(edit.different)
            assert wrong is not None
            assert sorted(side * wrong.unit.factor for side in wrong.sides) != real, edit
            if (same := parse_sides(edit.same)) is not None:
                assert [side * same.unit.factor for side in same.sides] == [side * sides.unit.factor for side in sides.sides]
    assert edited > 80


def test_notations_of_one_number() -> None:
    assert notations("0.75", " l", "en")["comma"] == "0,75 l"
    assert notations("0.5", " inch", "en")["fraction"] == "1/2 inch"
    assert notations("12", "-pack", "en")["words"] == "twelve-pack"
    assert notations("10000", " pcs", "en")["thousands"] == "10,000 pcs"
    assert notations("500", "ml", "zh")["wide"] == "５００ｍｌ"
    assert notations("0.5", "斤", "zh")["characters"] == "半斤"
    assert notations("1.5", "斤", "zh")["characters"] == "一斤半"
    assert notations("20000", "毫安", "zh")["characters"] == "两万毫安"


@pytest.mark.parametrize(
    ("title", "language", "kind"),
    [
        ("Northwind sparkling water 330 ml lemon", "en", "volume"), ("澜屿保湿爽肤水 150ml 正品", "zh", "volume"),
        ("屿动加绒卫衣三件套装", "zh", "notation"), ("补水面膜10片装正品", "zh", "pack"), ("坚果礼盒30g*7包 零食", "zh", "multipack"),
        ("cable clips (6-Pack) black", "en", "pack"), ('office monitor 24" LED', "en", "screen"), ("女大衣均码", "zh", "size"),
    ],
)  # fmt: skip
def test_clear_quantities_of_real_titles_are_found(title: str, language: str, kind: str) -> None:
    found = [one for one in find(title, language) if one.kind == kind]
    assert len(found) == 1
    edit = found[0].edit(np.random.default_rng(0))
    assert edit is not None
    assert title[found[0].start : found[0].end] == edit.anchor


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("Garmin Nuvi 205W GPS Navigation System", "en"), ("necklace PC 158L W", "en"), ("adapter 100-240V", "en"),
        ("smart phone 4G 64GB 128GB", "en"), ("2-in-1 dock", "en"), ("250 ml or 500 ml bottle", "en"), ("iphone手机 64g 全网通", "zh"),
        ("200斤胖mm大码女装", "zh"), ("面膜5包邮", "zh"), ("童装6个月宝宝", "zh"), ("1.8升热水壶1.8", "zh"), ("西伯仑xl-80茶叶柜", "zh"),
        ("10x42L IS WP binocular", "en"), ("patch cable 3 Meters (10 Feet)", "en"), ("washer 7 4kg dryer", "en"),
        ('photo paper 4" x 6" (10x15 cm)', "en"), ("师傅310元一天7小时半", "zh"), ("纸尿裤l婴儿xl码干爽m s号", "zh"),
        ("三星2551n 2152w", "zh"),
    ],
)  # fmt: skip
def test_doubtful_quantities_are_left_alone(title: str, language: str) -> None:
    assert not list(find(title, language))


def test_halves_of_titles_do_not_meet() -> None:
    titles = [f"title {number}" for number in range(200)]
    assert all(is_mine(title, 0) != is_mine(title, 1) and is_mine(title, 0) == is_mine(title, 2) for title in titles)
    assert 70 < sum(is_mine(title, 0) for title in titles) < 130


def test_ties_are_wrong_and_everything_is_counted_once() -> None:
    pairs = [*_drawn("en", n=30), *_drawn("zh", n=30)]
    scored = {"tied": Scored(np.ones(60), np.ones(60)), "right": Scored(np.ones(60), np.zeros(60))}
    found = figures(pairs, scored, 0)
    assert found["tied"]["all"] == [0.0, 0.0, 0.0]
    assert found["right"]["zh, templates"] == [1.0, 1.0, 1.0]
    assert found["right"]["zh, real titles"] == []
    assert sum(int(found[kind]["tied"][language].split("/")[1]) for kind in KINDS for language in LANGUAGES) == 60
    assert sum(sum(by_language.values()) for by_language in counts(pairs)["kinds"].values()) == 60

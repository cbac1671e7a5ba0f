"""Filters, against an oracle that reads the products themselves, and everything that is refused."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from similis.catalogue import Product
from similis.errors import InvalidFilter, LimitExceeded
from similis.similarity.columns import TEXT_FIELDS, Columns
from similis.similarity.filters import (
    MAX_CLAUSES,
    MAX_DEPTH,
    MAX_TEXT,
    MAX_VALUES,
    And,
    Attribute,
    Between,
    DifferentFromSource,
    Equals,
    Exists,
    Filter,
    Not,
    OneOf,
    Or,
    PriceBand,
    SameAsSource,
    SameCategory,
    Under,
    allowed,
    parse_filter,
    parse_filter_text,
    to_dict,
)

# Products and filters of few values, so that they meet

BRANDS = st.sampled_from(["Acme", " acme", "ＡＣＭＥ", "屿动", "屿 动", "Straße", "STRASSE"])
COLORS = st.sampled_from(["黑色", "Black", "black "])
PRICES = st.sampled_from(["8.00", "10", "10.01", "12.50", "0.30", "0"]).map(Decimal)
STEPS = st.sampled_from(["Clothing", "clothing ", "Yoga", "瑜伽", "女装"])
PATHS = st.lists(STEPS, min_size=1, max_size=4).map(tuple)
NAMES = st.sampled_from(["fit", "Fit ", "功能"])
VALUES = st.sampled_from(["slim", "SLIM", "透气", "高弹"])
CURRENCIES = st.sampled_from(["CNY", "USD"])
GENDERS = st.sampled_from(["female", "male"])
MOMENTS = st.sampled_from([datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2, 3)])
RATIOS = st.sampled_from([0.0, 0.1, 0.8, 1.0, 1.25, 1.5])


@st.composite
def products(draw: st.DrawFn) -> Product:
    def maybe(values: st.SearchStrategy[Any]) -> Any:  # Any: of whatever type is drawn
        return draw(st.none() | values)

    return Product(
        id="x",
        title="t",
        brand=maybe(BRANDS),
        color=maybe(COLORS),
        gender=maybe(GENDERS),
        currency=maybe(CURRENCIES),
        group_id=maybe(st.sampled_from(["G1", "g1"])),
        category_path=draw(st.just(()) | PATHS),
        price=maybe(PRICES),
        sale_price=maybe(PRICES),
        stock=maybe(st.integers(0, 3)),
        availability=maybe(st.sampled_from(["in_stock", "out_of_stock", "preorder"])),
        popularity=maybe(st.sampled_from([0.0, 1.0, 2.5])),
        created_at=maybe(MOMENTS),
        attributes=draw(st.dictionaries(NAMES, st.lists(VALUES, max_size=2).map(tuple), max_size=2)),
    )


@st.composite
def ranges(draw: st.DrawFn, ends: st.SearchStrategy[float]) -> tuple[float | None, float | None]:
    low, high = sorted(draw(st.lists(ends, min_size=2, max_size=2)))
    return draw(st.sampled_from([(low, high), (low, None), (None, high)]))


SHARED = st.sampled_from(["brand", "color", "gender", "group_id", "currency", "category", "attributes.fit", "attributes.功能"])
TEXTS = (
    st.tuples(st.just("brand"), BRANDS)
    | st.tuples(st.just("color"), COLORS)
    | st.tuples(st.just("group_id"), st.sampled_from(["G1", "g1", "G2"]))
    | st.tuples(st.just("gender"), st.sampled_from(["female", "女", "Women", "男", "unheard of"]))
)
CLAUSES: st.SearchStrategy[Filter] = st.one_of(
    TEXTS.map(lambda pair: Equals(*pair)),
    st.lists(BRANDS, min_size=1, max_size=3).map(lambda values: OneOf("brand", tuple(values))),
    st.booleans().map(lambda value: Equals("available", value)),
    ranges(st.sampled_from([8.0, 10.0, 10.01, 12.5])).map(lambda ends: Between("price", *ends)),
    ranges(st.sampled_from([0.0, 1.0, 2.0])).map(lambda ends: Between("stock", *ends)),
    ranges(st.sampled_from([0.0, 1.5, 2.5])).map(lambda ends: Between("popularity", *ends)),
    ranges(MOMENTS.map(datetime.timestamp)).map(lambda ends: Between("created_at", *ends)),
    (SHARED | st.sampled_from(["price", "stock", "created_at"])).map(Exists),
    PATHS.map(Under),
    st.tuples(NAMES, st.lists(VALUES, min_size=1, max_size=2).map(tuple)).map(lambda pair: Attribute(*pair)),
    SHARED.map(SameAsSource),
    SHARED.map(DifferentFromSource),
    st.integers(0, 3).map(SameCategory),
    ranges(RATIOS).filter(lambda ends: ends[1] != 0).map(lambda ends: PriceBand(*ends)),
)
FILTERS: st.SearchStrategy[Filter] = st.recursive(
    CLAUSES,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: And(tuple(parts)))
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: Or(tuple(parts)))
        | inner.map(Not)
    ),
    max_leaves=6,
)


# The oracle: one product at a time, plain Python, exact decimals


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def path_of(product: Product) -> list[str]:
    return [plain(step) for step in product.category_path]


def price_of(product: Product) -> Decimal | None:
    prices = [price for price in (product.price, product.sale_price) if price is not None]
    return min(prices) if prices else None


def number_of(product: Product, field: str) -> float | None:
    if field == "price":
        price = price_of(product)
        return None if price is None else float(price)
    value = getattr(product, field)
    return value.timestamp() if isinstance(value, datetime) else value


def values_of(product: Product, field: str) -> set[Any]:  # Any: of the field's own type
    """What a product has for a field; nothing when it lacks it."""
    if field == "category":
        return {tuple(path_of(product))} - {()}
    if field.startswith("attributes."):
        name = plain(field.removeprefix("attributes."))
        return {plain(value) for key, values in product.attributes.items() if plain(key) == name for value in values}
    if field in ("price", "stock", "popularity", "created_at"):
        return {number_of(product, field)} - {None}
    value = getattr(product, field)
    return set() if value is None else {value if field == "group_id" else plain(value)}


def shares(product: Product, source: Product, field: str) -> bool:
    if field == "category":
        above = path_of(source)
        return bool(above) and path_of(product)[: len(above)] == above
    return bool(values_of(product, field) & values_of(source, field))


def in_band(product: Product, source: Product, band: PriceBand) -> bool:
    price, base = price_of(product), price_of(source)
    if price is None or base is None or (product.currency and source.currency and product.currency != source.currency):
        return False
    low = band.low_ratio is None or price >= base * Decimal(str(band.low_ratio))
    return low and (band.high_ratio is None or price <= base * Decimal(str(band.high_ratio)))


GENDER_WORDS = {"女": "female", "Women": "female", "男": "male"}


def holds(wanted: Filter, product: Product, source: Product) -> bool:
    match wanted:
        case And(parts):
            return all(holds(part, product, source) for part in parts)
        case Or(parts):
            return any(holds(part, product, source) for part in parts)
        case Not(part):
            return not holds(part, product, source)
        case SameAsSource() | DifferentFromSource() | SameCategory() | PriceBand():
            return compares(wanted, product, source)
        case Equals("available", value):
            return product.is_available == value
        case Equals(field, value):
            return has_one(product, field, (str(value),))
        case OneOf(field, values):
            return has_one(product, field, values)
        case Between(field, low, high):
            number = number_of(product, field)
            return number is not None and (low is None or number >= low) and (high is None or number <= high)
        case _:
            return has(wanted, product)


def has_one(product: Product, field: str, values: tuple[str, ...]) -> bool:
    words = {GENDER_WORDS.get(value, value) for value in values}
    return bool(values_of(product, field) & {value if field == "group_id" else plain(value) for value in words})


def has(wanted: Exists | Under | Attribute, product: Product) -> bool:
    match wanted:
        case Exists(field):
            return bool(values_of(product, field))
        case Under(path):
            return path_of(product)[: len(path)] == [plain(step) for step in path]
        case Attribute(name, values):
            return bool(values_of(product, f"attributes.{name}") & {plain(value) for value in values})


def compares(wanted: SameAsSource | DifferentFromSource | SameCategory | PriceBand, product: Product, source: Product) -> bool:
    match wanted:
        case SameAsSource(field):
            return shares(product, source, field)
        case DifferentFromSource(field):
            both_known = bool(values_of(product, field)) and bool(values_of(source, field))
            return both_known and not shares(product, source, field)
        case SameCategory(levels_up):
            steps = path_of(source)
            above = steps[: max(1, len(steps) - levels_up)]
            return bool(above) and path_of(product)[: len(above)] == above
        case PriceBand():
            return in_band(product, source, wanted)


@given(wanted=FILTERS, catalogue=st.lists(products(), max_size=8), source=products())
def test_the_arrays_agree_with_the_products(wanted: Filter, catalogue: list[Product], source: Product) -> None:
    columns = Columns.of(catalogue)
    expected = [holds(wanted, product, source) for product in catalogue]
    for like in (None, columns):  # with the catalogue's codes, and with codes of its own
        mask = allowed(wanted, columns, Columns.of([source], like=like))
        assert mask.dtype == np.bool_
        assert mask.tolist() == expected


@given(wanted=FILTERS, catalogue=st.lists(products(), min_size=1, max_size=8), split=st.integers(0, 8))
def test_segments_answer_as_one(wanted: Filter, catalogue: list[Product], split: int) -> None:
    main = Columns.of(catalogue[:split])
    fresh = Columns.of(catalogue[split:], like=main)
    together = Columns.of(catalogue)
    source = together.take([0])
    parts = [*allowed(wanted, main, source), *allowed(wanted, fresh, source)]
    assert parts == allowed(wanted, together, source).tolist()


@given(catalogue=st.lists(products(), max_size=8), source=products())
def test_each_level_up_matches_at_least_as_much(catalogue: list[Product], source: Product) -> None:
    columns, one = Columns.of(catalogue), Columns.of([source])
    masks = [allowed(SameCategory(up), columns, one) for up in range(5)]
    for narrow, wide in pairwise(masks):
        assert not (narrow & ~wide).any()
    assert masks[0].tolist() == allowed(SameAsSource("category"), columns, one).tolist()


@given(FILTERS)
def test_what_is_written_is_read_back(wanted: Filter) -> None:
    assert parse_filter(to_dict(wanted)) == wanted
    text = json.dumps(to_dict(wanted), ensure_ascii=False, allow_nan=False)
    assert parse_filter(json.loads(text)) == wanted
    assert parse_filter_text(text) == wanted


# Writing filters

DAY = 86_400.0
JANUARY_31 = datetime(2026, 1, 31, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        ({}, And(())),
        ({"brand": "屿动"}, Equals("brand", "屿动")),
        ({"brand": ["A", "屿动"]}, OneOf("brand", ("A", "屿动"))),
        ({"size": 42}, Equals("size", "42")),
        ({"size": [42.0, 42.5]}, OneOf("size", ("42", "42.5"))),
        ({"price": {"min": 10, "max": 20}}, Between("price", 10, 20)),
        ({"price": {"min": Decimal("9.99")}}, Between("price", 9.99, None)),
        ({"price": {"min": None, "max": np.float32(20)}}, Between("price", None, 20)),
        ({"price": 20}, Between("price", 20, 20)),
        ({"price": {"ratio": [0.8, 1.25]}}, PriceBand(0.8, 1.25)),
        ({"price": {"ratio": [None, 1]}}, PriceBand(None, 1)),
        ({"price": {"max": 20, "ratio": [0.8, 1.25]}}, And((Between("price", None, 20), PriceBand(0.8, 1.25)))),
        ({"created_at": {"min": "2026-01-31"}}, Between("created_at", JANUARY_31, None)),
        ({"created_at": {"max": "2026年1月31日"}}, Between("created_at", None, JANUARY_31 + DAY - 1e-6)),
        ({"created_at": {"max": "2026-01-31T00:00:00Z"}}, Between("created_at", None, JANUARY_31)),
        ({"category": "服装 > 瑜伽"}, Under(("服装", "瑜伽"))),
        ({"category": ["A > B", "C"]}, Or((Under(("A", "B")), Under(("C",))))),
        ({"under": ["Audio > Video", "TV"]}, Under(("Audio > Video", "TV"))),
        ({"under": "A > B"}, Under(("A", "B"))),
        ({"attributes.功能": ["透气", "高弹"]}, Attribute("功能", ("透气", "高弹"))),
        ({"available": True}, Equals("available", True)),
        ({"availability": "in_stock"}, Equals("available", True)),
        ({"available": "缺货"}, Equals("available", False)),
        ({"same": "brand"}, SameAsSource("brand")),
        ({"same": ["brand", "category"]}, And((SameAsSource("brand"), SameAsSource("category")))),
        ({"different": "attributes.fit"}, DifferentFromSource("attributes.fit")),
        ({"exists": "price"}, Exists("price")),
        ({"same_category": 1}, SameCategory(1)),
        ({"brand": "A", "color": "红"}, And((Equals("brand", "A"), Equals("color", "红")))),
        ({"and": [{"brand": "A"}, Equals("color", "红")]}, And((Equals("brand", "A"), Equals("color", "红")))),
        ({"or": [{"brand": "A"}, {"not": {"color": "红"}}]}, Or((Equals("brand", "A"), Not(Equals("color", "红"))))),
        (Equals("brand", "A"), Equals("brand", "A")),
    ],
)
def test_parsing(data: object, wanted: Filter) -> None:
    assert parse_filter(data) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("brand=Acme", Equals("brand", "Acme")),
        ("brand = Acme , 屿动", OneOf("brand", ("Acme", "屿动"))),
        ("brand=屿动，Acme", OneOf("brand", ("屿动", "Acme"))),
        ('brand="Acme, Inc.",B', OneOf("brand", ("Acme, Inc.", "B"))),
        ('brand="The ""Best"""', Equals("brand", 'The "Best"')),
        ('size=27" wide', Equals("size", '27" wide')),
        ("color=a=b~c", Equals("color", "a=b~c")),
        ("brand!=Acme", Not(Equals("brand", "Acme"))),
        ("not brand=Acme", Not(Equals("brand", "Acme"))),
        ("NOT not brand!=Acme", Not(Not(Not(Equals("brand", "Acme"))))),
        ("price=10..20", Between("price", 10, 20)),
        ("price=..9.90", Between("price", None, 9.9)),
        ("price=１０..", Between("price", 10, None)),
        ("price=10", Between("price", 10, 10)),
        ("popularity=-1..1", Between("popularity", -1, 1)),
        ("price~0.8..1.25", PriceBand(0.8, 1.25)),
        ("price~..1", PriceBand(None, 1)),
        ("created_at=2026-01-31..2026-01-31", Between("created_at", JANUARY_31, JANUARY_31 + DAY - 1e-6)),
        ("created_at=2026-01-31", Between("created_at", JANUARY_31, JANUARY_31 + DAY - 1e-6)),
        ("created_at=0..10", Between("created_at", 0, 10)),
        ("category=Clothing>Yoga", Under(("Clothing", "Yoga"))),
        ("category=服装＞瑜伽,女装", Or((Under(("服装", "瑜伽")), Under(("女装",))))),
        ("under=A > B", Under(("A", "B"))),
        ("attributes.功能=透气", Attribute("功能", ("透气",))),
        ("available=true", Equals("available", True)),
        ("availability=有货", Equals("available", True)),
        ("same=brand", SameAsSource("brand")),
        ("same=brand,category", And((SameAsSource("brand"), SameAsSource("category")))),
        ("different=color", DifferentFromSource("color")),
        ("not exists=price", Not(Exists("price"))),
        ("same_category=2", SameCategory(2)),
        ('{"brand": "屿动"}', Equals("brand", "屿动")),
        ('not {"brand": "屿动"}', Not(Equals("brand", "屿动"))),
    ],
)
def test_parsing_text(text: str, wanted: Filter) -> None:
    assert parse_filter_text(text) == wanted


def test_several_texts_must_all_hold() -> None:
    assert parse_filter_text("brand=A", "color=红") == And((Equals("brand", "A"), Equals("color", "红")))
    assert parse_filter_text() == And(())


# Refused

BAD_DATA: list[tuple[object, str]] = [
    ("brand=Acme", "parse_filter_text"),
    (["brand"], "mapping"),
    ({1: "x"}, "names of fields"),
    ({"colour": "red"}, "did you mean 'color'.*Fields: brand.*attributes.NAME.*Operators: and"),
    ({"id": "1"}, "no field 'id'"),
    ({"gtin": "1"}, "no field 'gtin'"),
    ({"exists": "gtin"}, "no field 'gtin'"),
    ({"same": "brnad"}, "did you mean 'brand'"),
    ({"same": "price"}, "'same' cannot compare 'price'.*ratio"),
    ({"same": "available"}, "'same' cannot compare 'available'"),
    ({"different": "stock"}, "'different' cannot compare 'stock'"),
    ({"exists": "available"}, "every row has it"),
    ({"same": 3}, "name of a field"),
    ({"same": []}, "empty list"),
    ({"same": [["brand"]]}, "name of a field"),
    ({"brand": None}, "not.*exists"),
    ({"brand": ""}, "blank"),
    ({"brand": [" "]}, "blank"),
    ({"brand": []}, "no values"),
    ({"brand": True}, "takes text"),
    ({"brand": {"min": 3}}, "takes text"),
    ({"brand": [{"x": 1}]}, "takes text"),
    ({"size": math.nan}, "takes text"),
    ({"attributes.fit": []}, "no values"),
    ({"attributes.": "slim"}, "blank"),
    ({"attributes.fit": {"min": 1}}, "takes text"),
    ({"category": " > "}, "category"),
    ({"category": []}, "category"),
    ({"under": []}, "category"),
    ({"under": 3}, "category"),
    ({"price": "10"}, "finite number"),
    ({"price": [10, 20]}, "finite number"),
    ({"price": True}, "finite number"),
    ({"price": {}}, "neither"),
    ({"price": {"min": None}}, "neither"),
    ({"price": {"low": 3}}, "'low'.*min, max, ratio"),
    ({"stock": {"ratio": [1, 2]}}, "'ratio'.*min, max"),
    ({"price": {"min": math.nan}}, "finite number"),
    ({"price": {"max": math.inf}}, "finite number"),
    ({"price": {"max": 10**400}}, "finite number"),
    ({"price": {"max": 10**5000}}, "finite number"),
    ({"price": {"min": 20, "max": 10}}, "swap"),
    ({"price": {"ratio": 1.25}}, "two numbers"),
    ({"price": {"ratio": [1]}}, "two numbers"),
    ({"price": {"ratio": [-1, 1]}}, "not positive"),
    ({"price": {"ratio": [0, 0]}}, "not positive"),
    ({"price": {"ratio": [1, math.nan]}}, "finite number"),
    ({"price": {"ratio": ["a", 1]}}, "finite number"),
    ({"created_at": "yesterday"}, "no date"),
    ({"created_at": {"min": "11/14/2016"}}, "no date"),
    ({"available": "preorder"}, "true"),
    ({"available": 1}, "true"),
    ({"available": [True]}, "true"),
    ({"same_category": -1}, "levels up"),
    ({"same_category": True}, "levels up"),
    ({"same_category": "1"}, "levels up"),
    ({"and": {"brand": "A"}}, "list of filters"),
    ({"or": []}, "matches nothing"),
    ({"not": []}, "mapping"),
    ({"not": "brand=A"}, "mapping"),
    ({"and": [3]}, "mapping"),
]


@pytest.mark.parametrize(("data", "message"), BAD_DATA, ids=range(len(BAD_DATA)))
def test_what_makes_no_sense_is_refused(data: object, message: str) -> None:
    with pytest.raises(InvalidFilter, match=message):
        parse_filter(data)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no comparison"),
        ("brand", "no comparison"),
        ("=Acme", "no comparison"),
        ("brand=", "with nothing"),
        ("brand=A,", "blank"),
        ("brand~1..2", "only price"),
        ("price~1.25", "no range"),
        ("price~1.25..0.8", "swap"),
        ("price=10,20", "no number"),
        ("price=cheap", "no number"),
        ("price=1e3", "no number"),
        ("price=..", "neither"),
        ("price=10...20", "no number"),
        ("created_at=then..now", "no date"),
        ("available=maybe", "true"),
        ("same_category=up", "levels up"),
        ("and=brand", "no field 'and'"),
        ("品牌=屿动", "no field '品牌'"),
        ('{"brand": ', "begins like JSON"),
        ('{"brand": NaN}', "takes text"),
        ("[" * 100_000, "allowed"),
        ("{" + '"not":{' * 5_000, "allowed|JSON"),
    ],
)
def test_texts_that_make_no_sense_are_refused(text: str, message: str) -> None:
    with pytest.raises((InvalidFilter, LimitExceeded), match=message):
        parse_filter_text(text)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Equals("price", "3"), "Between"),
        (lambda: Equals("category", "A"), "Under"),
        (lambda: Equals("attributes.fit", "slim"), "Attribute"),
        (lambda: Equals("available", "yes"), "true or false"),
        (lambda: Equals("brand", True), "takes text"),
        (lambda: OneOf("available", ("x",)), "available"),
        (lambda: OneOf("brand", "Acme"), "sequence"),  # type: ignore[arg-type]  # as a user might
        (lambda: Between("brand", 1, 2), "Equals and OneOf"),
        (lambda: Between("price"), "neither"),
        (lambda: And((3,)), "parse_filter"),  # type: ignore[arg-type]
        (lambda: Or("ab"), "sequence"),  # type: ignore[arg-type]
        (lambda: Not({"brand": "A"}), "parse_filter"),  # type: ignore[arg-type]
        (lambda: Under("A > B"), "sequence"),  # type: ignore[arg-type]
        (lambda: Under((" ",)), "blank"),
    ],
)
def test_trees_that_make_no_sense_cannot_be_made(make: Callable[[], Filter], message: str) -> None:
    with pytest.raises(InvalidFilter, match=message):
        make()


@pytest.mark.parametrize(
    "data",
    [
        {"same": "brand"},
        {"or": [{"brand": "Acme"}, {"not": {"different": "attributes.颜色"}}]},
        {"same_category": 0},
        {"price": {"ratio": [0.8, 1.25]}},
    ],
)
def test_a_comparison_needs_a_source(data: dict[str, object]) -> None:
    with pytest.raises(InvalidFilter, match="ask with a product"):
        allowed(parse_filter(data), Columns.of([]))


def test_a_comparison_needs_one_source() -> None:
    columns = Columns.of([Product(id="1", title="t"), Product(id="2", title="t")])
    with pytest.raises(InvalidFilter, match="2 rows"):
        allowed(SameAsSource("brand"), columns, columns)


# Limits


def nested(levels: int) -> dict[str, object]:
    data: dict[str, object] = {"brand": "A"}
    for _ in range(levels - 1):
        data = {"not": data}
    return data


def test_depth_is_limited() -> None:
    assert parse_filter(nested(MAX_DEPTH)) != And(())
    for levels in (MAX_DEPTH + 1, 100_000):
        with pytest.raises(LimitExceeded, match="levels"):
            parse_filter(nested(levels))
    with pytest.raises(LimitExceeded, match="levels"):
        parse_filter_text("not " * MAX_DEPTH + "brand=A")
    deep: Filter = Equals("brand", "A")
    for _ in range(100_000):
        deep = Not(deep)
    with pytest.raises(LimitExceeded, match="levels"):
        allowed(deep, Columns.of([]))
    with pytest.raises(LimitExceeded, match="levels"):
        parse_filter({"not": deep})
    while isinstance(deep, Not):  # take it apart: dropping it whole would recurse
        deep = deep.part


def test_two_keys_are_a_level_of_their_own() -> None:
    inner: object = {"brand": "A", "color": "B"}
    for _ in range(MAX_DEPTH - 2):
        inner = {"not": inner}
    assert parse_filter(inner) != And(())
    with pytest.raises(LimitExceeded, match="levels"):
        parse_filter({"not": inner})


def test_the_number_of_clauses_is_limited() -> None:
    most = [{"brand": str(number)} for number in range(MAX_CLAUSES)]
    half = {"or": most[: MAX_CLAUSES // 2]}
    assert parse_filter({"or": most}) != And(())
    assert parse_filter({"and": [half, half]}) != And(())
    for too_many in ({"or": [*most, {}]}, {"and": [half, half, {}]}, {"category": ["A"] * (MAX_CLAUSES + 1)}, {"same": ["brand"] * 300}):
        with pytest.raises(LimitExceeded, match="clauses"):
            parse_filter(too_many)
    with pytest.raises(LimitExceeded, match="clauses"):
        And(tuple(Equals("brand", "A") for _ in range(MAX_CLAUSES + 1)))


def test_values_are_limited() -> None:
    most = tuple(str(number) for number in range(MAX_VALUES))
    assert parse_filter({"brand": most}) == OneOf("brand", most)
    assert parse_filter({"brand": "a" * MAX_TEXT}) == Equals("brand", "a" * MAX_TEXT)
    for data in (
        {"brand": ["A"] * (MAX_VALUES + 1)},
        {"brand": "a" * (MAX_TEXT + 1)},
        {"attributes." + "a" * (MAX_TEXT + 1): "b"},
        {"category": " " * 1_000_000},
        {"under": ["a" * (MAX_TEXT + 1)]},
        {"exists": "attributes." + "a" * (MAX_TEXT + 1)},
    ):
        with pytest.raises(LimitExceeded):
            parse_filter(data)


# What a merchant relies on


def test_a_missing_value_equals_nothing_and_differs_from_nothing() -> None:
    columns = Columns.of([Product(id="1", title="t"), Product(id="2", title="t", brand="Acme", price=Decimal(10))])
    nobody, acme = columns.take([0]), columns.take([1])
    assert allowed(Equals("brand", "unheard of"), columns).tolist() == [False, False]
    assert allowed(SameAsSource("brand"), columns, nobody).tolist() == [False, False]
    assert allowed(DifferentFromSource("brand"), columns, nobody).tolist() == [False, False]
    assert allowed(DifferentFromSource("brand"), columns, acme).tolist() == [False, False]
    assert allowed(Not(SameAsSource("brand")), columns, acme).tolist() == [True, False]
    assert allowed(PriceBand(0.5, None), columns, nobody).tolist() == [False, False]
    assert allowed(Between("price", 0), columns).tolist() == [False, True]


def test_a_price_band_includes_its_ends_and_keeps_to_one_currency() -> None:
    prices = [("129.00", "CNY"), ("103.20", "CNY"), ("161.25", "CNY"), ("103.19", "CNY"), ("161.26", None), ("129", "USD"), ("129", None)]
    rows = [Product(id=str(row), title="t", price=Decimal(price), currency=code) for row, (price, code) in enumerate(prices)]
    columns = Columns.of(rows)
    assert allowed(PriceBand(0.8, 1.25), columns, columns.take([0])).tolist() == [True, True, True, False, False, False, True]
    assert allowed(PriceBand(1, 1), columns, columns.take([6])).tolist() == [True, False, False, False, False, True, True]


def test_very_deep_categories() -> None:
    path = tuple("abcdefghijkl")
    columns = Columns.of([Product(id="1", title="t", category_path=path), Product(id="2", title="t", category_path=path[:10])])
    assert allowed(Under(path[:9]), columns).tolist() == [True, True]
    assert allowed(Under(path[:11]), columns).tolist() == [True, False]
    assert allowed(SameCategory(0), columns, columns.take([1])).tolist() == [True, True]


def test_every_text_field_can_be_asked() -> None:
    full: dict[str, str] = {name: f"{name} 值" for name in TEXT_FIELDS}
    columns = Columns.of([Product(id="1", title="t", **full), Product(id="2", title="t")])  # type: ignore[arg-type]  # all of them text
    for name, value in full.items():
        for wanted in (Equals(name, value), Exists(name), SameAsSource(name)):
            assert allowed(wanted, columns, columns.take([0])).tolist() == [True, False]


def test_a_mask_is_the_callers_own() -> None:
    columns = Columns.of([Product(id="1", title="t")])
    allowed(Equals("available", True), columns)[:] = False
    assert columns.available.tolist() == [True]

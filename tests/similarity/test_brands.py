"""Brands in a shop: spellings in two languages are one brand, and so are the shop's own words for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import similis
from similis.catalogue import Product
from similis.errors import UsageError
from similis.shop import Shop
from similis.similarity.brands import Brands
from similis.similarity.lexicon import Lexicon
from similis.testing import TinyEncoder

ROWS = [
    {"id": "hp-en", "title": "LaserJet M110 printer", "brand": "HP"},
    {"id": "hp-zh", "title": "LaserJet M110 打印机", "brand": "惠普"},
    {"id": "hp-old", "title": "DeskJet 2720", "brand": "Hewlett-Packard Inc."},
    {"id": "canon", "title": "LaserJet M110 printer", "brand": "Canon"},
    {"id": "own-en", "title": "Yoga mat 6 mm", "brand": "Yudong"},
    {"id": "own-zh", "title": "瑜伽垫 6mm", "brand": "屿动"},
    {"id": "named", "title": "屿动 瑜伽垫 加厚"},
    *({"id": f"x{n}", "title": f"chair {n}", "brand": f"Maker{n}"} for n in range(30)),
]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with opened(tmp_path) as made:
        made.add(ROWS)
        made.build(neighbours=5)
        yield made


def opened(folder: Path) -> Shop:
    return similis.open(folder / "shop", encoder=TinyEncoder())


def agreement(shop: Shop, a: str, b: str) -> float | None:
    return next(e.value for e in shop.explain(a, b, relation="same").evidence if e.name == "brand")


def outside(shop: Shop, brand: str, other: str) -> float | None:
    """What the brand of a product from outside says of one of the shop's."""
    found = shop.similar(product={"title": "瑜伽垫 6mm", "brand": brand}, k=50, relation="same", threshold=0)
    return next(e.value for n in found if n.id == other for e in n.evidence if e.name == "brand")


def test_spellings_of_one_brand_are_equal_evidence(shop: Shop) -> None:
    assert agreement(shop, "hp-en", "hp-zh") == agreement(shop, "hp-zh", "hp-en") == 1
    assert agreement(shop, "hp-en", "hp-old") == 1
    assert agreement(shop, "hp-en", "canon") == 0
    assert agreement(shop, "own-en", "own-zh") == 0
    scores = {n.id: n.score for n in shop.similar("hp-en", k=20, relation="same", threshold=0)}
    assert scores["hp-zh"] > scores.get("canon", 0)


def test_an_own_alias_counts_from_the_next_plain_build(shop: Shop, tmp_path: Path) -> None:
    shop.set_brand_alias("屿动", "Yudong")
    assert agreement(shop, "own-en", "own-zh") == 0
    shop.build(neighbours=5)
    assert agreement(shop, "own-en", "own-zh") == 1
    with opened(tmp_path) as again:
        assert agreement(again, "own-en", "own-zh") == 1
        assert again.brands().aliases == {"屿动": "Yudong"}


def test_an_alias_taken_back_counts_no_more(shop: Shop) -> None:
    shop.set_brand_alias("屿动", "Yudong")
    shop.build(neighbours=5)
    shop.set_brand_alias("屿动", None)
    shop.build(neighbours=5)
    assert agreement(shop, "own-en", "own-zh") == 0
    with pytest.raises(UsageError, match="屿动"):
        shop.set_brand_alias("屿动", None)


def test_a_plain_build_answers_as_a_full_one(shop: Shop) -> None:
    shop.set_brand_alias("屿动", "Yudong")

    def answers() -> list[tuple[str, str, float]]:
        return [(id, n.id, round(n.score, 6)) for id in ("own-en", "own-zh", "named", "hp-en") for n in shop.similar(id, threshold=0)]

    shop.build(neighbours=5)
    plain = answers()
    shop.build(neighbours=5, full=True)
    assert answers() == plain


def test_fresh_rows_and_products_from_outside_know_the_alias(shop: Shop) -> None:
    assert outside(shop, "惠普", "hp-en") == 1
    assert outside(shop, "屿动", "own-en") == 0
    shop.set_brand_alias("屿动", "Yudong")
    shop.build(neighbours=5)
    assert outside(shop, "屿动", "own-en") == 1
    assert outside(shop, "Ｙｕｄｏｎｇ®", "own-zh") == 1
    shop.add([{"id": "fresh", "title": "瑜伽砖", "brand": "屿动"}])
    assert agreement(shop, "fresh", "own-en") == 1
    assert agreement(shop, "own-en", "fresh") == 1


def test_an_alias_in_a_title_names_the_brand(shop: Shop) -> None:
    assert not agreement(shop, "named", "own-en")
    shop.set_brand_alias("屿动", "Yudong")
    shop.build(neighbours=5)
    evidence = {e.name: e for e in shop.explain("named", "own-en", relation="same").evidence}
    without = {e.name: e for e in shop.explain("named", "x1", relation="same").evidence}
    assert evidence["brand"].contribution > without["brand"].contribution


def test_brand_fields_that_hold_both_spellings_teach_them() -> None:
    products = [
        Product(id="1", title="a", brand="Acmea/屿海"),
        Product(id="2", title="b", brand="屿海"),
        Product(id="3", title="c", brand="ACMEA"),
        Product(id="4", title="d"),
    ]
    brands = Brands.of(products, {})
    keys = [brands.key(product) for product in products]
    assert keys[0] == keys[1] == keys[2]
    assert keys[3] is None
    assert brands.words_of(products[1]) == brands.words_of(products[2])
    assert brands.words_of(products[3]) == set()
    assert Brands.of(reversed(products), {}) == brands
    assert Lexicon.fit(products)[0].brands == brands

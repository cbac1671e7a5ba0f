"""The vocabulary of a generation: which words it keeps, and what it says of a text."""

from __future__ import annotations

from pathlib import Path

import pytest

import similis
from similis.errors import LimitExceeded
from similis.shop import Shop
from similis.testing.catalogue import small_catalogue


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    opened = similis.open(tmp_path / "shop")
    opened.add(small_catalogue(60))
    return opened


def test_rare_words_are_dropped_when_asked_and_codes_are_not(shop: Shop) -> None:
    title = "Zephyr 300 Cordless Vacuum, Pet Brush XQZ-9981"
    shop.add([{"id": "rare", "title": title}, {"id": "稀有", "title": "罕见词 鹳图案 瑜伽裤"}])
    shop.build(neighbours=0)
    assert not shop.prepare(title).unknown
    assert "鹳" in shop.prepare("鹳图案").steps.words
    assert not shop.prepare("鹳图案").unknown
    full = shop.explain("rare", "rare").shared_words
    shop.build(neighbours=0, min_df=2)
    assert "xqz" in shop.prepare(title).unknown
    assert "鹳" in shop.prepare("鹳图案").unknown
    explained = shop.explain("rare", "rare")
    assert set(explained.shared_words) < set(full)
    assert "xqz9981" in explained.shared_codes


def test_the_least_number_is_kept_from_build_to_build(shop: Shop) -> None:
    shop.build(neighbours=0, min_df=2)
    shop.add([{"id": "new", "title": "an unheard-of gadget"}])
    shop.build(neighbours=0, full=True)
    assert "gadget" in shop.prepare("gadget").unknown
    shop.build(neighbours=0, min_df=1)
    assert not shop.prepare("gadget").unknown


@pytest.mark.parametrize("wrong", [0, -1, 1_001])
def test_a_senseless_number_is_refused(shop: Shop, wrong: int) -> None:
    with pytest.raises(LimitExceeded, match="min_df is"):
        shop.build(min_df=wrong)


def test_ids_are_columns_of_the_vocabulary(shop: Shop) -> None:
    shop.build(neighbours=0)
    prepared = shop.prepare("轻薄的瑜伽裤 for running")
    assert prepared.steps.stop_words == ("的",)
    snapshot = shop._serving.snapshot()
    assert snapshot is not None
    for term in prepared.terms:
        if term.id is not None:
            assert snapshot.lexicon.words.terms[term.id] == term.word
            assert term.products >= 1
    assert any(term.id is not None for term in prepared.terms)

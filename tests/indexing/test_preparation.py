"""Every step of a text, as people see them."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from similis.indexing.preparation import prepare
from similis.indexing.text import codes, fold, normalise, squash, words


def test_the_steps_of_a_chinese_title() -> None:
    made = prepare("【雙11預售】輕薄的瑜伽褲 ＦＳ-105，24條")
    assert made.folded == "【雙11預售】輕薄的瑜伽褲 fs-105,24條"
    assert made.simplified == "【双11预售】轻薄的瑜伽裤 fs-105,24条"
    assert made.without_promotions.strip() == "轻薄的瑜伽裤 fs-105,24条"
    assert made.stop_words == ("的",)
    assert "".join(made.words) == "轻薄瑜伽裤fs10524条"
    assert made.codes == ("fs105",)
    assert made.numbers == ("24", "105")


def test_the_steps_of_an_english_title() -> None:
    made = prepare("The Men's Kettle of Steel, with Lid")
    assert made.segmented == ("the", "men", "kettle", "of", "steel", "with", "lid")
    assert made.stop_words == ("the", "of", "with")
    assert made.words == ("men", "kettle", "steel", "lid")


def test_a_text_of_stop_words_drops_none() -> None:
    assert prepare("of the").stop_words == ()
    assert prepare("").words == ()


@given(st.text(max_size=60))
def test_the_steps_are_those_the_evidence_takes(text: str) -> None:
    made = prepare(text)
    assert made.without_promotions == normalise(text)
    assert list(made.words) == words(normalise(text))
    assert set(made.codes) == codes(normalise(text))
    assert made.characters == squash(fold(text))
    assert sorted(made.words + made.stop_words) == sorted(made.segmented)
    assert json.loads(json.dumps(made.to_dict()))["segmented"] == list(made.segmented)

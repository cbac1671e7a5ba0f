"""The n-gram index against a computation in plain Python."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from similis.indexing import NgramIndex
from similis.indexing.text import normalise, squash

TITLES = [
    "Netgear FS105NA ProSafe 5-Port Switch",
    "NETGEAR ProSafe FS105 - switch, 5 ports",
    "轻薄透气高腰瑜伽裤女 黑色，S",
    "高腰瑜伽裤 女士 黑色 S码 轻薄透气",
    "Pacer 4 Men's Running Shoes",
    "aaaaaaa aaaa",
    "ab",
    "",
]
SQUASHED = [squash(normalise(title)) for title in TITLES]


def grams(text: str) -> Counter[str]:
    return Counter(text[at : at + size] for size in (3, 4) for at in range(len(text) - size + 1))


class Oracle:
    """TF-IDF as the textbooks have it: (1 + ln tf) times the smooth idf, ln((1 + n) / (1 + df)) + 1, rows of unit length."""

    def __init__(self, catalogue: list[str]) -> None:
        self.n = len(catalogue)
        self.df = Counter(gram for text in catalogue for gram in set(grams(text)))

    def weights(self, text: str) -> dict[str, float]:
        found = {gram: (1 + math.log(tf)) * (math.log((1 + self.n) / (1 + self.df[gram])) + 1) for gram, tf in grams(text).items()}
        length = math.sqrt(sum(weight * weight for weight in found.values())) or 1.0
        return {gram: weight / length for gram, weight in found.items()}

    def cosine(self, a: str, b: str) -> float:
        left, right = self.weights(a), self.weights(b)
        return sum(left[gram] * right[gram] for gram in left.keys() & right.keys() if gram in self.df)


def cosines(queries: list[str], catalogue: list[str]) -> np.ndarray:
    index = NgramIndex.fit(catalogue)
    return np.asarray((index.transform(queries) @ index.transform(catalogue).T).toarray())


def test_cosines_equal_those_of_plain_python() -> None:
    oracle = Oracle(SQUASHED)
    expected = [[oracle.cosine(a, b) for b in SQUASHED] for a in SQUASHED]
    assert cosines(SQUASHED, SQUASHED) == pytest.approx(np.array(expected), abs=1e-5)
    assert expected[0][1] > 0.2  # the example says something
    assert expected[2][3] > 0.2


@settings(max_examples=60)
@given(
    catalogue=st.lists(st.text("abc 轻薄𠮷", max_size=12), min_size=1, max_size=6),
    queries=st.lists(st.text("abcd 轻薄裤", max_size=12), min_size=1, max_size=4),
)
def test_cosines_of_any_texts_equal_those_of_plain_python(catalogue: list[str], queries: list[str]) -> None:
    oracle = Oracle(catalogue)
    expected = [[oracle.cosine(query, text) for text in catalogue] for query in queries]
    assert cosines(queries, catalogue) == pytest.approx(np.array(expected), abs=1e-5)


def test_unknown_ngrams_lengthen_a_text() -> None:
    plain, longer, unknown = cosines(["switch", "switch qqqqzzzz", "qqqqzzzz"], ["switch", "kettle"])[:, 0]
    assert plain == pytest.approx(1.0, abs=1e-6)
    assert 0.1 < longer < 0.8
    assert unknown == 0


def test_rows_have_unit_length_where_they_have_any_ngram() -> None:
    rows = NgramIndex.fit(SQUASHED).transform(SQUASHED)
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    assert lengths == pytest.approx([1.0 if grams(text) else 0.0 for text in SQUASHED], abs=1e-5)


def test_a_batch_equals_its_texts_one_by_one() -> None:
    index = NgramIndex.fit(SQUASHED[:4])
    together = index.transform(SQUASHED).toarray()
    alone = np.vstack([index.transform([text]).toarray() for text in SQUASHED])
    assert np.array_equal(together, alone)


@pytest.mark.parametrize("texts", [[], [""], ["ab"]])
def test_a_catalogue_without_ngrams_is_similar_to_nothing(texts: list[str]) -> None:
    index = NgramIndex.fit(texts)
    assert index.transform(["switch", ""]).shape == (2, 0)
    assert index.transform([]).shape == (0, 0)


def test_rare_ngrams_left_out_lengthen_the_text_and_match_nothing() -> None:
    texts = [squash(normalise(text)) for text in ("yoga pants", "yoga mat", "瑜伽裤 yoga")]
    everything, common = NgramIndex.fit(texts), NgramIndex.fit(texts, min_df=2)
    assert 0 < len(common.keys) < len(everything.keys)
    assert set(common.keys) <= set(everything.keys)
    squares = common.transform(texts).multiply(common.transform(texts)).sum(axis=1)
    assert np.all(squares < 1)
    with pytest.raises(ValueError, match="min_df is 0"):
        NgramIndex.fit(texts, min_df=0)

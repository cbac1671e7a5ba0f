"""The similarity matrix: laws, limits, and the heat map as well-formed XML."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from similis.arrays import Vectors
from similis.encoding import open_encoder
from similis.encoding.protocol import Encoder, Progress, Role
from similis.errors import LimitExceeded, ModelUnavailable, UsageError
from similis.similarity.matrix import MAX_CHARACTERS, MAX_TEXTS, similarity_matrix
from similis.similarity.semantics import Metric

ARTICLE = [
    "高质量的T恤衫，适合夏季户外运动",
    "经典款式的牛仔裤，复古风格",
    "轻薄舒适的瑜伽裤，运动必备",
    "舒适的平底鞋，日常通勤",
    "时尚的皮夹克，秋冬搭配",
]
ENGLISH = ["High-quality T-shirt for outdoor sports in summer", "Classic jeans, vintage style", "Light yoga pants, a must for training"]
BOTH: list[Metric] = ["cosine", "euclidean"]


class HashEncoder:
    """A real encoder of no sense: every text has its own random unit vector."""

    dim = 16
    fingerprint = "hash-16"

    def encode(self, texts: Sequence[str], *, role: Role = "item", progress: Progress | None = None) -> Vectors:
        rows = [np.random.default_rng(list(hashlib.sha256(text.encode()).digest())).standard_normal(self.dim) for text in texts]
        vectors = np.array(rows).reshape(-1, self.dim)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    try:
        return open_encoder(cache_dir=tmp_path_factory.mktemp("cache"))
    except ModelUnavailable as error:
        pytest.skip(str(error))


@given(texts=st.lists(st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip), min_size=1, max_size=8))
def test_laws(texts: list[str]) -> None:
    cosine = similarity_matrix(texts, HashEncoder(), "cosine").values
    distance = similarity_matrix(texts, HashEncoder(), "euclidean").values
    for values, diagonal in ((cosine, 1.0), (distance, 0.0)):
        assert values.shape == (len(texts), len(texts))
        assert values.dtype == np.float64
        assert np.array_equal(values, values.T)
        assert np.all(np.diag(values) == diagonal)
    assert np.all((cosine >= -1) & (cosine <= 1))
    np.testing.assert_allclose(distance, np.sqrt(np.maximum(0, 2 - 2 * cosine)), atol=1e-7)


def test_equal_texts_are_exactly_alike() -> None:
    assert similarity_matrix(["a", "b", "a"], HashEncoder(), "euclidean").values[0, 2] == 0.0
    assert similarity_matrix(["a", "b", "a"], HashEncoder()).values[0, 2] == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("metric", BOTH)
def test_the_articles_five_descriptions(encoder: Encoder, metric: Metric) -> None:
    matrix = similarity_matrix([*ARTICLE, *ENGLISH], encoder, metric)
    likeness = matrix.values if metric == "cosine" else -matrix.values
    n = len(ARTICLE)
    for english, chinese in enumerate((0, 1, 2), start=n):  # each English text is a translation: its nearest of the five
        assert int(likeness[english, :n].argmax()) == chinese


def test_what_it_shows() -> None:
    matrix = similarity_matrix(ARTICLE, HashEncoder())
    assert matrix.to_dict() == {"metric": "cosine", "texts": ARTICLE, "values": matrix.values.tolist()}
    lines = str(matrix).splitlines()
    assert len(lines) == 1 + len(ARTICLE)
    assert "cosine similarity" in lines[0]
    assert lines[1].split()[:2] == ["1", "1.000"]
    assert all(line.endswith(text) for line, text in zip(lines[1:], ARTICLE, strict=True))
    assert "distance" in str(similarity_matrix(ARTICLE, HashEncoder(), "euclidean")).splitlines()[0]
    with pytest.raises(ValueError, match="read-only"):
        matrix.values[0, 0] = 0


@pytest.mark.parametrize("metric", BOTH)
def test_nearness_is_for_colours(metric: Metric) -> None:
    matrix = similarity_matrix(ARTICLE, HashEncoder(), metric)
    pairs = ~np.eye(len(ARTICLE), dtype=bool)
    assert np.all(np.diag(matrix.nearness) == 1)
    assert matrix.nearness[pairs].min() == 0
    assert matrix.nearness[pairs].max() == 1
    likeness = matrix.values if metric == "cosine" else -matrix.values
    assert matrix.nearness[pairs].argmax() == likeness[pairs].argmax()
    assert np.all(similarity_matrix(["a"], HashEncoder(), metric).nearness == 1)


def test_the_heat_map_is_well_formed_and_escaped() -> None:
    texts = ["</text><script>alert(1)</script>", 'a "quoted" & <b>bold</b> title', "控\x00制\x1b[31m\ud7ff\uffff", "长" * 200, "two\nlines"]
    matrix = similarity_matrix(texts, HashEncoder())
    svg = ElementTree.fromstring(matrix.to_svg())
    names = {element.tag.partition("}")[2] for element in svg.iter()}
    assert names == {"svg", "style", "rect", "g", "title", "text"}
    rects = [element for element in svg.iter() if element.tag.endswith("rect") and element.get("class") == "c"]
    assert len(rects) == len(texts) ** 2
    assert "prefers-color-scheme:dark" in matrix.to_svg()
    assert matrix.to_svg() in matrix._repr_html_()
    page = matrix.to_html()
    assert page.startswith("<!doctype html>")
    assert "<script" not in page
    assert "\x1b" not in page + str(matrix)


def test_a_single_text_has_a_heat_map() -> None:
    ElementTree.fromstring(similarity_matrix(["one"], HashEncoder()).to_svg())


@pytest.mark.parametrize(
    ("texts", "error", "says"),
    [
        ([], UsageError, "no text"),
        ("one text", UsageError, "a list"),
        (["a", " \n"], UsageError, "text 2 is empty"),
        (["a", None], UsageError, "text 2"),
        (["a", "\udcff"], UsageError, "text 2 is no Unicode"),
        (["a"] * (MAX_TEXTS + 1), LimitExceeded, "1,001 texts"),
        (["a", "b" * (MAX_CHARACTERS + 1)], LimitExceeded, "32,001 characters"),
    ],
)
def test_what_it_refuses(texts: list[str], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        similarity_matrix(texts, HashEncoder())


def test_an_unknown_metric() -> None:
    with pytest.raises(UsageError, match="manhattan"):
        similarity_matrix(["a"], HashEncoder(), "manhattan")  # type: ignore[arg-type]  # on purpose

# ruff: noqa: D102  # the names of tests say what they check
"""The laws of the seams, as classes of tests that every backend passes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from similis.arrays import Mask, Vectors
from similis.encoding import Encoder, TokenStates
from similis.errors import DimensionMismatch
from similis.indexing import RowNeighbours, VectorIndex
from similis.testing.strategies import masks, unit_vectors

_DIM = 8
# A class that inherits the tests runs them as its own: hypothesis warns of it, and here it is the point.
_shared = settings(max_examples=50, suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow])


class VectorIndexContract:
    """What every vector index does. ``build`` and ``load`` are all that a backend's test sets."""

    build: Callable[[Vectors], VectorIndex]
    load: Callable[[Path], VectorIndex]

    @_shared
    @given(vectors=unit_vectors(dim=_DIM))
    def test_an_item_finds_itself(self, vectors: Vectors) -> None:
        best = self.build(vectors).search(vectors, k=1)
        assert best.scores[:, 0] == pytest.approx(1.0, abs=1e-5)  # scores, not ids: duplicates may tie

    @_shared
    @given(vectors=unit_vectors(dim=_DIM), queries=unit_vectors(max_rows=5, dim=_DIM), k=st.integers(1, 50), data=st.data())
    def test_an_exact_index_equals_brute_force(self, vectors: Vectors, queries: Vectors, k: int, data: st.DataObject) -> None:
        index = self.build(vectors)
        allowed = data.draw(st.none() | masks(len(vectors)))
        found = index.search(queries, k, allowed=allowed)
        _check_shape(found, len(queries), k)
        for line, query in enumerate(queries):
            rows = np.arange(len(vectors)) if allowed is None else np.flatnonzero(allowed)
            cosines = vectors.astype(np.float64) @ query.astype(np.float64)
            ids = found.ids[line][found.ids[line] >= 0]
            assert set(ids.tolist()) <= set(rows.tolist())
            assert len(set(ids.tolist())) == len(ids)
            assert found.scores[line][: len(ids)] == pytest.approx(cosines[ids], abs=1e-5)
            if index.is_exact:
                best = np.sort(cosines[rows])[::-1][:k]
                assert found.scores[line][: len(ids)] == pytest.approx(best, abs=1e-5)

    @_shared
    @given(places=st.lists(st.integers(0, _DIM - 1), min_size=1, max_size=30), k=st.integers(1, 30), data=st.data())
    def test_equal_scores_go_by_row(self, places: list[int], k: int, data: st.DataObject) -> None:
        axes = np.eye(_DIM, dtype=np.float32)  # their cosines are 0 and 1, without rounding
        vectors = axes[places]
        index = self.build(vectors)
        if not index.is_exact:
            pytest.skip("only exact indexes promise the order of ties")
        allowed = data.draw(st.none() | masks(len(vectors)))
        found = index.search(axes, k, allowed=allowed)
        for axis in range(_DIM):
            assert found.ids[axis].tolist() == _ranked(vectors @ axes[axis], allowed, k)

    @_shared
    @given(vectors=unit_vectors(max_rows=6, dim=_DIM))
    def test_places_that_cannot_be_filled_say_so(self, vectors: Vectors) -> None:
        found = self.build(vectors).search(vectors[:1], k=len(vectors) + 3)
        assert (found.ids[0, len(vectors) :] == -1).all()
        assert np.isneginf(found.scores[0, len(vectors) :]).all()
        assert sorted(found.ids[0, : len(vectors)].tolist()) == list(range(len(vectors)))
        nothing = self.build(vectors).search(vectors[:1], k=2, allowed=np.zeros(len(vectors), np.bool_))
        assert nothing.ids.tolist() == [[-1, -1]]
        assert np.isneginf(nothing.scores).all()

    @_shared
    @given(vectors=unit_vectors(dim=_DIM), queries=unit_vectors(min_rows=2, max_rows=5, dim=_DIM))
    def test_many_queries_equal_one_by_one(self, vectors: Vectors, queries: Vectors) -> None:
        index = self.build(vectors)
        together = index.search(queries, 3)
        for line in range(len(queries)):
            assert index.search(queries[line : line + 1], 3).scores[0] == pytest.approx(together.scores[line], abs=1e-6)

    @pytest.mark.parametrize("k", [0, -1])
    def test_k_below_one_is_refused(self, k: int) -> None:
        with pytest.raises(ValueError, match=str(k)):
            self.build(np.eye(_DIM, dtype=np.float32)).search(np.eye(_DIM, dtype=np.float32), k)

    def test_queries_of_another_length_are_refused(self) -> None:
        with pytest.raises(DimensionMismatch, match=rf"{_DIM - 1}.*{_DIM}"):
            self.build(np.eye(_DIM, dtype=np.float32)).search(np.eye(_DIM - 1, dtype=np.float32), 1)

    def test_save_then_load_changes_nothing(self, tmp_path: Path) -> None:
        vectors = np.random.default_rng(0).standard_normal((100, _DIM)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        index = self.build(vectors)
        index.save(tmp_path / "index")
        loaded = self.load(tmp_path / "index")
        before, after = index.search(vectors, 7), loaded.search(vectors, 7)
        assert len(loaded) == len(index) == 100
        assert loaded.is_exact == index.is_exact
        assert np.array_equal(before.ids, after.ids)
        assert np.array_equal(before.scores, after.scores)


def _check_shape(found: RowNeighbours, n_queries: int, k: int) -> None:
    assert found.ids.shape == found.scores.shape == (n_queries, k)
    assert found.ids.dtype == np.int64
    assert found.scores.dtype == np.float32
    assert ((found.ids == -1) == np.isneginf(found.scores)).all()
    assert (found.scores[:, :-1] >= found.scores[:, 1:]).all()


def _ranked(cosines: Vectors, allowed: Mask | None, k: int) -> list[int]:
    rows = [row for row in range(len(cosines)) if allowed is None or allowed[row]]
    best = sorted(rows, key=lambda row: (-cosines[row], row))[:k]
    return best + [-1] * (k - len(best))


class EncoderContract:
    """What every encoder does. ``make`` is all that a backend's test sets; it is called once a test."""

    make: Callable[[], Encoder]
    texts = (
        "轻薄透气高腰瑜伽裤女 黑色，S", "Pacer 4 Men's Running Shoes | Trailmark", "【双11预售】洁面乳120g", "a", "", "  ",
        "Netgear FS105NA ProSafe 5-Port Switch", "Pacer 4 Men's Running Shoes | Trailmark", "👟" * 30, "\x00\ud83d",
    )  # fmt: skip

    def test_vectors_are_unit_rows_of_its_dim(self) -> None:
        encoder = self.make()
        vectors = encoder.encode(self.texts)
        assert vectors.shape == (len(self.texts), encoder.dim)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-4)

    def test_a_vector_never_depends_on_its_company(self) -> None:
        encoder = self.make()
        together = encoder.encode(self.texts)
        alone = np.vstack([encoder.encode([text]) for text in self.texts])
        assert np.array_equal(together, alone)
        assert np.array_equal(encoder.encode(self.texts[::-1]), together[::-1])
        assert np.array_equal(together[1], together[7])  # the same text twice

    def test_another_text_gives_another_vector(self) -> None:
        vectors = self.make().encode(self.texts[:4])
        assert (vectors @ vectors.T)[~np.eye(4, dtype=bool)].max() < 0.999

    def test_nothing_gives_no_rows(self) -> None:
        encoder = self.make()
        assert encoder.encode([]).shape == (0, encoder.dim)

    def test_progress_adds_up_to_all_texts(self) -> None:
        done: list[int] = []
        self.make().encode(self.texts, progress=done.append)
        assert sum(done) == len(self.texts)

    def test_the_fingerprint_stays(self) -> None:
        assert self.make().fingerprint == self.make().fingerprint != ""

    def test_token_states_sum_to_the_vector(self) -> None:
        encoder = self.make()
        split: Callable[[list[str]], list[TokenStates]] | None = getattr(encoder, "token_states", None)
        if split is None:
            pytest.skip("this encoder does not pool by mean")
        for text, states, vector in zip(self.texts, split(list(self.texts)), encoder.encode(self.texts), strict=True):
            assert states.states.sum(axis=0) == pytest.approx(vector, abs=1e-5)
            assert len(states.tokens) == len(states.spans) == len(states.states)
            assert all(0 <= start <= end <= len(text) for start, end in states.spans)

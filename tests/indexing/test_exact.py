"""The exact index keeps the contract of every vector index."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from similis.indexing import ExactIndex
from similis.testing import VectorIndexContract


class TestExactIndex(VectorIndexContract):
    build = staticmethod(ExactIndex)
    load = staticmethod(ExactIndex.load)


def test_more_queries_than_a_block_holds_equal_brute_force() -> None:
    vectors = np.random.default_rng(1).standard_normal((300, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found = ExactIndex(vectors).search(vectors, 5)
    assert found.ids.tolist() == np.argsort(-(vectors @ vectors.T), axis=1, kind="stable")[:, :5].tolist()


def test_a_loaded_index_runs_no_code_from_its_file(tmp_path: Path) -> None:
    ExactIndex(np.eye(3, dtype=np.float32)).save(tmp_path / "index")
    content = (tmp_path / "index").read_bytes()
    assert content.startswith(b"\x93NUMPY")
    assert len(ExactIndex.load(tmp_path / "index")) == 3

"""Exact search: every stored vector is compared, so recall is 1 under any filter."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from similis.arrays import Ids, Mask, Scores, Vectors
from similis.errors import DimensionMismatch
from similis.indexing.protocol import RowNeighbours

_BLOCK = 64


class ExactIndex:
    """All vectors in one array; the row number is the id."""

    def __init__(self, vectors: Vectors) -> None:
        """Keep ``vectors``, (n, dim) float32 of unit length; they are not copied."""
        self._vectors = vectors

    @classmethod
    def load(cls, path: Path) -> ExactIndex:
        """Read what ``save`` wrote."""
        return cls(np.load(path, mmap_mode="r", allow_pickle=False))

    @property
    def is_exact(self) -> bool:
        """Always."""
        return True

    def __len__(self) -> int:
        return len(self._vectors)

    def save(self, path: Path) -> None:
        """Write the vectors as one ``.npy`` file."""
        with path.open("wb") as file:
            np.save(file, self._vectors, allow_pickle=False)

    def search(self, queries: Vectors, k: int, *, allowed: Mask | None = None) -> RowNeighbours:
        """The ``k`` best rows for each query, equal scores in row order.

        Raises:
            DimensionMismatch: the queries have another length than the stored vectors.
            ValueError: ``k`` is below 1.
        """
        if k < 1:
            raise ValueError(f"k is {k}; ask for at least 1 neighbour")
        if queries.shape[1] != self._vectors.shape[1]:
            raise DimensionMismatch(
                f"queries have {queries.shape[1]} dimensions, the index {self._vectors.shape[1]}; encode with the index's encoder"
            )
        ids = np.full((len(queries), k), -1, np.int64)
        scores = np.full((len(queries), k), -np.inf, np.float32)
        rows = np.arange(len(self._vectors)) if allowed is None else np.flatnonzero(allowed)
        stored = self._vectors if allowed is None else self._vectors[rows]
        for start in range(0, len(queries), _BLOCK):
            self._fill(queries[start : start + _BLOCK] @ stored.T, rows, ids[start : start + _BLOCK], scores[start : start + _BLOCK])
        return RowNeighbours(ids, scores)

    @staticmethod
    def _fill(found: Scores, rows: Ids, ids: Ids, scores: Scores) -> None:
        take = min(ids.shape[1], found.shape[1])
        if take == 0:
            return
        # Equal scores at the cut must go by row order, so everything that reaches the k-th score is sorted.
        cut = -np.partition(-found, take - 1, axis=1)[:, take - 1]
        for query, (line, least) in enumerate(zip(found, cut, strict=True)):
            reached = np.flatnonzero(line >= least)
            best = reached[np.argsort(-line[reached], kind="stable")[:take]]
            ids[query, :take] = rows[best]
            scores[query, :take] = line[best]

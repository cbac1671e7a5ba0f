"""What every vector index promises."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from similis.arrays import Ids, Mask, Scores, Vectors


@dataclass(frozen=True, slots=True)
class RowNeighbours:
    """One row per query, best first.

    ids:    (n_queries, k) int64; -1 where fewer than k were found.
    scores: (n_queries, k) float32 cosines; -inf beside -1.
    """

    ids: Ids
    scores: Scores


class VectorIndex(Protocol):
    """Finds the stored unit vectors most similar to a query."""

    @property
    def is_exact(self) -> bool:
        """Whether every answer equals brute force."""
        ...

    def __len__(self) -> int: ...

    def search(self, queries: Vectors, k: int, *, allowed: Mask | None = None) -> RowNeighbours:
        """The ``k`` best rows for each query, among ``allowed`` where given.

        Raises:
            DimensionMismatch: the queries have another length than the stored vectors.
            ValueError: ``k`` is below 1.
        """
        ...

    def save(self, path: Path) -> None:
        """Write the index to one file."""
        ...

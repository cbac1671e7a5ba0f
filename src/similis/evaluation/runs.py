"""What was ranked, and what was judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from similis.arrays import Ids
from similis.errors import UsageError


@dataclass(frozen=True, slots=True)
class Run:
    """Ranked ids per query, best first.

    ranked: query id to item ids, without repeats; an empty list says that nothing was found.
    """

    ranked: Mapping[str, Sequence[str]]

    @classmethod
    def from_scores(cls, scores: Mapping[str, Mapping[str, float]]) -> Run:
        """Rank items by score, best first; equal scores by id, last first, as trec_eval does."""
        return cls({query: sorted(items, key=lambda item: (items[item], item), reverse=True) for query, items in scores.items()})

    @classmethod
    def from_rows(cls, queries: Sequence[str], ids: Ids, items: Sequence[str]) -> Run:
        """Name the rows that an index returned.

        Args:
            queries: Id of each query, without repeats.
            ids: (n_queries, k) int64 rows, best first; -1 where fewer than k were found.
            items: Id of each row.
        Raises:
            UsageError: ``ids`` has not one row a query, or a query is repeated.
        """
        if ids.ndim != 2 or len(ids) != len(queries) or len(set(queries)) != len(queries):
            raise UsageError(
                f"{len(queries)} queries ({len(set(queries))} different) and neighbours of shape {ids.shape}; give one row a query"
            )
        return cls({query: [items[row] for row in rows if row >= 0] for query, rows in zip(queries, ids.tolist(), strict=True)})


@dataclass(frozen=True, slots=True)
class Qrels:
    """Judged relevance per query and item.

    grades: query id to item id to grade; above 0 is relevant, 0 and below is not.
    """

    grades: Mapping[str, Mapping[str, int]]

    @classmethod
    def from_relevant(cls, relevant: Mapping[str, Sequence[str]]) -> Qrels:
        """Judgments that only say which items are relevant, each with grade 1."""
        return cls({query: dict.fromkeys(items, 1) for query, items in relevant.items()})

    @property
    def queries(self) -> list[str]:
        """Queries with at least one relevant item, in the order given: those a metric is defined for."""
        return [query for query, grades in self.grades.items() if any(grade > 0 for grade in grades.values())]

    def relevant(self, query: str) -> frozenset[str]:
        """Items judged relevant for a query; empty where it was not judged."""
        return frozenset(item for item, grade in self.grades.get(query, {}).items() if grade > 0)

"""``LabelledSet``: catalogue, questions and right answers of one relation; and what its loaders share."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar
from zlib import crc32

import numpy as np
from scripts.learn_weights.sets_reading import DataError

from similis.catalogue import Product

Relation: TypeAlias = Literal["same", "alike", "variant"]
Rows: TypeAlias = frozenset[int]
"""Row numbers into a set's items."""

_NOT_WORDS = re.compile(r"[\W_]+")
_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSet:
    """One data set's training questions. All tuples beside ``queries`` are as long as it.

    licence:   of the data, as its source states it.
    split:     which part of the public set this is, in words.
    items:     what may be found; a query may stand among them.
    positives: rows that stand in the relation to the query; at least one.
    excluded:  rows that say nothing about the query and must not be taken for negatives: itself, pairs of other splits, pairs nobody
               judged that may well be right. Disjoint from the positives; all other rows are negatives.
    """

    name: str
    licence: str
    split: str
    relation: Relation
    items: tuple[Product, ...]
    queries: tuple[Product, ...]
    positives: tuple[Rows, ...]
    excluded: tuple[Rows, ...]

    def __post_init__(self) -> None:
        if not len(self.queries) == len(self.positives) == len(self.excluded) or not self.queries:
            raise DataError(
                f"{self.name} has {len(self.queries)} queries, {len(self.positives)} positives, {len(self.excluded)} excluded; "
                "give as many of each, at least one"
            )
        for query, right, out in zip(self.queries, self.positives, self.excluded, strict=True):
            if not right or right & out or not all(0 <= row < len(self.items) for row in right | out):
                raise DataError(f"{self.name}, query {query.id!r}: positives are missing, excluded at once, or no rows of the items")


def generator(seed: int, name: str) -> np.random.Generator:
    """Random numbers for one set, whatever other sets are loaded beside it."""
    return np.random.default_rng([seed, crc32(name.encode())])


def sample_of(rng: np.random.Generator, rows: Sequence[int], n: int) -> list[int]:
    """``n`` of the rows, or all if there are fewer, in their order."""
    if len(rows) <= n:
        return list(rows)
    return sorted(int(row) for row in rng.choice(np.asarray(rows), size=n, replace=False))


def bare(title: str) -> str:
    """A title's letters and digits in lower case: equal for titles that differ in spacing, case and punctuation alone."""
    return _NOT_WORDS.sub("", title).casefold()


def rows_by(keys: Iterable[_Key]) -> dict[_Key, set[int]]:
    """Each key to the rows that bear it."""
    found: dict[_Key, set[int]] = {}
    for row, key in enumerate(keys):
        found.setdefault(key, set()).add(row)
    return found


def components(n: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """For each of ``n`` rows the smallest row it is joined with, over any number of pairs."""
    root = list(range(n))

    def find(row: int) -> int:
        while root[row] != row:
            root[row] = root[root[row]]
            row = root[row]
        return row

    for a, b in pairs:
        low, high = sorted((find(a), find(b)))
        root[high] = low
    return [find(row) for row in range(n)]

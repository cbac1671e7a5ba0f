"""Sets of terms (words, codes, numbers) as sparse rows, weighted by how rare a term is in the catalogue at hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from similis.arrays import Floats, Vectors


def checked_min_df(min_df: int) -> int:
    """The least number of rows a term must be in.

    Raises:
        ValueError: it is below 1.
    """
    if min_df < 1:
        raise ValueError(f"min_df is {min_df}; give 1 to keep every term, more to leave out the rare ones")
    return min_df


@dataclass(frozen=True, slots=True)
class TermRows:
    """Which terms each row has.

    matrix: (n_rows, n_terms) float32; the rarity of each term present, indices sorted.
    mass:   (n_rows,) float32; the rarities of all its terms added up, unknown terms too.
    """

    matrix: csr_matrix
    mass: Vectors


@dataclass(frozen=True, slots=True)
class TermIndex:
    """The terms of a catalogue and their rarity, ``ln((n + 1) / (df + 0.5))``.

    terms: sorted; a term's place is its column.
    """

    terms: tuple[str, ...]
    rarity: Floats
    n_rows: int
    _column: dict[str, int]

    @classmethod
    def fit(cls, bags: Sequence[Collection[str]], *, min_df: int = 1) -> TermIndex:
        """Learn the terms and how many rows have each.

        Args:
            min_df: Terms in fewer rows are left out: they count as unknown, and so add the most to a row's mass.
        Raises:
            ValueError: ``min_df`` is below 1.
        """
        least = checked_min_df(min_df)
        df: Counter[str] = Counter()
        for bag in bags:
            df.update(set(bag))
        terms = sorted(term for term, rows in df.items() if rows >= least)
        count = np.fromiter((df[term] for term in terms), np.float64, len(terms))
        return cls.of(terms, np.log((len(bags) + 1) / (count + 0.5)), len(bags))

    @classmethod
    def of(cls, terms: Iterable[str], rarity: Floats, n_rows: int) -> TermIndex:
        """An index from what was saved."""
        kept = tuple(terms)
        return cls(kept, rarity, n_rows, {term: column for column, term in enumerate(kept)})

    @property
    def ceiling(self) -> float:
        """The rarity of a term that no row has: the unit of every mass."""
        return float(np.log(2.0 * (self.n_rows + 1)))

    def transform(self, bags: Sequence[Collection[str]]) -> TermRows:
        """The rows of ``bags``; repeats within a bag count once."""
        indptr, columns, mass = [0], [], np.zeros(len(bags), np.float64)
        for row, bag in enumerate(bags):
            distinct = set(bag)
            known = sorted(column for term in distinct if (column := self._column.get(term)) is not None)
            columns.extend(known)
            indptr.append(len(columns))
            mass[row] = self.rarity[known].sum() + (len(distinct) - len(known)) * self.ceiling
        indices = np.array(columns, np.int32)
        data = self.rarity[indices].astype(np.float32)
        matrix = csr_matrix((data, indices, np.array(indptr, np.int32)), shape=(len(bags), max(1, len(self.terms))))
        return TermRows(matrix, mass.astype(np.float32))

    def id_of(self, term: str) -> int | None:
        """The term's column; None for an unknown one."""
        return self._column.get(term)

    def frequency(self, column: int) -> int:
        """How many rows had the term."""
        return round((self.n_rows + 1) / float(np.exp(self.rarity[column])) - 0.5)

    def named(self, matrix: csr_matrix) -> list[str]:
        """The terms of a one-row matrix."""
        return [self.terms[column] for column in matrix.indices]

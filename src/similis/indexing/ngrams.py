"""Character n-grams as weighted sparse rows: TF-IDF cosine between texts that share spelling but not words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from similis.arrays import Floats
from similis.indexing.terms import checked_min_df

SIZES = (3, 4)
_MIX = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)
_BATCH = 20_000

Keys = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class NgramIndex:
    """The n-grams of a catalogue and how rare each is.

    keys: (n_terms,) uint64, sorted; 64-bit hashes of the n-grams.
    idf:  (n_terms,) float64; ``ln((1 + n_texts) / (1 + df)) + 1``.
    n_texts: texts it was fitted on.
    """

    keys: Keys
    idf: Floats
    n_texts: int

    @classmethod
    def fit(cls, texts: Sequence[str], *, min_df: int = 1) -> NgramIndex:
        """Learn the n-grams and their document frequencies.

        Args:
            min_df: N-grams in fewer texts are left out: they count as unknown, and so lengthen a text by the most.
        Raises:
            ValueError: ``min_df`` is below 1.
        """
        least = checked_min_df(min_df)
        parts = [_rows_and_keys(texts[start : start + _BATCH])[1] for start in range(0, len(texts), _BATCH)]
        keys, df = np.unique(np.concatenate(parts) if parts else np.empty(0, np.uint64), return_counts=True)
        keys, df = keys[df >= least], df[df >= least]
        return cls(keys=keys, idf=np.log((1 + len(texts)) / (1 + df)) + 1, n_texts=len(texts))

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        """(n_texts, n_terms) float32, rows of unit length, indices sorted.

        N-grams the catalogue does not know count towards the length as the rarest possible, so a text full of them is similar to nothing.
        """
        row_parts, column_parts, data_parts, squares = [], [], [], np.zeros(len(texts))
        unknown_idf = np.log(1.0 + self.n_texts) + 1
        for start in range(0, len(texts), _BATCH):
            rows, keys, counts = _rows_and_keys(texts[start : start + _BATCH])
            at = np.searchsorted(self.keys, keys)
            known = (at < len(self.keys)) & (self.keys[np.minimum(at, max(0, len(self.keys) - 1))] == keys) if len(self.keys) else keys < 0
            idf = np.where(known, self.idf[np.where(known, at, 0)] if len(self.keys) else 0.0, unknown_idf)
            weight = (1 + np.log(counts)) * idf
            rows = rows + start
            squares += np.bincount(rows, weight * weight, minlength=len(texts))
            row_parts.append(rows[known])
            column_parts.append(at[known])
            data_parts.append(weight[known])
        length = np.sqrt(np.where(squares > 0, squares, 1.0))
        row = np.concatenate(row_parts) if row_parts else np.empty(0, np.int64)
        column = np.concatenate(column_parts) if column_parts else np.empty(0, np.int64)
        data = (np.concatenate(data_parts) / length[row]).astype(np.float32) if len(row) else np.empty(0, np.float32)
        return _csr(row, column, data, (len(texts), len(self.keys)))


def _rows_and_keys(texts: Sequence[str]) -> tuple[NDArray[np.int64], Keys, NDArray[np.int64]]:
    """Distinct (row, n-gram) pairs of the texts, sorted by row, then n-gram; with the number of times each occurs."""
    lengths = np.fromiter((len(text) for text in texts), np.int64, len(texts))
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    row_of = np.repeat(np.arange(len(texts)), lengths)
    end_of = np.repeat(np.cumsum(lengths), lengths)
    place = np.arange(len(points))
    rows, keys = [], []
    for size in SIZES:
        starts = np.flatnonzero(place + size <= end_of)
        key = np.full(len(starts), size, np.uint64)
        for offset in range(size):
            key = (key ^ points[starts + offset]) * np.uint64(_MIX[offset])
            key ^= key >> np.uint64(29)
        rows.append(row_of[starts])
        keys.append(key)
    row, key = np.concatenate(rows), np.concatenate(keys)
    order = np.lexsort((key, row))
    row, key = row[order], key[order]
    first = np.ones(len(row), bool)
    first[1:] = (row[1:] != row[:-1]) | (key[1:] != key[:-1])
    at = np.flatnonzero(first)
    return row[at], key[at], np.diff(np.append(at, len(row)))


def _csr(row: NDArray[np.int64], column: NDArray[np.int64], data: NDArray[np.float32], shape: tuple[int, int]) -> csr_matrix:
    """Entries already sorted by row, then column."""
    indptr = np.zeros(shape[0] + 1, np.int64)
    np.cumsum(np.bincount(row, minlength=shape[0]), out=indptr[1:])
    kind = np.int32 if max(len(data), shape[1]) < 2**31 else np.int64
    return csr_matrix((data, column.astype(kind), indptr.astype(kind)), shape=shape)

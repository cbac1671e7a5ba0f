"""Indexes: exact vector search, character n-grams, weighted terms, and the lexical views of a text."""

from similis.indexing.exact import ExactIndex
from similis.indexing.ngrams import NgramIndex
from similis.indexing.protocol import RowNeighbours, VectorIndex
from similis.indexing.terms import TermIndex, TermRows

__all__ = ["ExactIndex", "NgramIndex", "RowNeighbours", "TermIndex", "TermRows", "VectorIndex"]

"""Signals: what is measured between queries and items before anything is weighed.

A ``Target`` is a segment made ready for scanning: every sparse matrix is turned round once, so that one query against all items is a few
sparse products. The arrays of ``Signals`` have one row a query and one column an item; the numbers of one side alone stand beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from similis.arrays import Ids, Vectors
from similis.similarity.quantities import QuantityTarget
from similis.similarity.segment import Segment
from similis.similarity.semantics import Metric, Semantics

Codes = NDArray[np.int32]
CODED = ("color", "material", "gender", "age_group", "language", "currency", "group_id")


@dataclass(frozen=True, slots=True)
class Sides:
    """Numbers of the products of one side, (n,) each; as the queries' side (n, 1), to be spread over items.

    words, digits, codes, numbers, brand: rarity of all its terms, added up.
    price: natural logarithm, NaN when missing.
    depth: steps of the category path.
    pieces, stated: see ``quantities.QuantityRows``.
    coded: codes of the fields in ``CODED`` and of the keys ``gtin``, ``mpn``, ``size`` and ``brand``; -1 when missing.
    """

    words: Vectors
    digits: Vectors
    codes: Vectors
    numbers: Vectors
    brand: Vectors
    price: Vectors
    depth: Vectors
    pieces: Vectors
    stated: Vectors
    coded: dict[str, Codes]

    @classmethod
    def of(cls, segment: Segment, keys: Mapping[str, Mapping[str, int]]) -> Sides:
        """The side of ``segment``; ``keys`` gives the codes of identifiers."""
        lexical, columns = segment.lexical, segment.columns
        with np.errstate(divide="ignore", invalid="ignore"):
            price = np.log(columns.price).astype(np.float32)
        price[~np.isfinite(price)] = np.nan
        depth = (columns.category_levels >= 0).sum(axis=1).astype(np.float32)
        masses = (lexical.words.mass, lexical.digits.mass, lexical.codes.mass, lexical.numbers.mass, lexical.brand.mass)
        coded = {name: columns.coded(name).codes for name in CODED}
        for name, values in _keyed(segment):
            code = keys[name]
            coded[name] = np.array([-1 if value is None else code.get(value, _UNSEEN) for value in values], np.int32)
        return cls(*masses, price, depth, lexical.quantities.pieces, lexical.quantities.stated, coded)

    def at(self, where: Ids | tuple[Ids | slice | None, ...]) -> Sides:
        """The same numbers at an index."""
        coded = {name: codes[where] for name, codes in self.coded.items()}
        numbers: dict[str, Vectors] = {name: getattr(self, name)[where] for name in _NUMBERS}
        return Sides(**numbers, coded=coded)


_UNSEEN = 2**31 - 1
_NUMBERS = ("words", "digits", "codes", "numbers", "brand", "price", "depth", "pieces", "stated")


@dataclass(frozen=True, slots=True)
class Signals:
    """Pairs of queries and items; arrays are (n_queries, n_items), or (n_pairs,) after ``pairs``. float32.

    semantic:   see ``semantics``; None without an encoder.
    characters: TF-IDF cosine.
    words, digits, numbers: rarity shared; codes: root of the squared rarities shared; codes_shared: their plain sum.
    brand: rarity of shared brand words; query_brand_in_title, item_brand_in_title: rarity of one's brand words in the other's title.
    category: levels of the category path shared from the top.
    attributes_equal, attributes_both: attribute values shared; attribute names both have.
    quantities_…, sizes_…: see ``quantities.Agreement``.
    """

    ceiling: float
    query: Sides
    item: Sides
    semantic: Vectors | None
    characters: Vectors
    words: Vectors
    digits: Vectors
    codes: Vectors
    codes_shared: Vectors
    numbers: Vectors
    brand: Vectors
    query_brand_in_title: Vectors
    item_brand_in_title: Vectors
    category: Vectors
    attributes_equal: Vectors
    attributes_both: Vectors
    quantities_both: Vectors
    quantities_equal: Vectors
    quantities_close: Vectors
    quantities_conflicting: Vectors
    sizes_both: Vectors
    sizes_equal: Vectors

    def pairs(self, queries: Ids, items: Ids, semantic: Vectors | None) -> Signals:
        """The pairs (queries[i], items[i]) only, with the ``semantic`` evidence given for them."""
        taken = {name: getattr(self, name)[queries, items] for name in _PAIRED}
        first = np.zeros_like(queries)
        return Signals(ceiling=self.ceiling, query=self.query.at((queries, first)), item=self.item.at(items), semantic=semantic, **taken)


_PAIRED = (
    "characters", "words", "digits", "codes", "codes_shared", "numbers", "brand", "query_brand_in_title", "item_brand_in_title",
    "category", "attributes_equal", "attributes_both", "quantities_both", "quantities_equal", "quantities_close", "quantities_conflicting",
    "sizes_both", "sizes_equal",
)  # fmt: skip


class Target:
    """A segment ready to be scanned."""

    def __init__(self, segment: Segment, semantics: Semantics | None, ceiling: float) -> None:
        """Turn the segment's matrices round; (n_terms, n_items) each."""
        self.segment = segment
        self.semantics = semantics
        self.ceiling = ceiling
        self._keys = {name: _numbered(values) for name, values in _keyed(segment)}
        self._quantities = QuantityTarget(segment.lexical.quantities)
        self.sides = Sides.of(segment, self._keys)
        lexical, columns = segment.lexical, segment.columns
        self._characters = lexical.characters.T.tocsr()
        self._words, self._digits = _postings(lexical.words.matrix), _postings(lexical.digits.matrix)
        self._codes, self._weighted_codes = _postings(lexical.codes.matrix), lexical.codes.matrix.T.tocsr()
        self._named = _postings(lexical.named.matrix)
        self._numbers, self._brand = _postings(lexical.numbers.matrix), _postings(lexical.brand.matrix)
        self._attributes, self._names = _postings(columns.attributes), _postings(columns.attribute_presence)
        self._prepared: dict[Metric, Vectors] = {}

    def prepared(self, metric: Metric) -> Vectors | None:
        """The items' vectors ready for inner products; None without an encoder."""
        if self.semantics is None or self.segment.vectors is None:
            return None
        if metric not in self._prepared:
            self._prepared[metric] = self.semantics.prepare(self.segment.vectors, metric)
        return self._prepared[metric]

    def scan(self, queries: Segment, *, metric: Metric = "cosine") -> Signals:
        """All signals between ``queries`` and the items. The queries' rows come from the same lexicon and codes."""
        lexical, columns, semantic = queries.lexical, queries.columns, None
        mine = self.prepared(metric)
        if mine is not None and self.semantics is not None and queries.vectors is not None:
            semantic = self.semantics.finish(self.semantics.prepare(queries.vectors, metric) @ mine.T, metric)
        quantities = self._quantities.compare(lexical.quantities)
        return Signals(
            ceiling=self.ceiling,
            query=Sides.of(queries, self._keys).at((slice(None), None)),
            item=self.sides,
            semantic=semantic,
            characters=_product(lexical.characters, self._characters),
            words=_product(lexical.words.matrix, self._words),
            digits=_product(lexical.digits.matrix, self._digits),
            codes=np.sqrt(_product(lexical.codes.matrix, self._weighted_codes)),
            codes_shared=_product(lexical.codes.matrix, self._codes),
            numbers=_product(lexical.numbers.matrix, self._numbers),
            brand=_product(lexical.brand.matrix, self._brand),
            query_brand_in_title=_product(lexical.brand.matrix, self._named),
            item_brand_in_title=_product(lexical.named.matrix, self._brand),
            category=_shared_levels(columns.category_levels, self.segment.columns.category_levels),
            attributes_equal=_product(_fit(columns.attributes, self._attributes), self._attributes),
            attributes_both=_product(_fit(columns.attribute_presence, self._names), self._names),
            quantities_both=quantities.both,
            quantities_equal=quantities.equal,
            quantities_close=quantities.close,
            quantities_conflicting=quantities.conflicting,
            sizes_both=quantities.sizes_both,
            sizes_equal=quantities.sizes_equal,
        )

    def semantic_pairs(self, queries: Segment, rows: Ids, items: Ids, metric: Metric) -> Vectors | None:
        """The semantic evidence of pairs (rows[i], items[i]), each computed alone so that it does not depend on the block around it."""
        mine = self.prepared(metric)
        if mine is None or self.semantics is None or queries.vectors is None:
            return None
        theirs = self.semantics.prepare(queries.vectors, metric)
        return self.semantics.finish(np.einsum("pd,pd->p", theirs[rows], mine[items]), metric)


def _postings(matrix: csr_matrix) -> csr_matrix:
    """(n_terms, n_items), 1 where an item has a term."""
    turned = matrix.T.tocsr()
    return csr_matrix((np.ones(len(turned.data), np.float32), turned.indices, turned.indptr), shape=turned.shape)


def _product(queries: csr_matrix, postings: csr_matrix) -> Vectors:
    return np.asarray((queries @ postings).toarray(), np.float32)


def _fit(matrix: csr_matrix, postings: csr_matrix) -> csr_matrix:
    """The queries' attribute columns cut to those the items know, or widened to them; what only one side knows matches nothing."""
    width = postings.shape[0]
    if matrix.shape[1] < width:  # a row of the generation against fresh ones
        return csr_matrix((matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], width), dtype=np.float32)
    return matrix[:, :width].astype(np.float32)


def _keyed(segment: Segment) -> tuple[tuple[str, tuple[str | None, ...]], ...]:
    return (("gtin", segment.gtins), ("mpn", segment.mpns), ("size", segment.sizes), ("brand", segment.brands))


def _numbered(keys: tuple[str | None, ...]) -> dict[str, int]:
    return {key: code for code, key in enumerate(dict.fromkeys(key for key in keys if key is not None))}


def _shared_levels(theirs: Codes, mine: Codes) -> Vectors:
    """Levels are codes of whole prefixes, so counting equal ones counts the shared path."""
    shared = np.zeros((len(theirs), len(mine)), np.float32)
    if not (theirs[:, 0] >= 0).any():
        return shared
    for level in range(min(theirs.shape[1], mine.shape[1])):
        column = theirs[:, level, None]
        shared += (column == mine[None, :, level]) & (column >= 0)
    return shared

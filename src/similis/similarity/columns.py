"""``Columns``: the structured fields of a set of products as arrays, one entry a row."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from similis.arrays import Floats, Ids, Mask
from similis.catalogue import Product
from similis.errors import CorruptGeneration
from similis.generations import Draft, Generation
from similis.similarity.coded import Coded, CodedPaths, Coder, Codes, Vocabulary, normalised

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = ["ATTRIBUTE_PREFIX", "NUMBER_FIELDS", "TEXT_FIELDS", "Coded", "CodedPaths", "Columns", "Pairs", "Vocabulary", "normalised"]

TEXT_FIELDS = (
    "brand",
    "group_id",
    "gender",
    "age_group",
    "color",
    "size",
    "material",
    "condition",
    "language",
    "seller",
    "source",
    "currency",
)
NUMBER_FIELDS = ("price", "stock", "popularity", "created_at")
ATTRIBUTE_PREFIX = "attributes."
_EXACT = frozenset(("group_id",))


@dataclass(frozen=True)
class Pairs(Vocabulary[tuple[str, str]]):
    """Distinct (attribute name, value), both normalised."""

    @cached_property
    def names(self) -> Vocabulary[str]:
        """The distinct names; those of a vocabulary this one extends come first."""
        return Vocabulary(tuple(dict.fromkeys(name for name, _ in self.values)))

    @cached_property
    def name_codes(self) -> Codes:
        """(n_pairs,) int32: the code of each pair's name."""
        return np.array([self.names.find(name) for name, _ in self.values], np.int32)


@dataclass(frozen=True, eq=False, kw_only=True)
class Columns:
    """The structured fields of n products.

    Text fields and ``category`` are codes into a vocabulary. Codes of two objects may be compared when one was made ``like`` the other.

    price:      (n,) float64, what a customer pays: the sale price if there is one below the price, or no price. NaN when missing.
    stock, popularity: (n,) float64, NaN when missing.
    created_at: (n,) float64, seconds since 1970 UTC, NaN when missing.
    available:  (n,) bool, `Product.is_available`.
    attributes: (n, n_pairs) float32 csr_matrix, 1 where the product has the pair; ``attributes @ attributes.T`` counts shared pairs. One
        made ``like`` another may be wider: its first columns are the other's.
    attribute_pairs: what its columns stand for.
    """

    brand: Coded
    group_id: Coded
    gender: Coded
    age_group: Coded
    color: Coded
    size: Coded
    material: Coded
    condition: Coded
    language: Coded
    seller: Coded
    source: Coded
    currency: Coded
    category: CodedPaths
    price: Floats
    stock: Floats
    popularity: Floats
    created_at: Floats
    available: Mask
    attributes: csr_matrix
    attribute_pairs: Pairs

    def __len__(self) -> int:
        return len(self.available)

    @property
    def category_levels(self) -> Codes:
        """(n, 8) int32; column ``d`` is the code of the category's first ``d + 1`` steps, -1 beyond its end."""
        return self.category.levels

    @cached_property
    def attribute_presence(self) -> csr_matrix:
        """(n, n_names) float32 csr_matrix: 1 where the product has a value for the attribute ``attribute_pairs.names.values[column]``."""
        from scipy.sparse import csr_matrix

        pairs = self.attribute_pairs
        ones = np.ones(self.attributes.nnz, np.float32)
        parts = (ones, pairs.name_codes[self.attributes.indices], self.attributes.indptr)
        found = csr_matrix(parts, shape=(len(self), len(pairs.names.values)), copy=True)
        found.sum_duplicates()
        found.data[:] = 1
        return found

    def coded(self, field: str) -> Coded:
        """A text field by its name, one of ``TEXT_FIELDS``."""
        found: Coded = getattr(self, field)
        return found

    def numbers(self, field: str) -> Floats:
        """A number field by its name, one of ``NUMBER_FIELDS``."""
        found: Floats = getattr(self, field)
        return found

    def take(self, rows: Ids | Sequence[int]) -> Columns:
        """The given rows, in the given order, with the same vocabularies."""
        rows = np.asarray(rows, np.int64)
        parts: dict[str, Any] = {name: self.coded(name).take(rows) for name in TEXT_FIELDS}  # Any: fields of several types
        parts |= {name: self.numbers(name)[rows] for name in NUMBER_FIELDS}
        return Columns(
            **parts,
            category=self.category.take(rows),
            available=self.available[rows],
            attributes=self.attributes[rows],
            attribute_pairs=self.attribute_pairs,
        )

    @classmethod
    def of(cls, products: Sequence[Product], like: Columns | None = None) -> Columns:
        """The columns of ``products``, in their order.

        Args:
            products: One a row.
            like: Use the codes of these columns, so that rows of both compare by code. Values unknown there get codes beyond its
                vocabulary, which only the new object knows; ``like`` stays as it is.
        """
        attributes, pairs = _attributes(products, None if like is None else like.attribute_pairs)
        texts: dict[str, Any] = {}  # Any: mypy would have each of them fit every field
        for name in TEXT_FIELDS:
            known = None if like is None else like.coded(name)
            texts[name] = Coded.of([getattr(product, name) for product in products], known, is_exact=name in _EXACT)
        return cls(
            **texts,
            category=CodedPaths.of([product.category_path for product in products], None if like is None else like.category),
            price=_floats(_effective_price(product) for product in products),
            stock=_floats(product.stock for product in products),
            popularity=_floats(product.popularity for product in products),
            created_at=_floats(_seconds(product.created_at) for product in products),
            available=np.array([product.is_available for product in products], np.bool_),
            attributes=attributes,
            attribute_pairs=pairs,
        )

    def save(self, draft: Draft) -> None:
        """Write everything into a generation in the making, under names that begin with ``columns.``."""
        draft.save_array("columns.codes", np.stack([self.coded(name).codes for name in TEXT_FIELDS]))
        draft.save_array("columns.category_levels", np.column_stack((self.category.codes, self.category.levels)))
        draft.save_array("columns.numbers", np.stack([self.numbers(name) for name in NUMBER_FIELDS]))
        draft.save_array("columns.available", self.available)
        draft.save_sparse("columns.attributes", self.attributes)
        texts = {name: self.coded(name).values for name in TEXT_FIELDS}
        vocabularies = {"texts": texts, "category": self.category.values, "attributes": self.attribute_pairs.values}
        draft.save_json("columns.vocabularies", {"numbers": NUMBER_FIELDS, **vocabularies})

    @classmethod
    def load(cls, generation: Generation) -> Columns:
        """Read what `save` wrote.

        Raises:
            CorruptGeneration: a file is missing, or the generation was written with other fields.
        """
        words = generation.load_json("columns.vocabularies")
        if tuple(words["texts"]) != TEXT_FIELDS or tuple(words["numbers"]) != NUMBER_FIELDS:
            raise CorruptGeneration(f"generation {generation.name} holds the columns of another version; build the shop again")
        codes, levels, numbers, available = (
            generation.load_array(f"columns.{name}", mmap=False) for name in ("codes", "category_levels", "numbers", "available")
        )
        parts: dict[str, Any] = dict(zip(NUMBER_FIELDS, numbers, strict=True))  # Any: fields of several types
        for name, of_field in zip(TEXT_FIELDS, codes, strict=True):
            parts[name] = Coded(of_field, Vocabulary(tuple(words["texts"][name])), name in _EXACT)
        paths = Vocabulary(tuple(tuple(path) for path in words["category"]))
        return cls(
            **parts,
            category=CodedPaths(levels[:, 0].copy(), levels[:, 1:].copy(), paths),
            available=available,
            attributes=generation.load_sparse("columns.attributes", mmap=False),
            attribute_pairs=Pairs(tuple((name, value) for name, value in words["attributes"])),
        )


def _attributes(products: Sequence[Product], like: Pairs | None) -> tuple[csr_matrix, Pairs]:
    from scipy.sparse import csr_matrix

    coder = Coder(like)
    indices: list[int] = []
    starts = [0]
    for product in products:
        pairs = ((normalised(name), normalised(value)) for name, values in product.attributes.items() for value in values)
        indices.extend(sorted({coder.code(pair) for pair in pairs if all(pair)}))
        starts.append(len(indices))
    vocabulary = coder.vocabulary()
    parts = (np.ones(len(indices), np.float32), np.array(indices, np.int32), np.array(starts, np.int32))
    matrix = csr_matrix(parts, shape=(len(products), len(vocabulary.values)))
    return matrix, vocabulary if isinstance(vocabulary, Pairs) else Pairs(vocabulary.values)


def _effective_price(product: Product) -> float | None:
    price, sale = _finite(product.price), _finite(product.sale_price)
    return sale if price is None or (sale is not None and sale < price) else price


def _seconds(moment: datetime | None) -> float | None:
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()  # never the machine's own time zone


def _floats(values: Iterable[Decimal | float | None]) -> Floats:
    return np.array([math.nan if (value := _finite(raw)) is None else value for raw in values], np.float64)


def _finite(value: Decimal | float | None) -> float | None:
    try:
        number = math.nan if value is None else float(value)
    except OverflowError:  # an int of hundreds of digits
        return None
    return number if math.isfinite(number) else None

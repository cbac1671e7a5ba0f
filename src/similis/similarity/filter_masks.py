"""Which rows a filter allows."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from similis.arrays import Floats, Mask
from similis.catalogue.values import WORDS, word_meaning
from similis.errors import InvalidFilter
from similis.similarity.coded import MISSING, Coded, normalised
from similis.similarity.columns import ATTRIBUTE_PREFIX, NUMBER_FIELDS, Columns
from similis.similarity.filter_checks import CATEGORY_FIELD
from similis.similarity.filter_parsing import to_dict
from similis.similarity.filter_tree import (
    And,
    Attribute,
    Between,
    DifferentFromSource,
    Equals,
    Exists,
    Filter,
    Not,
    OneOf,
    Or,
    PriceBand,
    Relative,
    SameAsSource,
    SameCategory,
    Under,
    check_limits,
)

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_ROUNDING = 1e-9  # relative; a price of exactly 1.25 times the source's stays inside a band up to 1.25


def allowed(wanted: Filter, columns: Columns, source: Columns | None = None) -> Mask:
    """(n,) bool: the rows of ``columns`` that the filter matches.

    Args:
        wanted: The filter.
        columns: The rows asked about.
        source: The product that "same", "different" and price ratios compare with: one row. It may have codes of its own: values are
            compared, not codes. None for a question without a product.
    Raises:
        InvalidFilter: a part compares with the source, and there is none; or ``source`` is not one row.
        LimitExceeded: the filter is too large.
    """
    check_limits(wanted)
    if source is not None and len(source) != 1:
        raise InvalidFilter(f"a filter compares with one source product, but {len(source)} rows were given; filter for each alone")
    return _mask(wanted, columns, source)


def _mask(wanted: Filter, columns: Columns, source: Columns | None) -> Mask:
    match wanted:
        case And(parts):
            out = np.ones(len(columns), np.bool_)
            for part in parts:
                out &= _mask(part, columns, source)
            return out
        case Or(parts):
            out = np.zeros(len(columns), np.bool_)
            for part in parts:
                out |= _mask(part, columns, source)
            return out
        case Not(part):
            return ~_mask(part, columns, source)
        case SameAsSource() | DifferentFromSource() | SameCategory() | PriceBand():
            if source is None:
                clause = json.dumps(to_dict(wanted), ensure_ascii=False)
                raise InvalidFilter(
                    f"{clause} compares with a source product, but the question has none; ask with a product, or name the value"
                )
            return _relative(wanted, columns, source)
        case _:
            return _absolute(wanted, columns)


def _absolute(clause: Equals | OneOf | Between | Exists | Under | Attribute, columns: Columns) -> Mask:
    match clause:
        case Equals(field, value):
            if isinstance(value, str):
                return _has_text(columns, field, (value,))
            return columns.available.copy() if value else ~columns.available
        case OneOf(field, values):
            return _has_text(columns, field, values)
        case Between(field, low, high):
            return _between(columns.numbers(field), low, high)
        case Exists(field):
            return _exists(columns, field)
        case Under(path):
            return columns.category.under(path)
        case Attribute(name, values):
            return _has_pair(columns, ((normalised(name), normalised(value)) for value in values))


def _relative(clause: Relative, columns: Columns, source: Columns) -> Mask:
    match clause:
        case PriceBand():
            return _in_band(clause, columns, source)
        case SameCategory(levels_up):
            path = source.category.value(0) or ()
            return columns.category.under(path[: max(1, len(path) - levels_up)])
        case SameAsSource(field):
            return _same(columns, source, field)
        case DifferentFromSource(field):
            if not _exists(source, field)[0]:
                return np.zeros(len(columns), np.bool_)
            return _exists(columns, field) & ~_same(columns, source, field)


def _in_band(band: PriceBand, columns: Columns, source: Columns) -> Mask:
    price = float(source.price[0])
    if math.isnan(price):
        return np.zeros(len(columns), np.bool_)
    low = None if band.low_ratio is None else band.low_ratio * price * (1 - _ROUNDING)
    high = None if band.high_ratio is None else band.high_ratio * price * (1 + _ROUNDING)
    near = _between(columns.price, low, high)
    if source.currency.value(0) is None:
        return near
    return near & (_same(columns, source, "currency") | ~_exists(columns, "currency"))


def _same(columns: Columns, source: Columns, field: str) -> Mask:
    if field == CATEGORY_FIELD:
        return columns.category.under(source.category.value(0) or ())
    if field.startswith(ATTRIBUTE_PREFIX):
        name = normalised(field.removeprefix(ATTRIBUTE_PREFIX))
        pairs = (source.attribute_pairs.values[code] for code in source.attributes.indices)
        return _has_pair(columns, (pair for pair in pairs if pair[0] == name))
    value = source.coded(field).value(0)
    mine = columns.coded(field)
    return _has_code(mine, () if value is None else (mine.vocabulary.find(value),))


def _exists(columns: Columns, field: str) -> Mask:
    if field in NUMBER_FIELDS:
        return ~np.isnan(columns.numbers(field))
    if field == CATEGORY_FIELD:
        return np.asarray(columns.category.codes != MISSING)
    if field.startswith(ATTRIBUTE_PREFIX):
        name = columns.attribute_pairs.names.find(normalised(field.removeprefix(ATTRIBUTE_PREFIX)))
        return _has_column(columns.attribute_presence, () if name == MISSING else (name,))
    return np.asarray(columns.coded(field).codes != MISSING)


def _has_text(columns: Columns, field: str, values: Iterable[str]) -> Mask:
    coded = columns.coded(field)
    texts = [*values]
    if field in WORDS:  # gender and the like: the catalogue says "female" where the shop says 女
        texts += [meaning for text in texts if (meaning := word_meaning(field, text)) is not None]
    return _has_code(coded, map(coded.code_of, texts))


def _has_code(coded: Coded, codes: Iterable[int]) -> Mask:
    wanted = sorted({code for code in codes if code != MISSING})
    if len(wanted) == 1:
        return np.asarray(coded.codes == wanted[0])
    return np.isin(coded.codes, wanted)


def _has_pair(columns: Columns, pairs: Iterable[tuple[str, str]]) -> Mask:
    codes = (columns.attribute_pairs.find(pair) for pair in pairs)
    return _has_column(columns.attributes, [code for code in codes if code != MISSING])


def _has_column(matrix: csr_matrix, wanted: Iterable[int]) -> Mask:
    weights = np.zeros(matrix.shape[1], np.float32)
    weights[list(wanted)] = 1
    return np.asarray(matrix @ weights > 0)


def _between(numbers: Floats, low: float | None, high: float | None) -> Mask:
    known = ~np.isnan(numbers)
    if low is not None:
        known &= numbers >= low
    if high is not None:
        known &= numbers <= high
    return known

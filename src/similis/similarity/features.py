"""Features: signals turned into comparable numbers, each in a unit that carries over from one catalogue to the next.

Masses are divided by the catalogue's ceiling (the rarity of a term that no product has), so "one term as rare as can be is shared" is 1
in a shop of a hundred products and in one of a million. Every feature is symmetric in its two products and 0 where a side says nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from similis.arrays import Mask, Vectors
from similis.similarity.signals import Signals

Feature = Callable[[Signals], Vectors | None]


def _semantic(s: Signals) -> Vectors | None:
    return s.semantic


def _semantic_cross(s: Signals) -> Vectors | None:
    """The semantic evidence again where the languages differ: spelling says nothing there, so meaning must say more."""
    if s.semantic is None:
        return None
    a, b = s.query.coded["language"], s.item.coded["language"]
    return _float32(np.where((a >= 0) & (b >= 0) & (a != b), s.semantic, 0))


def _characters(s: Signals) -> Vectors:
    return s.characters


def _characters_codeless(s: Signals) -> Vectors:
    """The characters again where no codes are to be compared: there spelling must tell near-equal titles apart."""
    return _float32(np.where((s.query.codes > 0) & (s.item.codes > 0), 0, s.characters))


def _words(s: Signals) -> Vectors:
    return _ratio(s.words, np.sqrt(s.query.words * s.item.words))


def _words_of_shorter(s: Signals) -> Vectors:
    return _ratio(s.words, np.minimum(s.query.words, s.item.words))


def _words_missing(s: Signals) -> Vectors:
    return _float32(_unmatched(s, s.words, s.query.words, s.item.words) / 4)


def _digits(s: Signals) -> Vectors:
    return _float32(s.digits / (s.ceiling / 2 + np.sqrt(s.query.digits * s.item.digits)))


def _digits_conflict(s: Signals) -> Vectors:
    return _unmatched(s, s.digits, s.query.digits, s.item.digits)


def _codes(s: Signals) -> Vectors:
    return _float32(s.codes / s.ceiling)


def _codes_conflict(s: Signals) -> Vectors:
    return _unmatched(s, s.codes_shared, s.query.codes, s.item.codes)


def _numbers(s: Signals) -> Vectors:
    return _float32(s.numbers / (s.ceiling / 2 + np.sqrt(s.query.numbers * s.item.numbers)))


def _numbers_conflict(s: Signals) -> Vectors:
    return _unmatched(s, s.numbers, s.query.numbers, s.item.numbers)


def _brand_overlap(s: Signals) -> Vectors:
    shared = _ratio(s.brand, np.minimum(s.query.brand, s.item.brand))
    return np.maximum(shared, _equal(s, "brand"))


def _brand_equal(s: Signals) -> Vectors:
    return _float32(np.where(_both_branded(s), _brand_overlap(s), 0))


def _brand_differs(s: Signals) -> Vectors:
    return _float32(_both_branded(s) & (_brand_overlap(s) < 0.01))


def _brand_named(s: Signals) -> Vectors:
    """One side has a brand and the other's title names it."""
    named = np.where(s.query.brand > 0, _ratio(s.query_brand_in_title, s.query.brand), _ratio(s.item_brand_in_title, s.item.brand))
    return _float32(np.where((s.query.brand > 0) != (s.item.brand > 0), np.minimum(named, 1), 0))


def _brand_unnamed(s: Signals) -> Vectors:
    return _float32(((s.query.brand > 0) != (s.item.brand > 0)) & (_brand_named(s) < 0.01))


def _price_gap(s: Signals) -> Vectors:
    """``|ln(price / price)|``, at most 2; 0 where a price is missing or the currencies differ."""
    gap = np.minimum(np.nan_to_num(np.abs(s.query.price - s.item.price), nan=0.0), 2)
    a, b = s.query.coded["currency"], s.item.coded["currency"]
    return _float32(np.where((a >= 0) & (b >= 0) & (a != b), 0, gap))


def _category_shared(s: Signals) -> Vectors:
    return _ratio(s.category, np.maximum(s.query.depth, s.item.depth))


def _category_differs(s: Signals) -> Vectors:
    return _float32((s.query.depth > 0) & (s.item.depth > 0) & (s.category == 0))


def _category_unknown(s: Signals) -> Vectors:
    return _float32((s.query.depth == 0) | (s.item.depth == 0))


def _attributes_equal(s: Signals) -> Vectors:
    return _float32(s.attributes_equal / (s.attributes_both + 2))


def _attributes_differ(s: Signals) -> Vectors:
    return _float32(np.maximum(s.attributes_both - s.attributes_equal, 0) / (s.attributes_both + 2))


def _quantities_equal(s: Signals) -> Vectors:
    return _float32(np.minimum(s.quantities_equal, 2) / 2)


def _quantities_close(s: Signals) -> Vectors:
    return _float32(np.minimum(s.quantities_close, 1))


def _quantities_conflict(s: Signals) -> Vectors:
    return _float32(np.minimum(s.quantities_conflicting, 2) / 2)


def _pack_equal(s: Signals) -> Vectors:
    return _float32(s.query.pieces == s.item.pieces)


def _pack_differs(s: Signals) -> Vectors:
    a, b = s.query.pieces, s.item.pieces
    return _float32((a != b) & np.isfinite(a) & np.isfinite(b))


def _pack_unstated(s: Signals) -> Vectors:
    """One side is a pack of several, the other does not say how many it is."""
    one_says = np.isfinite(s.query.pieces) != np.isfinite(s.item.pieces)
    return _float32(one_says & (np.maximum(s.query.stated, s.item.stated) > 1))


def _size_equal(s: Signals) -> Vectors:
    return _float32(np.where(s.sizes_both > 0, s.sizes_equal >= s.sizes_both, _equal(s, "size") > 0))


def _size_differs(s: Signals) -> Vectors:
    return _float32(np.where(s.sizes_both > 0, s.sizes_equal < s.sizes_both, _differs(s, "size") > 0))


def _audience_differs(s: Signals) -> Vectors:
    return np.maximum(_differs(s, "gender"), _differs(s, "age_group"))


def _audience_equal(s: Signals) -> Vectors:
    return _float32((_equal(s, "gender") + _equal(s, "age_group")) / 2)


def _equal_field(name: str) -> Feature:
    return lambda s: _equal(s, name)


def _differing_field(name: str) -> Feature:
    return lambda s: _differs(s, name)


FEATURES: dict[str, Feature] = {
    "semantic": _semantic,
    "semantic_cross": _semantic_cross,
    "characters": _characters,
    "characters_codeless": _characters_codeless,
    "words": _words,
    "words_of_shorter": _words_of_shorter,
    "words_missing": _words_missing,
    "codes": _codes,
    "codes_conflict": _codes_conflict,
    "digits": _digits,
    "digits_conflict": _digits_conflict,
    "numbers": _numbers,
    "numbers_conflict": _numbers_conflict,
    "quantities_equal": _quantities_equal,
    "quantities_close": _quantities_close,
    "quantities_conflict": _quantities_conflict,
    "pack_equal": _pack_equal,
    "pack_differs": _pack_differs,
    "pack_unstated": _pack_unstated,
    "brand_equal": _brand_equal,
    "brand_differs": _brand_differs,
    "brand_named": _brand_named,
    "brand_unnamed": _brand_unnamed,
    "price_gap": _price_gap,
    "gtin_equal": _equal_field("gtin"),
    "gtin_differs": _differing_field("gtin"),
    "mpn_equal": _equal_field("mpn"),
    "mpn_differs": _differing_field("mpn"),
    "category_shared": _category_shared,
    "category_differs": _category_differs,
    "category_unknown": _category_unknown,
    "color_equal": _equal_field("color"),
    "color_differs": _differing_field("color"),
    "size_equal": _size_equal,
    "size_differs": _size_differs,
    "material_equal": _equal_field("material"),
    "material_differs": _differing_field("material"),
    "audience_equal": _audience_equal,
    "audience_differs": _audience_differs,
    "attributes_equal": _attributes_equal,
    "attributes_differ": _attributes_differ,
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One named reason: the features whose contributions it adds up, the first of which is shown as its value.

    known: whether both sides say something; None for always.
    """

    name: str
    unit: str
    features: tuple[str, ...]
    known: tuple[str, ...] = ()


PIECES: tuple[Piece, ...] = (
    Piece("semantic", "cosine, centred", ("semantic", "semantic_cross")),
    Piece("characters", "cosine of 3-4-grams", ("characters", "characters_codeless")),
    Piece("words", "share of rare words", ("words", "words_of_shorter", "words_missing")),
    Piece("codes", "rarity shared", ("codes", "codes_conflict"), ("codes",)),
    Piece("numbers", "rarity shared", ("numbers", "numbers_conflict", "digits", "digits_conflict"), ("numbers",)),
    Piece("quantities", "agreement", ("quantities_equal", "quantities_close", "quantities_conflict"), ("quantities",)),
    Piece("pack", "equal", ("pack_equal", "pack_differs", "pack_unstated"), ("pack",)),
    Piece("brand", "agreement", ("brand_equal", "brand_differs", "brand_named", "brand_unnamed"), ("brand",)),
    Piece("price", "|ln ratio|", ("price_gap",), ("price",)),
    Piece("gtin", "equal", ("gtin_equal", "gtin_differs"), ("gtin",)),
    Piece("mpn", "equal", ("mpn_equal", "mpn_differs"), ("mpn",)),
    Piece("category", "share of path", ("category_shared", "category_differs"), ("category",)),
    Piece("no category", "yes", ("category_unknown",)),
    Piece("color", "equal", ("color_equal", "color_differs"), ("color",)),
    Piece("size", "equal", ("size_equal", "size_differs"), ("size",)),
    Piece("material", "equal", ("material_equal", "material_differs"), ("material",)),
    Piece("audience", "equal", ("audience_equal", "audience_differs"), ("gender", "age_group")),
    Piece("attributes", "share equal", ("attributes_equal", "attributes_differ"), ("attributes",)),
)


def is_known(signals: Signals, piece: Piece) -> Vectors:
    """1 where both sides say something about ``piece``; broadcasts over the pairs."""
    if not piece.known:
        return np.ones_like(signals.characters)
    return _float32(np.maximum.reduce([np.broadcast_to(_known(signals, name), signals.characters.shape) for name in piece.known]))


def _known(s: Signals, name: str) -> Vectors:
    if name == "category":
        both = (s.query.depth > 0) & (s.item.depth > 0)
    elif name == "price":
        both = np.isfinite(s.query.price) & np.isfinite(s.item.price)
    elif name == "attributes":
        both = s.attributes_both > 0
    elif name == "quantities":
        both = s.quantities_both > 0
    elif name == "pack":
        both = np.isfinite(s.query.pieces) | np.isfinite(s.item.pieces)
    elif name == "size":
        both = (s.sizes_both > 0) | ((s.query.coded[name] >= 0) & (s.item.coded[name] >= 0))
    elif name == "brand":
        both = (s.query.brand > 0) | (s.item.brand > 0)
    elif name in ("codes", "numbers"):
        both = (getattr(s.query, name) > 0) & (getattr(s.item, name) > 0)
    else:
        both = (s.query.coded[name] >= 0) & (s.item.coded[name] >= 0)
    return _float32(both)


def _float32(values: NDArray[Any]) -> Vectors:  # Any: comparisons are bool, some sums float64
    return np.asarray(values, np.float32)


def _ratio(part: Vectors, whole: Vectors) -> Vectors:
    return _float32(part / np.maximum(whole, np.float32(1e-9)))


def _unmatched(s: Signals, shared: Vectors, query: Vectors, item: Vectors) -> Vectors:
    """The rarity either side has over what is shared, the lesser of the two: both must disagree."""
    return _float32(np.maximum(np.minimum(query - shared, item - shared), 0) / s.ceiling)


def _both_branded(s: Signals) -> Mask:
    return np.asarray((s.query.brand > 0) & (s.item.brand > 0))


def _equal(s: Signals, name: str) -> Vectors:
    a, b = s.query.coded[name], s.item.coded[name]
    return _float32((a == b) & (a >= 0))


def _differs(s: Signals, name: str) -> Vectors:
    a, b = s.query.coded[name], s.item.coded[name]
    return _float32((a != b) & (a >= 0) & (b >= 0))

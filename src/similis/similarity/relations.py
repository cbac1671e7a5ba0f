"""Which relation a pair most probably stands in."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from similis.arrays import Floats, Mask, Vectors
from similis.similarity.results import Relation

CODES: tuple[Relation, ...] = ("substitute", "same", "variant", "complement")
"""Relation by code, as neighbour lists store it."""


_VARYING = ("color_differs", "size_differs", "material_differs")


def may_vary(features: Mapping[str, Vectors | None]) -> Mask:
    """Pairs in which something differs that could make them variants: a field, or the title. Equal listings are the same product."""
    characters = features["characters"]
    differing = np.asarray(False) if characters is None else characters < 1 - 1e-5
    for name in _VARYING:
        values = features[name]
        differing = differing | (np.asarray(False) if values is None else values > 0)
    return np.asarray(differing)


def decide(same: Floats, variant: Floats, in_one_group: Mask, in_two_groups: Mask, differing: Mask) -> NDArray[np.int8]:
    """Codes into ``CODES`` for pairs with these log-odds of being the same product or a variant of it.

    Groups are the shop's own word: products of one are variants, products of two are not, and what differs in nothing is no variant.
    Otherwise the likelier of the two counts where it is likelier than not; what is left is a substitute.
    """
    is_variant = (variant >= 0) & ~in_two_groups & differing
    is_same = (same >= 0) | ((variant >= 0) & ~differing)
    found = np.where(is_same & ((same >= variant) | ~is_variant), 1, np.where(is_variant, 2, 0))
    return np.where(in_one_group, 2, found).astype(np.int8)

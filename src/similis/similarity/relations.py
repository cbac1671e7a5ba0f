"""Which relation a pair most probably stands in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from similis.arrays import Floats, Mask
from similis.similarity.results import Relation

CODES: tuple[Relation, ...] = ("substitute", "same", "variant", "complement")
"""Relation by code, as neighbour lists store it."""


def decide(same: Floats, variant: Floats, in_one_group: Mask, in_two_groups: Mask) -> NDArray[np.int8]:
    """Codes into ``CODES`` for pairs with these log-odds of being the same product or a variant of it.

    Groups are the shop's own word: products of one are variants, products of two are not. Otherwise the likelier of the two counts where it
    is likelier than not; what is left is a substitute.
    """
    may_vary = (variant >= 0) & ~in_two_groups
    found = np.where((same >= 0) & ((same >= variant) | ~may_vary), 1, np.where(may_vary, 2, 0))
    return np.where(in_one_group, 2, found).astype(np.int8)

"""What a merchant expects without asking: guards, groups, and the order in which places are filled.

Steps of the fallback chain, best first:

``category``  in the source's own category, and at least plausible
``parent``    in the category above it
``catalogue`` anywhere
``weak``      what is left, below the plausible
Products without a category are never held back for it. Relations other than alike and substitute have one step: duplicates may be misfiled.
"""

from __future__ import annotations

import math

import numpy as np

from similis.arrays import Mask
from similis.similarity.columns import Columns
from similis.similarity.results import Relation

STEPS = ("category", "parent", "catalogue", "weak")
BY_SCORE = "score"
PLAUSIBLE = math.log(0.15 / 0.85)
"""Log-odds below which a product of the same category waits until the end."""

_FOR_ALL = frozenset(("unisex", "all", "all ages"))


def has_steps(relation: Relation) -> bool:
    """Whether places are filled category by category."""
    return relation in ("alike", "substitute")


def steps_of(source: Columns, items: Columns, log_odds: np.ndarray) -> np.ndarray:
    """(n_items,) int8: the step that each item belongs to, for one source row."""
    n_items = len(items)
    step = np.zeros(n_items, np.int8)
    path = source.category_levels[0]
    depth = int((path >= 0).sum())
    if depth:
        levels = items.category_levels
        unknown = levels[:, 0] < 0
        own = levels[:, depth - 1] == path[depth - 1]
        above = levels[:, max(0, depth - 2)] == path[max(0, depth - 2)]
        step = np.where(own | unknown, 0, np.where(above, 1, 2)).astype(np.int8)
    step[log_odds < PLAUSIBLE] = 3
    return step


def audience_allows(source: Columns, items: Columns) -> Mask:
    """False where both sides name a gender or an age group and they exclude each other."""
    allowed = np.ones(len(items), bool)
    for name in ("gender", "age_group"):
        mine, theirs = source.coded(name), items.coded(name)
        code = int(mine.codes[0])
        if code < 0 or mine.values[code] in _FOR_ALL:
            continue
        fits_all = [at for at, value in enumerate(theirs.values) if value in _FOR_ALL]
        allowed &= (theirs.codes < 0) | (theirs.codes == code) | np.isin(theirs.codes, fits_all)
    return allowed


def own_group(source: Columns, items: Columns) -> Mask:
    """True for the items of the source's group."""
    code = int(source.group_id.codes[0])
    return np.zeros(len(items), bool) if code < 0 else np.asarray(items.group_id.codes == code)


def other_group(source: Columns, items: Columns) -> Mask:
    """True for the items of a group that is not the source's."""
    code = int(source.group_id.codes[0])
    return np.zeros(len(items), bool) if code < 0 else np.asarray((items.group_id.codes >= 0) & (items.group_id.codes != code))

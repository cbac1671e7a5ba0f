"""The typed filter tree: what may be asked of a row, checked when it is made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from similis.errors import InvalidFilter
from similis.similarity.coded import normalised_path
from similis.similarity.columns import ATTRIBUTE_PREFIX, NUMBER_FIELDS, TEXT_FIELDS
from similis.similarity.filter_checks import (
    CATEGORY_FIELD,
    FLAG_FIELD,
    LACKABLE_FIELDS,
    MAX_CLAUSES,
    MAX_DEPTH,
    SHARED_FIELDS,
    brief,
    check_field,
    number_range,
    texts,
    too_deep,
    too_many,
)


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold; with no parts, every row."""

    parts: tuple[Filter, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", _filters("and", self.parts))


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds. Needs a part."""

    parts: tuple[Filter, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", _filters("or", self.parts))
        if not self.parts:
            raise InvalidFilter("'or' without parts matches nothing; name at least one, or leave it out")


@dataclass(frozen=True, slots=True)
class Not:
    """The complement: every row the part does not match, rows that lack the value among them."""

    part: Filter

    def __post_init__(self) -> None:
        _filters("not", (self.part,))


@dataclass(frozen=True, slots=True)
class Equals:
    """A text field has this value, or ``available`` is true or false. A missing value equals nothing."""

    field: str
    value: str | bool

    def __post_init__(self) -> None:
        check_field("equals", self.field, (*TEXT_FIELDS, FLAG_FIELD))
        if self.field != FLAG_FIELD:
            texts(self.field, (self.value,))
        elif not isinstance(self.value, bool):
            raise InvalidFilter(f"{FLAG_FIELD!r} is compared with {self.value!r}; it is true or false")


@dataclass(frozen=True, slots=True)
class OneOf:
    """A text field has one of these values."""

    field: str
    values: tuple[str, ...]

    def __post_init__(self) -> None:
        check_field("one of", self.field, TEXT_FIELDS)
        object.__setattr__(self, "values", texts(self.field, self.values))


@dataclass(frozen=True, slots=True)
class Between:
    """A number field lies between ``low`` and ``high``, both included; None leaves that side open.

    ``price`` is what a customer pays, in each row's own currency; ``created_at`` is in seconds since 1970 UTC. A row without the number
    is not matched.
    """

    field: str
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        check_field("between", self.field, NUMBER_FIELDS)
        low, high = number_range(self.field, self.low, self.high)
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "high", high)


@dataclass(frozen=True, slots=True)
class Exists:
    """The row has a value for the field."""

    field: str

    def __post_init__(self) -> None:
        check_field("exists", self.field, LACKABLE_FIELDS, attributes=True)


@dataclass(frozen=True, slots=True)
class Under:
    """The row's category is ``path`` or below it."""

    path: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", texts(CATEGORY_FIELD, self.path))
        if not normalised_path(self.path):
            raise InvalidFilter("the category path is blank; write it like 'Clothing > Yoga'")


@dataclass(frozen=True, slots=True)
class Attribute:
    """The row's attribute ``name`` has one of these values, among others perhaps."""

    name: str
    values: tuple[str, ...]

    def __post_init__(self) -> None:
        check_field("attribute", f"{ATTRIBUTE_PREFIX}{self.name}", (), attributes=True)
        object.__setattr__(self, "values", texts(f"{ATTRIBUTE_PREFIX}{self.name}", self.values))


@dataclass(frozen=True, slots=True)
class SameAsSource:
    """The row's value is the source's. For ``category``: the source's or below; for an attribute: they share a value.

    Where the source lacks the value, no row matches: a filter never widens unseen.
    """

    field: str

    def __post_init__(self) -> None:
        check_field("same", self.field, SHARED_FIELDS, attributes=True)


@dataclass(frozen=True, slots=True)
class DifferentFromSource:
    """Both values are known and differ. For ``category``: the row is not at or below the source's; for an attribute: none is shared.

    Where the source or the row lacks the value, the row does not match; ``Not(SameAsSource(...))`` also takes those.
    """

    field: str

    def __post_init__(self) -> None:
        check_field("different", self.field, SHARED_FIELDS, attributes=True)


@dataclass(frozen=True, slots=True)
class SameCategory:
    """The row is at or below the source's category without its last ``levels_up`` steps, but never above its first step.

    Each level up matches at least what the one before did. No row matches where the source has no category.
    """

    levels_up: int = 0

    def __post_init__(self) -> None:
        levels: object = self.levels_up
        if isinstance(levels, bool) or not isinstance(levels, int) or levels < 0:
            raise InvalidFilter(f"'same_category' takes the number of levels up, 0 or more, not {brief(levels)}")


@dataclass(frozen=True, slots=True)
class PriceBand:
    """The row's price divided by the source's lies in [low_ratio, high_ratio]; None leaves that side open.

    No row matches where the source's price is missing, and none whose currency is known to be another one.
    """

    low_ratio: float | None
    high_ratio: float | None

    def __post_init__(self) -> None:
        low, high = number_range("price ratio", self.low_ratio, self.high_ratio)
        if min(bound for bound in (low, high) if bound is not None) < 0 or high == 0:
            raise InvalidFilter(f"the price ratio {brief((low, high))} is not positive; write it like [0.8, 1.25]")
        object.__setattr__(self, "low_ratio", low)
        object.__setattr__(self, "high_ratio", high)


Relative: TypeAlias = SameAsSource | DifferentFromSource | SameCategory | PriceBand
Clause: TypeAlias = Equals | OneOf | Between | Exists | Under | Attribute | Relative
Filter: TypeAlias = And | Or | Not | Clause
FILTER_TYPES: tuple[type[Filter], ...] = (
    *(And, Or, Not, Equals, OneOf, Between, Exists, Under, Attribute),
    *(SameAsSource, DifferentFromSource, SameCategory, PriceBand),
)


def check_limits(wanted: Filter) -> None:
    """Refuse a tree that is too large to evaluate.

    Raises:
        LimitExceeded: more than ``MAX_DEPTH`` levels (one clause is one level) or ``MAX_CLAUSES`` clauses (an empty ``and`` is one).
    """
    clauses = 0
    waiting = [(wanted, 1)]
    while waiting:
        here, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise too_deep()
        parts = (here.part,) if isinstance(here, Not) else here.parts if isinstance(here, And | Or) else ()
        clauses += not parts
        if clauses > MAX_CLAUSES:
            raise too_many()
        waiting.extend((part, depth + 1) for part in parts)


def _filters(what: str, parts: Iterable[object]) -> tuple[Filter, ...]:
    if isinstance(parts, str) or not isinstance(parts, Iterable):
        raise InvalidFilter(f"'{what}' takes a sequence of filters, not {brief(parts)}")
    checked = []
    for part in parts:
        if not isinstance(part, FILTER_TYPES):
            raise InvalidFilter(f"'{what}' takes filters, not {brief(part)}; make one with parse_filter")
        checked.append(part)
        if len(checked) > MAX_CLAUSES:
            raise too_many()
    return tuple(checked)

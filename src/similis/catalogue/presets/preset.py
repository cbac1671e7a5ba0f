"""``Preset``: what is known beforehand of the feeds of one shop system."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from similis.catalogue.columns import normal_name
from similis.catalogue.product import Product
from similis.catalogue.rows import Merged, RawRow, Reject

Source: TypeAlias = Iterator[RawRow | Reject | Product]
Regrouped: TypeAlias = Iterator[RawRow | Merged | Reject | Product]
Regroup: TypeAlias = Callable[[Source], Regrouped]

_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Preset:
    """How to read the feeds of one shop system. All names of columns are in the form of ``columns.normal_name``.

    about:      one line for people.
    fits:       whether the names of a feed's columns leave no doubt that it is such a feed.
    fields:     field of ``Product`` to its columns, best first; a field that is named here takes no other, all others are guessed as ever.
    attributes: column to the name of the attribute it holds.
    used:       columns that ``regroup`` has read into others; they are not kept as extra.
    regroup:    from the feed's rows to one row per product, every row accounted for; streaming.
    """

    name: str
    about: str
    fits: Callable[[frozenset[str]], bool]
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    used: re.Pattern[str] = _NOTHING
    regroup: Regroup | None = None

    def attribute_of(self, column: str) -> str | None:
        """The attribute a column holds."""
        return self.attributes.get(plain_name(column))

    def uses(self, column: str) -> bool:
        """Whether the column has been read into others."""
        return self.used.fullmatch(plain_name(column)) is not None

    def fields_for(self, column: str) -> list[str]:
        """The fields that name this column."""
        name = normal_name(column)
        return [wanted for wanted, columns in self.fields.items() if name in columns]


def plain_name(column: str) -> str:
    """``normal_name`` without the number of a repeated column: ``additional_image_link#2`` is one more of the same."""
    return re.sub(r"#[0-9]+$", "", normal_name(column))


def names_of(columns: Iterable[str]) -> frozenset[str]:
    """The names of a feed's columns, for ``Preset.fits``."""
    return frozenset(map(plain_name, columns))


def one_row(regroup: Regroup, row: RawRow) -> RawRow:
    """What a preset that looks at each row by itself makes of one."""
    return next((found for found in regroup(iter((row,))) if isinstance(found, RawRow)), row)

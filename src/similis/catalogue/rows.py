"""What a feed is made of before and beside products: raw rows, rejected rows, remarks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

RawValue: TypeAlias = str | list[Any] | dict[str, Any]
"""Text, or what JSON and Arrow nest: lists and objects whose leaves are text. Missing values are the empty text."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as the feed wrote it, all text.

    line:   for text files the line the row starts on (the header of a CSV file is line 1), for tables and iterables the row's number from
            1.
    values: column name to value, in the feed's order.
    missing_cells: how many columns of the header a ragged row does not reach.
    """

    line: int
    values: dict[str, RawValue]
    missing_cells: int = 0


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that became no product, and why.

    ``column`` is the feed's own name of the column at fault, if one is; ``code`` is stable and for machines; ``message`` says the way out.
    """

    line: int
    id: str | None
    column: str | None
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Merged:
    """A row that is a part of another row's product: one more picture, or a parent that has handed its texts to its variants.

    ``into`` is the id of that product, if it has one; ``code`` is stable and for machines.
    """

    line: int
    into: str | None
    code: str


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on a row that was accepted all the same: a value that could not be used, or had to be changed. Fields as in ``Reject``."""

    line: int
    id: str | None
    column: str | None
    code: str
    message: str

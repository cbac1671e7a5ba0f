"""Overrides that place many columns of a wide table at once: ``attr_*=attributes``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from similis.catalogue.cleaning import clean_line
from similis.errors import InvalidMapping

TARGETS = ("attributes", "extra", "ignore")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Columns that start with ``before`` and end in ``after``, with at least one character between, go to ``target``."""

    before: str
    after: str
    target: str

    @property
    def is_bare(self) -> bool:
        """Whether it is ``*``, which takes only what nothing else wants."""
        return not self.before and not self.after

    def __str__(self) -> str:
        return f"{self.before}*{self.after}"

    def stands_for(self, column: str) -> str | None:
        """What the ``*`` stands for in a column's name; None when the column does not fit."""
        end = len(column) - len(self.after)
        fits = end > len(self.before) and column.startswith(self.before) and column.endswith(self.after)
        return column[len(self.before) : end] if fits else None


def parse_patterns(overrides: Mapping[str, str]) -> tuple[Pattern, ...]:
    """The overrides with a ``*`` on their left, in their order.

    Raises:
        InvalidMapping: more than one ``*``, or another target than ``attributes``, ``extra`` or ``ignore``.
    """
    found = []
    for text, target in overrides.items():
        if "*" not in text:
            continue
        if text.count("*") > 1:
            raise InvalidMapping(f"{text!r} has more than one *; a pattern has one, as in attr_*=attributes")
        if target not in TARGETS:
            raise InvalidMapping(f"the columns {text!r} cannot go to {target!r}; a pattern goes to attributes, extra or ignore")
        before, _, after = clean_line(text).partition("*")
        found.append(Pattern(before, after, target))
    return tuple(found)


def first_fitting(patterns: Iterable[Pattern], column: str, *, bare: bool) -> tuple[str, str] | None:
    """Target and what the ``*`` stands for, of the first pattern that fits; bare patterns and others are asked for separately."""
    for pattern in patterns:
        if pattern.is_bare == bare and (name := pattern.stands_for(column)) is not None:
            return pattern.target, name
    return None

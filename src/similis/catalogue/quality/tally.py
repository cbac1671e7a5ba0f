"""Counting with a few examples, in bounded memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Protocol

from similis.catalogue.product import Product
from similis.catalogue.quality.report import Example, Finding, Severity

MAX_REMEMBERED = 500_000
"""Titles, ids and GTINs that are remembered to find repeats; of a larger catalogue the first so many."""
MAX_SHOWN = 120
"""Characters of an example's value."""
MAX_CATEGORIES = 5_000
LEVELS = 2


class Check(Protocol):
    """Looks at every product once, and says at the end what it found."""

    def see(self, product: Product) -> None:
        """Look at one product."""
        ...

    def findings(self) -> Iterator[Finding]:
        """What was found."""
        ...


class Tally:
    """How often something was seen, and its first examples."""

    __slots__ = ("_limit", "count", "examples")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.count = 0
        self.examples: list[Example] = []

    def add(self, product: Product, value: object) -> None:
        """Count a product."""
        self.count += 1
        if len(self.examples) < self._limit:
            self.examples.append(Example(product.id, shown(value)))

    def finding(self, code: str, severity: Severity, field: str, of: int, what: str, remedy: str) -> Iterator[Finding]:
        """The finding, if anything was counted."""
        if self.count:
            yield Finding(code, severity, field, self.count, of, what, remedy, tuple(self.examples))


def shown(value: object) -> str:
    """A value as an example shows it: one line, clipped."""
    text = " ".join(str(value).split())
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


def digest(text: str) -> int:
    """64 bits that stand for a text."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def category_of(product: Product, levels: int = LEVELS) -> str:
    """The upper levels of the category, as one text; empty without one."""
    return " > ".join(product.category_path[:levels])

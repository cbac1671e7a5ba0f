"""Choices that depend only on the seed and a key, so that editing one table row leaves all the others as they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Chance:
    """A source of choices; the same seed and key always give the same answer."""

    seed: int

    def integer(self, *key: object) -> int:
        """A 64-bit number for the key."""
        text = "\x1f".join([str(self.seed), *map(str, key)])
        return int.from_bytes(blake2b(text.encode("utf-8"), digest_size=8).digest(), "big")

    def share(self, *key: object) -> float:
        """A number in [0, 1) for the key."""
        return (self.integer(*key) >> 11) / (1 << 53)

    def pick(self, values: Sequence[T], *key: object) -> T:
        """One of ``values``, which is not empty."""
        return values[self.integer(*key) % len(values)]

    def some(self, values: Sequence[T], n: int, *key: object) -> list[T]:
        """``n`` of ``values`` (all, where there are fewer), in their given order."""
        ranked = sorted(range(len(values)), key=lambda i: self.integer(*key, i))
        return [values[i] for i in sorted(ranked[:n])]

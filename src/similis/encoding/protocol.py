"""What every encoder promises, whatever runs behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from similis.arrays import Vectors

Role: TypeAlias = Literal["item", "query"]
Progress: TypeAlias = Callable[[int], None]
"""Called with the number of texts just finished; sums to ``len(texts)``."""


@dataclass(frozen=True, slots=True)
class TokenStates:
    """One text's tokens after the last layer.

    tokens: (n,) the pieces as the tokenizer spells them.
    spans:  (n,) character offsets [start, end) into the text as given; (0, 0) for tokens that stand for no text (prefix, specials).
    states: (n, dim) float32, scaled so that their sum is the text's vector as ``encode`` returns it (within 1e-5).
    """

    tokens: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    states: Vectors


class Encoder(Protocol):
    """Turns texts into unit vectors. A text's vector never depends on the texts beside it."""

    @property
    def dim(self) -> int:
        """Length of a vector."""
        ...

    @property
    def fingerprint(self) -> str:
        """Model, tokenizer, pooling, prefixes, precision and length limit; stored with every vector."""
        ...

    def encode(self, texts: Sequence[str], *, role: Role = "item", progress: Progress | None = None) -> Vectors:
        """(len(texts), dim) float32, rows of unit length, in the order given."""
        ...


class SupportsTokenStates(Protocol):
    """Encoders with mean pooling, whose cosine splits exactly into token pairs."""

    def token_states(self, texts: Sequence[str], *, role: Role = "item") -> list[TokenStates]:
        """One entry per text, in the order given."""
        ...

"""A real encoder without a model: instant, deterministic, good enough to tell equal words from different ones."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from similis.arrays import Vectors
from similis.encoding import TokenStates
from similis.encoding.protocol import Progress, Role

_PIECE = re.compile(r"[a-z0-9]+|[^\W_]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TinyEncoder:
    """Each word, and each Chinese character, is a fixed random vector; a text is their sum, scaled to unit length."""

    dim: int = 64

    @property
    def fingerprint(self) -> str:
        """Differs from every real model's."""
        return f"tiny-{self.dim}"

    def encode(self, texts: Sequence[str], *, role: Role = "item", progress: Progress | None = None) -> Vectors:
        """(len(texts), dim) float32 unit vectors; ``role`` changes nothing."""
        made = np.zeros((len(texts), self.dim), np.float32)
        for row, states in enumerate(self.token_states(texts, role=role)):
            made[row] = states.states.sum(axis=0)
            if progress is not None:
                progress(1)
        return made

    def token_states(self, texts: Sequence[str], *, role: Role = "item") -> list[TokenStates]:
        """One state a word, after one for the text's beginning."""
        return [self._states(text) for text in texts]

    def _states(self, text: str) -> TokenStates:
        found = list(_PIECE.finditer(text))
        tokens = ("<s>", *(match[0] for match in found))
        spans = ((0, 0), *(match.span() for match in found))
        states = np.stack([self._vector(token.lower()) for token in tokens])
        return TokenStates(tokens, spans, (states / np.linalg.norm(states.sum(axis=0))).astype(np.float32))

    def _vector(self, token: str) -> np.ndarray:
        seed = int.from_bytes(hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()[:8], "big")
        return np.random.default_rng(seed).standard_normal(self.dim)

"""Why two products are similar: the contributions, the words and codes they share, and the token pairs behind the meaning."""

from __future__ import annotations

import html
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from similis.arrays import Floats
from similis.encoding import TokenStates
from similis.similarity.quantities import QuantityPair
from similis.similarity.results import Evidence, Relation
from similis.similarity.semantics import Semantics


@dataclass(frozen=True, slots=True)
class TokenPairs:
    """The semantic evidence, token by token.

    tokens_a, tokens_b: as the tokenizer spells them, special tokens included.
    spans_a, spans_b: character offsets into the texts; (0, 0) for tokens that stand for no text.
    values: (len(tokens_a), len(tokens_b)) float64; they add up to ``total``, the semantic evidence.
    """

    tokens_a: tuple[str, ...]
    tokens_b: tuple[str, ...]
    spans_a: tuple[tuple[int, int], ...]
    spans_b: tuple[tuple[int, int], ...]
    values: Floats
    total: float

    def strongest(self, n: int = 5) -> list[tuple[str, str, float]]:
        """The ``n`` pairs of text tokens that add most."""
        text_a = [bool(end) for _, end in self.spans_a]
        text_b = [bool(end) for _, end in self.spans_b]
        shown = np.where(np.outer(text_a, text_b), self.values, -np.inf)
        order = np.argsort(-shown, axis=None, kind="stable")[:n]
        at = [np.unravel_index(place, shown.shape) for place in order.tolist()]
        return [(self.tokens_a[i], self.tokens_b[j], float(self.values[i, j])) for i, j in at if np.isfinite(shown[i, j])]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {**asdict(self), "values": self.values.tolist()}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why ``a`` and ``b`` stand where they stand. The same for (a, b) and (b, a), but for the order of the two.

    score: probability of the relation asked for; ``log_odds`` is the sum of the contributions.
    text_a, text_b: what the encoder read of each; the spans of ``tokens`` count in them.
    quantities: numbers with units, packs and sizes side by side.
    tokens: None without an encoder, or with one that does not pool by mean.
    """

    a: str
    b: str
    title_a: str
    title_b: str
    text_a: str
    text_b: str
    asked: Relation
    relation: Relation
    score: float
    log_odds: float
    evidence: tuple[Evidence, ...]
    shared_words: tuple[str, ...]
    shared_codes: tuple[str, ...]
    quantities: tuple[QuantityPair, ...]
    tokens: TokenPairs | None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        plain = {name: getattr(self, name) for name in self.__slots__ if name not in ("evidence", "quantities", "tokens")}
        return {
            **plain,
            "evidence": [asdict(e) for e in self.evidence],
            "quantities": [asdict(pair) for pair in self.quantities],
            "tokens": None if self.tokens is None else self.tokens.to_dict(),
        }

    def _repr_html_(self) -> str:
        """A table, for notebooks."""
        rows = "".join(
            f"<tr><td>{html.escape(e.name)}</td><td>{'' if e.value is None else f'{e.value:.3f}'}</td><td>{html.escape(e.unit)}</td>"
            f"<td>{e.contribution:+.2f}</td></tr>"
            for e in self.evidence
        )
        caption = f"{html.escape(self.title_a)} ↔ {html.escape(self.title_b)}: {self.relation}, {self.score:.2f} ({self.asked})"
        head = "<tr><th>evidence</th><th>value</th><th>unit</th><th>log-odds</th></tr>"
        return f"<table><caption>{caption}</caption><thead>{head}</thead><tbody>{rows}</tbody></table>"


def token_pairs(a: TokenStates, b: TokenStates, semantics: Semantics) -> TokenPairs:
    """Split the centred cosine of two texts into their token pairs.

    With x = Σ h_s and the catalogue's mean m, every token gives up its share of the mean: x - m = Σ (h_s - m/n). The inner products of such
    tokens, divided by the two lengths, add up to the centred cosine exactly.
    """
    mean = semantics.mean.astype(np.float64)
    left = a.states.astype(np.float64) - mean / len(a.tokens)
    right = b.states.astype(np.float64) - mean / len(b.tokens)
    lengths = float(np.linalg.norm(left.sum(axis=0)) * np.linalg.norm(right.sum(axis=0)))
    values = left @ right.T / max(lengths, 1e-12)
    return TokenPairs(a.tokens, b.tokens, a.spans, b.spans, values, float(values.sum()))

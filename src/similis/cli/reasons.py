"""Evidence in words: "same brand", "price ×1.4"."""

from __future__ import annotations

import math
from collections.abc import Sequence

from similis.similarity.results import Evidence, strongest

_MORE_OR_LESS = {
    "semantic": ("close in meaning", "other meaning"),
    "characters": ("spelt alike", "spelt otherwise"),
    "words": ("shares rare words", "few words in common"),
    "codes": ("shares a code", "other code"),
    "numbers": ("same numbers", "other numbers"),
    "quantities": ("same quantities", "other quantities"),
    "attributes": ("attributes agree", "attributes differ"),
    "link": ("named by the shop", "not named by the shop"),
}
"""Where there is no yes or no, the sign of the contribution tells."""

_EQUAL_OR_NOT = {"brand": "brand", "gtin": "GTIN", "mpn": "MPN", "color": "colour", "size": "size", "material": "material",
                 "audience": "audience", "category": "category", "pack": "pack"}  # fmt: skip


def in_words(evidence: Evidence, shared_codes: Sequence[str] = ()) -> str:
    """One reason as a short phrase; what has no phrase shows under its own name."""
    name, value = evidence.name, evidence.value
    if name == "codes" and shared_codes and evidence.contribution > 0:
        return f"shares code {shared_codes[0].upper()}"
    if name == "price" and value is not None:
        return "same price" if value < 0.03 else f"price ×{math.exp(value):.1f}"
    if name in _EQUAL_OR_NOT and value is not None:
        return _equality(name, value, evidence.contribution)
    if name in _MORE_OR_LESS:
        return _MORE_OR_LESS[name][evidence.contribution < 0]
    return name.replace("_", " ")


def _equality(name: str, value: float, contribution: float) -> str:
    word = _EQUAL_OR_NOT[name]
    if value > 0.99:
        return f"same {word}"
    if name == "category" and value > 0:
        return "near category"
    if name == "brand" and contribution > 0:
        return "brand named"
    return f"partly same {word}" if value > 0.01 else f"other {word}"


def why(evidence: Sequence[Evidence], n: int = 3, shared_codes: Sequence[str] = ()) -> str:
    """The strongest reasons, those for it first: ``close in meaning, same brand; but other size``."""
    chosen = strongest(evidence, n)
    parts = [
        ", ".join(dict.fromkeys(in_words(e, shared_codes) for e in chosen if (e.contribution < 0) is against)) for against in (False, True)
    ]
    return "; but ".join(part for part in parts if part)

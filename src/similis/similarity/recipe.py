"""Which words of a product each kind of evidence looks at.

Measured (``python -m benchmarks recipe``): a long description drowns the title, for the encoder and for n-grams alike. Alone, the encoder
does a little better with the brand behind the title; in the sum, where brand is evidence of its own, the title alone is better (same
product first for Amazon-Google's training queries: .826 against .805). Codes are rare and exact, so the first lines of the description and
the product's own codes help them.
"""

from __future__ import annotations

from similis.catalogue import Product
from similis.catalogue.quantities import Quantity, rewritten

VERSION = "4"
"""Raise it when a view, or what a generation holds, changes: a generation of another version is refused until the next build."""

MAX_TOKENS = 64
"""Tokens of a title that the encoder reads."""
_CODE_DESCRIPTION = 300


def encoder_text(product: Product) -> str:
    """What the encoder reads."""
    return product.title


def lexical_text(product: Product, quantities: tuple[Quantity, ...]) -> str:
    """What characters, words and numbers are taken from: the title, with the quantities found in it written one way."""
    return rewritten(product.title, quantities)


def code_text(product: Product) -> str:
    """What codes are taken from."""
    parts = (product.title, product.mpn or "", (product.description or "")[:_CODE_DESCRIPTION])
    return " | ".join(part for part in parts if part)

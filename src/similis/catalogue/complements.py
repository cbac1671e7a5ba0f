"""Cross-sell links as a feed names them."""

from __future__ import annotations

import json

from similis.catalogue.product import Product

COMPLEMENTS = "complements"
"""The key of ``Product.extra`` that holds the linked ids, as a JSON list of texts."""


def complement_ids(product: Product) -> tuple[str, ...]:
    """Ids the feed names as going with this product, in its order, without repeats; empty when there are none."""
    text = product.extra.get(COMPLEMENTS)
    if not text:
        return ()
    try:
        ids = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    if not isinstance(ids, list):
        return ()
    return tuple(dict.fromkeys(value for value in ids if isinstance(value, str) and value))

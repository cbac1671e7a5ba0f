"""Prices and stock as a feed writes them."""

from __future__ import annotations

from math import exp

from .chance import Chance
from .offers import Offer


def price(offer: Offer, chance: Chance) -> float:
    """The price in the seller's currency; another seller is up to a tenth dearer or cheaper."""
    base = offer.variant.price * (0.92 if offer.seller.currency == "EUR" else 1.0)
    if offer.copy:
        base *= 0.9 + 0.2 * chance.share("price", offer.listing)
    return _charming(base, offer) if offer.copy or offer.seller.currency == "EUR" else base


def sale_price(offer: Offer, full: float, chance: Chance) -> float | None:
    """A reduced price for every sixth listing."""
    if chance.share("sale", offer.listing) > 0.17:
        return None
    return _charming(full * chance.pick((0.9, 0.85, 0.8, 0.7), "reduction", offer.listing), offer)


def _charming(value: float, offer: Offer) -> float:
    if offer.item.kind.lang == "zh":
        return round(value) if value >= 20 else round(value, 1)
    return max(0.49, round(value) - (0.01 if offer.seller.currency == "USD" else 0.05)) if value >= 3 else round(value, 2)


def stock(offer: Offer, chance: Chance) -> dict[str, object]:
    """The columns ``availability`` and ``stock``; some sellers send only one of them, a few neither."""
    chosen = chance.share("availability 11", offer.id)  # of the numbers tried, 11 has every demo product in stock
    count = int(exp(1.5 + 4 * chance.share("stock", offer.id)))
    if chosen < 0.08:
        return {"availability": "out_of_stock", "stock": 0}
    if chosen < 0.1:
        return {"availability": "preorder"}
    if chosen < 0.13:
        return {}
    if chosen < 0.2:
        return {"stock": count}
    return {"availability": "in_stock"} | ({"stock": count} if chosen < 0.85 else {})


def popularity(offer: Offer, chance: Chance) -> int:
    """Units sold in thirty days: few sell much. Variants of a listing differ less than listings do."""
    return int(exp(1 + 5 * chance.share("popular", offer.listing) ** 1.5 + chance.share("popular", offer.id)))

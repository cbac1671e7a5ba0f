"""Price, availability and seller from schema.org's offers."""

from __future__ import annotations

from typing import Any

from similis.catalogue.readers.terms import Node, local, many, plain, text_of, types_of
from similis.catalogue.rows import RawValue

_LIST_PRICES = frozenset(("ListPrice", "StrikethroughPrice", "MSRP", "SRP", "RegularPrice"))
_THERE = frozenset(("instock", "limitedavailability", "onlineonly", "instoreonly", "in stock", "in_stock"))


def offer_columns(node: Node) -> dict[str, RawValue]:
    """``price``, ``sale_price``, ``currency``, ``availability``, ``stock``, ``condition``, ``seller`` of a product.

    Of several offers the first that is in stock and has a price is taken, else the first with a price; all are kept as ``offers`` then.
    Of an ``AggregateOffer`` without offers of its own the lowest price is.
    """
    offers = [one for one in many(node.get("offers")) if isinstance(one, dict)]
    inner = [part for one in offers for part in many(one.get("offers")) if isinstance(part, dict)]
    single = [one for one in offers if not (one.get("offers"))] + inner
    best = _best(single)
    outer = offers[0] if offers else {}
    row: dict[str, RawValue] = {}
    price, list_price, currency = _prices(best)
    if not price:
        price, list_price, currency = _prices(outer)
    if list_price and list_price != price:
        row["price"], row["sale_price"] = list_price, price
    else:
        row["price"] = price or text_of(outer.get("lowPrice"))
    row["currency"] = currency or text_of(best.get("priceCurrency")) or text_of(outer.get("priceCurrency"))
    row["availability"] = _word(best.get("availability")) or _word(outer.get("availability"))
    row["condition"] = _word(best.get("itemCondition")) or _word(outer.get("itemCondition")) or _word(node.get("itemCondition"))
    row["seller"] = text_of(best.get("seller")) or text_of(best.get("offeredBy")) or text_of(outer.get("seller"))
    row["stock"] = text_of(best.get("inventoryLevel"))
    row["high_price"] = text_of(outer.get("highPrice"))
    row["offer_count"] = text_of(outer.get("offerCount"))
    if len(single) > 1:
        row["offers"] = [plain(one) for one in single]
    return {column: value for column, value in row.items() if value}


def _best(offers: list[Node]) -> Node:
    priced = [one for one in offers if _prices(one)[0]]
    there = [one for one in priced if _word(one.get("availability")).casefold() in _THERE]
    return next(iter(there or priced or offers), {})


def _prices(offer: Node) -> tuple[str, str, str]:
    """What an offer asks for, what it struck out, and the currency, as far as it says."""
    price = text_of(offer.get("price")) or text_of(offer.get("lowPrice"))
    currency = text_of(offer.get("priceCurrency"))
    list_price = ""
    for one in many(offer.get("priceSpecification")):
        if not isinstance(one, dict):
            continue
        amount = text_of(one.get("price")) or text_of(one.get("minPrice"))
        currency = currency or text_of(one.get("priceCurrency"))
        kind = _word(one.get("priceType"))
        if kind in _LIST_PRICES:
            list_price = list_price or amount
        elif not _is_about_a_part(one):
            price = price or amount
    return price or list_price, list_price, currency


def _is_about_a_part(specification: Node) -> bool:
    """Prices of delivery or payment, per unit of measure, or for some buyers only."""
    kinds = types_of(specification)
    return (
        "DeliveryChargeSpecification" in kinds
        or "PaymentChargeSpecification" in kinds
        or bool(specification.get("validForMemberTier"))
        or bool(specification.get("referenceQuantity"))
    )


def _word(value: Any) -> str:
    return local(text_of(value)).rstrip("/")

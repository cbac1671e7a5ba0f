"""Feed rows: an offer in the columns a shop exports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .chance import Chance
from .codes import gtin, mpn
from .offers import Offer
from .prices import popularity, price, sale_price, stock
from .titles import color_name, size_name

# How sure a later listing is to carry the codes of the first: with both, the GTIN, the part number, or the title alone.
_CODES_OF_COPIES = ("gtin mpn", "gtin", "mpn", "", "")

Row = dict[str, Any]  # values as JSON has them


def row(offer: Offer, cross_sell: Sequence[str], chance: Chance) -> Row:
    """The feed row of ``offer``. Columns without a value are left out."""
    item, kind, full = offer.item, offer.item.kind, price(offer, chance)
    gender, _, age_group = kind.who.partition("/")
    columns: Row = {"id": offer.id, "group_id": offer.group_id, "title": offer.title, "description": _description(offer, chance)}
    columns |= {"brand": _brand(offer, chance), "category_path": _category(offer, chance)} | _codes(offer, chance)
    reduced = sale_price(offer, full, chance)
    columns |= {"price": f"{full:.2f}", "sale_price": f"{reduced:.2f}" if reduced is not None and reduced < full else None}
    columns |= {"currency": offer.seller.currency} | stock(offer, chance) | {"condition": item.condition or _condition(offer, chance)}
    columns |= {"color": color_name(offer.seller, offer.variant), "size": size_name(offer.seller, offer.variant)}
    columns |= {"material": _material(offer, chance), "gender": gender, "age_group": age_group, "attributes": _attributes(offer, chance)}
    columns |= {"popularity": popularity(offer, chance) if chance.share("counted", offer.listing) < 0.9 else None}
    columns |= {"seller": offer.seller.name, "source": offer.seller.source, "cross_sell_ids": list(cross_sell)}
    return {name: value for name, value in columns.items() if value not in (None, "", [], {})}


def _description(offer: Offer, chance: Chance) -> str | None:
    if chance.share("described", offer.listing) > 0.86:
        return None
    first = offer.item.description if not offer.copy or chance.share("same words", offer.listing) < 0.4 else None
    n = chance.pick((0, 1, 1, 2) if first else (1, 1, 2, 2), "sentences", offer.listing)
    sentences = ([first] if first else []) + chance.some(offer.item.kind.say, n, "say", offer.listing)
    return ("" if offer.item.kind.lang == "zh" else " ").join(sentences)


def _brand(offer: Offer, chance: Chance) -> str | None:
    return None if chance.share("unbranded", offer.listing) < 0.06 else offer.item.brand


def _category(offer: Offer, chance: Chance) -> str:
    parts = offer.item.kind.path.split(" > ")
    coarse = offer.seller.source == "partner" or (offer.copy and chance.share("coarse", offer.listing) < 0.3)
    return " > ".join(parts[:-1] if coarse and len(parts) > 1 else parts)


def _codes(offer: Offer, chance: Chance) -> Row:
    item, variant = offer.item, offer.variant
    kept = "gtin mpn"
    if offer.copy:
        kept = chance.pick(_CODES_OF_COPIES, "codes", offer.listing)
    elif chance.share("no gtin", offer.listing) < 0.25:
        kept = "mpn"
    found: Row = {}
    if "gtin" in kept:
        found["gtin"] = gtin(item.product_key, variant.key, chance)
    if "mpn" in kept:
        found["mpn"] = mpn(item, variant)
    return found


def _condition(offer: Offer, chance: Chance) -> str | None:
    return "new" if chance.share("condition", offer.listing) < 0.7 else None


def _material(offer: Offer, chance: Chance) -> str | None:
    if offer.copy and chance.share("material left out", offer.listing) < 0.5:
        return None
    item = offer.item
    return item.material or (chance.pick(item.kind.material, "material", item.key) if item.kind.material else None)


def _attributes(offer: Offer, chance: Chance) -> dict[str, str | list[str]]:
    item = offer.item
    found: dict[str, str | list[str]] = dict(item.attributes)
    for name, values in item.kind.attrs.items():
        n = min(len(values), 2)
        chosen = chance.some(values, n, "attribute", name, item.key)
        found.setdefault(name, chosen if len(chosen) > 1 else chosen[0])
    if offer.copy:
        found = {name: value for name, value in found.items() if chance.share("attribute kept", name, offer.listing) < 0.6}
    return found

"""Identifiers: GTINs with a right check digit, article ids in each seller's manner."""

from __future__ import annotations

from .chance import Chance
from .tables import Item, Seller
from .variants import Variant

# Prefixes that GS1 keeps for use inside a shop, so no code here is a real article; two begin with a zero.
IN_STORE_PREFIXES = ("20", "21", "23", "26", "29", "02", "04")


def check_digit(digits: str) -> str:
    """The last digit of the GTIN that begins with ``digits`` (7, 11, 12 or 13 of them)."""
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return str(-total % 10)


def gtin(product_key: str, variant_key: str, chance: Chance) -> str:
    """The GTIN-13 of one variant of a product, the same whoever sells it."""
    prefix = chance.pick(IN_STORE_PREFIXES, "gtin prefix", product_key)
    body = f"{chance.integer('gtin', product_key, variant_key) % 10**10:010d}"
    return prefix + body + check_digit(prefix + body)


def mpn(item: Item, variant: Variant) -> str | None:
    """The maker's part number; colours get their own, as makers do."""
    if item.mpn is None:
        return None
    return f"{item.mpn}-{variant.color.code}" if variant.color and len(item.colors) > 1 else item.mpn


def house_id(item: Item, variant: Variant, copy: int) -> str:
    """The shop's own article number; ``copy`` above 0 is an article somebody entered twice."""
    number = item.number + 500 * copy
    return "-".join(filter(None, [item.kind.lang.upper(), item.kind.code, f"{number:04d}", variant.code]))


def offer_id(seller: Seller, item: Item, variant: Variant, copy: int, chance: Chance) -> str:
    """The id under which ``seller`` lists the variant."""
    n = chance.integer("offer", seller.name, item.key, copy)
    v = chance.integer("offer variant", seller.name, item.key, copy, variant.key)
    if seller.id_style == "house":
        return house_id(item, variant, copy)
    if seller.id_style == "number":
        return f"{6 * 10**9 + v % 10**9}"
    if seller.id_style == "letters":
        return f"{seller.name[:2].upper()}{n % 10**6:06d}-{v % 97:02d}"
    return f"{seller.id_style}{v % 10**8:08d}"

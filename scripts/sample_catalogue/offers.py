"""Listings and offers: every item as its first seller lists it, and again as others do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .chance import Chance
from .codes import offer_id
from .tables import Item, Seller
from .titles import title
from .variants import Palette, Variant, variants

_AGAIN = re.compile(r"(?:#([\d,]+)\s+)?(.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One variant in one seller's listing: a row of the feed to be. ``copy`` is 0 for the first listing of the item."""

    id: str
    group_id: str | None
    listing: str
    item: Item
    variant: Variant
    seller: Seller
    copy: int
    title: str


class Market:
    """Gives every item its sellers. Most first listings are the shop's own; a tenth comes from elsewhere."""

    def __init__(self, sellers: list[Seller], chance: Chance) -> None:
        self._sellers = sellers
        self._chance = chance

    def sellers(self, item: Item, n: int) -> list[Seller]:
        """The first seller of ``item`` and those who list it again; the last of them may be the shop itself, by mistake."""
        mine = [s for s in self._sellers if s.lang == item.kind.lang]
        own, others = [s for s in mine if s.source == "main"], [s for s in mine if s.source != "main"]
        pool = others if item.product is None and self._chance.share("outside", item.key) < 0.1 else own
        first = self._chance.pick(pool, "seller", item.key)
        rest = [s for s in others if s is not first]
        found = [first]
        for copy in range(1, n):
            twice = self._chance.share("twice", item.key, copy) < 0.2
            left = [s for s in (own if twice else rest) if s not in found] or [s for s in mine if s not in found]
            found.append(self._chance.pick(left, "again", item.key, copy))
        return found


def offers(items: Iterable[Item], market: Market, palette: Palette, chance: Chance) -> Iterator[Offer]:
    """Every offer of every item: its first listing whole, the later ones only the variants their title names."""
    for item in items:
        found = variants(item, palette, chance)
        texts = [(item.title, found)] + [_again(text, found) for text in item.again]
        for copy, ((text, chosen), seller) in enumerate(zip(texts, market.sellers(item, len(texts)), strict=True)):
            yield from _listing(item, seller, copy, text, chosen, chance)


def _again(text: str, found: list[Variant]) -> tuple[str, list[Variant]]:
    match = _AGAIN.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no title; write 'title' or '#1 title'")
    return match[2], [found[int(i)] for i in (match[1] or "0").split(",")]


def _listing(item: Item, seller: Seller, copy: int, text: str, chosen: list[Variant], chance: Chance) -> Iterator[Offer]:
    listing = f"{item.key}/{copy}"
    group = f"G{seller.id_style[:2].upper()}-{item.kind.lang.upper()}-{item.kind.code}-{item.number:03d}{'BCDE'[copy - 1] if copy else ''}"
    for variant in chosen:
        yield Offer(
            id=offer_id(seller, item, variant, copy, chance),
            group_id=group if len(chosen) > 1 else None,
            listing=listing,
            item=item,
            variant=variant,
            seller=seller,
            copy=copy,
            title=title(text, item, variant, seller, chance, copy=copy),
        )

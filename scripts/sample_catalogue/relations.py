"""Which offers are the same, substitutes or complements: follows from kinds, audiences, uses and fits, never from the wording."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import combinations

from .offers import Offer
from .tables import Item

# A customer who wanted one for 100 looks at those for 34 to 300.
PRICE_FACTOR = 3.0


class Relations:
    """The true relations among all offers."""

    def __init__(self, offers: Iterable[Offer]) -> None:
        self.offers = list(offers)
        self._by_kind: dict[tuple[str, str], list[Offer]] = defaultdict(list)
        self._by_variant: dict[tuple[str, str], list[Offer]] = defaultdict(list)
        self._fitting: dict[str, list[Offer]] = defaultdict(list)
        for offer in self.offers:
            kind = offer.item.kind
            self._by_kind[kind.lang, kind.key].append(offer)
            self._by_variant[offer.item.product_key, offer.variant.key].append(offer)
            for name in offer.item.fit:
                self._fitting[name].append(offer)

    def queries(self) -> list[Offer]:
        """The first offer of every listing."""
        return list({offer.listing: offer for offer in reversed(self.offers)}.values())[::-1]

    def groups(self) -> dict[str, list[str]]:
        """The ids of every group, variants of one listing."""
        found: dict[str, list[str]] = defaultdict(list)
        for offer in self.offers:
            if offer.group_id:
                found[offer.group_id].append(offer.id)
        return dict(found)

    def same(self) -> list[tuple[str, str]]:
        """All pairs of offers that are one variant of one product."""
        return [(a.id, b.id) for offers in self._by_variant.values() for a, b in combinations(offers, 2)]

    def substitutes(self, query: Offer) -> list[str]:
        """What a customer would accept instead: alike in kind, audience and use, of comparable price, and listed in the same language."""
        kind = query.item.kind
        return [o.id for o in self._by_kind[kind.lang, kind.key] if _replaces(o.item, query.item)]

    def complements(self, query: Offer) -> list[str]:
        """What is used with it: what fits it by name, and the kinds that go with its kind and are made for no other product."""
        kind = query.item.kind
        found = list(self._fitting[query.item.name]) if query.item.name else []
        beside = [o for key in kind.goes_with for o in self._by_kind[kind.lang, key] if not o.item.fit]
        return list(dict.fromkeys(o.id for o in [*found, *beside]))

    def look_alikes(self) -> list[tuple[str, str]]:
        """Pairs easily taken for the same and different: one brand and kind, and nearly one model number or title."""
        first = [q for q in self.queries() if q.copy == 0]
        pairs = ((a, b) for a, b in combinations(first, 2) if a.item.kind is b.item.kind)
        return [(a.id, b.id) for a, b in pairs if a.item.product_key != b.item.product_key and _confusable(a.item, b.item)]


def _replaces(other: Item, query: Item) -> bool:
    if other.product_key == query.product_key or other.use != query.use:
        return False
    if (other.fit or query.fit) and not set(other.fit) & set(query.fit):
        return False
    dear, cheap = max(other.price, query.price), min(other.price, query.price)
    return dear <= cheap * PRICE_FACTOR


def _confusable(a: Item, b: Item) -> bool:
    if not a.brand or a.brand != b.brand:
        return False
    return _likeness(a.mpn or "", b.mpn or "") > 0.7 or _likeness(a.title, b.title) > 0.75


def _likeness(a: str, b: str) -> float:
    return SequenceMatcher(a=a, b=b, autojunk=False).ratio() if a and b else 0.0

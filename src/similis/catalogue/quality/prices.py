"""Prices that cannot be right, and prices far from the rest of their category."""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from similis.catalogue.product import Product
from similis.catalogue.quality.report import Example, Finding
from similis.catalogue.quality.tally import MAX_CATEGORIES, Tally, shown

EVERYTHING = "the products without a category"
BIN = 0.02
"""Width of a price bin, in natural logarithms: 2 %."""
LEAST = 30
"""Prices a category needs before one can be far from the rest."""
DEVIATIONS = 5.0
TIMES = 8.0
"""Both must hold: five robust standard deviations from the median, and eight times above or below it."""
FARTHEST = 10
"""Products kept at either end of each category, to be named."""
NARROWEST = 0.15
"""A standard deviation is taken to be at least 15 %: the prices of a category that has one price nearly throughout say little."""


class _Spread:
    """The prices of one category in one currency, in bins, and its most extreme products."""

    __slots__ = ("bins", "high", "limit", "low")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.bins: Counter[int] = Counter()
        self.low: list[tuple[float, int, Product]] = []
        self.high: list[tuple[float, int, Product]] = []

    def add(self, logarithm: float, order: int, product: Product) -> None:
        self.bins[math.floor(logarithm / BIN)] += 1
        for heap, value in ((self.low, -logarithm), (self.high, logarithm)):
            if len(heap) < self.limit:
                heapq.heappush(heap, (value, -order, product))
            elif value > heap[0][0]:
                heapq.heapreplace(heap, (value, -order, product))

    def outside(self) -> tuple[float, float, float]:
        """The median, and the logarithms below and above which a price is far from it."""
        median = _middle(self.bins)
        deviations: Counter[int] = Counter()
        for place, count in self.bins.items():
            deviations[abs(place - round(median / BIN))] += count
        spread = max(1.4826 * (_middle(deviations) - BIN / 2), NARROWEST)
        reach = max(DEVIATIONS * spread, math.log(TIMES))
        return median, median - reach, median + reach


def _middle(bins: Counter[int]) -> float:
    half, below = bins.total() / 2, 0
    for place in sorted(bins):
        below += bins[place]
        if below >= half:
            return (place + 0.5) * BIN
    return 0.0


class Prices:
    """Looks at price, sale price, and the price's place among its category's."""

    def __init__(self, examples: int) -> None:
        self._examples = examples
        self._priced = 0
        self._zero, self._sale = Tally(examples), Tally(examples)
        self._spreads: dict[tuple[str, str], _Spread] = {}

    def see(self, product: Product) -> None:
        """Look at one product."""
        price = product.price
        if price is None:
            return
        self._priced += 1
        if price == 0:
            self._zero.add(product, product.title)
            return
        if product.sale_price is not None and product.sale_price > price:
            self._sale.add(product, f"sale {product.sale_price} > price {price}")
        if price > 0:
            self._place(product, price)

    def _place(self, product: Product, price: Decimal) -> None:
        key = (" > ".join(product.category_path) or EVERYTHING, product.currency or "")
        if key not in self._spreads:
            if len(self._spreads) >= MAX_CATEGORIES:
                return
            self._spreads[key] = _Spread(min(self._examples, FARTHEST))
        self._spreads[key].add(math.log(price), self._priced, product)

    def findings(self) -> Iterator[Finding]:
        """What is wrong with them."""
        yield from self._zero.finding(
            "price_zero", "warning", "price", self._priced, "products at a price of 0", "leave the price empty until it is known"
        )
        yield from self._sale.finding(
            "sale_above_price",
            "error",
            "sale_price",
            self._priced,
            "sale prices above the price",
            "the columns may be swapped: similis add FEED --map price=COLUMN --map sale_price=COLUMN",
        )
        count, examples = 0, []
        for (category, currency), spread in sorted(self._spreads.items()):
            if spread.bins.total() >= LEAST:
                found, shown = _far(category, currency, spread)
                count += found
                examples += shown
        if count:
            examples.sort(key=lambda pair: -pair[0])
            yield Finding(
                "price_outlier",
                "warning",
                "price",
                count,
                self._priced,
                "prices far from those of their category",
                "look for a decimal point lost, a price per box, another currency, or a product in the wrong category",
                tuple(example for _, example in examples[: self._examples]),
            )


def _far(category: str, currency: str, spread: _Spread) -> tuple[int, list[tuple[float, Example]]]:
    """How many prices are far from the median, and the farthest with how far they are."""
    median, low, high = spread.outside()
    count = sum(number for place, number in spread.bins.items() if not low <= (place + 0.5) * BIN <= high)
    usual = f"about {float(f'{math.exp(median):.2g}'):,g} {currency}".strip()
    found = []
    for heap, sign in ((spread.low, -1), (spread.high, 1)):
        for value, _, product in heap:
            logarithm = sign * value
            if not low <= (math.floor(logarithm / BIN) + 0.5) * BIN <= high:
                price = f"{product.price:,f} {currency}".strip()
                found.append(
                    (abs(logarithm - median), Example(product.id, shown(f"{price}, usual in {category}: {usual}; {product.title}")))
                )
    return count, found

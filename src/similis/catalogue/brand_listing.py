"""The brands of a catalogue: how they are written, how often, and what each is read as."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from similis.catalogue.brand_spelling import brand_key
from similis.catalogue.brand_table import shipped_brands
from similis.catalogue.brands import BrandAliases
from similis.catalogue.product import Product
from similis.errors import UsageError


@dataclass(frozen=True, slots=True)
class WrittenBrand:
    """A brand as the feeds write it.

    read_as: the brand it counts as; None for a word that stands for none, such as ``Generic``.
    """

    brand: str
    products: int
    read_as: str | None


@dataclass(frozen=True, slots=True)
class BrandListing:
    """The brands of a shop, the most frequent first.

    without_brand: products with no brand at all.
    aliases: the shop's own, alias to name.
    """

    brands: tuple[WrittenBrand, ...]
    without_brand: int
    aliases: Mapping[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "brands": [asdict(brand) for brand in self.brands],
            "without_brand": self.without_brand,
            "aliases": dict(self.aliases),
        }


def list_brands(products: Iterable[Product], own: Mapping[str, str]) -> BrandListing:
    """Count the brands of some products and read each; memory grows with the distinct brands only."""
    counts = Counter(product.brand for product in products)
    without = counts.pop(None, 0)
    written = {brand: number for brand, number in counts.items() if brand is not None}
    aliases = BrandAliases.of(own, written)
    listed = [WrittenBrand(brand, number, aliases.shown(brand)) for brand, number in written.items()]
    return BrandListing(tuple(sorted(listed, key=lambda one: (-one.products, one.brand))), without, own)


def checked_alias(alias: str, name: str) -> tuple[str, str]:
    """A shop's own alias and the name it stands for, trimmed.

    Raises:
        UsageError: one is empty or a word for no brand, or they are one spelling already.
    """
    alias, name = " ".join(alias.split()), " ".join(name.split())
    for text in (alias, name):
        if not brand_key(text) or brand_key(text) in shipped_brands().placeholders:
            raise UsageError(f"{text!r} names no brand; an alias and its name are two spellings of one, such as 惠普=HP")
    if brand_key(alias) == brand_key(name):
        raise UsageError(f"{alias!r} and {name!r} are read the same already; case, accents, spaces and legal forms need no alias")
    return alias, name


def same_alias(alias: str, own: Mapping[str, str]) -> str | None:
    """The shop's alias that is this one, in whatever spelling."""
    return next((one for one in own if brand_key(one) == brand_key(alias)), None)

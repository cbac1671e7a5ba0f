"""The brands of a catalogue as evidence compares them: one key and one set of words for all spellings of a name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from similis.catalogue import Product
from similis.catalogue.brand_listing import checked_alias, same_alias
from similis.catalogue.brand_spelling import both_spellings
from similis.catalogue.brands import BrandAliases
from similis.errors import UsageError
from similis.indexing.text import normalise, words
from similis.store import Store


@dataclass(frozen=True)
class Brands:
    """What a generation knows of brands.

    own:    the shop's own aliases, as of the build.
    paired: brand fields that hold two spellings, such as ``Acme/屿动``; they teach an alias each.
    """

    own: Mapping[str, str]
    paired: tuple[str, ...]

    @classmethod
    def of(cls, products: Iterable[Product], own: Mapping[str, str]) -> Brands:
        """Learn from the brand fields of a catalogue."""
        fields = {product.brand for product in products if product.brand}
        return cls(dict(own), tuple(sorted(field for field in fields if both_spellings(field))))

    @cached_property
    def aliases(self) -> BrandAliases:
        """The shipped table, the shop's own words, and what its brand fields say."""
        return BrandAliases.of(self.own, self.paired)

    def key(self, product: Product) -> str | None:
        """The brand as it is compared; None without one."""
        return self.aliases.canonical(product.brand)

    def words_of(self, product: Product) -> set[str]:
        """The words of the brand, as titles are compared by them."""
        key = self.key(product)
        return set(words(normalise(key))) if key else set()

    def words_in(self, found: Sequence[str]) -> list[str]:
        """A title's words, known aliases of brands replaced by the name."""
        return self.aliases.words_in(found)


def rename_brand(store: Store, alias: str, name: str | None) -> None:
    """See ``Shop.set_brand_alias``."""
    before = same_alias(alias, store.aliases("brand"))
    if name is None and before is None:
        raise UsageError(f"{alias!r} is no alias of this shop; similis brands lists them")
    fresh = None if name is None else checked_alias(alias, name)
    if before is not None:
        store.remove_alias("brand", before)
    if fresh is not None:
        store.set_alias("brand", *fresh)

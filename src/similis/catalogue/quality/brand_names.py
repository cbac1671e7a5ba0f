"""One brand in several spellings, words that stand for no brand, and spellings that look like slips."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from similis.catalogue.brand_spelling import brand_key
from similis.catalogue.brand_table import shipped_brands
from similis.catalogue.brands import BrandAliases
from similis.catalogue.product import Product
from similis.catalogue.quality.report import Example, Finding
from similis.catalogue.quality.tally import Tally, shown

MAX_BRANDS = 50_000
_LONGEST = 50
_RARE, _TIMES, _LETTERS = 3, 20, 6
"""A slip is at most three products, against twenty times as many of a brand that differs in one letter of at least six."""


class BrandNames:
    """Counts the spellings of brands."""

    def __init__(self, examples: int, own: Mapping[str, str]) -> None:
        self._examples = examples
        self._aliases = BrandAliases.of(own)
        self._spellings: dict[str, Counter[str]] = {}
        self._first: dict[str, str] = {}
        self._branded = 0
        self._none, self._odd = Tally(examples), Tally(examples)

    def see(self, product: Product) -> None:
        """Look at one product."""
        brand = product.brand
        if not brand:
            return
        self._branded += 1
        plain = self._aliases.canonical(brand)
        if plain is None:
            self._none.add(product, brand)
        elif len(brand) > _LONGEST or (brand_key(plain).isdigit() and len(brand_key(plain)) > 5) or "://" in brand:
            self._odd.add(product, brand)
        elif brand in self._first or len(self._first) < MAX_BRANDS:
            self._first.setdefault(brand, product.id)
            self._spellings.setdefault(brand_key(plain), Counter())[brand] += 1

    def findings(self) -> Iterator[Finding]:
        """What is wrong with them."""
        yield from self._none.finding(
            "brand_placeholder",
            "hint",
            "brand",
            self._branded,
            "brands that are words for no brand",
            "they are read as no brand; leave the field empty, so that filters do not list them",
        )
        yield from self._odd.finding(
            "brand_odd",
            "warning",
            "brand",
            self._branded,
            "brands that are no names (addresses, numbers, sentences)",
            "the column may be another: similis add FEED --map brand=COLUMN",
        )
        yield from self._spelt_differently()
        yield from self._slips()

    def _spelt_differently(self) -> Iterator[Finding]:
        several = [spellings.most_common() for spellings in self._spellings.values() if len(spellings) > 1]
        several.sort(key=lambda one: (-sum(count for _, count in one[1:]), one[0]))
        if several:
            examples = [Example(self._first[one[-1][0]], shown(", ".join(f"{name} ({n:,})" for name, n in one))) for one in several]
            count = sum(n for one in several for _, n in one[1:])
            what = f"products with a rarer spelling of their brand ({len(several):,} {'brands' if len(several) > 1 else 'brand'})"
            remedy = "each is read as one brand; write it one way all the same, since filters show every spelling"
            yield Finding("brand_spellings", "hint", "brand", count, self._branded, what, remedy, tuple(examples[: self._examples]))

    def _slips(self) -> Iterator[Finding]:
        examples, count = [], 0
        for rare, often in self._likely_slips():
            n = self._spellings[rare].total()
            count += n
            name, right = (self._spellings[key].most_common(1)[0] for key in (rare, often))
            examples.append(Example(self._first[name[0]], f"{name[0]} ({n:,}) — {right[0]} ({self._spellings[often].total():,})?"))
        if count:
            yield Finding(
                "brand_slip",
                "warning",
                "brand",
                count,
                self._branded,
                "products whose brand looks like a slip of the pen",
                "correct the brand, or read the one as the other: similis brands --alias WRONG=RIGHT",
                tuple(examples[: self._examples]),
            )

    def _likely_slips(self) -> Iterator[tuple[str, str]]:
        from rapidfuzz.distance import OSA

        known = {brand_key(alias) for alias in shipped_brands().aliases}
        often = [key for key, spellings in self._spellings.items() if spellings.total() >= _TIMES and len(key) >= _LETTERS]
        for rare, spellings in self._spellings.items():
            if spellings.total() > _RARE or len(rare) < _LETTERS or rare in known:
                continue
            for key in often:
                near = abs(len(key) - len(rare)) <= 1 and rare[0] == key[0] and not any(sign.isdigit() for sign in rare + key)
                if near and self._spellings[key].total() >= _TIMES * spellings.total() and OSA.distance(rare, key, score_cutoff=1) == 1:
                    yield rare, key
                    break

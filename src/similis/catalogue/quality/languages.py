"""Titles in another language than their category's, and titles in two languages at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from similis.catalogue.brand_spelling import brand_key
from similis.catalogue.brand_table import shipped_brands
from similis.catalogue.languages import detect_language
from similis.catalogue.product import Product
from similis.catalogue.quality.report import Finding
from similis.catalogue.quality.tally import MAX_CATEGORIES, Tally, category_of

MAIN = 0.9
"""The share of a category that must be in one language before the rest is out of place."""
LEAST = 30
"""Titles a category needs before it has a main language."""
_FOREIGN_WORDS = 5
_NAMES = {"zh": "Chinese", "en": "Latin letters", "ja": "Japanese", "ko": "Korean"}
_WORD = re.compile(r"(?<![A-Za-z0-9\-'’&.])[A-Za-z]?[a-z]{2,}(?![A-Za-z0-9\-&])")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_SCRIPT = {"zh": "zh", "ja": "ja", "ko": "ko"}


class Languages:
    """Counts the languages of titles in each category."""

    def __init__(self, examples: int) -> None:
        self._examples = examples
        self._seen: Counter[str] = Counter()
        self._tallies: dict[tuple[str, str], Tally] = {}
        self._two, self._stated = Tally(examples), Tally(examples)

    def see(self, product: Product) -> None:
        """Look at one product."""
        language = detect_language(product.title) or "unknown"
        self._seen[language] += 1
        category = category_of(product)
        if (category, language) not in self._tallies and len(self._tallies) >= MAX_CATEGORIES:
            category = ""
        self._tallies.setdefault((category, language), Tally(self._examples)).add(product, product.title)
        if len(_foreign_words(product)) >= _FOREIGN_WORDS:
            self._two.add(product, product.title)
        stated = (product.language or "").partition("-")[0].casefold()
        if (language in _SCRIPT and stated == "en") or (language == "en" and stated in _SCRIPT):
            self._stated.add(product, f"{stated}: {product.title}")

    @property
    def counts(self) -> dict[str, int]:
        """Products by the language of their title, the most frequent first."""
        return dict(self._seen.most_common())

    def findings(self) -> Iterator[Finding]:
        """What is out of place."""
        odd = self._out_of_place()
        if odd is not None:
            yield odd
        yield from self._two.finding(
            "title_two_languages",
            "hint",
            "title",
            self._seen.total(),
            "titles in Chinese and in another language",
            "keep one language a title; foreign names and models may stay, a translation belongs in the description",
        )
        yield from self._stated.finding(
            "language_differs",
            "warning",
            "language",
            self._seen.total(),
            "products whose language field is not the script of the title",
            "correct the field or the title; leave the field empty where the title tells",
        )

    def _out_of_place(self) -> Finding | None:
        by_category: dict[str, Counter[str]] = {}
        for (category, language), tally in self._tallies.items():
            if language != "unknown":
                by_category.setdefault(category, Counter())[language] = tally.count
        examples, count, main_languages = [], 0, set()
        for category, languages in by_category.items():
            main, most = languages.most_common(1)[0]
            if languages.total() >= LEAST and MAIN <= most / languages.total() < 1:
                main_languages.add(main)
                for language in sorted(set(languages) - {main}):
                    count += languages[language]
                    examples += self._tallies[category, language].examples
        if not count:
            return None
        named = " or ".join(_NAMES.get(main, main) for main in sorted(main_languages))
        return Finding(
            "language_out_of_place",
            "warning",
            "title",
            count,
            self._seen.total(),
            f"titles in another script than nearly all of their category ({named})",
            "translate the title, or check whether the product is in the right category and feed",
            tuple(examples[: self._examples]),
        )


def _foreign_words(product: Product) -> list[str]:
    """Words in Latin letters that are no brand, no model and no unit."""
    if len(_HAN.findall(product.title)) < 4:
        return []
    brand = brand_key(product.brand or "")
    known = _brand_words()
    return [word for word in _WORD.findall(product.title) if word.casefold() not in known and word.casefold() not in brand]


@cache
def _brand_words() -> frozenset[str]:
    """Every Latin word of a well-known brand."""
    return frozenset(word for alias in shipped_brands().aliases for word in re.findall("[a-z]+", alias.casefold()))

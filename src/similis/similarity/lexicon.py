"""The lexical side of a catalogue: its n-grams, words, numbers and codes, and how rare each is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
from scipy.sparse import csr_matrix, vstack

from similis.catalogue import Product
from similis.catalogue.brands import NO_ALIASES
from similis.catalogue.quantities import Quantity, find, quantities_of
from similis.generations import Draft, Generation
from similis.indexing import NgramIndex, TermIndex, TermRows
from similis.indexing.text import codes, digit_words, fold, normalise, numbers, squash, words
from similis.similarity.brands import Brands
from similis.similarity.quantities import QuantityRows
from similis.similarity.recipe import code_text, lexical_text


@dataclass(frozen=True, slots=True)
class LexicalRows:
    """The lexical views of some products, one row each.

    characters: (n, n_ngrams) float32, unit rows.
    words, digits, codes, numbers: weighted terms; ``digits`` are the words that carry a digit.
    named: the title's words with known spellings of brands as their names, for finding brands in titles; in the columns of ``words``.
    brand: the words of the brand, in the columns of ``words``.
    quantities: numbers with units, packs and sizes.
    """

    characters: csr_matrix
    words: TermRows
    digits: TermRows
    codes: TermRows
    numbers: TermRows
    named: TermRows
    brand: TermRows
    quantities: QuantityRows

    def take(self, rows: list[int]) -> LexicalRows:
        """Some of the rows."""
        taken = {name: _take(getattr(self, name), rows) for name in _TERMS}
        return LexicalRows(characters=self.characters[rows], quantities=self.quantities.take(rows), **taken)

    @classmethod
    def stacked(cls, parts: Sequence[LexicalRows]) -> LexicalRows:
        """The rows of several, one below the other; all by the same lexicon."""
        terms = {name: _stacked([getattr(part, name) for part in parts]) for name in _TERMS}
        characters = vstack([part.characters for part in parts], format="csr")
        return cls(characters=characters, quantities=QuantityRows.stacked([part.quantities for part in parts]), **terms)

    def save(self, draft: Draft) -> None:
        """Write the rows into a generation."""
        draft.save_sparse("lexical.characters", self.characters)
        self.quantities.save(draft)
        for name in _TERMS:
            rows: TermRows = getattr(self, name)
            draft.save_sparse(f"lexical.{name}", rows.matrix)
            draft.save_array(f"lexical.{name}.mass", rows.mass)

    @classmethod
    def load(cls, generation: Generation) -> LexicalRows:
        """Read what ``save`` wrote."""
        terms = {
            name: TermRows(generation.load_sparse(f"lexical.{name}"), generation.load_array(f"lexical.{name}.mass")) for name in _TERMS
        }
        characters, quantities = generation.load_sparse("lexical.characters"), QuantityRows.load(generation)
        return cls(characters=characters, quantities=quantities, **terms)


_TERMS = tuple(f.name for f in fields(LexicalRows) if f.name not in ("characters", "quantities"))
_INDEXES = ("words", "digits", "codes", "numbers")


def _take(rows: TermRows, which: list[int]) -> TermRows:
    return TermRows(rows.matrix[which], rows.mass[which])


def _stacked(parts: Sequence[TermRows]) -> TermRows:
    return TermRows(vstack([part.matrix for part in parts], format="csr"), np.concatenate([part.mass for part in parts]))


@dataclass(frozen=True, slots=True)
class _Views:
    """The raw views of products, before anything is counted."""

    squashed: list[str]
    bags: dict[str, list[set[str]]]
    quantities: list[tuple[Quantity, ...]]

    @classmethod
    def of(cls, products: Sequence[Product], brands: Brands) -> _Views:
        in_titles = [find(product.title) for product in products]
        titles = [lexical_text(product, quantities) for product, quantities in zip(products, in_titles, strict=True)]
        texts = [normalise(title) for title in titles]
        found = [words(text) for text in texts]
        return cls(
            squashed=[squash(fold(title)) for title in titles],
            bags={
                "words": [set(bag) for bag in found],
                "digits": [digit_words(bag) for bag in found],
                "codes": [codes(normalise(code_text(product))) for product in products],
                "numbers": [numbers(text) for text in texts],
                "named": [set(brands.words_in(bag)) for bag in found],
                "brand": [brands.words_of(product) for product in products],
            },
            quantities=[quantities_of(product, quantities) for product, quantities in zip(products, in_titles, strict=True)],
        )


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What the catalogue taught: every n-gram and term with its rarity. Unchanged until the next build."""

    ngrams: NgramIndex
    words: TermIndex
    digits: TermIndex
    codes: TermIndex
    numbers: TermIndex
    brands: Brands
    min_df: int = 1

    @classmethod
    def fit(
        cls, products: Sequence[Product], own_brands: Mapping[str, str] = NO_ALIASES, *, min_df: int = 1
    ) -> tuple[Lexicon, LexicalRows]:
        """Learn from a catalogue, and from the shop's own names of brands; also the catalogue's rows.

        ``min_df``: words and n-grams in fewer products are left out of the vocabulary; codes and numbers stay, however rare.
        """
        brands = Brands.of(products, own_brands)
        views = _Views.of(products, brands)
        known = {**views.bags, "words": [{*bag, *named} for bag, named in zip(views.bags["words"], views.bags["named"], strict=True)]}
        terms = {name: TermIndex.fit(known[name], min_df=min_df if name == "words" else 1) for name in _INDEXES}
        lexicon = cls(ngrams=NgramIndex.fit(views.squashed, min_df=min_df), brands=brands, min_df=min_df, **terms)
        return lexicon, lexicon._rows(views)

    def transform(self, products: Sequence[Product]) -> LexicalRows:
        """The rows of products, in or out of the catalogue, by the catalogue's rarities."""
        return self._rows(_Views.of(products, self.brands))

    @property
    def ceiling(self) -> float:
        """The rarity of a term nobody has; the unit masses are divided by."""
        return self.words.ceiling

    def _rows(self, views: _Views) -> LexicalRows:
        terms = {name: getattr(self, name).transform(views.bags[name]) for name in _INDEXES}
        terms |= {name: self.words.transform(views.bags[name]) for name in ("named", "brand")}
        return LexicalRows(self.ngrams.transform(views.squashed), quantities=QuantityRows.of(views.quantities), **terms)

    def save(self, draft: Draft) -> None:
        """Write the vocabulary into a generation."""
        draft.save_array("lexicon.ngrams.keys", self.ngrams.keys)
        draft.save_array("lexicon.ngrams.idf", self.ngrams.idf)
        brands = {"own": dict(self.brands.own), "paired": self.brands.paired}
        draft.save_json("lexicon", {"n_texts": self.ngrams.n_texts, "min_df": self.min_df, "brands": brands})
        for name in _INDEXES:
            index: TermIndex = getattr(self, name)
            draft.save_text_lines(f"lexicon.{name}", index.terms)
            draft.save_array(f"lexicon.{name}.rarity", index.rarity)

    @classmethod
    def load(cls, generation: Generation) -> Lexicon:
        """Read what ``save`` wrote."""
        facts = generation.load_json("lexicon")
        n_texts = int(facts["n_texts"])
        keys: np.ndarray = generation.load_array("lexicon.ngrams.keys")
        terms = {
            name: TermIndex.of(generation.load_text_lines(f"lexicon.{name}"), generation.load_array(f"lexicon.{name}.rarity"), n_texts)
            for name in _INDEXES
        }
        brands = Brands(facts["brands"]["own"], tuple(facts["brands"]["paired"]))
        ngrams = NgramIndex(keys, generation.load_array("lexicon.ngrams.idf"), n_texts)
        return cls(ngrams=ngrams, brands=brands, min_df=int(facts["min_df"]), **terms)

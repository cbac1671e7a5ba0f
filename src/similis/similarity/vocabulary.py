"""What the catalogue's vocabulary knows of a text: each term's id, in how many products it is, and how rare that makes it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from similis.catalogue import Product
from similis.catalogue.brands import BrandAliases
from similis.catalogue.cleaning import clean_text
from similis.catalogue.quantities import find
from similis.indexing.preparation import Prepared, prepare
from similis.similarity.lexicon import Lexicon
from similis.similarity.recipe import lexical_text
from similis.similarity.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Term:
    """A word in the vocabulary of a generation.

    id: its column; None when the catalogue does not know the word.
    products: how many products had it when the vocabulary was learned.
    rarity: ``ln((n + 1) / (products + 0.5))``; an unknown word is as rare as can be.
    """

    word: str
    id: int | None
    products: int
    rarity: float


@dataclass(frozen=True, slots=True)
class PreparedText:
    """A text on its way into numbers.

    cleaned: without HTML, mojibake and control characters, as a feed's titles are.
    rewritten: its quantities written one way.
    steps: everything that follows, see ``Prepared``; ``steps.words`` are looked up in the vocabulary.
    named: the words with every known alias of a brand replaced by the brand's name: where other products' brands are looked for.
    generation: whose vocabulary it is; None before the first build, and ``terms`` is empty then.
    """

    text: str
    cleaned: str
    rewritten: str
    steps: Prepared
    named: tuple[str, ...]
    generation: str | None
    terms: tuple[Term, ...]

    @property
    def ids(self) -> tuple[int | None, ...]:
        """The text as a sequence of numbers, one a word; None for an unknown word."""
        return tuple(term.id for term in self.terms)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The words the catalogue does not know, in order, each once."""
        return tuple(dict.fromkeys(term.word for term in self.terms if term.id is None))

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "text": self.text,
            "cleaned": self.cleaned,
            "rewritten": self.rewritten,
            **{name: value for name, value in self.steps.to_dict().items() if name != "text"},
            "named": list(self.named),
            "generation": self.generation,
            "terms": [asdict(term) for term in self.terms],
            "ids": list(self.ids),
            "unknown": list(self.unknown),
        }


def prepared_text(text: str, snapshot: Snapshot | None) -> PreparedText:
    """The steps of a text as a product's title, and its words in a generation's vocabulary, if there is one yet."""
    cleaned = clean_text(text)
    rewritten = lexical_text(Product(id="-", title=cleaned), find(cleaned))
    steps = replace(prepare(rewritten), codes=prepare(cleaned).codes)  # codes are looked for in the text as it is
    if snapshot is None:
        return PreparedText(text, cleaned, rewritten, steps, tuple(BrandAliases.of().words_in(steps.words)), None, ())
    lexicon = snapshot.lexicon
    terms = tuple(_term(lexicon, word) for word in steps.words)
    return PreparedText(text, cleaned, rewritten, steps, tuple(lexicon.brands.words_in(steps.words)), snapshot.name, terms)


def _term(lexicon: Lexicon, word: str) -> Term:
    column = lexicon.words.id_of(word)
    if column is None:
        return Term(word, None, 0, lexicon.words.ceiling)
    return Term(word, column, lexicon.words.frequency(column), float(lexicon.words.rarity[column]))

"""Which fields, in which order, how long: recall@1 of text recipes on train splits, for the encoder and for character TF-IDF."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scripts.learn_weights.datasets import LabelledSet, load
from scripts.learn_weights.sets_labelled import generator, sample_of

from benchmarks.results import Figures, Result, progress
from similis.arrays import Floats, Vectors
from similis.catalogue import Product
from similis.encoding import Encoder
from similis.encoding.library import open_encoder

SETS = ("abt-buy", "amazon-google", "icecat-views", "zh-tmall-cosmetics", "sample-same")
_CHARACTERS_A_TOKEN = 4


def _title(product: Product) -> str:
    return product.title


def _brand_title(product: Product) -> str:
    return _joined(product.brand, product.title)


def _title_brand(product: Product) -> str:
    return _joined(product.title, product.brand)


def _missing_brand_title(product: Product) -> str:
    brand = product.brand or ""
    return product.title if brand.casefold() in product.title.casefold() else _joined(brand, product.title)


def _title_missing_brand(product: Product) -> str:
    brand = product.brand or ""
    return product.title if brand.casefold() in product.title.casefold() else _joined(product.title, brand)


def _title_category(product: Product) -> str:
    return _joined(product.title, " ".join(product.category_path))


def _title_leaf(product: Product) -> str:
    return _joined(product.title, *product.category_path[-1:])


def _title_description(product: Product) -> str:
    return _joined(product.title, product.description)


def _joined(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What makes a product's text. ``max_tokens`` cuts the whole text, title first; for characters a token counts as four."""

    name: str
    text: Callable[[Product], str]
    max_tokens: int = 128


RECIPES = (
    Recipe("title", _title),
    Recipe("title, 32 tokens", _title, 32),
    Recipe("brand + title", _brand_title),
    Recipe("title + brand", _title_brand),
    Recipe("brand if missing + title", _missing_brand_title),
    Recipe("title + brand if missing", _title_missing_brand),
    Recipe("title + category", _title_category),
    Recipe("title + lowest category", _title_leaf),
    Recipe("title + description, 32 tokens", _title_description, 32),
    Recipe("title + description, 64 tokens", _title_description, 64),
    Recipe("title + description, 128 tokens", _title_description, 128),
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this benchmark."""
    parser.add_argument("--sets", nargs="+", default=list(SETS), metavar="SET", help="train sets of scripts/learn_weights/datasets.py")
    parser.add_argument("--items", type=int, default=1_200, help="at most so many items a set, all right answers among them; 0: all")
    parser.add_argument("--queries", type=int, default=400, help="at most so many queries a set; 0: all")
    parser.add_argument("--no-encoder", action="store_true", help="characters only, for a quick look")
    parser.add_argument("--seed", type=int, default=0)


def run(options: argparse.Namespace) -> Iterator[Result]:
    """One result: recall@1 of each recipe on each set, for both kinds of scores."""
    sets = [
        _cut(labelled, options.items, options.queries, options.seed) for labelled in load(options.sets, options.data, seed=options.seed)
    ]
    figures: Figures = {}
    scorers: dict[str, Callable[[LabelledSet, Recipe], Floats]] = {"character TF-IDF": _character_scores}
    if not options.no_encoder:
        scorers["encoder"] = _EncoderScores().scores
    for name, scores in scorers.items():
        found: dict[str, dict[str, float]] = {}
        for recipe in RECIPES:
            progress(f"{name}: {recipe.name}")
            found[recipe.name] = {labelled.name: recall_at_1(labelled, scores(labelled, recipe)) for labelled in sets}
        figures[name] = {
            recipe: {**{key: round(value, 4) for key, value in by_set.items()}, "mean": round(float(np.mean(list(by_set.values()))), 4)}
            for recipe, by_set in found.items()
        }
    sizes = {labelled.name: {"items": len(labelled.items), "queries": len(labelled.queries)} for labelled in sets}
    yield Result(name="recall@1 by recipe", data={"sets": sizes, "split": "train", "seed": options.seed}, figures=figures)


def recall_at_1(labelled: LabelledSet, scores: Floats) -> float:
    """Share of the queries whose best item, the excluded ones aside, is right. Scores are (n_queries, n_items)."""
    hits = 0
    for row, (right, out) in enumerate(zip(labelled.positives, labelled.excluded, strict=True)):
        own = scores[row].copy()
        own[list(out)] = -np.inf
        hits += int(own.argmax()) in right
    return hits / len(labelled.queries)


def _cut(labelled: LabelledSet, n_items: int, n_queries: int, seed: int) -> LabelledSet:
    rng = generator(seed, f"recipe {labelled.name}")
    asked = sample_of(rng, range(len(labelled.queries)), n_queries or len(labelled.queries))
    needed = {row for number in asked for row in labelled.positives[number]}
    others = [row for row in range(len(labelled.items)) if row not in needed]
    room = len(others) if not n_items else max(0, n_items - len(needed))
    kept = sorted([*needed, *sample_of(rng, others, room)])
    place = {row: number for number, row in enumerate(kept)}
    return LabelledSet(
        name=labelled.name,
        licence=labelled.licence,
        split=labelled.split,
        relation=labelled.relation,
        items=tuple(labelled.items[row] for row in kept),
        queries=tuple(labelled.queries[number] for number in asked),
        positives=tuple(frozenset(place[row] for row in labelled.positives[number]) for number in asked),
        excluded=tuple(frozenset(place[row] for row in labelled.excluded[number] if row in place) for number in asked),
    )


def _character_scores(labelled: LabelledSet, recipe: Recipe) -> Floats:
    from sklearn.feature_extraction.text import TfidfVectorizer

    def texts(products: Sequence[Product]) -> list[str]:
        return [recipe.text(product)[: recipe.max_tokens * _CHARACTERS_A_TOKEN] for product in products]

    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(3, 4), sublinear_tf=True)
    items = vectorizer.fit_transform(texts(labelled.items))
    scores: Floats = (vectorizer.transform(texts(labelled.queries)) @ items.T).toarray()
    return scores


class _EncoderScores:
    """Cosines of the bundled encoder; a text that several recipes share is encoded once."""

    def __init__(self) -> None:
        self._encoders: dict[int, Encoder] = {}
        self._known: dict[tuple[int, str], Vectors] = {}

    def scores(self, labelled: LabelledSet, recipe: Recipe) -> Floats:
        """(n_queries, n_items)."""
        sides = [[recipe.text(product) for product in products] for products in (labelled.queries, labelled.items)]
        queries, items = (self._encode(texts, recipe.max_tokens) for texts in sides)
        return queries.astype(np.float64) @ items.T

    def _encode(self, texts: Sequence[str], max_tokens: int) -> Vectors:
        if max_tokens not in self._encoders:
            self._encoders[max_tokens] = open_encoder(max_tokens=max_tokens)
        fresh = [text for text in dict.fromkeys(texts) if (max_tokens, text) not in self._known]
        vectors = self._encoders[max_tokens].encode(fresh)
        self._known.update(((max_tokens, text), vector) for text, vector in zip(fresh, vectors, strict=True))
        return np.stack([self._known[max_tokens, text] for text in texts])

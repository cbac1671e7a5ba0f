"""Fashion as two training sets: alike by type and gender; variants that differ in colour alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from scripts.learn_weights.sets_labelled import LabelledSet, generator, rows_by, sample_of
from scripts.learn_weights.sets_reading import products_of, read_table

from similis.catalogue import Product

LICENCE = 'Kaggle "Fashion Product Images (Small)", listed there as MIT'
_COLUMNS = ("id", "gender", "masterCategory", "subCategory", "articleType", "baseColour", "productDisplayName")
_NOT_ONE_COLOUR = ("", "NA", "Multi")
_CHILDREN = ("Boys", "Girls")
MAX_LISTING = 6
"""More products of one title are a seller's name for a kind (``Men T-shirt``), not the variants of one."""


def fashion_alike(data: Path, seed: int = 0, *, n_items: int = 6_000, n_queries: int = 1_500) -> LabelledSet:
    """Products of one article type (of 143) and one gender are alike; the shop is told the two categories above.

    Licence: listed as MIT. Split: 6,000 products drawn by the seed, 1,500 of them asked; used for training only.
    """
    rng = generator(seed, "fashion-alike")
    rows = _rows(data)
    rows = [rows[number] for number in sample_of(rng, range(len(rows)), n_items)]
    items = _products(rows)
    kinds = rows_by((row["articleType"], row["gender"]) for row in rows)
    family = [kinds[row["articleType"], row["gender"]] for row in rows]
    chosen = sample_of(rng, [number for number, members in enumerate(family) if len(members) > 1], n_queries)
    return LabelledSet(
        name="fashion-alike",
        licence=LICENCE,
        split=f"{n_items:,} products drawn by the seed; used for training only",
        relation="alike",
        items=items,
        queries=tuple(items[number] for number in chosen),
        positives=tuple(frozenset(family[number] - {number}) for number in chosen),
        excluded=tuple(frozenset((number,)) for number in chosen),
    )


def fashion_variant(data: Path, seed: int = 0, *, n_items: int = 6_000, n_queries: int = 1_500) -> LabelledSet:
    """Products whose titles are equal but for the colour, with different colours.

    Licence: listed as MIT. Split: listings of two to six products with at least two colours, half of the items; the rest other products,
    all drawn by the seed; used for training only. Excluded are products with the query's title and colour (sold twice, or other sizes).
    """
    rng = generator(seed, "fashion-variant")
    rows = _rows(data)
    colours = _colour_words(row["baseColour"] for row in rows)
    listings = [(_without(colours, row["productDisplayName"]), row["articleType"], row["gender"]) for row in rows]
    small = [sorted(members) for members in rows_by(listings).values() if 1 < len(members) <= MAX_LISTING]
    rich = [members for members in small if len({rows[n]["baseColour"] for n in members} - set(_NOT_ONE_COLOUR)) > 1]
    drawn: list[int] = []
    for number in rng.permutation(len(rich)):
        if len(drawn) + len(rich[number]) <= n_items // 2:
            drawn += rich[number]
    taken = set(drawn)
    others = [number for number in range(len(rows)) if number not in taken]
    drawn = sorted(drawn + sample_of(rng, others, n_items - len(drawn)))
    rows, listings = [rows[number] for number in drawn], [listings[number] for number in drawn]
    members = rows_by(listings)
    right = [
        {other for other in members[listing] if _differ(rows[number]["baseColour"], rows[other]["baseColour"])}
        for number, listing in enumerate(listings)
    ]
    items = _products(rows)
    chosen = sample_of(rng, [number for number, row in enumerate(drawn) if row in taken and right[number]], n_queries)
    return LabelledSet(
        name="fashion-variant",
        licence=LICENCE,
        split=f"{n_items:,} products drawn by the seed; used for training only",
        relation="variant",
        items=items,
        queries=tuple(items[number] for number in chosen),
        positives=tuple(frozenset(right[number]) for number in chosen),
        excluded=tuple(frozenset((members[listings[n]] | {n}) - right[n]) for n in chosen),
    )


def _rows(data: Path) -> list[dict[str, str]]:
    rows = read_table(data / "fashion-product-small" / "styles.csv.gz", _COLUMNS)
    return [row for row in rows if row["productDisplayName"].strip()]


def _products(rows: Sequence[dict[str, str]]) -> tuple[Product, ...]:
    return products_of(
        {
            "id": row["id"],
            "title": row["productDisplayName"],
            "category_path": [row["masterCategory"], row["subCategory"]],
            "gender": row["gender"],
            "age_group": "kids" if row["gender"] in _CHILDREN else None,
            "color": None if row["baseColour"] in ("", "NA") else row["baseColour"],
        }
        for row in rows
    )


def _colour_words(names: Iterable[str]) -> re.Pattern[str]:
    words = sorted({name for name in names if name not in _NOT_ONE_COLOUR}, key=lambda name: (-len(name), name))
    return re.compile(r"\b(?:" + "|".join(map(re.escape, words)) + r")\b", re.IGNORECASE)


def _without(colours: re.Pattern[str], title: str) -> str:
    return " ".join(colours.sub(" ", title).casefold().split())


def _differ(one: str, other: str) -> bool:
    return one != other and one not in _NOT_ONE_COLOUR and other not in _NOT_ONE_COLOUR

"""This project's own sample catalogue as three training sets: same, variant, alike. CC0-1.0."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from zlib import crc32

from scripts.learn_weights.sets_labelled import LabelledSet, Relation, Rows, components, rows_by

from similis.catalogue import Product, read_products
from similis.sample import Truth, read_truth, sample_catalogue_path

LICENCE = "CC0-1.0"
SPLIT = "products whose joined groups hash to an even number"


@dataclass(frozen=True, slots=True)
class _Half:
    """The train half: products without their group, and for each row what it is joined with.

    copies:   rows of the same variant of the same product, itself among them.
    variants: rows of its own listing, itself among them.
    family:   all listings of the product, in any language or spelling.
    """

    products: tuple[Product, ...]
    row_of: dict[str, int]
    copies: Sequence[set[int]]
    variants: Sequence[set[int]]
    family: Sequence[set[int]]
    truth: Truth


def sample_same(data: Path | None = None, seed: int = 0) -> LabelledSet:
    """One variant of one product, listed twice: other words, another language, another code.

    Licence: CC0-1.0. Split: half of the products, told by a hash of everything a product's listings are joined into, so that no listing of
    a train product is left in the other half. ``group_id`` is hidden. Other variants of the product are negatives.
    """
    half = _train_half()
    right = [half.copies[row] - {row} for row in range(len(half.products))]
    return _set("sample-same", "same", half, right, [{row} for row in range(len(half.products))])


def sample_variant(data: Path | None = None, seed: int = 0) -> LabelledSet:
    """Variants of one listing, with ``group_id`` hidden.

    Licence and split as ``sample_same``. The product's other listings are excluded: they are no variants of this one, and their variants
    are not told apart from it here.
    """
    half = _train_half()
    right = [half.variants[row] - half.copies[row] for row in range(len(half.products))]
    out = [(half.family[row] - right[row]) | {row} for row in range(len(half.products))]
    return _set("sample-variant", "variant", half, right, out)


def sample_alike(data: Path | None = None, seed: int = 0) -> LabelledSet:
    """Same or substitute: what a customer would take instead.

    Licence and split as ``sample_same``. Its own variants, and those of its copies, are excluded; accessories are negatives.
    """
    half = _train_half()
    right: list[set[int]] = []
    for row, product in enumerate(half.products):
        instead = {half.row_of[id] for id in half.truth.substitutes.get(product.id, ()) if id in half.row_of}
        right.append((half.copies[row] | instead) - {row} if instead else set())
    out = [(half.family[row] - right[row]) | {row} for row in range(len(half.products))]
    return _set("sample-alike", "alike", half, right, out)


def _set(name: str, relation: Relation, half: _Half, right: Sequence[set[int]], out: Sequence[set[int]]) -> LabelledSet:
    asked = [row for row, rows in enumerate(right) if rows]
    return LabelledSet(
        name=name,
        licence=LICENCE,
        split=SPLIT,
        relation=relation,
        items=half.products,
        queries=tuple(half.products[row] for row in asked),
        positives=tuple(frozenset(right[row]) for row in asked),
        excluded=tuple[Rows, ...](frozenset(out[row] - right[row]) for row in asked),
    )


def _train_half() -> _Half:
    truth = read_truth()
    read = (outcome for outcome in read_products(sample_catalogue_path()) if isinstance(outcome, Product))
    listed = list({product.id: product for product in read}.values())  # of an id given twice the later row counts, as in a shop
    family = _joined(listed, [*truth.groups.values(), *truth.same])
    first = {row: min(listed[member].id for member in members) for row, members in enumerate(family)}
    kept = [row for row in range(len(listed)) if crc32(first[row].encode()) % 2 == 0]
    products = [listed[row] for row in kept]
    return _Half(
        products=tuple(replace(product, group_id=None) for product in products),
        row_of={product.id: row for row, product in enumerate(products)},
        copies=_joined(products, truth.same),
        variants=_joined(products, truth.groups.values()),
        family=_joined(products, [*truth.groups.values(), *truth.same]),
        truth=truth,
    )


def _joined(products: Sequence[Product], lists: Iterable[Sequence[str]]) -> list[set[int]]:
    row_of = {product.id: row for row, product in enumerate(products)}
    known = ([row_of[id] for id in ids if id in row_of] for ids in lists)
    labels = components(len(products), (pair for rows in known for pair in pairwise(rows)))
    members = rows_by(labels)
    return [members[label] for label in labels]

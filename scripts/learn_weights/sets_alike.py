"""Training sets of relation ``alike``: a small AWS demo shop, a cut of Best Buy, gift cards viewed together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scripts.learn_weights.sets_labelled import LabelledSet, generator, rows_by, sample_of
from scripts.learn_weights.sets_reading import DataError, Row, products_of, read_json_lines

AWS_LICENCE = "MIT-0"
BESTBUY_LICENCE = "Apache-2.0 (by way of typesense/showcase-ecommerce-store; a cut of the Best Buy demo set)"
GIFTCARDS_LICENCE = "Amazon review data 2018, research use"


def aws_retail(data: Path, seed: int = 0, *, n_queries: int = 800) -> LabelledSet:
    """Products of one style (of 85) are alike; the shop is told the category (of 20) alone.

    Licence: MIT-0. Split: the whole set; it is used for training only. Queries are drawn from styles with at least two products.
    """
    rows = _readable(data / "aws-retail-demo-store" / "products.jsonl.gz", ("id", "name", "category", "style"))
    items = products_of(
        {
            "id": row["id"],
            "title": row["name"],
            "description": row.get("description"),
            "category_path": [row["category"]],
            "price": row.get("price"),
            "currency": "USD",
            "gender": row.get("gender_affinity"),
        }
        for row in rows
    )
    styles = rows_by((row["category"], row["style"]) for row in rows)
    family = [styles[row["category"], row["style"]] for row in rows]
    chosen = sample_of(generator(seed, "aws-retail-demo-store"), [n for n, rows in enumerate(family) if len(rows) > 1], n_queries)
    return LabelledSet(
        name="aws-retail-demo-store",
        licence=AWS_LICENCE,
        split="all of it; used for training only",
        relation="alike",
        items=items,
        queries=tuple(items[number] for number in chosen),
        positives=tuple(frozenset(family[number] - {number}) for number in chosen),
        excluded=tuple(frozenset((number,)) for number in chosen),
    )


def bestbuy(data: Path, seed: int = 0, *, n_queries: int = 800) -> LabelledSet:
    """Products of one leaf category are alike; the shop is told the path above the leaf.

    Licence: repository Apache-2.0. Split: the whole set; it is used for training only. A category that has others below it is a mixed lot:
    its products are never asked, and excluded for products further down the same path.
    """
    rows = _readable(data / "bestbuy-sample" / "products.jsonl.gz", ("name", "categories"))
    paths = [tuple(row["categories"]) for row in rows]
    above = {path[:depth] for path in paths for depth in range(len(path))}
    items = products_of(
        {
            "id": f"bestbuy-{number}",
            "title": row["name"],
            "description": row.get("description"),
            "brand": row.get("brand"),
            "category_path": list(path[:-1]),
            "price": row.get("price"),
            "currency": "USD",
        }
        for number, (row, path) in enumerate(zip(rows, paths, strict=True))
    )
    members = rows_by(paths)
    leaves = [number for number, path in enumerate(paths) if len(path) > 1 and path not in above and len(members[path]) > 1]
    chosen = sample_of(generator(seed, "bestbuy-sample"), leaves, n_queries)
    return LabelledSet(
        name="bestbuy-sample",
        licence=BESTBUY_LICENCE,
        split="all of it; used for training only",
        relation="alike",
        items=items,
        queries=tuple(items[number] for number in chosen),
        positives=tuple(frozenset(members[paths[number]] - {number}) for number in chosen),
        excluded=tuple(frozenset({n}.union(*(members.get(paths[n][:depth], set()) for depth in range(1, len(paths[n]))))) for n in chosen),
    )


def amazon_giftcards(data: Path, seed: int = 0) -> LabelledSet:
    """Gift cards that shoppers viewed together: a weak sign of being alike.

    Licence: Amazon review data 2018, research use. Split: the whole set; it is used for training only. Excluded are the pairs that the
    other side lists, and those bought together.
    """
    rows = _readable(data / "amazon-giftcards-2018-related" / "meta.jsonl.gz", ("asin", "title"))
    row_of = {row["asin"]: number for number, row in enumerate(rows)}
    items = products_of(
        {
            "id": row["asin"],
            "title": row["title"],
            "brand": row.get("brand"),
            "description": " ".join(row.get("description") or ()),
            "category_path": (row.get("category") or [None])[:1],
        }
        for row in rows
    )
    viewed = [{row_of[other] for other in row.get("also_view") or () if other in row_of} - {n} for n, row in enumerate(rows)]
    bought = [{row_of[other] for other in row.get("also_buy") or () if other in row_of} for row in rows]
    listed_by: list[set[int]] = [set() for _ in rows]
    for number in range(len(rows)):
        for other in viewed[number] | bought[number]:
            listed_by[other].add(number)
    chosen = [number for number in range(len(rows)) if viewed[number]]
    return LabelledSet(
        name="amazon-giftcards",
        licence=GIFTCARDS_LICENCE,
        split="all of it; used for training only",
        relation="alike",
        items=items,
        queries=tuple(items[number] for number in chosen),
        positives=tuple(frozenset(viewed[number]) for number in chosen),
        excluded=tuple(frozenset((bought[n] | listed_by[n] | {n}) - viewed[n]) for n in chosen),
    )


def _readable(path: Path, columns: Sequence[str]) -> list[Row]:
    """The rows that have all the columns."""
    rows = [row for row in read_json_lines(path) if all(row.get(column) for column in columns)]
    if not rows:
        raise DataError(f"{path} has no row with {', '.join(columns)}; see SOURCE.md beside it")
    return rows

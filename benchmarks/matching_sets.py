"""The questions of the matching benchmark: what the shop holds, what is asked, what is right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.learn_weights.sets_labelled import generator, sample_of
from scripts.learn_weights.sets_reading import price_of, read_table
from scripts.learn_weights.sets_views import tmall_titles

Row = dict[str, Any]  # Any: a feed's row


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Asked alone: a product that is not in the shop, or (``product`` without more than an id) one that is.

    right: ids of the shop's products that are the same.
    """

    key: str
    product: Row
    is_stored: bool
    right: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchTask:
    """One set. ``items`` are the feed the shop is given."""

    name: str
    about: str
    items: tuple[Row, ...]
    questions: tuple[Question, ...]


def abt_buy(data: Path, seed: int, n_questions: int | None) -> MatchTask:
    """Each of Abt's 1,076 offers asked in a shop of Buy's 1,076."""
    return _two_tables(data / "abt-buy", "abt-buy", ("ccer_D2_abt.csv.gz", "ccer_D2_buy.csv.gz", "ccer_D2_gt.csv"), "name", "|")


def amazon_google(data: Path, seed: int, n_questions: int | None) -> MatchTask:
    """Each of Amazon's 1,103 offers that have a match asked in a shop of Google's 3,039."""
    names = ("ccer_D3_amazon.csv.gz", "ccer_D3_gp.csv.gz", "ccer_D3_gt.csv")
    return _two_tables(data / "amazon-google", "amazon-google", names, "title", "#")


def _two_tables(folder: Path, name: str, files: tuple[str, str, str], title: str, delimiter: str) -> MatchTask:
    columns = ("id", title, "description", "price")
    left, right = (read_table(folder / file, columns, delimiter=delimiter, quoted=False) for file in files[:2])
    same: dict[str, set[str]] = defaultdict(set)
    for pair in read_table(folder / files[2], ("D1", "D2"), delimiter=delimiter):
        same[pair["D1"]].add(f"b{pair['D2']}")
    return MatchTask(
        name=name,
        about="the shop holds table B; each record of A with a match is asked alone",
        items=tuple(_offer(row, title, "b") for row in right),
        questions=tuple(
            Question(key=f"a{row['id']}", product=_offer(row, title, "a"), is_stored=False, right=frozenset(same[row["id"]]))
            for row in left
            if row["id"] in same
        ),
    )


def _offer(row: Mapping[str, str], title: str, side: str) -> Row:
    offer = {"id": side + row["id"], "title": row[title], "description": row["description"], "brand": row.get("manufacturer", "")}
    price = price_of(row["price"])
    return {**offer, "price": f"{price:.2f}" if price else "", "currency": "USD" if price else ""}


def pricerunner(data: Path, seed: int, n_questions: int | None) -> MatchTask:
    """Offers of a price comparison with a sibling (29,937) asked by id in a shop of all 35,311; titles only."""
    offers = read_table(data / "pricerunner" / "offers.csv.gz", ("product_id", "title", "cluster_id"))
    clusters: dict[str, set[str]] = defaultdict(set)
    for row in offers:
        clusters[row["cluster_id"]].add(row["product_id"])
    asked = [number for number, row in enumerate(offers) if len(clusters[row["cluster_id"]]) > 1]
    if n_questions is not None:
        asked = sample_of(generator(seed, "pricerunner questions"), asked, n_questions)
    items = tuple({"id": row["product_id"], "title": row["title"]} for row in offers)
    return MatchTask(
        name="pricerunner",
        about="the shop holds all offers; an offer with a sibling is asked by its id",
        items=items,
        questions=tuple(
            Question(
                key=items[number]["id"],
                product=items[number],
                is_stored=True,
                right=frozenset(clusters[offers[number]["cluster_id"]] - {items[number]["id"]}),
            )
            for number in asked
        ),
    )


def tmall_cosmetics(data: Path, seed: int, n_questions: int | None) -> MatchTask:
    """The last title of each of the 710 items with several, asked in a shop of the first titles of all 3,497; brand is the seller."""
    titles = tmall_titles(data)
    return MatchTask(
        name="zh-tmall-cosmetics",
        about="the shop holds the first title of every item; the last title of an item with several is asked alone, without its price",
        items=tuple(
            {"id": item, "title": rows[0]["title"], "brand": rows[0]["店名"], "price": rows[0]["price"], "currency": "CNY"}
            for item, rows in titles.items()
        ),
        questions=tuple(
            Question(
                key=f"q-{item}",
                product={"id": f"q-{item}", "title": rows[-1]["title"], "brand": rows[-1]["店名"]},
                is_stored=False,
                right=frozenset((item,)),
            )
            for item, rows in titles.items()
            if len(rows) > 1
        ),
    )


TASKS: Mapping[str, Callable[[Path, int, int | None], MatchTask]] = {
    "abt-buy": abt_buy,
    "amazon-google": amazon_google,
    "pricerunner": pricerunner,
    "zh-tmall-cosmetics": tmall_cosmetics,
}

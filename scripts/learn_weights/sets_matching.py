"""Training sets of relation ``same`` between or within English catalogues: Abt-Buy, Amazon-Google, pricerunner, WDC cameras and watches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.learn_weights.sets_labelled import LabelledSet, Rows, bare, components, generator, rows_by, sample_of
from scripts.learn_weights.sets_reading import price_of, products_of, read_table
from scripts.learn_weights.sets_wdc_titles import clean_title, rare_codes

RESEARCH = "research benchmark of Leipzig/Magellan, no explicit data licence (by way of SC-Block, BSD-3-Clause, and pyJedAI, Apache-2.0)"
PRICERUNNER_LICENCE = 'CC BY 4.0 (UCI "Product Classification and Clustering")'
WDC_LICENCE = "Web Data Commons LSPC v2, public web crawl, research use (by way of Ditto, Apache-2.0)"
_SPLITS = ("train", "valid", "test")


def abt_buy(data: Path, seed: int = 0) -> LabelledSet:
    """Abt's offers asked in Buy's, DeepMatcher split.

    Licence: research benchmark without an explicit one. Split: positive pairs of ``train.csv``; pairs of valid and test, right or wrong,
    are excluded. The tables are DeepMatcher's, in lower case and tokenised; the original spelling is put back from ``ccer_*`` by title.
    """
    spelling = ("ccer_D2_abt.csv.gz", "ccer_D2_buy.csv.gz")
    return _deepmatcher(data / "abt-buy", "abt-buy", title="name", spelling=spelling, delimiter="|")


def amazon_google(data: Path, seed: int = 0) -> LabelledSet:
    """Amazon's software asked in Google's, DeepMatcher split.

    Licence and split as ``abt_buy``. The descriptions, which DeepMatcher's tables lack, come from ``ccer_*`` by title.
    """
    spelling = ("ccer_D3_amazon.csv.gz", "ccer_D3_gp.csv.gz")
    return _deepmatcher(data / "amazon-google", "amazon-google", title="title", spelling=spelling, delimiter="#")


def _deepmatcher(folder: Path, name: str, *, title: str, spelling: tuple[str, str], delimiter: str) -> LabelledSet:
    tables = []
    for table, original in zip(("tableA", "tableB"), spelling, strict=True):
        rows = read_table(folder / f"{table}.csv", ("id", title, "price"))
        originals = read_table(folder / original, ("id", title, "description", "price"), delimiter=delimiter, quoted=False)
        by_title = _by_title(originals, title)
        tables.append([_with_spelling(row, by_title, title) for row in rows])
    left, right = tables
    row_of = {str(row["id"]): number for number, row in enumerate(right)}
    found: dict[str, dict[str, set[int]]] = {split: defaultdict(set) for split in ("positive", "held back")}
    for split in _SPLITS:
        for pair in read_table(folder / f"{split}.csv", ("ltable_id", "rtable_id", "label")):
            if split != "train" or pair["label"] == "1":
                found["positive" if split == "train" else "held back"][pair["ltable_id"]].add(row_of[pair["rtable_id"]])
    asked = [row for row in left if str(row["id"]) in found["positive"]]
    positives = tuple(frozenset(found["positive"][str(row["id"])]) for row in asked)
    return LabelledSet(
        name=name,
        licence=RESEARCH,
        split="positive pairs of the DeepMatcher split's train.csv",
        relation="same",
        items=products_of(_offer(row, title, "b") for row in right),
        queries=products_of(_offer(row, title, "a") for row in asked),
        positives=positives,
        excluded=tuple(frozenset(found["held back"][str(row["id"])]) - good for row, good in zip(asked, positives, strict=True)),
    )


def _by_title(originals: Sequence[Mapping[str, str]], title: str) -> dict[str, list[Mapping[str, str]]]:
    found: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for row in originals:
        found[bare(row[title])].append(row)
    return found


def _with_spelling(row: Mapping[str, str], originals: Mapping[str, Sequence[Mapping[str, str]]], title: str) -> dict[str, str]:
    fitting = originals.get(bare(row[title]), ())
    if len(fitting) > 1:  # twins: the price tells which
        fitting = [other for other in fitting if price_of(other["price"]) == price_of(row["price"])] or fitting
    if not fitting or len({other["description"] for other in fitting}) > 1:
        return dict(row)
    return {**row, title: fitting[0][title], "description": fitting[0]["description"]}


def _offer(row: Mapping[str, str], title: str, side: str) -> dict[str, object]:
    return {
        "id": f"{side}{row['id']}",
        "title": row[title],
        "description": row.get("description"),
        "brand": row.get("manufacturer"),
        "price": price_of(row["price"]),
        "currency": "USD" if price_of(row["price"]) else None,
    }


def pricerunner(data: Path, seed: int = 0, *, n_queries: int = 2_000) -> LabelledSet:
    """Offers of one price comparison: which belong to one product.

    Licence: CC BY 4.0. Split: products (clusters) with an even number; the other half is left alone. Titles only: the category was given
    to the product, not to the offer, so it would tell the answer. An offer with the very title of another product's is excluded.
    """
    offers = read_table(data / "pricerunner" / "offers.csv.gz", ("product_id", "title", "cluster_id"))
    offers = [row for row in offers if int(row["cluster_id"]) % 2 == 0]
    items = products_of({"id": row["product_id"], "title": row["title"]} for row in offers)
    clusters = rows_by(row["cluster_id"] for row in offers)
    twins = rows_by(bare(product.title) for product in items)
    with_sibling = [number for number, row in enumerate(offers) if len(clusters[row["cluster_id"]]) > 1]
    chosen = sample_of(generator(seed, "pricerunner"), with_sibling, n_queries)
    positives = tuple(frozenset(clusters[offers[number]["cluster_id"]] - {number}) for number in chosen)
    return LabelledSet(
        name="pricerunner",
        licence=PRICERUNNER_LICENCE,
        split="clusters with an even number",
        relation="same",
        items=items,
        queries=tuple(items[number] for number in chosen),
        positives=positives,
        excluded=tuple(
            frozenset({number} | twins[bare(items[number].title)]) - good for number, good in zip(chosen, positives, strict=True)
        ),
    )


def wdc_cameras(data: Path, seed: int = 0) -> LabelledSet:
    """Page titles of cameras and accessories from the web: which name one product.

    Licence: public web crawl, research use. Split: ``train_medium`` without the titles that occur in the test file. Positive pairs are
    joined into clusters. A page of another cluster that nobody judged against the query is excluded if it shares a rare code with it.
    """
    return _wdc(data / "wdc-lspc-v2", "cameras")


def wdc_watches(data: Path, seed: int = 0) -> LabelledSet:
    """Page titles of watches from the web; licence and split as ``wdc_cameras``."""
    return _wdc(data / "wdc-lspc-v2", "watches")


def _wdc(folder: Path, category: str) -> LabelledSet:
    columns = ("title_left", "title_right", "label")
    test = read_table(folder / f"{category}_test.csv.gz", columns)
    held_back = {bare(clean_title(row[side])) for row in test for side in columns[:2]}
    pairs = []
    for row in read_table(folder / f"{category}_train_medium.csv.gz", columns):
        left, right = clean_title(row["title_left"]), clean_title(row["title_right"])
        keys = {bare(left), bare(right)}
        if "" not in keys and not keys & held_back:
            pairs.append((left, right, row["label"] == "1"))
    title_of = {bare(title): title for left, right, _ in reversed(pairs) for title in (left, right)}
    keys_in_order = sorted(title_of)
    number = {key: row for row, key in enumerate(keys_in_order)}
    judged = [(number[bare(left)], number[bare(right)], is_match) for left, right, is_match in pairs]
    items = products_of({"id": f"{category}-{row}", "title": title_of[key]} for row, key in enumerate(keys_in_order))
    cluster = components(len(items), ((a, b) for a, b, is_match in judged if is_match))
    chosen, positives, excluded = _wdc_answers(items_codes=rare_codes([p.title for p in items]), cluster=cluster, judged=judged)
    return LabelledSet(
        name=f"wdc-{category}",
        licence=WDC_LICENCE,
        split="train_medium without titles of the test file",
        relation="same",
        items=items,
        queries=tuple(items[row] for row in chosen),
        positives=positives,
        excluded=excluded,
    )


def _wdc_answers(
    *, items_codes: Sequence[frozenset[str]], cluster: Sequence[int], judged: Sequence[tuple[int, int, bool]]
) -> tuple[list[int], tuple[Rows, ...], tuple[Rows, ...]]:
    members = rows_by(cluster)
    wrong: set[tuple[int, int]] = {(cluster[x], cluster[y]) for a, b, is_match in judged if not is_match for x, y in ((a, b), (b, a))}
    bearers: dict[str, set[int]] = defaultdict(set)
    for row, codes in enumerate(items_codes):
        for code in codes:
            bearers[code].add(row)
    chosen = [row for row in range(len(cluster)) if len(members[cluster[row]]) > 1]
    positives, excluded = [], []
    for row in chosen:
        own = members[cluster[row]]
        alike = {other for member in own for code in items_codes[member] for other in bearers[code]}
        unjudged = {other for other in alike - own if (cluster[row], cluster[other]) not in wrong}
        positives.append(frozenset(own - {row}))
        excluded.append(frozenset(unjudged | {row}))
    return chosen, tuple(positives), tuple(excluded)

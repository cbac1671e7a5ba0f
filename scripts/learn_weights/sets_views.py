"""Training sets of relation ``same`` in which a product is asked by another view of itself: Tmall cosmetics, Icecat, Taobao titles."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scripts.learn_weights.sets_labelled import LabelledSet, bare, generator, rows_by, sample_of
from scripts.learn_weights.sets_reading import DataError, open_text, products_of, read_json_lines, read_table

TMALL_LICENCE = "none stated (public data of a competition site)"
ICECAT_LICENCE = "Icecat Open Content License (by way of querqy/chorus, Apache-2.0)"
TAOBAO_LICENCE = "none stated (Jie et al., NAACL 2019, by way of allanj/ner_incomplete_annotation)"
_PROMOTIONS = (
    "【预售】", "【官方正品】", "【包邮】", "【天猫超市】", "【双11特惠】", "【买一送一】", "【新品上市】", "【专柜正品】", "【限时抢购】",
    "正品", "特价", "热卖", "新款", "清仓", "送礼", "官方旗舰店", "2017新款", "包邮", "现货",
)  # fmt: skip


def tmall_titles(data: Path) -> dict[str, list[dict[str, str]]]:
    """Each item of the set to its rows with different titles, in the order of the file."""
    columns = ("id", "title", "price", "店名")
    found: dict[str, list[dict[str, str]]] = {}
    for row in read_table(data / "zh-tmall-cosmetics" / "offers.csv.gz", columns):
        rows = found.setdefault(row["id"], [])
        if row["title"] and all(row["title"] != other["title"] for other in rows):
            rows.append(row)
    return {item: rows for item, rows in found.items() if rows}


def tmall_cosmetics(data: Path, seed: int = 0) -> LabelledSet:
    """Chinese cosmetics: a title a shop gave an item on another day, asked among one title for each item.

    Licence: none stated. Split: items with an even number. The brand is the shop's name. Queries carry no price. Items with the very title
    of the query or of its item are excluded.
    """
    even = {item: rows for item, rows in tmall_titles(data).items() if int(item.lstrip("A")) % 2 == 0}
    rng = generator(seed, "zh-tmall-cosmetics")
    listed = list(even.values())
    items = products_of(
        {"id": r[0]["id"], "title": r[0]["title"], "brand": r[0]["店名"], "price": r[0]["price"], "currency": "CNY"} for r in listed
    )
    asked = [number for number, rows in enumerate(listed) if len(rows) > 1]
    others = [listed[number][int(rng.integers(1, len(listed[number])))] for number in asked]
    twins = rows_by(bare(product.title) for product in items)
    return LabelledSet(
        name="zh-tmall-cosmetics",
        licence=TMALL_LICENCE,
        split="items with an even number",
        relation="same",
        items=items,
        queries=products_of({"id": f"q-{row['id']}", "title": row["title"], "brand": row["店名"]} for row in others),
        positives=tuple(frozenset((number,)) for number in asked),
        excluded=tuple(
            frozenset(twins[bare(items[number].title)] | twins.get(bare(other["title"]), set())) - {number}
            for number, other in zip(asked, others, strict=True)
        ),
    )


def icecat_views(data: Path, seed: int = 0, *, n_items: int = 6_000, n_queries: int = 1_500) -> LabelledSet:
    """Electronics: a product's title and brand, asked by mixtures of its supplier, its name or code, and its short description.

    Licence: Icecat Open Content License. Split: 6,000 products drawn by the seed, 1,500 of them asked; nothing is reported on this task.
    Products with the title, or with the name and supplier, of the asked one are excluded.
    """
    rng = generator(seed, "icecat-views")
    rows = [row for row in read_json_lines(data / "icecat-chorus" / "products.jsonl.gz") if row.get("title") and row.get("name")]
    rows = [rows[number] for number in sample_of(rng, range(len(rows)), n_items)]
    items = products_of({"id": row["id"], "title": row["title"], "brand": row.get("supplier")} for row in rows)
    chosen = sample_of(rng, range(len(rows)), n_queries)
    titles = rows_by(bare(row["title"]) for row in rows)
    names = rows_by((bare(row["name"]), row.get("supplier")) for row in rows)
    return LabelledSet(
        name="icecat-views",
        licence=ICECAT_LICENCE,
        split=f"{n_items:,} products drawn by the seed",
        relation="same",
        items=items,
        queries=products_of(_view(rows[number], rng) for number in chosen),
        positives=tuple(frozenset((number,)) for number in chosen),
        excluded=tuple(
            frozenset(titles[bare(rows[n]["title"])] | names[bare(rows[n]["name"]), rows[n].get("supplier")]) - {n} for n in chosen
        ),
    )


def _view(row: dict[str, Any], rng: np.random.Generator) -> dict[str, object]:
    supplier, name, about = row.get("supplier") or "", row["name"], (row.get("short_description") or "")[:90]
    views = [(supplier, name), (supplier, name, about), (name, about)]
    if len(about) > 40:
        views += [(supplier, about), (about, name)]
    view = views[int(rng.integers(len(views)))]
    return {"id": f"q-{row['id']}", "title": " ".join(filter(None, view)), "brand": supplier if rng.random() < 0.5 else None}


def taobao_views(data: Path, seed: int = 0, *, n_queries: int = 1_000) -> LabelledSet:
    """Chinese titles of all trades, asked as another seller would write them: promotion added, words dropped, moved or cut off.

    Licence: none stated. Split: train, without the titles that stand in dev too. Titles with the same letters are one item.
    """
    folder = data / "zh-taobao-title-ner"
    held_back = {bare("".join(words)) for words in _tagged_titles(folder / "dev.txt.gz")}
    titles = {bare("".join(words)): words for words in reversed(_tagged_titles(folder / "train.txt.gz"))}
    listed = [titles[key] for key in sorted(titles) if key and key not in held_back]
    rng = generator(seed, "zh-taobao-views")
    long_enough = [number for number, words in enumerate(listed) if len(words) >= 4 and len("".join(words)) >= 10]
    chosen = sample_of(rng, long_enough, n_queries)
    return LabelledSet(
        name="zh-taobao-views",
        licence=TAOBAO_LICENCE,
        split="train, without titles that stand in dev",
        relation="same",
        items=products_of({"id": f"t{number}", "title": "".join(words)} for number, words in enumerate(listed)),
        queries=products_of({"id": f"q-t{number}", "title": _reworded(listed[number], rng)} for number in chosen),
        positives=tuple(frozenset((number,)) for number in chosen),
        excluded=(frozenset(),) * len(chosen),
    )


def _tagged_titles(path: Path) -> list[list[str]]:
    """Each title as its tagged pieces: an entity, or two characters that belong to none."""
    titles: list[list[str]] = [[]]
    with open_text(path) as file:
        for number, line in enumerate(file, start=1):
            if not (cells := line.split()):
                titles.append([])
                continue
            if len(cells) > 2:
                raise DataError(f"{path}, line {number}: {len(cells)} cells, a character and a tag are expected")
            character, tag = cells[0] if len(cells) == 2 else " ", cells[-1]
            pieces = titles[-1]
            if pieces and (tag.startswith("I-") or (tag == "O" and len(pieces[-1]) == 1)):
                pieces[-1] += character
            else:
                pieces.append(character)
    return [pieces for pieces in titles if pieces]


def _reworded(words: Sequence[str], rng: np.random.Generator) -> str:
    keep, whole = rng.uniform(0.35, 0.9), len("".join(words))
    kept = [word for word in words if rng.random() < keep]
    if rng.random() < 0.5:
        kept = kept[: max(2, round(len(kept) * rng.uniform(0.6, 0.9)))]
    if len("".join(kept)) < max(6.0, 0.3 * whole):
        kept = list(words[: max(2, len(words) // 2)])
    if rng.random() < 0.3:
        turn = int(rng.integers(len(kept)))
        kept = kept[turn:] + kept[:turn]
    if rng.random() < 0.7:
        promotion = _PROMOTIONS[int(rng.integers(len(_PROMOTIONS)))]
        kept = [promotion, *kept] if rng.random() < 0.7 else [*kept, promotion]
    return "".join(kept)

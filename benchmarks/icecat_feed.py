"""The catalogue icecat-chorus as a shop's feed, and queries for it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scripts.learn_weights.sets_reading import DataError, Row, read_json_lines, read_table

ALL = 19_406


def feed_rows(data: Path, limit: int | None = None) -> list[Row]:
    """The first ``limit`` products, all fields a shop would give: title, brand, codes, price, description, pictures, attributes."""
    rows = read_json_lines(data / "icecat-chorus" / "products.jsonl.gz", limit)
    if limit is not None and len(rows) < limit:
        raise DataError(f"icecat-chorus holds {len(rows):,} products, {limit:,} are needed; fetch the data set again")
    return [_feed_row(row) for row in rows]


def _feed_row(row: Row) -> Row:
    attributes = {name[7:]: [_text(value)] for name, value in row.items() if name.startswith(("attr_t_", "attr_n_", "attr_b_"))}
    return {
        "id": row["id"],
        "title": row["title"],
        "brand": row.get("supplier") or "",
        "description": row.get("short_description") or "",
        "gtin": (row.get("ean") or [""])[0],
        "price": f"{row['price'] / 100:.2f}" if row.get("price") else "",
        "currency": "USD",
        "image_links": row.get("img_500x500") or "",
        "created_at": row.get("date_released") or "",
        "attributes": attributes,
    }


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def write_feed(rows: Sequence[Row], path: Path) -> Path:
    """The rows as JSON lines."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return path


def english_queries(data: Path, titles: Sequence[str], n: int, seed: int) -> list[str]:
    """The set's own search queries (135), then runs of two to four words from random titles."""
    rated = read_table(data / "icecat-chorus" / "Broad_Query_Set_rated.csv", ("query",))
    queries = list(dict.fromkeys(row["query"] for row in rated))[:n]
    rng = np.random.default_rng(seed)
    while len(queries) < n:
        words = titles[int(rng.integers(len(titles)))].split()
        start, length = int(rng.integers(max(1, len(words) - 1))), int(rng.integers(2, 5))
        queries.append(" ".join(words[start : start + length]))
    return queries


def chinese_queries(data: Path, n: int, seed: int) -> list[str]:
    """Names of the lowest level of a Chinese mall's category tree, drawn by the seed."""
    rows = read_table(data / "taxonomies" / "zh_mall_category_tree.tsv.gz", ("name", "level"), delimiter="\t")
    names = list(dict.fromkeys(row["name"] for row in rows if row["level"] == "3"))
    if len(names) < n:
        raise DataError(f"the Chinese category tree has {len(names)} names of level 3, {n} are needed; fetch the data set again")
    return [names[int(row)] for row in np.random.default_rng(seed).choice(len(names), size=n, replace=False)]

"""A build after 1 % of the titles changed: does it encode exactly those, and what share of the first build's time does it take?"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.building import build_in_child, prepare_model
from benchmarks.icecat_feed import feed_rows, write_feed
from benchmarks.results import Result, progress


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this benchmark."""
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--share", type=float, default=0.01, help="of the titles that change")
    parser.add_argument("--seed", type=int, default=0)


def run(options: argparse.Namespace) -> Iterator[Result]:
    """Both builds run in processes of their own, so that neither profits from the other's warm model."""
    prepare_model()
    rows = feed_rows(options.data, options.products)
    n_changed = max(1, round(options.share * len(rows)))
    chosen = np.random.default_rng(options.seed).choice(len(rows), size=n_changed, replace=False)
    changed = [{**rows[row], "title": f"{rows[row]['title']}, revised edition {int(row)}"} for row in chosen]
    with tempfile.TemporaryDirectory() as folder:
        shop = Path(folder) / "shop"
        progress(f"first build of {len(rows):,} products")
        first = build_in_child(shop, write_feed(rows, Path(folder) / "feed.jsonl"))
        progress(f"build after {n_changed} changed titles")
        again = build_in_child(shop, write_feed(changed, Path(folder) / "changed.jsonl"))
    figures = {
        "changed": n_changed,
        "encoded": again["encoded"],
        "encoded exactly the changed": again["encoded"] == n_changed,
        "build time, share of the first": round(again["build_s"] / first["build_s"], 3),
        "add and build, share of the first": round((again["add_s"] + again["build_s"]) / (first["add_s"] + first["build_s"]), 3),
        "whole process, share of the first": round(again["wall_s"] / first["wall_s"], 3),
        "first": first,
        "again": again,
    }
    data = {"set": "icecat-chorus", "products": len(rows), "share": options.share, "seed": options.seed}
    yield Result(name=f"{options.share:.0%} of {len(rows):,} titles changed", data=data, figures=figures)

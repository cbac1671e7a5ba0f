"""The real catalogue: how long a build takes and how much memory, how fast answers are."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

import similis
from benchmarks.building import build_in_child, prepare_model
from benchmarks.icecat_feed import chinese_queries, english_queries, feed_rows, write_feed
from benchmarks.results import Figures, Result, progress
from similis.arrays import Floats

FIRST = 10_000
K = 10


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this benchmark."""
    parser.add_argument("--ids", type=int, default=2_000, help="how many random products are asked by id")
    parser.add_argument("--only", choices=["first", "all"], default=None, help="only the first 10,000 products, or only all of them")
    parser.add_argument("--limit", type=int, default=None, help="take fewer products for 'all', for a trial")
    parser.add_argument("--seed", type=int, default=0)


def run(options: argparse.Namespace) -> Iterator[Result]:
    """Build of the first 10,000; build of all; answers."""
    prepared = round(prepare_model(), 1)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        if options.only != "all":
            progress(f"adding and building the first {FIRST:,} products")
            feed = write_feed(feed_rows(options.data, FIRST), place / "first.jsonl")
            figures = build_in_child(place / "first", feed)
            yield Result(name=f"first {FIRST:,}", data=_data(FIRST), figures={"model_prepared_before_s": prepared, **figures})
        if options.only == "first":
            return
        rows = feed_rows(options.data, options.limit)
        progress(f"adding and building {len(rows):,} products")
        figures = build_in_child(place / "all", write_feed(rows, place / "all.jsonl"))
        size = sum(path.stat().st_size for path in (place / "all").rglob("*") if path.is_file())
        yield Result(name=f"all {len(rows):,}", data=_data(len(rows)), figures={**figures, "shop_mb": round(size / 2**20, 1)})
        titles, ids = [str(row["title"]) for row in rows], [str(row["id"]) for row in rows]
        english, chinese = english_queries(options.data, titles, 310, options.seed), chinese_queries(options.data, 110, options.seed)
        del rows
        figures = answer_times(place / "all", ids, english, chinese, n_ids=options.ids, seed=options.seed)
        yield Result(name="answers", data={**_data(len(ids)), "k": K, "seed": options.seed}, figures=figures)


def answer_times(
    shop_folder: Path, ids: Sequence[str], english: Sequence[str], chinese: Sequence[str], *, n_ids: int, seed: int
) -> Figures:
    """Milliseconds an answer, in process, one question after another, after a warm-up with other questions of the kind."""
    rng = np.random.default_rng(seed)
    asked = [ids[int(row)] for row in rng.choice(len(ids), size=min(len(ids), n_ids + 200), replace=False)]
    with similis.open(shop_folder) as shop:
        by_id = _timed(lambda id: list(shop.similar(id, k=K)), asked, warm_up=min(200, len(asked) // 2))
        texts = [_timed(lambda text: list(shop.similar_text(text, k=K)), queries, warm_up=10) for queries in (english, chinese)]
    return {
        "similar(id)": _shown(by_id),
        "similar_text": _shown(np.concatenate(texts)),
        "similar_text, English": _shown(texts[0]),
        "similar_text, Chinese": _shown(texts[1]),
    }


def _timed(ask: Callable[[str], object], questions: Sequence[str], *, warm_up: int) -> Floats:
    """Milliseconds of each question after the first ``warm_up``."""
    seconds = []
    for question in questions:
        start = time.perf_counter()
        ask(question)
        seconds.append(time.perf_counter() - start)
    return 1000 * np.asarray(seconds[warm_up:])


def _shown(milliseconds: Floats) -> Figures:
    p50, p99, worst = (round(float(value), 3) for value in np.quantile(milliseconds, [0.5, 0.99, 1.0]))
    return {"questions": len(milliseconds), "p50_ms": p50, "p99_ms": p99, "max_ms": worst}


def _data(n: int) -> Figures:
    return {"set": "icecat-chorus", "products": n}

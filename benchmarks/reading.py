"""How fast and in how much memory a CSV feed is read, cleaned and added, beside ``pandas.read_csv`` and the ``csv`` module.

``python -m benchmarks.reading WHAT FILE`` is the measured process; it prints rows, seconds and its largest resident memory as JSON.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import minimal_pairs_words_en, minimal_pairs_words_zh
from benchmarks.building import ChildFailed
from benchmarks.minimal_pairs_templates import read_lines
from benchmarks.results import Figures, Result, progress

COLUMNS = ("id", "title", "brand", "category", "price", "currency", "availability", "description")
ROWS = 200_000
FULL_ROWS = 1_000_000
LEAST_ROWS_PER_S = 20_000
MOST_MEMORY_MB = 1_536
READERS = ("read_products", "pandas.read_csv", "csv.reader")
_SENTENCES = {
    "en": (
        "Made for every day, easy to clean and built to last.", "Comes in a gift box with a two year warranty.",
        "Please check the size before you order; returns are free for 30 days.", "<p>Soft touch, light weight &amp; comfortable fit.</p>",
        "Tested by an independent laboratory.", "Ships from our own warehouse within one working day.", "Spare parts are available.",
    ),
    "zh": (
        "精选优质材料，手感舒适，经久耐用。", "支持七天无理由退换货，两年质保。", "下单前请确认尺码与颜色，如有疑问请联系客服。",
        "<p>轻便透气，四季可用。</p>", "由专业机构检测，放心使用。", "现货当日发出，全国包邮。", "送礼自用两相宜。",
    ),
}  # fmt: skip
_SHELVES = {"en": ("Home", "Kitchen", "Office", "Outdoor", "Care"), "zh": ("家居", "厨房", "办公", "户外", "个护")}
_AVAILABILITY = {"en": ("in stock", "out of stock", "preorder"), "zh": ("有货", "无货", "预售")}


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this benchmark."""
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--repeats", type=int, default=3, help="processes for each reader, in turn; the median counts")
    parser.add_argument("--full", action="store_true", help=f"also read and add {FULL_ROWS:,} rows, for the peak of memory")
    parser.add_argument("--seed", type=int, default=0)


def run(options: argparse.Namespace) -> Iterator[Result]:
    """Rows a second of each reader on the same file in the same run; with ``--full`` the memory of a million rows."""
    with tempfile.TemporaryDirectory() as folder:
        feed = Path(folder) / "feed.csv"
        size = write_feed(feed, options.rows, options.seed)
        progress(f"{options.rows:,} rows, {size / 2**20:.0f} MB")
        runs: dict[str, list[Figures]] = {name: [] for name in READERS}
        for _ in range(options.repeats):
            for name in READERS:
                runs[name].append(measured(name, feed))
        yield Result(name=f"{options.rows:,} rows", data=_data(options.rows, size, options.seed), figures=_compared(runs, options.rows))
        if options.full:
            size = write_feed(feed, FULL_ROWS, options.seed)
            figures: Figures = {}
            for name in ("read_products", "Shop.add"):
                progress(f"{name} of {FULL_ROWS:,} rows, {size / 2**20:.0f} MB")
                figures[name] = {**measured(name, feed), "bar, mb": MOST_MEMORY_MB}
            yield Result(name=f"{FULL_ROWS:,} rows", data=_data(FULL_ROWS, size, options.seed), figures=figures)


def write_feed(path: Path, rows: int, seed: int) -> int:
    """Writes the feed, one row at a time; returns its bytes."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(feed_rows(rows, seed))
    return path.stat().st_size


def feed_rows(rows: int, seed: int) -> Iterator[tuple[str, ...]]:
    """Rows in both languages, mixed, with prices, shelves and a few sentences of description; some hold HTML, as feeds do."""
    rng = random.Random(seed)
    brands = {"en": minimal_pairs_words_en.BRANDS, "zh": minimal_pairs_words_zh.BRANDS}
    products = {language: [product for line in read_lines(language) for product in line.products] for language in brands}
    for number in range(rows):
        language = "zh" if rng.random() < 0.5 else "en"
        brand, gap = rng.choice(brands[language]), " " if language == "en" else ""
        price = f"{rng.uniform(1, 2_000):.2f}"
        yield (
            f"SKU-{number:07d}",
            f"{brand} {rng.choice(products[language])} {rng.randint(1, 40) * 50}{rng.choice(('ml', 'g', 'W'))}",
            brand,
            " > ".join(rng.sample(_SHELVES[language], 2)),
            price if rng.random() < 0.8 else f"{'$' if language == 'en' else '¥'}{price}",
            "USD" if language == "en" else "CNY",
            rng.choices(_AVAILABILITY[language], (8, 1, 1))[0],
            gap.join(rng.sample(_SENTENCES[language], rng.randint(1, 5))),
        )


def measured(what: str, feed: Path) -> Figures:
    """Rows, seconds and peak memory of one reader in a process of its own.

    Raises:
        ChildFailed: the process ended with an error.
    """
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.reading", what, str(feed)], stdout=subprocess.PIPE, encoding="utf-8", check=False
    )
    if done.returncode:
        raise ChildFailed(f"{what} ended with exit code {done.returncode}; its message stands above")
    found: Figures = json.loads(done.stdout.splitlines()[-1])
    return found


def _compared(runs: dict[str, list[Figures]], rows: int) -> Figures:
    figures: Figures = {}
    medians = {name: statistics.median(run["seconds"] for run in found) for name, found in runs.items()}
    for name, seconds in medians.items():
        figures[name] = {
            "rows_per_s": round(rows / seconds),
            "seconds": [run["seconds"] for run in runs[name]],
            "peak_rss_mb": max(run["peak_rss_mb"] for run in runs[name]),
        }
    ours = medians["read_products"]
    figures["time as a multiple of"] = {name: round(ours / seconds, 2) for name, seconds in medians.items() if name != "read_products"}
    figures["bar, rows_per_s"] = LEAST_ROWS_PER_S
    figures["bar met"] = rows / ours >= LEAST_ROWS_PER_S
    return figures


def _data(rows: int, size: int, seed: int) -> Figures:
    return {"set": "made by the seed", "rows": rows, "columns": list(COLUMNS), "megabytes": round(size / 2**20, 1), "seed": seed}


def _read(what: str, feed: Path) -> tuple[int, float]:
    """Rows and seconds; imports are not counted, building the table or the products is."""
    if what == "pandas.read_csv":
        import pandas as pd

        start = time.perf_counter()
        return len(pd.read_csv(feed)), time.perf_counter() - start
    if what == "csv.reader":
        start = time.perf_counter()
        with feed.open(encoding="utf-8", newline="") as file:
            return sum(1 for _ in csv.reader(file)) - 1, time.perf_counter() - start
    if what == "read_products":
        from similis.catalogue import Product, read_products

        start = time.perf_counter()
        with read_products(feed) as products:
            accepted = sum(isinstance(product, Product) for product in products)
        return accepted, time.perf_counter() - start
    import similis

    with tempfile.TemporaryDirectory() as folder, similis.open(Path(folder) / "shop") as shop:
        start = time.perf_counter()
        return shop.add(feed).accepted, time.perf_counter() - start


def main() -> None:
    """The measured process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=[*READERS, "Shop.add"])
    parser.add_argument("feed", type=Path)
    options = parser.parse_args()
    rows, seconds = _read(options.what, options.feed)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"rows": rows, "seconds": round(seconds, 6), "rows_per_s": round(rows / seconds), "peak_rss_mb": round(peak / 1024)}))


if __name__ == "__main__":
    main()

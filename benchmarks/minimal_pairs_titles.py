"""The half of the minimal pairs that are edits of real titles from the public data sets."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import zip_longest
from pathlib import Path

import numpy as np
from scripts.learn_weights.sets_reading import open_text, read_json_lines, read_table
from scripts.learn_weights.sets_wdc_titles import clean_title

from benchmarks.minimal_pairs_finding import find
from benchmarks.minimal_pairs_patterns import Found
from benchmarks.minimal_pairs_templates import KINDS, Pair
from similis.errors import UsageError

LONGEST = 160
_START = 20
"""Characters in which two titles about one kind must differ, so that no family of listings counts many times."""


def _taobao(data: Path) -> Iterator[str]:
    for name in ("train.txt.gz", "dev.txt.gz"):
        letters: list[str] = []
        with open_text(data / "zh-taobao-title-ner" / name) as file:
            for line in file:
                cells = line.split()
                if cells:
                    letters.append(cells[0] if len(cells) == 2 else " ")
                else:
                    yield "".join(letters).replace(",", " ")  # the set writes a comma for a space
                    letters = []
        yield "".join(letters).replace(",", " ")


def _table(file: str, column: str, *, delimiter: str = ",", quoted: bool = True) -> Callable[[Path], Iterator[str]]:
    return lambda data: (row[column] for row in read_table(data / file, (column,), delimiter=delimiter, quoted=quoted))


def _wdc(data: Path) -> Iterator[str]:
    for category in ("cameras", "watches"):
        for row in read_table(data / "wdc-lspc-v2" / f"{category}_train_medium.csv.gz", ("title_left", "title_right")):
            yield clean_title(row["title_left"])
            yield clean_title(row["title_right"])


def _two(file: str, column: str, delimiter: str) -> Callable[[Path], Iterator[str]]:
    sides = [
        _table(file.format(side), column, delimiter=delimiter, quoted=False)
        for side in (("abt", "buy") if "D2" in file else ("amazon", "gp"))
    ]
    return lambda data: (title for side in sides for title in side(data))


SOURCES: Mapping[str, Mapping[str, Callable[[Path], Iterator[str]]]] = {
    "zh": {
        "zh-tmall-cosmetics": _table("zh-tmall-cosmetics/offers.csv.gz", "title"),
        "zh-taobao-title-ner": _taobao,
    },
    "en": {
        "icecat-chorus": lambda data: (str(row["title"]) for row in read_json_lines(data / "icecat-chorus" / "products.jsonl.gz")),
        "abt-buy": _two("abt-buy/ccer_D2_{}.csv.gz", "name", "|"),
        "amazon-google": _two("amazon-google/ccer_D3_{}.csv.gz", "title", "#"),
        "pricerunner": _table("pricerunner/offers.csv.gz", "title"),
        "bestbuy-sample": lambda data: (str(row["name"]) for row in read_json_lines(data / "bestbuy-sample" / "products.jsonl.gz")),
        "wdc-lspc-v2": _wdc,
    },
}


def title_pairs(n: int, language: str, data: Path, seed: int, rng: np.random.Generator) -> list[Pair]:
    """``n`` pairs from the sets in turn, the kinds as evenly as the titles allow, each title at most once.

    The titles are halved by their hash: even seeds draw from one half, odd seeds from the other.

    Raises:
        UsageError: the sets hold too few titles.
    """
    waiting = _candidates(language, data, seed, rng)
    pairs: list[Pair] = []
    seen: set[str] = set()
    while len(pairs) < n:
        before = len(pairs)
        for kind in KINDS:
            pair = _next(kind, language, waiting[kind], rng, seen) if len(pairs) < n else None
            if pair is not None:
                pairs.append(pair)
        if len(pairs) == before:
            raise UsageError(
                f"the data sets hold {before} usable titles for {language}, {n} are wanted; fetch all of {', '.join(SOURCES[language])}"
            )
    order = {kind: place for place, kind in enumerate(KINDS)}
    return sorted(pairs, key=lambda pair: order[pair.kind])


def is_mine(title: str, seed: int) -> bool:
    """Whether a title is in the half that this seed draws from."""
    return hashlib.sha256(title.encode()).digest()[0] % 2 == seed % 2


def _candidates(language: str, data: Path, seed: int, rng: np.random.Generator) -> dict[str, list[tuple[str, str, Found]]]:
    """Kind to what can be edited: set, title, quantity; the next one last."""
    by_kind: dict[str, dict[str, list[tuple[str, str, Found]]]] = {kind: defaultdict(list) for kind in KINDS}
    for source, read in SOURCES[language].items():
        titles = sorted({" ".join(title.split()) for title in read(data)})
        for place in rng.permutation(len(titles)):
            title = titles[int(place)]
            if 8 <= len(title) <= LONGEST and is_mine(title, seed):
                for found in find(title, language):
                    by_kind[found.kind][source].append((source, title, found))
    return {
        kind: [one for turn in zip_longest(*sources.values()) for one in turn if one is not None][::-1] for kind, sources in by_kind.items()
    }


def _next(kind: str, language: str, waiting: list[tuple[str, str, Found]], rng: np.random.Generator, seen: set[str]) -> Pair | None:
    while waiting:
        source, title, found = waiting.pop()
        edit = None if title in seen else found.edit(rng)
        if edit is None:
            continue
        pair = Pair.of(kind, language, source, partial(_put, title, found), edit)
        start = f"{kind} {title[:_START]}"
        if pair.anchor == title and len(set(pair.titles)) == 3 and not seen.intersection((*pair.titles, start)):
            seen.update((*pair.titles, start))
            return pair
    return None


def _put(title: str, found: Found, quantity: str) -> str:
    return title[: found.start] + quantity + title[found.end :]

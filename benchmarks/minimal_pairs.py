"""Are numbers, units, packs and sizes read? 1,000 times: the same quantity said in another way against a slightly other quantity."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from benchmarks.minimal_pairs_scores import Scored, character_scores, encoder_scores, engine_scores
from benchmarks.minimal_pairs_templates import KINDS, Pair, template_pairs
from benchmarks.minimal_pairs_titles import title_pairs
from benchmarks.minimal_pairs_units import LANGUAGES
from benchmarks.results import Figures, Result, progress
from similis.arrays import Floats
from similis.evaluation import bootstrap_interval

PAIRS = 1_000


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this benchmark."""
    parser.add_argument("--seed", type=int, default=0, help="even seeds draw from one half of titles and brands, odd ones from the other")
    parser.add_argument("--pairs", type=int, default=PAIRS, help="a multiple of 4; a quarter for each language and origin")
    parser.add_argument("--show-failures", type=int, default=0, metavar="N", help="print at most N failures of each kind and language")
    parser.add_argument("--out", type=Path, default=None, metavar="FILE", help="write the pairs as JSON lines; they hold public titles")
    parser.add_argument("--only-engine", action="store_true", help="leave out the encoder and the characters")


def run(options: argparse.Namespace) -> Iterator[Result]:
    """One result: the share of pairs each scorer orders rightly."""
    pairs = make_pairs(options.data, options.seed, options.pairs)
    if options.out is not None:
        lines = (json.dumps({"number": number, **asdict(pair)}, ensure_ascii=False) for number, pair in enumerate(pairs))
        options.out.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    progress(f"{len(pairs):,} pairs, {3 * len(pairs):,} titles into one shop")
    engine = engine_scores(pairs)
    scored = {f"Similis, {name}": found for name, found in engine.items()}
    if not options.only_engine:
        scored["encoder, cosine"] = encoder_scores(pairs)
        scored["character TF-IDF"] = character_scores(pairs)
    if options.show_failures:
        print_failures(pairs, engine, options.show_failures)
    data = {"pairs": len(pairs), "seed": options.seed, "counts": counts(pairs)}
    yield Result(name="same quantity above another one", data=data, figures=figures(pairs, scored, options.seed))


def make_pairs(data: Path, seed: int, n: int = PAIRS) -> list[Pair]:
    """Half Chinese, half English; in each half as many edits of real titles as pairs from templates. The same for the same seed."""
    quarter = n // 4
    pairs: list[Pair] = []
    for place, language in enumerate(LANGUAGES):
        pairs += template_pairs(quarter, language, seed, np.random.default_rng([seed, place, 0]))
        pairs += title_pairs(quarter, language, data, seed, np.random.default_rng([seed, place, 1]))
    return pairs


def counts(pairs: Sequence[Pair]) -> Figures:
    """How many pairs there are of each kind, by language, and of each origin."""
    by_kind = Counter((pair.kind, pair.language) for pair in pairs)
    return {
        "kinds": {kind: {language: by_kind[kind, language] for language in LANGUAGES} for kind in KINDS},
        "origins": dict(sorted(Counter(f"{pair.language}, {pair.source}" for pair in pairs).items())),
    }


def figures(pairs: Sequence[Pair], scored: Mapping[str, Scored], seed: int) -> Figures:
    """Shares with intervals: in all, by language and origin, by kind and language."""
    languages = np.array([pair.language for pair in pairs])
    kinds = np.array([pair.kind for pair in pairs])
    is_template = np.array([pair.source == "templates" for pair in pairs])
    shown: Figures = {}
    for name, found in scored.items():
        right = found.right
        parts: Figures = {"all": _interval(right, seed)}
        for language in LANGUAGES:
            mine = languages == language
            parts[language] = _interval(right[mine], seed)
            parts[f"{language}, templates"] = _interval(right[mine & is_template], seed)
            parts[f"{language}, real titles"] = _interval(right[mine & ~is_template], seed)
        shown[name] = parts
    for kind in KINDS:
        of_kind: dict[str, dict[str, str]] = {}
        for name, found in scored.items():
            masks = {language: (kinds == kind) & (languages == language) for language in LANGUAGES}
            of_kind[name] = {language: f"{int(found.right[mask].sum())}/{int(mask.sum())}" for language, mask in masks.items()}
        shown[kind] = of_kind
    return shown


def _interval(right: Floats, seed: int) -> list[float]:
    """Mean, and the ends of its 95 % interval."""
    if not len(right):
        return []
    found = bootstrap_interval(right, seed=seed)
    return [round(found.mean, 4), round(found.low, 4), round(found.high, 4)]


def print_failures(pairs: Sequence[Pair], scored: Mapping[str, Scored], most: int) -> None:
    """Wrongly ordered pairs to stderr, by kind and language, with the scores of both."""
    for kind in KINDS:
        for language in LANGUAGES:
            mine = [number for number, pair in enumerate(pairs) if (pair.kind, pair.language) == (kind, language)]
            for name, found in scored.items():
                wrong = [number for number in mine if not found.right[number]]
                if not wrong:
                    continue
                print(f"\n{kind}, {language}, {name}: {len(wrong)} of {len(mine)} wrong", file=sys.stderr)
                for number in wrong[:most]:
                    pair = pairs[number]
                    print(f"  {number:>4} [{pair.source}] {pair.anchor}", file=sys.stderr)
                    print(f"       same      {found.same[number]:.5f}  {pair.same}", file=sys.stderr)
                    print(f"       different {found.different[number]:.5f}  {pair.different}", file=sys.stderr)

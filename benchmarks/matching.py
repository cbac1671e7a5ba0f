"""Is the same product found, asked alone, with weights that were learned without the set?"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

import similis
from benchmarks.baselines import ANALYZERS, character_tfidf
from benchmarks.matching_sets import TASKS, MatchTask
from benchmarks.results import Figures, Result, progress
from similis.errors import UsageError
from similis.evaluation import Qrels, QueryScores, Run, bootstrap_interval, evaluate

WEIGHTS = Path(__file__).with_name("weights")
K = 10
_METRICS = ("hit_rate@1", "hit_rate@5", "hit_rate@10")


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this benchmark."""
    parser.add_argument("sets", nargs="*", default=list(TASKS), metavar="SET", help=f"of {', '.join(TASKS)}; default: all")
    parser.add_argument("--full", action="store_true", help="pricerunner: every offer with a sibling, not a sample of 3,000")
    parser.add_argument(
        "--weights", default=None, help="a weights file, or 'shipped', in place of weights/without-SET.json (not for a report)"
    )
    parser.add_argument("--no-baseline", action="store_true", help="leave out character TF-IDF")
    parser.add_argument("--seed", type=int, default=0)


def run(options: argparse.Namespace) -> Iterator[Result]:
    """One result a set."""
    if unknown := [name for name in options.sets if name not in TASKS]:
        raise UsageError(f"there is no set {', '.join(unknown)}; there are {', '.join(TASKS)}")
    chosen = {name: _weights(name, options.weights) for name in options.sets}
    for name, weights in chosen.items():
        task = TASKS[name](options.data, options.seed, None if options.full else 3_000)
        progress(f"{name}: {len(task.items):,} products, {len(task.questions):,} questions")
        qrels = Qrels({question.key: dict.fromkeys(question.right, 1) for question in task.questions})
        answered, times = ask(task, weights)
        ours = evaluate(answered, qrels, _METRICS)
        figures = {**_shown(ours, task, options.seed), **times}
        if not options.no_baseline:
            figures["character TF-IDF"] = _baseline(task, qrels, ours["hit_rate@1"], options.seed)
        sizes = {"set": name, "about": task.about, "items": len(task.items), "questions": len(task.questions), "seed": options.seed}
        yield Result(name=name, data={**sizes, "weights": weights.name if weights else "shipped"}, figures=figures)


def ask(task: MatchTask, weights: Path | None) -> tuple[Run, Figures]:
    """Builds a shop of the items and asks every question through the public door, one after another."""
    lists: dict[str, list[str]] = {}
    seconds = []
    with tempfile.TemporaryDirectory() as folder, similis.open(Path(folder) / "shop", weights=weights) as shop:
        shop.add(list(task.items))
        built = shop.build(neighbours=0)  # only "same" is asked
        if built.products != len(task.items):
            raise UsageError(f"{task.name}: {len(task.items):,} products were added and {built.products:,} built; the shop refused some")
        for question in task.questions:
            start = time.perf_counter()
            if question.is_stored:
                answer = shop.similar(question.key, relation="same", k=K)
            else:
                answer = shop.similar(product=question.product, relation="same", k=K)
            lists[question.key] = [neighbour.id for neighbour in answer]
            seconds.append(time.perf_counter() - start)
    times = {
        "build_s": round(sum(built.seconds.values()), 1),
        "question_ms_p50": round(1000 * float(np.median(seconds)), 2),
        "question_ms_p99": round(1000 * float(np.quantile(seconds, 0.99)), 2),
    }
    return Run(lists), times


def _weights(name: str, given: str | None) -> Path | None:
    if given == "shipped":
        return None
    path = Path(given) if given else WEIGHTS / f"without-{name}.json"
    if not path.is_file():
        raise UsageError(
            f"there are no weights {path.name}; learn them with: python -m scripts.learn_weights --without {name} "
            f"--out benchmarks/weights/without-{name}.json"
        )
    return path


def _shown(scores: dict[str, QueryScores], task: MatchTask, seed: int) -> Figures:
    """Means with their intervals. Where every question has one right answer, a hit rate is a recall."""
    word = "recall" if all(len(question.right) == 1 for question in task.questions) else "hit_rate"
    shown: Figures = {}
    for name, found in scores.items():
        interval = found.interval(seed=seed)
        shown[name.replace("hit_rate", word)] = round(interval.mean, 4)
        shown[name.replace("hit_rate", word) + " 95 %"] = [round(interval.low, 4), round(interval.high, 4)]
    return shown


def _baseline(task: MatchTask, qrels: Qrels, ours: QueryScores, seed: int) -> Figures:
    """The better of the two ways to cut characters, on the same titles, with the gain over it question by question."""
    ids = [row["id"] for row in task.items]
    titles = [row["title"] for row in task.items]
    found: dict[str, dict[str, QueryScores]] = {}
    for analyzer in ANALYZERS:
        rows = character_tfidf(titles, [question.product["title"] for question in task.questions], K + 1, analyzer=analyzer, seed=seed)
        lists = {question.key: _ranked(ids, near, question.key) for question, near in zip(task.questions, rows, strict=True)}
        found[analyzer] = evaluate(Run(lists), qrels, _METRICS)
    best = max(ANALYZERS, key=lambda analyzer: found[analyzer]["hit_rate@1"].mean)
    gain = bootstrap_interval(ours.values - found[best]["hit_rate@1"].values, seed=seed)
    shown = {name: value for name, value in _shown(found[best], task, seed).items() if isinstance(value, float)}
    return {
        "text": "titles",
        "analyzer": best,
        **shown,
        "gain@1": round(gain.mean, 4),
        "gain@1 95 %": [round(gain.low, 4), round(gain.high, 4)],
    }


def _ranked(ids: Sequence[str], rows: Sequence[int], asked: str) -> list[str]:
    return [ids[row] for row in rows if ids[row] != asked][:K]

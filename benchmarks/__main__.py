"""``python -m benchmarks NAME [--data DIR] [--json FILE]``; ``--list`` names them.

A table goes to stderr, one line of JSON for each result to stdout, and with ``--json`` to the end of FILE too.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.results import Result, present, record
from similis.errors import SimilisError

BENCHMARKS = {
    "matching": "recall of the same product: Abt-Buy, Amazon-Google, pricerunner, Tmall; character TF-IDF beside each",
    "icecat": "time and memory of add and build, latency of answers",
    "rebuild": "what a build after a change of 1 % encodes, and how long it takes",
    "minimal-pairs": "numbers, units, packs and sizes: 1,000 pairs in both languages; encoder and character TF-IDF beside",
    "reading": "rows a second and memory of reading a feed, beside pandas and the csv module",
    "recipe": "which fields make the best text, for the encoder and for character TF-IDF",
    "startup": "time of similis --help, what it imports, size of the installation",
    "encoding": "speed and agreement of the encoder against PyTorch with the same weights",
}
WITHOUT_DATA = ("startup", "reading")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one benchmark; 0 done, 1 failed, 2 used wrongly."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] in ("--list", "-h", "--help"):
        print(__doc__ if words and words[0] != "--list" else "python -m benchmarks NAME [--data DIR] [--json FILE]\n")
        for name, about in BENCHMARKS.items():
            print(f"  {name:<14} {about}")
        return 0
    name, *rest = words
    if name not in BENCHMARKS:
        print(f"there is no benchmark {name!r}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    try:
        for result, options in _results(name, rest):
            present(record(result, name, rest), options.json)
    except SimilisError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 1
    return 0


def _results(name: str, words: Sequence[str]) -> Iterator[tuple[Result, argparse.Namespace]]:
    if name == "encoding":
        options, unknown = _parse(name, words, None)
        results = _run_encoding(options, unknown)
    else:
        run, add_options = _module(name)
        options, _ = _parse(name, words, add_options)
        results = run(options)
    yield from ((result, options) for result in results)


def _module(name: str) -> tuple[Callable[[argparse.Namespace], Iterator[Result]], Callable[[argparse.ArgumentParser], None]]:
    module: Any = importlib.import_module(f"benchmarks.{name.replace('-', '_')}")  # Any: found by name; each has these two functions
    return module.run, module.add_options


def _parse(
    name: str, words: Sequence[str], add_options: Callable[[argparse.ArgumentParser], None] | None
) -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks {name}", description=BENCHMARKS[name])
    data = os.environ.get("SIMILIS_DATA")
    parser.add_argument("--data", type=Path, default=Path(data) if data else None, help="folder of the data sets; default: $SIMILIS_DATA")
    parser.add_argument("--json", type=Path, default=None, metavar="FILE", help="append the results to FILE, one JSON object a line")
    unknown: list[str] = []
    if add_options is None:  # a script of its own, which checks the rest itself
        options, unknown = parser.parse_known_args(words)
    else:
        add_options(parser)
        options = parser.parse_args(words)
    if options.data is None and name not in WITHOUT_DATA:
        parser.error("give the folder of the data sets with --data or SIMILIS_DATA")
    return options, unknown


def _run_encoding(options: argparse.Namespace, rest: Sequence[str]) -> Iterator[Result]:
    """In a process of its own, so that PyTorch stays out of this one."""
    script = Path(__file__).with_name("encoding.py")
    done = subprocess.run(
        [sys.executable, str(script), "--data", str(options.data), *rest], stdout=subprocess.PIPE, encoding="utf-8", check=False
    )
    if done.returncode:
        raise SystemExit(done.returncode)
    yield Result(name="encoding", data={"set": "icecat-chorus", "texts": "title and supplier"}, figures=json.loads(done.stdout))


if __name__ == "__main__":
    sys.exit(main())

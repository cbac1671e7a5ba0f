"""How long ``similis --help`` takes, what it imports, and how large an installation is."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import distributions
from importlib.util import find_spec
from pathlib import Path

from benchmarks.results import Figures, Result
from similis.encoding.model_cache import default_cache
from similis.errors import UsageError

HEAVY = (
    "torch",
    "transformers",
    "sentence_transformers",
    "onnxruntime",
    "onnx",
    "sklearn",
    "scipy",
    "pandas",
    "pyarrow",
    "numpy",
    "sqlalchemy",
)
_LIST_IMPORTS = """
import contextlib, io, json, sys
sys.argv = ["similis", "--help"]
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    from similis.cli import main
    main()
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this benchmark."""
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument(
        "--site-packages", type=Path, default=None, help="of an environment with nothing but `pip install .`; its size is told"
    )


def run(options: argparse.Namespace) -> Iterator[Result]:
    """The time of the command; the size, if a place is given."""
    command = Path(sys.executable).with_name("similis")
    words = [str(command)] if command.is_file() else [sys.executable, "-c", "from similis.cli import main; main()"]
    seconds = help_times(words, options.repeats)
    loaded = imports_of_help()
    figures = {
        "best_s": round(min(seconds), 3),
        "median_s": round(statistics.median(seconds), 3),
        "worst_s": round(max(seconds), 3),
        "torch installed": find_spec("torch") is not None,
        "torch imported": "torch" in loaded,
        "heavy libraries imported": [name for name in HEAVY if name in loaded],
    }
    data = {"command": "similis --help" if command.is_file() else "similis.cli.main, --help", "repeats": options.repeats}
    yield Result(name="help", data=data, figures=figures)
    if options.site_packages is not None:
        yield Result(name="installation", data={"what": "site-packages and the model cache"}, figures=installed_size(options.site_packages))


def help_times(words: list[str], repeats: int) -> list[float]:
    """Wall time of each run, after one that is not counted.

    Raises:
        UsageError: the command fails.
    """
    seconds = []
    for number in range(repeats + 1):
        start = time.perf_counter()
        done = subprocess.run([*words, "--help"], capture_output=True, check=False)
        if done.returncode:
            raise UsageError(f"similis --help ended with exit code {done.returncode}: {done.stderr.decode(errors='replace')[-300:]}")
        if number:
            seconds.append(time.perf_counter() - start)
    return seconds


def imports_of_help() -> set[str]:
    """Top names of all modules that ``similis --help`` loads."""
    done = subprocess.run([sys.executable, "-c", _LIST_IMPORTS], capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise UsageError(f"similis.cli cannot be run: {done.stderr[-300:]}")
    return set(json.loads(done.stdout.splitlines()[-1]))


def installed_size(site_packages: Path) -> Figures:
    """Megabytes (2^20 bytes) of everything in the folder, by distribution, and of the models in the user's cache."""
    if not site_packages.is_dir():
        raise UsageError(f"{site_packages} is no folder; give the site-packages of an environment with --site-packages")
    parts: dict[str, int] = {}
    for distribution in distributions(path=[str(site_packages)]):
        inside = (Path(str(file.locate())) for file in distribution.files or ())
        parts[distribution.name] = sum(path.stat().st_size for path in inside if path.is_file())
    largest = sorted(parts.items(), key=lambda part: -part[1])
    packages, models = _size(site_packages), _size(default_cache() / "models")
    return {
        "site-packages_mb": _mb(packages),
        "model_cache_mb": _mb(models),
        "together_mb": _mb(packages + models),
        "distributions": len(parts),
        "largest_mb": {name: _mb(size) for name, size in largest[:12]},
        "others_mb": _mb(packages - sum(size for _, size in largest[:12])),
    }


def _size(folder: Path) -> int:
    """Bytes of all files below, a file with several names counted once."""
    seen: dict[tuple[int, int], int] = {}
    for place, _, names in os.walk(folder):
        for name in names:
            stat = os.lstat(os.path.join(place, name))
            seen[stat.st_dev, stat.st_ino] = stat.st_size
    return sum(seen.values())


def _mb(size: int) -> float:
    return round(size / 2**20, 1)

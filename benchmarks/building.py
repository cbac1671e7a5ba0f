"""One add and one build in a process of its own, so that time and memory are its alone.

``python -m benchmarks.building SHOP FEED`` prints what it took as JSON.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.results import Figures
from similis.errors import SimilisError


class ChildFailed(SimilisError, RuntimeError):
    """The measured process ended with an error; it has said which."""


def build_in_child(shop: Path, feed: Path) -> Figures:
    """Adds the feed to the shop and builds, in a fresh Python.

    Returns:
        ``wall_s`` from start to end of the process, imports and opening the model among it; ``add_s``, ``build_s``, ``stages_s``;
        ``products``, ``encoded``, ``reused``; ``peak_rss_mb`` of the process, ``peak_rss_children_mb`` of its largest child.
    Raises:
        ChildFailed: the process ended with an error.
    """
    start = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.building", str(shop), str(feed)]
    done = subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8", check=False)
    wall = time.perf_counter() - start
    if done.returncode:
        raise ChildFailed(f"the build ended with exit code {done.returncode}; its message stands above")
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return {"wall_s": round(wall, 2), **figures}


def prepare_model() -> float:
    """Seconds to open the bundled encoder and encode one text; the first time on a machine this writes the model into the cache."""
    code = "from similis.encoding.library import open_encoder; open_encoder().encode(['a'])"
    start = time.perf_counter()
    if subprocess.run([sys.executable, "-c", code], check=False).returncode:
        raise ChildFailed("the bundled encoder cannot be opened; its message stands above")
    return time.perf_counter() - start


def main() -> None:
    """The measured process."""
    import similis

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shop", type=Path)
    parser.add_argument("feed", type=Path)
    options = parser.parse_args()
    with similis.open(options.shop) as shop:
        start = time.perf_counter()
        shop.add(options.feed)
        added = time.perf_counter()
        report = shop.build()
        built = time.perf_counter()
    own, children = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    figures = {
        "add_s": round(added - start, 3),
        "build_s": round(built - added, 3),
        "stages_s": {stage: round(seconds, 2) for stage, seconds in report.seconds.items()},
        "products": report.products,
        "encoded": report.encoded,
        "reused": report.reused,
        "peak_rss_mb": round(own / 1024),  # Linux counts in KiB
        "peak_rss_children_mb": round(children / 1024),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()

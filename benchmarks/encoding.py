"""Speed and agreement of the bundled encoder against PyTorch with the same weights and the same texts, in the same run.

    python benchmarks/encoding.py --data DIR [--texts 512] [--rounds 5] [--precision int8]

Texts are titles and brands of the data set icecat-chorus. The two sides take turns, so that a busy machine slows down both;
the ratio is the median over the rounds. Prints a table to stderr and JSON to stdout.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from similis.arrays import Vectors
from similis.encoding.library import export_bundled, open_encoder
from similis.encoding.onnx_encoder import OnnxEncoder, available_processors

PREFIX = "query: "
MAX_TOKENS = 128


def read_texts(data: Path, n_texts: int, seed: int) -> list[str]:
    """A random sample of the catalogue's titles with their brands."""
    path = data / "icecat-chorus" / "products.jsonl.gz"
    if not path.is_file():
        raise SystemExit(f"{path} is missing; give the folder of the data sets with --data or SIMILIS_DATA")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        products = [json.loads(line) for line in file]
    chosen = np.random.default_rng(seed).choice(len(products), size=min(n_texts, len(products)), replace=False)
    return [f"{products[i]['title']} {products[i].get('supplier') or ''}".strip() for i in chosen]


def load_pytorch(folder: Path) -> Callable[[list[str]], Vectors]:
    """The same weights in sentence-transformers, float32, batches of 32."""
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise SystemExit("this benchmark compares with PyTorch: pip install torch==2.13.0 sentence-transformers") from error
    model = SentenceTransformer(str(folder), device="cpu")
    model.max_seq_length = MAX_TOKENS

    def encode(texts: list[str]) -> Vectors:
        found = model.encode([PREFIX + text for text in texts], batch_size=32, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(found, dtype=np.float32)

    return encode


def measure(ours: OnnxEncoder, theirs: Callable[[list[str]], Vectors], texts: list[str], rounds: int) -> dict[str, Any]:
    """Both sides in turn, after one warm-up each on a part of the texts."""
    ours.encode(texts[:64])
    theirs(texts[:64])
    ours_s, theirs_s, cosines = [], [], np.empty(0)
    for _ in range(rounds):
        start = time.perf_counter()
        mine = ours.encode(texts)
        between = time.perf_counter()
        reference = theirs(texts)
        ours_s.append(between - start)
        theirs_s.append(time.perf_counter() - between)
        cosines = (mine.astype(np.float64) * reference).sum(axis=1)
    ratios = [slow / fast for slow, fast in zip(theirs_s, ours_s, strict=True)]
    return {
        "ours_texts_per_s": round(len(texts) / statistics.median(ours_s), 1),
        "pytorch_texts_per_s": round(len(texts) / statistics.median(theirs_s), 1),
        "ratio": round(statistics.median(ratios), 2),
        "ratio_min": round(min(ratios), 2),
        "ratio_max": round(max(ratios), 2),
        "cosine_mean": round(float(cosines.mean()), 5),
        "cosine_min": round(float(cosines.min()), 5),
    }


def measure_opening(precision: str, cache: Path | None) -> dict[str, float]:
    """Seconds to open from the cache and for the first text, which loads the model; milliseconds for a short query afterwards."""
    start = time.perf_counter()
    encoder = open_encoder(precision=precision, cache_dir=cache)  # type: ignore[arg-type]  # argparse has checked it
    opened = time.perf_counter()
    encoder.encode(["cordless drill"])
    first = time.perf_counter()
    latencies = []
    for _ in range(20):
        before = time.perf_counter()
        encoder.encode(["cordless drill 18V"], role="query")
        latencies.append(time.perf_counter() - before)
    return {
        "open_from_cache_s": round(opened - start, 3),
        "first_text_s": round(first - opened, 3),
        "query_ms": round(1000 * statistics.median(latencies), 2),
    }


def main() -> None:
    """Parses, measures, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("SIMILIS_DATA"), help="folder of the data sets; default: $SIMILIS_DATA")
    parser.add_argument("--texts", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--precision", choices=["int8", "fp32"], default="int8")
    parser.add_argument("--cache", type=Path, default=None, help="model cache; default: the user's")
    options = parser.parse_args()
    if options.data is None:
        raise SystemExit("give the folder of the data sets with --data or SIMILIS_DATA")
    texts = read_texts(options.data, options.texts, options.seed)
    ours = open_encoder(precision=options.precision, max_tokens=MAX_TOKENS, cache_dir=options.cache)
    with tempfile.TemporaryDirectory() as temporary:
        export_bundled(Path(temporary) / "model")
        theirs = load_pytorch(Path(temporary) / "model")
        result = measure(ours, theirs, texts, options.rounds)
    result |= measure_opening(options.precision, options.cache)
    result |= {"texts": len(texts), "precision": options.precision, "processors": available_processors(), "seed": options.seed}
    for name, value in result.items():
        print(f"{name:>22}  {value}", file=sys.stderr)
    print(json.dumps(result))


if __name__ == "__main__":
    main()

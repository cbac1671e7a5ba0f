"""The labelled sets that weights are learned from, by name. All are train splits, deterministic by seed; see each loader's docstring.

python -m scripts.learn_weights.datasets --data DIR      # a table of what there is
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from scripts.learn_weights.sets_alike import amazon_giftcards, aws_retail, bestbuy
from scripts.learn_weights.sets_fashion import fashion_alike, fashion_variant
from scripts.learn_weights.sets_labelled import LabelledSet, Relation
from scripts.learn_weights.sets_matching import abt_buy, amazon_google, pricerunner, wdc_cameras, wdc_watches
from scripts.learn_weights.sets_reading import DataError
from scripts.learn_weights.sets_sample import sample_alike, sample_same, sample_variant
from scripts.learn_weights.sets_views import icecat_views, taobao_views, tmall_cosmetics

__all__ = ["LOADERS", "NAMES", "DataError", "LabelledSet", "Relation", "load"]

Loader = Callable[[Path, int], LabelledSet]

_BY_RELATION: Mapping[Relation, Mapping[str, Loader]] = {
    "same": {
        "abt-buy": abt_buy,
        "amazon-google": amazon_google,
        "pricerunner": pricerunner,
        "zh-tmall-cosmetics": tmall_cosmetics,
        "wdc-cameras": wdc_cameras,
        "wdc-watches": wdc_watches,
        "icecat-views": icecat_views,
        "zh-taobao-views": taobao_views,
        "sample-same": sample_same,
    },
    "alike": {
        "aws-retail-demo-store": aws_retail,
        "bestbuy-sample": bestbuy,
        "fashion-alike": fashion_alike,
        "amazon-giftcards": amazon_giftcards,
        "sample-alike": sample_alike,
    },
    "variant": {"fashion-variant": fashion_variant, "sample-variant": sample_variant},
}
NAMES: Mapping[Relation, tuple[str, ...]] = {relation: tuple(loaders) for relation, loaders in _BY_RELATION.items()}
LOADERS: Mapping[str, Loader] = {name: loader for loaders in _BY_RELATION.values() for name, loader in loaders.items()}


def load(names: Iterable[str], data: Path, *, seed: int = 0) -> list[LabelledSet]:
    """The sets of these names, in this order.

    Args:
        names: Of ``LOADERS``; ``NAMES`` has them by relation.
        data: The folder of the public data sets.
        seed: Equal seeds give equal sets, whichever are loaded together.
    Raises:
        DataError: an unknown name, or a set that is missing or cannot be read.
    """
    wanted = list(names)
    if unknown := [name for name in wanted if name not in LOADERS]:
        raise DataError(f"no set is called {', '.join(unknown)}; there are {', '.join(LOADERS)}")
    return [LOADERS[name](data, seed) for name in wanted]


def main() -> None:
    """Prints what each set holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("SIMILIS_DATA"), help="folder of the data sets; default: $SIMILIS_DATA")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("names", nargs="*", help="default: all")
    options = parser.parse_args()
    if options.data is None:
        parser.error("give the folder of the data sets with --data or SIMILIS_DATA")
    print(f"{'name':<22} {'relation':<8} {'items':>6} {'queries':>7} {'positives':>9} {'excluded':>8}  licence")
    for labelled in load(options.names or LOADERS, Path(options.data), seed=options.seed):
        right, out = (sum(map(len, rows)) for rows in (labelled.positives, labelled.excluded))
        sizes = f"{len(labelled.items):>6} {len(labelled.queries):>7} {right:>9} {out:>8}"
        print(f"{labelled.name:<22} {labelled.relation:<8} {sizes}  {labelled.licence}")


if __name__ == "__main__":
    main()

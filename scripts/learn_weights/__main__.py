"""Learn the shipped weights from the train splits of public sets and this project's own sample.

python -m scripts.learn_weights --data DIR                                      # writes src/similis/similarity/weights.json
python -m scripts.learn_weights --data DIR --without abt-buy --out FILE         # for a figure about abt-buy
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scripts.learn_weights.datasets import NAMES, LabelledSet, load
from scripts.learn_weights.fitting import Shape, fit_calibration, fit_slopes, knots
from scripts.learn_weights.gathering import CachedEncoder, Gathered, gather

from similis.similarity.features import FEATURES

SHIPPED = Path(__file__).parents[2] / "src" / "similis" / "similarity" / "weights.json"
_FOR = ("semantic", "semantic_cross", "characters", "characters_codeless", "words", "words_of_shorter", "codes", "digits", "numbers",
        "quantities_equal", "quantities_close", "pack_equal")  # fmt: skip
_AGAINST = ("words_missing", "codes_conflict", "digits_conflict", "numbers_conflict", "price_gap", "quantities_conflict", "pack_differs",
            "pack_unstated")  # fmt: skip
_ALWAYS = dict.fromkeys(_FOR, 1) | dict.fromkeys(_AGAINST, -1)
_FIELDS = {f"{name}_equal": 1 for name in ("brand", "gtin", "mpn", "color", "size", "material", "audience", "attributes")}
_FIELDS |= {f"{name}_differs": -1 for name in ("brand", "gtin", "mpn", "color", "size", "material", "audience", "category")}
_FIELDS |= {"brand_named": 1, "brand_unnamed": -1, "category_shared": 1, "attributes_differ": -1}

SHAPES: dict[str, Shape] = {
    "same": Shape(
        signs=_ALWAYS | _FIELDS,
        least={"characters": 1.5, "characters_codeless": 4.0, "digits": 3.0, "words": 1.0, "semantic": 1.0, "gtin_equal": 8.0,
               "mpn_equal": 3.0, "gtin_differs": 1.0, "quantities_equal": 0.2, "quantities_conflict": 2.0, "pack_equal": 0.2,
               "pack_differs": 1.0},
        most={"gtin_differs": 4.0, "mpn_equal": 6.0, "mpn_differs": 2.5, "color_equal": 1.0, "color_differs": 2.0, "size_equal": 1.5,
              "size_differs": 2.5, "material_equal": 1.0, "material_differs": 1.5, "audience_equal": 1.0, "audience_differs": 2.0,
              "attributes_equal": 3.0, "attributes_differ": 3.0, "category_shared": 2.0, "category_differs": 2.0},
        unused=frozenset(("category_unknown", "quantities_close")),
        prior={"characters": 8.0, "words": 4.0, "digits": 4.0, "semantic": 4.0},
    ),
    "alike": Shape(
        signs=_ALWAYS | _FIELDS,
        least={"semantic": 2.0, "characters": 1.0, "words": 1.0, "quantities_equal": 1.0, "quantities_conflict": 1.5, "pack_equal": 0.3,
               "pack_differs": 1.0, "pack_unstated": 0.3, "size_equal": 0.5, "size_differs": 0.3},
        most={"gtin_equal": 6.0, "mpn_equal": 5.0, "size_equal": 1.5, "size_differs": 0.5, "material_differs": 1.0, "audience_equal": 2.0,
              "audience_differs": 4.0, "attributes_equal": 4.0, "brand_named": 2.0, "brand_equal": 2.0, "category_shared": 8.0},
        prior={"semantic": 6.0, "characters": 2.0, "words": 2.0},
        # Another model, colour or size is still a substitute.
        unused=frozenset(
            ("characters_codeless", "codes", "codes_conflict", "digits", "digits_conflict", "numbers", "numbers_conflict",
             "gtin_differs", "mpn_differs", "color_differs", "brand_differs", "brand_unnamed", "quantities_close")
        ),
    ),
    "variant": Shape(
        signs=dict.fromkeys(_FOR, 1) | {"brand_equal": 1, "brand_differs": -1, "category_differs": -1, "price_gap": -1},
        least={"characters": 2.0},
        prior={"characters": 6.0, "words": 3.0},
        unused=frozenset(("category_unknown", "characters_codeless")),
    ),
}  # fmt: skip


_INCOMPLETE = frozenset(("amazon-giftcards",))
"""Sets that name some right answers and leave out most: good for an order, wrong for a probability."""


def learn(relation: str, sets: Sequence[Gathered]) -> dict[str, Any]:
    """One relation's head as plain JSON values."""
    slopes = fit_slopes(sets, SHAPES[relation])
    slope, intercept = fit_calibration([one for one in sets if one.name not in _INCOMPLETE], slopes)
    # The line's slope goes into the weights, so that every reason is on the log-odds scale and calibration adds a constant.
    used = {name: [round(slope * value, 4) for value in values] for name, values in slopes.items() if any(values)}
    return {"slopes": used, "calibration": {"slope": 1.0, "intercept": intercept}}


def main() -> None:
    """Parse the command line, learn, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("SIMILIS_DATA"), help="folder of the data sets; default: $SIMILIS_DATA")
    parser.add_argument("--without", action="append", default=[], help="leave this set out (repeatable)")
    parser.add_argument("--each-without", action="append", default=[], help="also write without-NAME.json beside --out (repeatable)")
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument("--cache", type=Path, help="folder that keeps encoded texts between runs")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.data is None:
        parser.error("give the folder of the data sets with --data or SIMILIS_DATA")
    gathered: dict[str, dict[str, Gathered]] = {relation: {} for relation in NAMES}
    sources: list[dict[str, Any]] = []
    encoder = CachedEncoder(options.cache)
    for relation, names in NAMES.items():
        for one in load([name for name in names if name not in options.without], Path(options.data), seed=options.seed):
            gathered[relation][one.name] = gather(one, encoder, seed=options.seed)
            sources.append(_source(one))
            print(f"{relation}: {one.name}, {len(one.queries)} queries", file=sys.stderr)
    _write(options.out, gathered, sources, options.without, options.seed)
    for name in options.each_without:
        _write(options.out.parent / f"without-{name}.json", gathered, sources, [*options.without, name], options.seed)


def _source(labelled: LabelledSet) -> dict[str, Any]:
    return {"name": labelled.name, "relation": labelled.relation, "split": labelled.split, "licence": labelled.licence,
            "queries": len(labelled.queries)}  # fmt: skip


def _write(
    path: Path, gathered: Mapping[str, Mapping[str, Gathered]], sources: Sequence[Mapping[str, Any]], without: Sequence[str], seed: int
) -> None:
    left_out = "".join(f" --without {name}" for name in without)
    heads = {relation: learn(relation, [one for name, one in sets.items() if name not in without]) for relation, sets in gathered.items()}
    content = {
        "about": "Learned evidence weights; the numbers only, no row of any data set.",
        "command": f"python -m scripts.learn_weights --seed {seed}{left_out}",
        "calibrated_on": "default",
        "sources": [source for source in sources if source["name"] not in without],
        "knots": {name: list(knots(name)) for name in FEATURES},
        "heads": heads,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()

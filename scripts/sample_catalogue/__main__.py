"""Writes ``catalogue.jsonl.gz`` and ``truth.json.gz`` into the package."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from .chance import Chance
from .dirt import soiled
from .offers import Market, Offer, offers
from .relations import Relations
from .rows import Row, row
from .tables import read_colors, read_demo, read_dirt, read_items, read_sellers
from .truth import truth
from .variants import Palette
from .writing import jsonl, pretty, write_gzip

SAMPLE = Path(__file__).parents[2] / "src" / "similis" / "sample"
SEED = 20240601
SOURCES = ("main", "marketplace", "partner")  # the shop's own feed first, as an import would run


def build(seed: int) -> tuple[list[Row], dict[str, Any]]:
    """The rows of the feed and the content of the truth."""
    chance = Chance(seed)
    found = list(offers(read_items(), Market(read_sellers(), chance), Palette(read_colors()), chance))
    found.sort(key=lambda offer: SOURCES.index(offer.seller.source))
    ids = [offer.id for offer in found]
    if len(set(ids)) != len(ids):
        raise ValueError(f"ids given twice: {sorted({id for id in ids if ids.count(id) > 1})}; change a code in the tables")
    relations = Relations(found)
    representatives = {offer.id for offer in relations.queries()}
    rows = [row(offer, _cross_sell(offer, relations, representatives, chance), chance) for offer in found]
    rows, dirty = soiled(rows, read_dirt(), lenient=seed != SEED)
    return rows, truth(relations, dirty, [id for id in read_demo() if id in ids])


def _cross_sell(offer: Offer, relations: Relations, representatives: set[str], chance: Chance) -> list[str]:
    """Up to three complements, for half of the listings that have any."""
    if chance.share("cross-sells", offer.listing) < 0.5:
        return []
    found = [id for id in relations.complements(offer) if id in representatives]
    return chance.some(found, 3, "cross-sell", offer.listing)


def main() -> int:
    """Reads the command line, builds, writes, and says on stderr what it wrote."""
    parser = argparse.ArgumentParser(prog="python -m scripts.sample_catalogue", description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, default=SAMPLE, help="folder to write to (default: the package)")
    options = parser.parse_args()
    rows, facts = build(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    write_gzip(options.out / "catalogue.jsonl.gz", jsonl(rows))
    write_gzip(options.out / "truth.json.gz", pretty(facts))
    print(f"{len(rows)} rows, {len(facts['same'])} same pairs, {len(facts['substitutes'])} queries: {options.out}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""``similis export``: all neighbour lists as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from similis.cli.options import DEFAULT_SHOP, AsJson, AskedRelation, Neighbours, Quiet, Relation, ShopFolder
from similis.cli.output import print_json, show
from similis.cli.progress import reporting


def export(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Ends in .parquet, .csv or .jsonl; the last two also with .gz.")],
    shop: ShopFolder = DEFAULT_SHOP,
    k: Neighbours = 10,
    relation: AskedRelation = Relation.ALIKE,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write every product's neighbours to a file.

    One row each: query_id, rank, id, score, relation, step, evidence. The file appears whole or not at all. In CSV, texts that a
    spreadsheet would take for a formula get an apostrophe in front.

    \b
    similis export neighbours.parquet
    similis export variants.csv.gz --relation variant -k 50
    """
    import similis

    with similis.open(shop, create=False) as opened, reporting(quiet=quiet) as report:
        total = opened.status().products
        done = opened.export(path, k=k, relation=relation.value, progress=lambda products: report("writing", products, total))
    if as_json:
        print_json(done.to_dict())
    else:
        show(f"{done.path}: {done.rows:,} neighbours of {done.products:,} products")

"""``similis build``: a new generation."""

from __future__ import annotations

from typing import Annotated

import typer

from similis.cli.options import DEFAULT_SHOP, AsJson, Quiet, ShopFolder
from similis.cli.output import print_json, show
from similis.cli.progress import reporting


def build(
    shop: ShopFolder = DEFAULT_SHOP,
    neighbours: Annotated[int, typer.Option(help="Places of every product's list to compute ahead; 0 for none.")] = 50,
    full: Annotated[bool, typer.Option("--full", help="Learn the catalogue anew even after a small change.")] = False,
    min_df: Annotated[
        int | None, typer.Option("--min-df", metavar="N", help="Drop words that stand in fewer products; default: none dropped.")
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Encode, index and compare all products: a new generation.

    It serves from the moment it is complete; until then answers come from the generation before. Only what changed is encoded again,
    and after a small change only the lists it touches are computed again.

    \b
    similis build
    similis build --shop my-shop --json
    """
    import similis

    with similis.open(shop, create=False) as opened, reporting(quiet=quiet) as report:
        made = opened.build(neighbours=neighbours, full=full, min_df=min_df, progress=report)
    if as_json:
        print_json(made.to_dict())
        return
    stages = ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in made.seconds.items() if seconds >= 0.05)
    show(f"generation {made.generation}: {made.products:,} products, {made.encoded:,} encoded, {made.reused:,} reused")
    show(f"seconds: {stages}" if stages else "seconds: less than 0.1")

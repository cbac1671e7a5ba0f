"""``similis export``: all neighbour lists, or all products, as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from similis.cli.options import DEFAULT_SHOP, AsJson, AskedRelation, Neighbours, Quiet, Relation, ShopFolder
from similis.cli.output import counted, print_json, remark, show
from similis.cli.progress import reporting
from similis.errors import UsageError


def export(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Its name says the format; .gz packs it.")],
    shop: ShopFolder = DEFAULT_SHOP,
    products: Annotated[bool, typer.Option("--products", help="Write the products, not their neighbours.")] = False,
    format: Annotated[
        str | None,
        typer.Option(metavar="FORMAT", help="With --products: csv, jsonl, google, google-xml or shopify, where the name does not tell."),
    ] = None,
    k: Neighbours = 10,
    relation: AskedRelation = Relation.ALIKE,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write every product's neighbours, or the products, to a file.

    The file appears whole or not at all. In CSV, texts that a spreadsheet would take for a formula get an apostrophe in front.

    Neighbours go to .parquet, .csv or .jsonl, one row each: query_id, rank, id, score, relation, step, evidence.

    Products go to .csv or .jsonl in our own words, to .tsv or .xml in Google's, or with --format shopify to Shopify's CSV. Whatever these
    words cannot say stands in one more column, similis; added again, the file gives the same products.

    \b
    similis export neighbours.parquet
    similis export variants.csv.gz --relation variant -k 50
    similis export catalogue.jsonl.gz --products
    similis export shop.csv --products --format shopify
    """
    if str(path) == "-":
        raise UsageError("- is no file, and export writes one, whole or not at all; name it, such as products.jsonl")
    if products:
        if k != 10 or relation is not Relation.ALIKE:
            raise UsageError("-k and --relation say which neighbours to write; leave them out with --products")
        _export_products(path, shop, format, as_json=as_json, quiet=quiet)
        return
    if format is not None:
        raise UsageError("--format is for products; say --products, or leave it out: the file's name says the format of neighbours")
    import similis

    with similis.open(shop, create=False) as opened, reporting(quiet=quiet) as report:
        total = opened.status().products
        done = opened.export(path, k=k, relation=relation.value, progress=lambda products: report("writing", products, total))
    if as_json:
        print_json(done.to_dict())
    else:
        show(f"{done.path}: {done.rows:,} neighbours of {done.products:,} products")


def _export_products(path: Path, shop: Path, format: str | None, *, as_json: bool, quiet: bool) -> None:
    import similis

    with similis.open(shop, create=False) as opened, reporting(quiet=quiet) as report:
        total = opened.status().products
        done = opened.export_products(path, format=format, progress=lambda written: report("writing", written, total))
    if as_json:
        print_json(done.to_dict())
        return
    show(f"{done.path}: {counted(done.products, 'product')} in {counted(done.rows, 'row')}")
    if done.inexact:
        remark(f"{counted(done.inexact, 'product')} will not read back as they are; they hold what no feed can say", quiet=quiet)

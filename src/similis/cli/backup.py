"""``similis backup`` and ``similis restore``: a whole shop in one file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from similis.cli.options import DEFAULT_SHOP, AsJson, Quiet, ShopFolder
from similis.cli.output import print_json, remark, show


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file that ends in .tar, or a new folder.")],
    shop: ShopFolder = DEFAULT_SHOP,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Back up a whole shop, while it is in use.

    The database as of one moment and the generation in service, each file with its SHA-256; there whole or not at all.

    \b
    similis backup shop-2026-01-31.tar
    similis backup backups/monday --shop my-shop
    """
    import similis

    with similis.open(shop, create=False) as opened:
        made = opened.backup(file)
    if as_json:
        print_json(made.to_dict())
        return
    show(f"{made.path}: {made.products:,} products, write {made.seq:,}, {made.generation or 'no generation'}, {made.bytes / 1e6:,.1f} MB")
    remark(f"to have it back: similis restore {file} --shop NEW", quiet=quiet)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What similis backup has written: a file or a folder.")],
    shop: ShopFolder = DEFAULT_SHOP,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Make a new shop of a backup, every hash checked.

    The folder of the shop must not exist yet. A damaged backup is refused, and nothing is left behind.

    \b
    similis restore shop-2026-01-31.tar --shop restored
    """
    import similis

    made = similis.restore(file, shop)
    if as_json:
        print_json(made.to_dict())
        return
    show(f"{made.path}: {made.products:,} products as of {made.created_at}, write {made.seq:,}, {made.generation or 'no generation'}")
    if made.generation is None:
        remark(f"next: similis build{'' if shop == DEFAULT_SHOP else f' --shop {shop}'}", quiet=quiet)

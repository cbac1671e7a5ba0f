"""``similis delete``: products out of the shop."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from similis.cli.options import DEFAULT_SHOP, AsJson, Quiet, ShopFolder
from similis.cli.output import counted, print_json, remark, show
from similis.errors import UsageError

DONE_WITH_REJECTS = 3


def delete(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Products to delete; - reads ids from stdin, one a line.")],
    shop: ShopFolder = DEFAULT_SHOP,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Delete products. They are out of every answer at once; adding them again brings them back.

    Exit code 3 when some ids were not in the catalogue; 1, with the ids most like it, when the only one named was not.

    \b
    similis delete SKU-1 SKU-2
    similis delete - < gone.txt
    """
    import similis

    wanted = list(dict.fromkeys(_read(ids)))
    if not wanted:
        raise UsageError("stdin named no id; give one a line")
    with similis.open(shop, create=False) as opened:
        deleted = opened.delete(wanted)
        if not deleted and len(wanted) == 1 and ids != ["-"] and not as_json:
            opened.get(wanted[0])  # says which ids are close
    unknown = len(wanted) - deleted
    if as_json:
        print_json({"deleted": deleted, "unknown": unknown})
    else:
        show(f"{counted(deleted, 'product')} deleted")
        if unknown:
            remark(f"{counted(unknown, 'id was', 'ids were')} not in the catalogue", quiet=quiet)
    if unknown:
        raise typer.Exit(DONE_WITH_REJECTS)


def _read(ids: list[str]) -> list[str]:
    if ids != ["-"]:
        return ids
    lines = sys.stdin.buffer.read().decode("utf-8-sig", "surrogateescape").splitlines()
    return [line.strip() for line in lines if line.strip()]

"""``similis doctor``: everything looked at, and put right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from similis.cli.options import DEFAULT_SHOP, AsJson, Quiet, ShopFolder
from similis.cli.output import print_json, remark, show

if TYPE_CHECKING:
    from rich.table import Table

    from similis.similarity.checkup import CheckupReport

_STYLES = {"good": "green", "note": "dim", "repaired": "yellow", "bad": "bold red"}


def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="Remove leftovers and damaged generations, serve the last good one, or build anew.")
    ] = False,
    shop: ShopFolder = DEFAULT_SHOP,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Check a whole shop, and repair it.

    The database, every file of every generation, which generation answers, what crashes left, and the language model. Exit code 0 when the
    shop is healthy or repaired, else 1. Products are never changed.

    \b
    similis doctor
    similis doctor --repair --shop my-shop
    """
    import similis

    report = similis.doctor(shop, repair=repair)
    if as_json:
        print_json(report.to_dict())
    else:
        show(_table(report))
        where = "" if shop == DEFAULT_SHOP else f" --shop {shop}"
        remark("healthy" if report.is_healthy else f"not healthy{'' if repair else f'; next: similis doctor --repair{where}'}", quiet=quiet)
    if not report.is_healthy:
        raise typer.Exit(1)


def _table(report: CheckupReport) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for check in report.checks:
        found = check.found if check.way_out is None else f"{check.found}; {check.way_out}"
        table.add_row(Text(check.state, style=_STYLES[check.state]), Text(check.what), Text(found))
    return table

"""``similis undo``: an import taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from similis.cli.options import DEFAULT_SHOP, AsJson, Quiet, ShopFolder
from similis.cli.output import counted, print_json, remark, show

if TYPE_CHECKING:
    from similis.store import UndoReport

SHOWN_REMARKS = 5


def undo(
    number: Annotated[int | None, typer.Argument(metavar="IMPORT", help="Its number in similis imports; by default the last.")] = None,
    shop: ShopFolder = DEFAULT_SHOP,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Take an import back.

    What it added is deleted again, what it changed, withdrew or deleted is as it was before; products written again since stay as they
    are. Any of the last 20 writes can be taken back, an undo too.

    \b
    similis undo
    similis undo 17 --shop my-shop
    """
    import similis

    with similis.open(shop, create=False) as opened:
        report = opened.undo(number)
    if as_json:
        print_json(report.to_dict())
        return
    _show(report)
    where = "" if shop == DEFAULT_SHOP else f" --shop {shop}"
    remark(f"to have it again: similis undo {report.import_id}{where}", quiet=quiet)


def _show(report: UndoReport) -> None:
    counts = [f"{getattr(report, name):,} {name}" for name in ("removed", "restored", "returned", "kept") if getattr(report, name)]
    show(f"import {report.undone} ({report.kind}, {report.source}) taken back: {', '.join(counts) or 'nothing was to be changed'}")
    for line in report.remarks[:SHOWN_REMARKS]:
        show(f"  kept: {line}")
    if report.kept > SHOWN_REMARKS:
        show(f"  and {counted(report.kept - SHOWN_REMARKS, 'more product')} kept")

"""``similis imports``: what was written, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from similis.cli.options import DEFAULT_SHOP, AsJson, Quiet, ShopFolder
from similis.cli.output import print_json, remark, show

if TYPE_CHECKING:
    from rich.table import Table

    from similis.store import ImportEntry

SHOWN = 20
_COUNTS = ("rows", "accepted", "updated", "unchanged", "merged", "rejected", "withdrawn", "kept")


def imports(
    limit: Annotated[int, typer.Option("-n", metavar="N", min=1, help="How many, the newest first.")] = SHOWN,
    shop: ShopFolder = DEFAULT_SHOP,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """List feeds, deletions and undos, newest first.

    Each with its number for similis undo, its time (UTC), kind, counts, and whether it can still be taken back.

    \b
    similis imports
    similis imports -n 3 --json
    """
    import similis

    with similis.open(shop, create=False) as opened:
        entries = opened.imports(limit)
    if as_json:
        print_json({"imports": [entry.to_dict() for entry in entries]})
    elif entries:
        show(_table(entries))
    else:
        remark("nothing was written yet; add a feed: similis add FEED", quiet=quiet)


def _table(entries: list[ImportEntry]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for name in ("import", "finished", "kind"):
        table.add_column(name, no_wrap=True)
    for name in ("feed", "source", "counts", ""):
        table.add_column(name, overflow="fold")
    for entry in entries:
        counts = ", ".join(f"{number:,} {name}" for name in _COUNTS if (number := getattr(entry, name)))
        cells = (
            str(entry.import_id),
            _moment(entry.finished_at),
            entry.kind,
            entry.feed or "",
            entry.source,
            counts or "nothing",
            _state(entry),
        )
        table.add_row(*(Text(cell) for cell in cells))
    return table


def _moment(text: str) -> str:
    """``2026-01-31 12:00:00`` of an ISO time in UTC."""
    return text[:19].replace("T", " ")


def _state(entry: ImportEntry) -> str:
    if entry.undone_by is not None:
        return f"undone by {entry.undone_by}"
    return "" if entry.can_undo else "cannot be undone any more"

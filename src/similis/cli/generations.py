"""``similis generations``, ``promote``, ``rollback``, ``prune``: which generations are kept, and which one answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from similis.cli.options import DEFAULT_SHOP, AsJson, Quiet, ShopFolder
from similis.cli.output import counted, print_json, remark, show

if TYPE_CHECKING:
    from pathlib import Path

    from rich.table import Table

    from similis.generations import GenerationEntry

KEPT = 2
ENCODER_SHOWN = 12


def generations(
    verify: Annotated[bool, typer.Option("--verify", help="Compare every file with its SHA-256; exit 1 when one is damaged.")] = False,
    shop: ShopFolder = DEFAULT_SHOP,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """List the generations, and which one answers.

    Newest first, whole or damaged; their sizes are checked always.

    \b
    similis generations
    similis generations --verify --json
    """
    import similis

    with similis.open(shop, create=False) as opened:
        entries = opened.generations(verify=verify)
    damaged = [entry for entry in entries if not entry.is_whole]
    if as_json:
        print_json({"generations": [entry.to_dict() for entry in entries], "verified": verify})
    elif entries:
        show(_table(entries), *(f"{entry.name}: {entry.damage}" for entry in damaged))
    else:
        remark(f"nothing was built yet; run: similis build{_where(shop)}", quiet=quiet)
    if damaged:
        remark(f"to put it right: similis doctor --repair{_where(shop)}", quiet=quiet)
    if verify and damaged:
        raise typer.Exit(1)


def promote(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name in similis generations.")],
    shop: ShopFolder = DEFAULT_SHOP,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Let another generation answer.

    It may be older or newer; it is verified first, and refused with the reason where it cannot serve. Answers stay up to date: what was
    written since it was built is merged into them. The next build goes on from it.

    \b
    similis promote 000007-3f0a9c11d2e4
    """
    import similis

    with similis.open(shop, create=False) as opened:
        _show_promoted(opened.promote(name), as_json)


def rollback(shop: ShopFolder = DEFAULT_SHOP, as_json: AsJson = False, quiet: Quiet = False) -> None:
    """Let the generation before this one answer again.

    As similis promote with its name.

    \b
    similis rollback
    similis rollback --shop my-shop --json
    """
    import similis

    with similis.open(shop, create=False) as opened:
        _show_promoted(opened.roll_back(), as_json)


def prune(
    keep: Annotated[int, typer.Option("--keep", metavar="N", help="How many to keep: the one in service and those before it.")] = KEPT,
    shop: ShopFolder = DEFAULT_SHOP,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Remove old generations.

    Never the one in service, nor one newer than it. Every build does so by itself, and keeps two.

    \b
    similis prune
    similis prune --keep 1
    """
    import similis

    with similis.open(shop, create=False) as opened:
        removed = opened.prune(keep=keep)
    if as_json:
        print_json({"removed": removed})
    else:
        show(f"{counted(len(removed), 'generation')} removed{': ' if removed else ''}{', '.join(removed)}")


def _show_promoted(entry: GenerationEntry, as_json: bool) -> None:
    if as_json:
        print_json(entry.to_dict())
    else:
        show(f"generation {entry.name} answers now: {entry.products or 0:,} products, built {entry.built_at}")


def _where(shop: Path) -> str:
    return "" if shop == DEFAULT_SHOP else f" --shop {shop}"


def _table(entries: list[GenerationEntry]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for name in ("generation", "built"):
        table.add_column(name, no_wrap=True)
    for name in ("products", "seq"):
        table.add_column(name, no_wrap=True, justify="right")
    table.add_column("encoder", no_wrap=True)
    table.add_column("size", no_wrap=True, justify="right")
    table.add_column("state", no_wrap=True)
    for entry in entries:
        state = "whole" if entry.is_whole else "damaged"
        cells = (
            entry.name,
            (entry.built_at or "")[:19].replace("T", " "),
            "" if entry.products is None else f"{entry.products:,}",
            "" if entry.seq is None else f"{entry.seq:,}",
            (entry.encoder or "")[:ENCODER_SHOWN],
            f"{entry.bytes / 1e6:,.1f} MB",
            f"{state}, in service" if entry.in_service else state,
        )
        table.add_row(*(Text(cell) for cell in cells))
    return table

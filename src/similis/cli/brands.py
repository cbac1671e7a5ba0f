"""``similis brands``: the shop's brands, and what each spelling is read as."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from similis.cli.options import DEFAULT_SHOP, AsJson, Quiet, ShopFolder
from similis.cli.output import counted, print_json, remark, show
from similis.errors import UsageError

if TYPE_CHECKING:
    from rich.table import Table

    from similis.catalogue.brand_listing import BrandListing

SHOWN = 50


def brands(
    limit: Annotated[int, typer.Option("-n", metavar="N", min=1, help="How many to show, the most frequent first.")] = SHOWN,
    alias: Annotated[list[str] | None, typer.Option("--alias", metavar="ALIAS=NAME", help="Read ALIAS as NAME; repeatable.")] = None,
    remove: Annotated[list[str] | None, typer.Option("--remove", metavar="ALIAS", help="Forget an alias of this shop; repeatable.")] = None,
    shop: ShopFolder = DEFAULT_SHOP,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """List the shop's brands and what each is read as.

    Hundreds of well-known brands are known in English and Chinese; --alias adds what only this shop knows. Names that are everyday words
    too (苹果, Gap) are read in the brand field only, never in titles.

    \b
    similis brands
    similis brands --alias 惠普=HP --alias 屿动=Yudong
    similis brands --remove 惠普
    """
    import similis

    pairs = [_pair(text) for text in alias or []]
    with similis.open(shop, create=False) as opened:
        for one, name in pairs:
            opened.set_brand_alias(one, name)
        for one in remove or []:
            opened.set_brand_alias(one, None)
        listing = opened.brands()
    if as_json:
        print_json(listing.to_dict())
        return
    if pairs or remove:
        show(*(f"{one} is read as {name}" for one, name in listing.aliases.items()), *(f"{one} is forgotten" for one in remove or []))
        remark(_next(shop), quiet=quiet)
        return
    if listing.brands:
        show(_table(listing, limit))
    _remarks(listing, limit, quiet=quiet)


def _pair(text: str) -> tuple[str, str]:
    alias, equals, name = text.partition("=")
    if not equals:
        raise UsageError(f"--alias {text!r} is no ALIAS=NAME; write for instance --alias 惠普=HP")
    return alias, name


def _next(shop: Path) -> str:
    return f"next: similis build{'' if shop == DEFAULT_SHOP else f' --shop {shop}'}"


def _table(listing: BrandListing, limit: int) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    table.add_column("products", justify="right", no_wrap=True)
    table.add_column("brand", overflow="fold")
    table.add_column("read as", overflow="fold")
    for one in listing.brands[:limit]:
        read = "(no brand)" if one.read_as is None else "" if one.read_as == one.brand else one.read_as
        table.add_row(f"{one.products:,}", Text(one.brand), Text(read))
    return table


def _remarks(listing: BrandListing, limit: int, *, quiet: bool) -> None:
    if len(listing.brands) > limit:
        remark(f"and {counted(len(listing.brands) - limit, 'more brand')}; -n {len(listing.brands)} shows all", quiet=quiet)
    if listing.without_brand:
        remark(f"{counted(listing.without_brand, 'product')} without a brand", quiet=quiet)
    if listing.aliases:
        remark("own aliases: " + ", ".join(f"{alias}={name}" for alias, name in listing.aliases.items()), quiet=quiet)

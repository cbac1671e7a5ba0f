"""``similis add``: feeds into the shop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from similis.cli.feeds import Source, column_mapping, opened_feed
from similis.cli.options import DEFAULT_SHOP, AsJson, Quiet, ShopFolder
from similis.cli.output import print_json, remark
from similis.cli.progress import Report, reporting
from similis.errors import SimilisError, UsageError

if TYPE_CHECKING:
    from similis.catalogue.preview import FeedPreview
    from similis.shop import Shop
    from similis.store import AddReport

DONE_WITH_REJECTS = 3
_TOTALS = ("rows", "accepted", "updated", "unchanged", "merged", "rejected", "withdrawn")


def add(
    feeds: Annotated[list[str], typer.Argument(metavar="FEED...", help="Files to read; - is stdin; a database's URL with --sql.")],
    shop: ShopFolder = DEFAULT_SHOP,
    format: Annotated[str | None, typer.Option(metavar="FORMAT", help="Such as csv or xlsx, where the file does not tell.")] = None,
    preset: Annotated[str | None, typer.Option(metavar="NAME", help="The shop system that exported it; plain for none.")] = None,
    map: Annotated[list[str] | None, typer.Option(metavar="FIELD=COLUMN", help="Fill a field from a column; repeatable.")] = None,
    member: Annotated[str | None, typer.Option(metavar="NAME", help="Which file of an archive, or sheet of a workbook.")] = None,
    sql: Annotated[str | None, typer.Option(metavar="QUERY", help="Read the rows of a query; FEED is the database.")] = None,
    sync: Annotated[bool, typer.Option("--sync", help="FEED is the whole catalogue: withdraw what it no longer has.")] = False,
    feed: Annotated[str | None, typer.Option(metavar="NAME", help="The feed's name, where a shop has several.")] = None,
    withdraw_at_most: Annotated[str | None, typer.Option(metavar="SHARE", help="What --sync may withdraw; 20% unless told.")] = None,
    patch: Annotated[bool, typer.Option("--patch", help="Change only the fields FEED has; prices or stock alone need no telling.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Take all rows or none.")] = False,
    rejects: Annotated[Path | None, typer.Option(metavar="FILE", help="Write every rejected row to a .csv or .jsonl file.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read everything, write nothing, show what would happen.")] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Add products, or bring them up to date.

    Columns are recognised by their names, in English and Chinese; what was recognised is shown. The shop is made when it is not there.
    A row without id or title is rejected and the rest accepted: exit code 3. Every import can be taken back: similis undo.

    \b
    similis add feed.csv
    similis add spring.csv.gz summer.parquet --shop my-shop
    similis add feed.csv --map title=name --map attributes.fabric=cloth --map mpn=
    similis add unknown.csv --dry-run --rejects rejects.csv
    similis add full.csv --sync --withdraw-at-most 35%
    similis add acme.csv --sync --feed acme
    similis add stock.csv --patch
    similis add 'sqlite:///erp.db' --sql 'SELECT sku AS id, name AS title FROM items'
    zcat feed.jsonl.gz | similis add - --format jsonl
    """
    import similis

    options: dict[str, Any] = {
        "format": format,
        "preset": preset,
        "mapping": column_mapping(map or []),
        "member": member,
        "sql": sql,
        "patch": patch,
    }
    options |= {"sync": sync, "feed": feed, "withdraw_at_most": withdraw_at_most, "strict": strict, "rejects": rejects, "dry_run": dry_run}
    _check_together(feeds, sync=sync, rejects=rejects)
    done: list[tuple[AddReport, FeedPreview | None]] = []
    with similis.open(shop) as opened, reporting(quiet=quiet) as report:
        try:
            for one in feeds:
                done.append(_add_one(opened, one, options, report))
        except SimilisError:
            if done:  # the feeds before the one at fault are in the shop
                _present(done, as_json=as_json)
            raise
    _present(done, as_json=as_json)
    if not as_json:
        remark(_next(shop, dry_run, [added for added, _ in done]), quiet=quiet)
    if any(added.rejected for added, _ in done):
        raise typer.Exit(DONE_WITH_REJECTS)


def _present(done: list[tuple[AddReport, FeedPreview | None]], *, as_json: bool) -> None:
    if as_json:
        feeds_told = [added.to_dict() | ({} if preview is None else {"preview": preview.to_dict()}) for added, preview in done]
        print_json({**_totals([added for added, _ in done]), "dry_run": done[-1][0].dry_run, "feeds": feeds_told})
        return
    from similis.cli.add_report import show_report

    for added, preview in done:
        show_report(added, preview)


def _check_together(feeds: list[str], *, sync: bool, rejects: Path | None) -> None:
    if feeds.count("-") > 1:
        raise UsageError("stdin (-) can be read once only; name it once")
    if len(feeds) > 1 and sync:
        raise UsageError(
            f"--sync takes one FEED for the whole catalogue, not {len(feeds)}: each would withdraw what the other brought; "
            "sync them one after the other, each with a --feed NAME of its own"
        )
    if len(feeds) > 1 and rejects is not None:
        raise UsageError(
            f"--rejects writes the rows of one FEED, not of {len(feeds)}; add them one after the other, each with its own file"
        )


def _add_one(shop: Shop, feed: str, options: dict[str, Any], report: Report) -> tuple[AddReport, FeedPreview | None]:
    is_tried: bool = options["dry_run"]
    with opened_feed(feed, is_database=options["sql"] is not None, is_read_twice=is_tried) as source:
        preview = _preview(source, options) if is_tried else None
        if is_tried:
            source.rewind()
        shown = source.name or "database"
        return shop.add(source.readable, name=source.name, progress=lambda rows: report(shown, rows), **options), preview


def _preview(source: Source, options: dict[str, Any]) -> FeedPreview:
    from similis.catalogue.preview import preview_feed

    return preview_feed(source.readable, **{name: options[name] for name in ("format", "preset", "mapping", "member", "sql", "patch")})


def _totals(done: list[AddReport]) -> dict[str, Any]:
    return {**{name: sum(getattr(added, name) for added in done) for name in _TOTALS}, "seq": done[-1].seq}


def _next(shop: Path, dry_run: bool, done: list[AddReport]) -> str:
    if dry_run:
        return "nothing was written; leave --dry-run out to add"
    if not any(added.accepted + added.updated + added.withdrawn for added in done):
        return "nothing was added: " + ("no row could be used" if any(added.rows for added in done) else "there are no rows")
    if not any(added.accepted + added.updated - added.unchanged + added.withdrawn for added in done):
        return "nothing has changed"
    return f"next: similis build{'' if shop == DEFAULT_SHOP else f' --shop {shop}'}"

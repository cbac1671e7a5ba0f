"""``similis quality``: what is missing, wrong or doubtful in a feed or in the shop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from similis.cli.feeds import column_mapping, opened_feed
from similis.cli.options import DEFAULT_SHOP, AsJson, Quiet, ShopFolder
from similis.cli.output import counted, print_json, remark, show
from similis.errors import UsageError

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

    from similis.catalogue.quality import Finding, QualityReport

_STYLES = {"error": "bold red", "warning": "yellow", "hint": "blue"}
WIDTH = 100
"""Columns of the report where stdout is no terminal."""


def quality(
    feed: Annotated[
        str | None, typer.Argument(metavar="FEED", help="A feed, read as by similis add; the shop's products by default.")
    ] = None,
    shop: ShopFolder = DEFAULT_SHOP,
    format: Annotated[str | None, typer.Option(metavar="FORMAT", help="Such as csv or xlsx, where the file does not tell.")] = None,
    preset: Annotated[str | None, typer.Option(metavar="NAME", help="The shop system that exported it; plain for none.")] = None,
    map: Annotated[list[str] | None, typer.Option(metavar="FIELD=COLUMN", help="Fill a field from a column; repeatable.")] = None,
    member: Annotated[str | None, typer.Option(metavar="NAME", help="Which file of an archive, or sheet of a workbook.")] = None,
    sql: Annotated[str | None, typer.Option(metavar="QUERY", help="Read the rows of a query; FEED is the database.")] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the report as one HTML page.")] = None,
    examples: Annotated[int, typer.Option(metavar="N", help="Products to show of each finding.")] = 3,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Report what is missing, wrong or doubtful in a feed or a shop.

    Missing fields by category, GTINs, repeated titles, languages, prices, brands, markup and broken characters, each with examples and what
    to do about it; nothing is changed. Errors are wrong whatever was meant, warnings most likely are, hints are worth a look.

    \b
    similis quality
    similis quality feed.csv --html quality.html
    similis quality feed.xlsx --map title=name --json
    """
    import similis

    options: dict[str, Any] = {"format": format, "preset": preset, "mapping": column_mapping(map or []), "member": member, "sql": sql}
    if feed is None and (named := [name for name, value in options.items() if value]):
        raise UsageError(
            f"--{named[0].replace('mapping', 'map')} says how to read a FEED; name one, or leave it out for the shop's products"
        )
    with similis.open(shop, create=feed is not None) as opened:
        if feed is None:
            report = opened.quality(examples=examples)
        else:
            with opened_feed(feed, is_database=sql is not None) as source:
                report = opened.quality(source.readable, name=source.name, examples=examples, **options)
    if html is not None:
        _write(html, report)
    if as_json:
        print_json(report.to_dict())
    else:
        show(*_parts(report))
    if html is not None:
        remark(f"written: {html}", quiet=quiet)


def _write(path: Path, report: QualityReport) -> None:
    from similis.catalogue.quality import quality_page

    page = quality_page(report)
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}; name a file in a folder that is there") from error


def _parts(report: QualityReport) -> Iterator[RenderableType]:
    from rich.padding import Padding
    from rich.text import Text

    yield Text(_summary(report), style="bold")
    for line in report.remarks:
        yield Text(line, style="dim")
    for finding in report.findings:
        yield Text("")
        yield _heading(finding)
        yield Padding(_body(finding), (0, 0, 0, 2), expand=False)
    if any(one.missing for one in report.coverage):
        yield Text("")
        yield _coverage(report)


def _heading(finding: Finding) -> Text:
    from rich.text import Text

    from similis.catalogue.quality.page import percent

    share = f"  {finding.field}, {percent(finding.share)}" if finding.count < finding.of else f"  {finding.field}"
    heading = Text(f"{finding.severity}  ", style=_STYLES[finding.severity])
    return heading.append(f"{finding.what}: {finding.count:,}", style="bold").append(share, style="dim")


def _body(finding: Finding) -> Table:
    """What to do, and the examples below it; lines are folded at ``WIDTH``."""
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    id_width = min(28, max((len(example.id) for example in finding.examples), default=0))
    table.add_column(width=id_width, overflow="fold", style="cyan")
    table.add_column(max_width=WIDTH - 4 - id_width, overflow="fold")
    for example in finding.examples:
        table.add_row(Text(example.id), Text(example.value))
    outer = Table.grid()
    outer.add_column(max_width=WIDTH - 2, overflow="fold")
    outer.add_row(Text(finding.remedy))
    if finding.examples:
        outer.add_row(table)
    return outer


def _coverage(report: QualityReport) -> Table:
    from rich.table import Table
    from rich.text import Text

    from similis.catalogue.quality.page import percent

    table = Table(box=None, pad_edge=False, title="missing fields", title_justify="left", title_style="bold")
    table.add_column("field", no_wrap=True)
    for name in ("missing", "of", "share"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("worst categories", overflow="fold", max_width=56)
    for one in report.coverage:
        if one.missing:
            gaps = one.categories[:3] if one.missing < one.of else ()
            worst = "; ".join(f"{gap.category} {percent(gap.share)}" for gap in gaps)
            table.add_row(one.field, f"{one.missing:,}", f"{one.of:,}", percent(one.share), Text(worst))
    return table


def _summary(report: QualityReport) -> str:
    counts = report.counts()
    found = ", ".join(counted(number, severity) for severity, number in counts.items() if number) or "nothing found"
    more = [f"{counted(report.repeated, 'row')} with an id seen before"] if report.repeated else []
    more += [f"{counted(report.rejected, 'rejected row')}"] if report.rejected else []
    languages = ", ".join(f"{number:,} {name}" for name, number in report.languages.items())
    parts = [f"{report.source}: {counted(report.products, 'product')}", *more, f"titles: {languages}" if languages else "", found]
    return "; ".join(part for part in parts if part)

"""``similis add``: feeds into the shop."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from similis.cli.options import DEFAULT_SHOP, AsJson, Quiet, ShopFolder
from similis.cli.output import counted, print_json, remark, show
from similis.cli.progress import Report, reporting
from similis.errors import UsageError

if TYPE_CHECKING:
    from similis.catalogue import ColumnMapping
    from similis.shop import Shop
    from similis.store import AddReport

DONE_WITH_REJECTS = 3
SHOWN_REJECTS = 5
_COUNTS = ("rows", "accepted", "updated", "unchanged", "merged", "rejected")


def add(
    feeds: Annotated[list[str], typer.Argument(metavar="FEED...", help="Files to read; - is stdin.")],
    shop: ShopFolder = DEFAULT_SHOP,
    format: Annotated[str | None, typer.Option(metavar="FORMAT", help="csv, tsv, jsonl or parquet, where the file does not tell.")] = None,
    map: Annotated[list[str] | None, typer.Option(metavar="FIELD=COLUMN", help="Fill a field from a column; repeatable.")] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Add products, or bring them up to date.

    Columns are recognised by their names, in English and Chinese; what was recognised is shown. The shop is made when it is not there.
    A row without id or title is rejected and the rest accepted: exit code 3.

    \b
    similis add feed.csv
    similis add spring.csv.gz summer.parquet --shop my-shop
    similis add feed.csv --map title=name --map attributes.fabric=cloth --map mpn=
    zcat feed.jsonl.gz | similis add - --format jsonl
    """
    import similis

    mapping = _mapping(map or [])
    if feeds.count("-") > 1:
        raise UsageError("stdin (-) can be read once only; name it once")
    done: list[tuple[AddReport, ColumnMapping]] = []
    with similis.open(shop) as opened, reporting(quiet=quiet) as report:
        for feed in feeds:
            done.append(_add_one(opened, feed, format, mapping, report))
    if as_json:
        print_json({**_totals(done), "feeds": [{**asdict(added), "mapping": used.to_dict()} for added, used in done]})
    else:
        for added, used in done:
            _show(added, used)
        remark(f"next: similis build{'' if shop == DEFAULT_SHOP else f' --shop {shop}'}", quiet=quiet)
    if any(added.rejected for added, _ in done):
        raise typer.Exit(DONE_WITH_REJECTS)


def _mapping(texts: list[str]) -> dict[str, str]:
    mapping: dict[str, str] = {}
    for text in texts:
        field, equals, column = text.partition("=")
        if not equals or not field.strip():
            raise UsageError(f"--map {text!r} is no FIELD=COLUMN; write for instance --map title=name")
        mapping[field.strip()] = column.strip()
    return mapping


def _add_one(shop: Shop, feed: str, format: str | None, overrides: dict[str, str], report: Report) -> tuple[AddReport, ColumnMapping]:
    from similis.catalogue import read_products

    name = "stdin" if feed == "-" else feed
    with _on_disk(feed) as path:
        with read_products(path, format=format, mapping=overrides) as peeked:
            used = peeked.mapping
        return shop.add(path, format=format, mapping=overrides, name=name, progress=lambda rows: report(name, rows)), used


@contextlib.contextmanager
def _on_disk(feed: str) -> Iterator[Path]:
    """A file that can be read twice: once for its columns, once as a whole."""
    if feed != "-" and (Path(feed).is_file() or Path(feed).is_dir() or not Path(feed).exists()):  # the reader says what is wrong
        yield Path(feed)
        return
    import shutil

    with tempfile.NamedTemporaryFile(prefix="similis-") as copy:
        with contextlib.nullcontext(sys.stdin.buffer) if feed == "-" else Path(feed).open("rb") as stream:
            shutil.copyfileobj(stream, copy)
        copy.flush()
        yield Path(copy.name)


def _totals(done: list[tuple[AddReport, ColumnMapping]]) -> dict[str, Any]:
    return {**{name: sum(getattr(added, name) for added, _ in done) for name in _COUNTS}, "seq": done[-1][0].seq}


def _show(added: AddReport, used: ColumnMapping) -> None:
    from rich.padding import Padding
    from rich.text import Text

    counts = [f"{getattr(added, name):,} {name}" for name in _COUNTS[1:] if getattr(added, name)]
    lines = list(_mapping_in_short(used))
    lines += [f"rejected, line {reject.line}: {reject.message}" for reject in added.rejects[:SHOWN_REJECTS]]
    if added.rejected > SHOWN_REJECTS:
        lines.append(f"and {counted(added.rejected - SHOWN_REJECTS, 'more reject')}; --json lists the first 1,000")
    if added.note_count:
        lines.append(_notes_in_short(added))
    show(Text(f"{added.source}: {counted(added.rows, 'row')}" + (f" = {' + '.join(counts)}" if counts else "")))
    show(*(Padding(Text(line), (0, 0, 0, 2)) for line in lines))


def _mapping_in_short(used: ColumnMapping) -> Iterator[str]:
    renamed = [f"{field} ← {column}" for field, column in used.fields.items() if field != column]
    kept = [field for field, column in used.fields.items() if field == column]
    yield "columns: " + "; ".join(part for part in (", ".join(kept), ", ".join(renamed)) if part)
    if used.attributes:
        yield "attributes: " + ", ".join(used.attributes)
    if used.extra:
        yield f"kept as extra: {', '.join(used.extra)}"


def _notes_in_short(added: AddReport) -> str:
    from collections import Counter

    codes = Counter(note.code for note in added.notes).most_common(4)
    listed = ", ".join(f"{code.replace('_', ' ')} {n:,}" for code, n in codes)
    first = added.notes[0] if added.notes else None
    example = f"; first, line {first.line}: {first.message}" if first else ""
    return f"{counted(added.note_count, 'remark')} ({listed}){example}"

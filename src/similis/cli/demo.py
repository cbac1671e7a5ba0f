"""``similis demo``: the main job on the sample catalogue."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from similis.cli.options import AsJson, Quiet
from similis.cli.output import console, print_json, remark, show
from similis.cli.progress import Report, reporting
from similis.errors import UsageError

if TYPE_CHECKING:
    from rich.table import Table

    from similis.catalogue import Product
    from similis.shop import Shop
    from similis.similarity.publishing import BuildReport
    from similis.similarity.results import Answer
    from similis.store import AddReport

NEIGHBOURS = 4


def demo(
    shop: Annotated[
        Path | None, typer.Option("--shop", metavar="DIR", help="Keep the shop in this new folder.", show_default=False)
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Run the main job on the sample catalogue.

    Adds it, builds, and shows the neighbours of six products, three Chinese and three English, with the time each stage took.
    Works in a temporary folder unless told where, and takes less than a minute.

    \b
    similis demo
    similis demo --shop sample-shop
    """
    from similis.sample import read_truth

    if shop is not None and shop.exists() and (not shop.is_dir() or any(shop.iterdir())):
        raise UsageError(f"{shop} is not empty; name a new folder")
    ids = read_truth().demo
    run = _Run()
    with tempfile.TemporaryDirectory(prefix="similis-demo-") as temporary, reporting(quiet=quiet) as report:
        folder = shop or Path(temporary) / "shop"
        run.prepare(Path(temporary) / "sample", folder, report)
        run.ask(folder, ids)
    if as_json:
        print_json(run.to_dict())
        return
    _show(run)
    remark(_next(shop, ids[3]), quiet=quiet)


class _Run:
    """The stages in order, with the time each took and what it made."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.added: AddReport | None = None
        self.built: BuildReport | None = None
        self.answers: list[tuple[Product, Answer]] = []

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - start

    def prepare(self, sample: Path, folder: Path, report: Report) -> None:
        import similis

        with self.stage("write the sample"):
            from similis.sample import write_sample

            catalogue, _ = write_sample(sample)
        with similis.open(folder) as shop:
            with self.stage("add"):
                self.added = shop.add(catalogue, name="sample", progress=lambda rows: report("reading", rows))
            with self.stage("build"):
                self.built = shop.build(progress=report)

    def ask(self, folder: Path, ids: tuple[str, ...]) -> None:
        import similis

        with self.stage("open"):
            shop: Shop = similis.open(folder, create=False)
        with shop, self.stage("six answers"):
            self.answers = [(shop.get(id), shop.similar(id, k=NEIGHBOURS)) for id in ids]

    def to_dict(self) -> dict[str, Any]:
        return {
            "added": None if self.added is None else asdict(self.added),
            "built": None if self.built is None else self.built.to_dict(),
            "answers": [answer.to_dict() for _, answer in self.answers],
            "seconds": {name: round(seconds, 4) for name, seconds in self.seconds.items()},
        }


def _show(run: _Run) -> None:
    from rich.text import Text

    from similis.cli.listing import answer_table, heading

    width = console().width
    for product, answer in run.answers:
        show(heading(answer, product.title, width), answer_table(answer, width), "")
    show(Text("seconds", style="bold"), _timing(run))


def _timing(run: _Run) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(style="dim", overflow="fold")
    for name, seconds in run.seconds.items():
        table.add_row(name, f"{seconds:.2f}", Text(_remarks(run, name)))
        if name == "build" and run.built is not None:
            for stage, spent in run.built.seconds.items():
                table.add_row(Text(f"  {stage}", style="dim"), Text(f"{spent:.2f}", style="dim"), "")
    table.add_row(Text("total", style="bold"), Text(f"{sum(run.seconds.values()):.2f}", style="bold"), "")
    return table


def _remarks(run: _Run, stage: str) -> str:
    if stage == "add" and run.added is not None:
        return f"{run.added.rows:,} rows, {run.added.accepted:,} accepted, {run.added.merged:,} merged, {run.added.rejected:,} rejected"
    if stage == "build" and run.built is not None:
        return f"{run.built.products:,} products, {run.built.encoded:,} encoded"
    return ""


def _next(shop: Path | None, id: str) -> str:
    if shop is None:
        keep = "next: similis demo --shop sample-shop     keeps the shop, to ask it more"
        return f"{keep}\n      similis add feed.csv && similis build    your own products"
    return f"next: similis similar {id} --shop {shop} --explain"

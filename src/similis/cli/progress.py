"""Progress of long work on stderr, with rate and time left; nothing at all where stderr is no terminal."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.progress import Progress, Task, TaskID
    from rich.text import Text


class Report(Protocol):
    """Called again and again with a stage of the work, how much of it is done, and of how much (None: nobody knows)."""

    def __call__(self, stage: str, done: int, total: int | None = None) -> None:
        """Say how far the stage is."""
        ...


@contextlib.contextmanager
def reporting(*, quiet: bool = False) -> Iterator[Report]:
    """Something to report to while the work runs; the lines vanish at the end."""
    if quiet or not sys.stderr.isatty():
        yield _silence
        return
    with _bars() as bars:
        yield _Bars(bars)


def _silence(stage: str, done: int, total: int | None = None) -> None:
    pass


class _Bars:
    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int | None = None) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=total)
        self._bars.update(self._tasks[stage], completed=done, total=total)


def _bars() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Count(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.completed:,.0f}" + (f" of {task.total:,.0f}" if task.total is not None else ""))

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text(f"{speed:,.0f}/s" if speed else "", style="dim")

    columns = (SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"), BarColumn(bar_width=24), Count(), Rate())
    return Progress(*columns, TimeRemainingColumn(elapsed_when_finished=True), console=Console(stderr=True), transient=True)

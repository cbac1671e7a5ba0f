"""What every command writes: one JSON document, or text for people; results to stdout, remarks to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

PIPED_WIDTH = 1_000
"""Columns where stdout is no terminal: nothing is cut."""


def print_json(value: Any) -> None:
    """Print one JSON document, UTF-8 whatever the locale; indented where a person reads it. Half surrogates come out escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None, default=str)
    sys.stdout.flush()
    sys.stdout.buffer.write((text + "\n").encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


def console() -> Console:
    """Where results for people go: as wide as the terminal, never cut in a pipe."""
    from rich.console import Console

    if isinstance(getattr(sys.stdout, "errors", None), str) and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a title must not break an answer in a poorer locale
    return Console(highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else PIPED_WIDTH)


def show(*parts: RenderableType) -> None:
    """Print results for people; in a pipe without the spaces that fill a table's last column."""
    out = console()
    with out.capture() as captured:
        for part in parts:
            out.print(part, soft_wrap=isinstance(part, str))
    text = captured.get()
    print(text if sys.stdout.isatty() else "\n".join(line.rstrip() for line in text.split("\n")), end="")


def remark(message: str, *, quiet: bool = False) -> None:
    """Say something beside the result."""
    if not quiet:
        print(message, file=sys.stderr)


def facts(rows: Iterable[tuple[str, object]]) -> Table:
    """Names and values, one pair a line."""
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(name, Text(f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)))
    return table


def counted(n: int, one: str, many: str | None = None) -> str:
    """``1 row``, ``2,000 rows``."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"

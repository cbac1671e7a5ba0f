"""An answer as a table: as wide as the terminal, titles cut by the columns they take, so that Chinese lines up."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from similis.cli.reasons import why

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

    from similis.catalogue import Product
    from similis.similarity.results import Answer, Evidence, Neighbour

MAX_ID = 36
MIN_TITLE = 40
"""Columns a title needs beside the reasons; with fewer left the reasons go on a line of their own."""
_FIRST_STEPS = ("category", "score")


def cut(text: str, width: int) -> str:
    """At most ``width`` terminal columns of ``text``; Chinese characters take two."""
    from rich.cells import cell_len, set_cell_size

    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"


def heading(answer: Answer, title: str | None, width: int) -> Text:
    """What was asked: the query's id and title, or its text."""
    from rich.cells import cell_len
    from rich.text import Text

    asked = "" if answer.asked == "alike" else f" ({answer.asked})"
    rest = f"{asked}  {title}" if title else asked
    return Text.assemble((answer.query, "bold cyan" if title else "bold"), cut(rest, max(2, width - cell_len(answer.query))))


def answer_table(answer: Answer, width: int, *, codes: Mapping[str, Sequence[str]] | None = None) -> Text:
    """The neighbours with their strongest reasons, beside the title where there is room, else on the next line.

    codes: the codes each neighbour shares with the query, by id.
    """
    from rich.cells import cell_len, set_cell_size
    from rich.text import Text

    if not len(answer):
        return Text("nothing found", style="dim")
    reasons = [_reasons(n, (codes or {}).get(n.id, ())) for n in answer]
    rank = len(str(len(answer)))
    relation = max(8, *(len(n.relation) for n in answer))
    id = max(2, min(MAX_ID, max(cell_len(n.id) for n in answer)))
    left = rank + 2 + 5 + 2 + relation + 2 + id + 2
    longest = max(cell_len(n.title) for n in answer)
    beside = width - left - 2 - max(map(cell_len, reasons))
    is_wide = beside >= min(longest, MIN_TITLE)
    title = max(5, min(longest, beside if is_wide else width - left))
    head = f"{'#':>{rank}}  score  {'relation':<{relation}}  {'id':<{id}}  {'title':<{title}}"
    lines = [Text(head + ("  why" if is_wide else ""), style="bold")]
    for n, reason in zip(answer, reasons, strict=True):
        line = Text(f"{n.rank:>{rank}}  ").append(f"{n.score:.3f}", style="green").append(f"  {n.relation:<{relation}}  ")
        line.append(set_cell_size(cut(n.id, id), id), style="cyan").append("  " + set_cell_size(cut(n.title, title), title))
        lines += [line.append("  ").append(reason, style="dim")] if is_wide else [line, Text(" " * (rank + 2)).append(reason, style="dim")]
    return Text("\n").join(lines)


def _reasons(n: Neighbour, codes: Sequence[str]) -> str:
    """Why, and which step of the fallback chain it took where that was not the first."""
    step = "" if n.step in _FIRST_STEPS else f" [{n.step}]"
    return why(n.evidence, 4, codes) + step


def details(answer: Answer) -> RenderableType:
    """Every contribution to every neighbour's score."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    parts: list[RenderableType] = []
    for n in answer:
        parts += [Text(""), Text.assemble(f"{n.rank}  ", (n.id, "cyan"), f"  {n.step}"), Padding(contributions(n.evidence), (0, 0, 0, 3))]
    return Group(*parts)


def contributions(evidence: Sequence[Evidence]) -> Table:
    """Every contribution with a bar from the middle, to the right for it and to the left against it, and their sum."""
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    longest = max((abs(e.contribution) for e in evidence if e.name != "calibration"), default=0.0) or 1.0
    for e in evidence:
        if e.contribution or e.value is not None:
            found = "" if e.value is None else f"{e.value:.2f} {e.unit}"
            bar = "" if e.name == "calibration" else _bar(e.contribution / longest)
            table.add_row(Text(e.name), Text(f"{e.contribution:+.2f}"), bar, Text(found, style="dim"))
    total = math.fsum(e.contribution for e in evidence)
    table.add_row(Text("sum", style="bold"), Text(f"{total:+.2f}", style="bold"), "", Text("log-odds", style="dim"))
    return table


def shared_codes(query: Product, others: Iterable[Product]) -> dict[str, list[str]]:
    """The product codes each of ``others`` shares with ``query``, longest first, by id."""
    from similis.indexing.text import codes, normalise
    from similis.similarity.recipe import code_text

    mine = codes(normalise(code_text(query)))
    return {other.id: sorted(mine & codes(normalise(code_text(other))), key=lambda code: (-len(code), code)) for other in others}


def _bar(share: float, half: int = 8) -> Text:
    from rich.text import Text

    blocks = round(abs(share) * half)
    if share < 0:
        return Text.assemble(" " * (half - blocks), ("█" * blocks, "red"), "│", " " * half)
    return Text.assemble(" " * half, "│", ("█" * blocks, "green"), " " * (half - blocks))

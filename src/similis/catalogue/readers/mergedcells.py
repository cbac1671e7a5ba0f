"""Cells of a workbook that are merged downwards: one brand beside ten products says something of all ten.

Source: ECMA-376, part 1, 18.3.1.55 (mergeCell).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

MAX_SPANS = 100_000
"""Merged ranges of a sheet that are held in memory; a sheet with more is read as it is."""
_RANGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^<>]*?\bref\s*=\s*[\"']\$?([A-Za-z]{1,3})\$?([0-9]{1,7}):\$?[A-Za-z]{1,3}\$?([0-9]{1,7})[\"']")
_OVERLAP = 256

Span = tuple[int, int, int]
"""Column, first row, last row."""


def spans(pieces: Iterable[bytes]) -> list[Span]:
    """The ranges of more than one row, by their first column; none where there are more than 100,000. They stand behind all rows."""
    found: list[Span] = []
    rest = b""
    for piece in pieces:
        data = rest + piece
        end = 0
        for match in _RANGE.finditer(data):
            end = match.end()
            first, last = int(match[2]), int(match[3])
            if last > first:
                found.append((column_number(match[1].decode("ascii")), first, last))
        if len(found) > MAX_SPANS:
            return []
        rest = data[max(end, len(data) - _OVERLAP) :]
    return found


def column_number(letters: str) -> int:
    """The number of a column, from 1.

    >>> column_number("A"), column_number("AB")
    (1, 28)
    """
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - 64
    return number


def filled(
    rows: Iterable[tuple[int, dict[int, str] | None]], merged: list[Span], unfilled: int = 0
) -> Iterator[tuple[int, dict[int, str] | None]]:
    """The rows with the text of each range in all of its rows, but for the column ``unfilled``. Rows without a cell are not made."""
    waiting = sorted((span for span in merged if span[0] != unfilled), key=lambda span: span[1], reverse=True)
    running: dict[int, tuple[int, str]] = {}
    for number, cells in rows:
        while waiting and waiting[-1][1] <= number:
            column, first, last = waiting.pop()
            running[column] = last, (cells or {}).get(column, "") if first == number else ""
        if running and cells is not None:
            running = {column: until for column, until in running.items() if until[0] >= number}
            for column, (_, text) in running.items():
                if text:
                    cells.setdefault(column, text)
        yield number, cells

"""CSV and its relatives: cells between delimiters, quotes, one header."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import TextIO

from similis.catalogue.cleaning import clean_line
from similis.catalogue.rows import RawRow, RawValue, Reject
from similis.errors import UnreadableFeed

MAX_LINE = 4_000_000
MAX_COLUMNS = 4_096
DELIMITERS = (",", "\t", ";", "|", "#")


class _TooLong(Exception):
    """A line above ``MAX_LINE`` characters; its rest has been skipped."""


class _Lines:
    """Physical lines, numbered, which can be given back from the second line of the current record on."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._returned: deque[str] = deque()
        self.number = 0
        self.record: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else self._text.readline(MAX_LINE + 1)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) > MAX_LINE:
            while not line.endswith("\n") and (line := self._text.readline(MAX_LINE)):
                pass
            raise _TooLong
        self.record.append(line)
        return line

    def give_back(self) -> None:
        """Let all lines of the record but the first be read again."""
        again = self.record[1:]
        self._returned.extendleft(reversed(again))
        self.number -= len(again)


def guess_delimiter(sample: str) -> str:
    """The delimiter that cuts the first lines into the most columns, and into equally many; a comma when there is only one column."""
    lines = [line for line in islice(sample.splitlines(keepends=True), 40) if line.strip()]
    best, best_score = ",", 1.0
    for delimiter in DELIMITERS:
        try:
            widths = [len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells]
        except csv.Error:
            continue
        width = widths[0] if widths else 0
        score = width * sum(1 for other in widths[:-1] or widths if other == width) / max(1, len(widths[:-1] or widths))
        if width > 1 and score > best_score and not (delimiter == "#" and best_score > 1):
            best, best_score = delimiter, score
    return best


def read_delimited(text: TextIO, name: str, delimiter: str | None, sample: str) -> tuple[list[str], Iterator[RawRow | Reject]]:
    """The header's columns, and the rows below it.

    Rows of nothing but empty cells are skipped. A row with more cells than the header is rejected (``ragged_row``), one with fewer is
    read and counts its ``missing_cells``. A cell above 131,072 characters rejects its row. A quote that is never closed rejects its first
    line only (``unclosed_quote``); the lines it swallowed are read again.

    Raises:
        UnreadableFeed: there is no header, or it has more than 4,096 columns.
    """
    lines = _Lines(text)
    if declared := re.match(r"sep=(.)\r?\n", sample):  # Excel's own way of naming it
        delimiter = declared[1]
        next(lines, None)
        lines.record.clear()
    chosen = delimiter or guess_delimiter(sample)
    reader = csv.reader(lines, delimiter=chosen)
    try:
        header = next((cells for cells in reader if any(cell.strip() for cell in cells)), None)
    except (csv.Error, _TooLong) as error:
        raise UnreadableFeed(f"the header of {name} cannot be read; check its quotes and its delimiter") from error
    if header is None:
        raise UnreadableFeed(f"{name} has no header; its first line must name the columns")
    if len(header) > MAX_COLUMNS:
        raise UnreadableFeed(f"{name} has {len(header)} columns, {MAX_COLUMNS} are allowed; check the delimiter {chosen!r}")
    columns = unique_names(header)
    return columns, _rows(reader, lines, columns, chosen)


def _rows(reader: Iterator[list[str]], lines: _Lines, columns: list[str], delimiter: str) -> Iterator[RawRow | Reject]:
    width = len(columns)
    while True:
        lines.record.clear()
        line = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _TooLong:
            yield Reject(lines.number, None, None, "line_too_long", f"a line above {MAX_LINE:,} characters; shorten its texts")
            continue
        except csv.Error as error:
            if len(lines.record) > 1:
                yield _unclosed(lines, line)
            else:
                yield Reject(line, None, None, "field_too_long", f"the row cannot be read: {error}; shorten its texts")
            continue
        if len(lines.record) > 1 and (len(cells) != width or not _is_sound(lines.record, delimiter)):
            yield _unclosed(lines, line)
            continue
        if len(cells) > width and any(cells[width:]):
            message = f"the row has {len(cells)} cells, the header {width}; put cells that hold the delimiter in quotes"
            yield Reject(line, clean_line(cells[0])[:256] or None, None, "ragged_row", message)
            continue
        if any(cells):
            values: dict[str, RawValue] = dict(zip(columns, cells, strict=False))
            yield RawRow(line, values, max(0, width - len(cells)))


def _is_sound(record: list[str], delimiter: str) -> bool:
    """Whether the quotes of a record of several lines are all closed, and closed before a delimiter: else they may have swallowed rows."""
    try:
        return len(list(csv.reader(record, delimiter=delimiter, strict=True))) == 1
    except csv.Error:
        return False


def _unclosed(lines: _Lines, line: int) -> Reject:
    lines.give_back()
    return Reject(
        line,
        None,
        None,
        "unclosed_quote",
        "a quote opens on this line and does not end where the row should; close it, or double it inside text",
    )


def unique_names(names: list[str]) -> list[str]:
    """Column names cleaned, the empty ones numbered, repeated ones marked ``#2``, ``#3``."""
    out: list[str] = []
    taken: set[str] = set()
    for position, raw in enumerate(names, start=1):
        name = clean_line(raw) or f"column_{position}"
        unique, count = name, 1
        while unique in taken:
            count += 1
            unique = f"{name}#{count}"
        taken.add(unique)
        out.append(unique)
    return out

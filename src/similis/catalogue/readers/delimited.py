"""CSV and its relatives: cells between delimiters, quotes, one header."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import TextIO

from similis.catalogue.readers.names import id_position, known_names, shown_id, unique_names
from similis.catalogue.rows import RawRow, RawValue, Reject
from similis.errors import UnreadableFeed

MAX_LINE = 4_000_000
MAX_COLUMNS = 4_096
_SEEN = 10_000
_HEADER_ROWS = 20
_HEADER_LINES = 200
DELIMITERS = (",", "\t", ";", "|", "#")


class _TooLong(Exception):
    """A line above ``MAX_LINE`` characters; its rest has been skipped, ``start`` is how it starts."""

    def __init__(self, start: str) -> None:
        super().__init__()
        self.start = start


class _Lines:
    """Physical lines, numbered, which can be given back from the second line of the current record on."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._returned: deque[str | _TooLong] = deque()
        self.number = 0
        self.record: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else self._text.readline(MAX_LINE + 1)
        if isinstance(line, str) and len(line) > MAX_LINE:
            line = self._too_long(line)
        if isinstance(line, _TooLong):
            if self.record:  # it ends a record of several lines, whose first is at fault: it will come again
                self._returned.appendleft(line)
            else:
                self.number += 1
            raise line
        if not line:
            raise StopIteration
        self.number += 1
        self.record.append(line)
        return line

    def _too_long(self, line: str) -> _TooLong:
        start = line[:_SEEN]
        while not line.endswith(("\n", "\r")) and (line := self._text.readline(MAX_LINE)):
            pass
        return _TooLong(start)

    def give_back(self) -> None:
        """Let all lines of the record but the first be read again."""
        again = self.record[1:]
        self._returned.extendleft(reversed(again))
        self.number -= len(again)


def guess_delimiter(sample: str) -> str:
    """The delimiter that cuts the first lines into the most columns, and into equally many; a comma when there is only one column.

    Lines above the header that no delimiter cuts are left out.
    """
    lines = [line for line in islice(sample.splitlines(keepends=True), 40) if line.strip()]
    for start, line in enumerate(lines[:_HEADER_ROWS]):
        if found := _fitting_delimiter(lines[start:]):
            return found
        if any(delimiter in line for delimiter in DELIMITERS):
            break
    return ","


def _fitting_delimiter(lines: list[str]) -> str | None:
    best, best_score = None, 1.0
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

    Lines above the header are skipped: among the first 20 rows a wider one that names columns known here is the header. So is a second
    header in another language right below it. Rows of nothing but empty cells are skipped. A row that repeats the header is rejected
    (``repeated_header``). A row with more cells than the header is rejected (``ragged_row``), one with fewer is
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
    position, has_second = _header_position(sample, chosen, 1 if declared else 0)
    try:
        header = next(islice((cells for cells in reader if any(cell.strip() for cell in cells)), position, None), None)
        if has_second:
            next(cells for cells in reader if any(cell.strip() for cell in cells))
    except (csv.Error, _TooLong) as error:
        raise UnreadableFeed(f"the header of {name} cannot be read; check its quotes and its delimiter") from error
    if header is None:
        raise UnreadableFeed(f"{name} has no header; its first line must name the columns")
    if len(header) > MAX_COLUMNS:
        raise UnreadableFeed(f"{name} has {len(header)} columns, {MAX_COLUMNS} are allowed; check the delimiter {chosen!r}")
    columns = unique_names(header)
    return columns, _rows(reader, lines, columns, header, chosen)


def _header_position(sample: str, delimiter: str, start: int) -> tuple[int, bool]:
    """How many rows stand above the header, and whether one more header, in another language, stands right below it."""
    lines = sample.splitlines(keepends=True)[start : start + _HEADER_LINES]
    filled = (cells for cells in csv.reader(lines, delimiter=delimiter) if any(cell.strip() for cell in cells))
    try:
        head = list(islice(filled, _HEADER_ROWS))
    except csv.Error:
        return 0, False
    counts = [sum(1 for cell in cells if cell.strip()) for cells in head]
    found = 0
    if head and known_names(head[0]) < 2:
        is_header = (counts[place] > max(counts[:place]) and known_names(head[place]) > 1 for place in range(1, len(head)))
        found = next((place for place, fits in enumerate(is_header, start=1) if fits), 0)
    below = head[found + 1] if len(head) > found + 1 else []
    n_known = known_names(below)
    return found, n_known > 2 and 2 * n_known > counts[found + 1] and below != head[found]


def _rows(reader: Iterator[list[str]], lines: _Lines, columns: list[str], header: list[str], delimiter: str) -> Iterator[RawRow | Reject]:
    width = len(columns)
    place = id_position(columns)
    known = ""
    while True:
        lines.record.clear()
        line = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _TooLong as error:
            if lines.record:
                yield _unclosed(lines, line, place, delimiter)
                continue
            lines.record.append(error.start)
            message = f"a line above {MAX_LINE:,} characters; shorten its texts"
            yield Reject(lines.number, _id_at(place, lines, delimiter), None, "line_too_long", message)
            continue
        except csv.Error as error:
            if len(lines.record) > 1:
                yield _unclosed(lines, line, place, delimiter)
            else:
                message = f"the row cannot be read: {error}; shorten its texts"
                yield Reject(line, _id_at(place, lines, delimiter), None, "field_too_long", message)
            continue
        if len(lines.record) > 1 and (len(cells) != width or not _is_sound(lines.record, delimiter)):
            yield _unclosed(lines, line, place, delimiter)
            continue
        if len(cells) > width and any(cells[width:]):
            message = f"the row has {len(cells)} cells, the header {width}; put cells that hold the delimiter in quotes"
            yield Reject(line, _shifted_id(cells, place, len(cells) - width, known), None, "ragged_row", message)
            continue
        if cells == header:
            yield Reject(line, None, None, "repeated_header", "the header stands here again; remove the line")
            continue
        if any(cells):
            known = cells[place] if place < len(cells) else known
            values: dict[str, RawValue] = dict(zip(columns, cells, strict=False))
            yield RawRow(line, values, max(0, width - len(cells)))


def _shifted_id(cells: list[str], place: int, surplus: int, known: str) -> str | None:
    """The id in a row with cells too many, which may have shifted it; the one candidate that is built like the id of the last good row.

    None when several are, or none is: a wrong id would be worse.
    """
    if place == 0 or not known:
        return shown_id(cells[place])
    for run in ("", "+"):  # of the very same length first
        alike = [cell for cell in cells[place : place + surplus + 1] if _built(cell, run) == _built(known, run)]
        if alike:
            return shown_id(alike[0]) if len(alike) == 1 else None
    return None


def _built(id: str, run: str) -> str:
    """What is letters, what is digits: ``SKU-12`` as ``aaa-00``, or by runs as ``a-0``."""
    return re.sub(f"[0-9]{run}", "0", re.sub(rf"[^\W\d_]{run}", "a", id.strip()))


def _id_at(place: int, lines: _Lines, delimiter: str) -> str | None:
    """The id in the first line of a record that cannot be read, if the cell is whole: others follow it."""
    cells = next(csv.reader([lines.record[0][:_SEEN]], delimiter=delimiter), [])
    return shown_id(cells[place]) if place < len(cells) - 1 else None


def _is_sound(record: list[str], delimiter: str) -> bool:
    """Whether the quotes of a record of several lines are all closed, and closed before a delimiter: else they may have swallowed rows."""
    try:
        return len(list(csv.reader(record, delimiter=delimiter, strict=True))) == 1
    except csv.Error:
        return False


def _unclosed(lines: _Lines, line: int, place: int, delimiter: str) -> Reject:
    lines.give_back()
    return Reject(
        line,
        _id_at(place, lines, delimiter),
        None,
        "unclosed_quote",
        "a quote opens on this line and does not end where the row should; close it, or double it inside text",
    )

"""Workbooks (.xlsx): which sheet is the feed, which row its header, and the rows below."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from typing import IO
from xml.parsers import expat

from similis.catalogue.readers.archives import check_workbook
from similis.catalogue.readers.delimited import MAX_COLUMNS
from similis.catalogue.readers.names import id_position, known_names, unique_names
from similis.catalogue.readers.spreadsheet import MAX_ROW_TEXT, Cells, Sheet, Spreadsheet
from similis.catalogue.rows import RawRow, RawValue, Reject
from similis.errors import UnreadableFeed

_HEADER_ROWS = 20
_DAMAGE = (zipfile.BadZipFile, expat.ExpatError, EOFError, OSError, LookupError, ValueError, RuntimeError, zlib.error)
"""What reading a damaged part raises: no archive, no XML, cut off, a missing part or text, a number that is none, an unknown encoding."""


def read_workbook(archive: zipfile.ZipFile, size: int, name: str, sheet: str | None) -> tuple[list[str], Iterator[RawRow | Reject]]:
    """A sheet's columns and the rows below its header: the sheet called ``sheet``, else the first visible one with a header.

    The header is the first row with two or more cells, or one below it, among the first 20 rows, that has more cells and names columns
    known here; a title above it, and blank rows, are skipped. What is merged downwards stands in each of its rows, but for ids: two rows
    of one id would be one product. Formulas count as the values last calculated; error cells are empty.

    Raises:
        UnreadableFeed: encrypted, damaged, above the limits, with a document type in a part, no such sheet, or no header. Iterating
        raises it too.
    """
    check_workbook(archive, name, size)
    with _explained(name):
        _refuse_document_types(archive, name)
        book = Spreadsheet(archive, name)
    named = [one for one in book.sheets if sheet in (None, one.title)]
    if not book.sheets:
        raise UnreadableFeed(f"{name} is no whole workbook: it names no sheets; save it again as .xlsx, or export CSV")
    if not named:
        raise UnreadableFeed(f"{name} has no sheet {sheet!r}; it has: {', '.join(one.title for one in book.sheets)}")
    best = _best_sheet(book, [one for one in named if one.is_visible or sheet is not None], name)
    if best is None:
        where = f"sheet {sheet!r} of {name}" if sheet is not None else name
        raise UnreadableFeed(f"{where} has no header; a row must name the columns, in a sheet that is not hidden or is named")
    _, header, chosen, position = best
    width = max(header)
    if width > MAX_COLUMNS:
        raise UnreadableFeed(f"{name} has {width} columns, {MAX_COLUMNS} are allowed; delete those without use")
    columns = unique_names(header.get(place, "") for place in range(1, width + 1))
    below = islice(_rows(book, chosen, name, id_position(columns) + 1), position + 1, None)
    return columns, _records(below, columns)


def _best_sheet(book: Spreadsheet, sheets: list[Sheet], name: str) -> tuple[int, Cells, Sheet, int] | None:
    """How sure the header is, the header, its sheet, and the rows above it, where the header is surest; None when no sheet has one."""
    best = None
    for sheet in sheets:
        rows = _rows(book, sheet, name)
        head = list(islice(rows, _HEADER_ROWS))
        position, rank = _header_among([cells or {} for _, cells in head])
        if rank and (best is None or rank > best[0]):
            best = rank, head[position][1] or {}, sheet, position
        if rank == 3:
            break
    return best


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """Damage in our words."""
    try:
        yield
    except UnreadableFeed:
        raise
    except _DAMAGE as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise UnreadableFeed(f"{name} is no whole workbook: {reason}; save it again as .xlsx, or export CSV") from error


def _rows(book: Spreadsheet, sheet: Sheet, name: str, unfilled: int = 0) -> Iterator[tuple[int, Cells | None]]:
    with _explained(name):
        yield from book.rows(sheet, book.merged(sheet), unfilled)


class _RootReached(Exception):
    """The first element: no document type can follow."""


def _refuse_document_types(archive: zipfile.ZipFile, name: str) -> None:
    """Look at the start of every XML part, read or not: a workbook has no need of document types, and whoever puts one in means no good."""
    for info in archive.infolist():
        if info.filename.lower().endswith((".xml", ".rels")):
            with archive.open(info) as part:
                if _has_document_type(part):
                    raise UnreadableFeed(f"{name} declares a document type in {info.filename!a}, which no workbook needs; save it again")


def _has_document_type(part: IO[bytes]) -> bool:
    parser = expat.ParserCreate()
    found = False

    def declared(*_: object) -> None:
        nonlocal found
        found = True

    def reached(*_: object) -> None:
        raise _RootReached

    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = reached
    with suppress(_RootReached, expat.ExpatError):  # no XML: harmless, and noticed if the part is read
        while not found and (data := part.read(1 << 12)):
            parser.Parse(data, False)
    return found


def _header_among(head: Sequence[Cells]) -> tuple[int, int]:
    """Position of the header among the first rows, and how sure: 3 it names columns known here, 2 it has several cells, 1 one, 0 none."""
    counts = [sum(1 for cell in cells.values() if cell.strip()) for cells in head]
    first = next((position for position, count in enumerate(counts) if count > 1), None)
    if first is None:
        return next(((position, 1) for position, count in enumerate(counts) if count), (0, 0))
    for position in range(first, len(head)):
        is_wider = all(count < counts[position] for count in counts[:position])
        if is_wider and known_names(head[position].values()) > 1:
            return position + _goes_on(head[position : position + 2]), 3
    return first, 2


def _goes_on(rows: Sequence[Cells]) -> bool:
    """Whether a header has a second row: one that names as many columns, some of them by cells merged with those above."""
    if len(rows) < 2:
        return False
    upper, lower = rows
    has_shared = any(upper.get(place) == cell for place, cell in lower.items())
    return has_shared and len(lower) >= len(upper) and known_names(lower.values()) >= known_names(upper.values())


def _records(rows: Iterator[tuple[int, Cells | None]], columns: list[str]) -> Iterator[RawRow | Reject]:
    """Rows by column; a cell outside the header is kept under its column's number, since nothing can have shifted it there."""
    width = len(columns)
    blank: dict[str, RawValue] = dict.fromkeys(columns, "")
    for number, cells in rows:
        if cells is None:
            message = f"the row has more than {MAX_ROW_TEXT:,} characters; shorten its texts"
            yield Reject(number, None, None, "record_too_long", message)
            continue
        values = blank.copy()
        for place, cell in cells.items():
            values[columns[place - 1] if place <= width else f"column_{place}"] = cell
        yield RawRow(number, values)

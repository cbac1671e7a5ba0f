"""Workbooks (.xlsx): one sheet's rows, cells as the text they stand for."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import date, datetime, time
from itertools import chain, islice
from typing import IO, Any
from xml.parsers import expat

from similis.catalogue.columns import SYNONYMS, normal_name
from similis.catalogue.readers.archives import check_workbook
from similis.catalogue.readers.delimited import MAX_COLUMNS
from similis.catalogue.readers.names import unique_names
from similis.catalogue.rows import RawRow, RawValue
from similis.catalogue.texts import float_text
from similis.errors import SimilisError, UnreadableFeed

MAX_SHARED = 256 << 20
"""Bytes of the texts that all sheets share, which are held in memory."""
MAX_ROW = 1_048_576
_HEADER_ROWS = 20
_BATCH = 500
_KNOWN = frozenset(name for names in SYNONYMS.values() for name in names)
_FIXED_DIGITS = re.compile(r"0{2,32}")

Cells = tuple[str, ...]


def read_workbook(
    archive: zipfile.ZipFile, file: IO[bytes], name: str, sheet: str | None, closing: ExitStack
) -> tuple[list[str], Iterator[RawRow]]:
    """A sheet's columns and the rows below its header: the sheet called ``sheet``, else the first visible one with a header.

    The header is the first row with two or more cells, or one below it, among the first 20, that has more cells and names columns known
    here; a title above it, and blank rows, are skipped. Formulas count as the values last calculated; error cells are empty.

    Raises:
        UnreadableFeed: encrypted, damaged, above the limits, with a document type in a part, no such sheet, or no header. Iterating
        raises it too.
    """
    check_workbook(archive, name, file.seek(0, 2))
    with _explained(name):
        _refuse_document_types(archive, name)
        book = _loaded(file)
        closing.callback(book.close)
        sheets = {one.title: one for one in book.worksheets}
    if sheet is not None and sheet not in sheets:
        raise UnreadableFeed(f"{name} has no sheet {sheet!r}; it has: {', '.join(sheets) or 'none'}")
    candidates = [sheets[sheet]] if sheet is not None else [one for one in sheets.values() if one.sheet_state == "visible"]
    best: tuple[int, list[str], Iterator[tuple[int, Cells]]] | None = None
    for one in candidates:
        rows = _rows(one, name)
        head = list(islice(rows, _HEADER_ROWS))
        position, width, is_known = _header_among(head)
        rank = 3 if is_known else 2 if width > 1 else 1 if width else 0
        if rank and (best is None or rank > best[0]):
            header = head[position][1]
            if len(header) > MAX_COLUMNS:
                raise UnreadableFeed(f"{name}, sheet {one.title!r} has {len(header)} columns, {MAX_COLUMNS} are allowed")
            best = rank, unique_names(header), chain(head[position + 1 :], rows)
        if rank == 3:
            break
    if best is None:
        where = f"sheet {sheet!r} of {name}" if sheet is not None else name
        raise UnreadableFeed(f"{where} has no header; a row must name the columns, in a sheet that is not hidden or is named")
    _, columns, below = best
    return columns, _records(below, columns)


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """Whatever openpyxl, zipfile and the XML parser raise for a damaged workbook (nearly anything), in our words."""
    try:
        yield
    except SimilisError:
        raise
    except Exception as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise UnreadableFeed(f"{name} is no whole workbook: {reason}; save it again as .xlsx, or export CSV") from error


class _RootReached(Exception):
    """The first element: no document type can follow."""


def _refuse_document_types(archive: zipfile.ZipFile, name: str) -> None:
    """Look at the start of every XML part: a workbook has no need of document types, and entities are declared in nothing else."""
    for info in archive.infolist():
        path = info.filename.lower()
        if not path.endswith((".xml", ".rels")):
            continue
        if path.endswith("sharedstrings.xml") and info.file_size > MAX_SHARED:
            raise UnreadableFeed(f"{name} holds more than {MAX_SHARED >> 20} MiB of texts; export its sheet as CSV")
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
    with suppress(_RootReached):
        while not found and (data := part.read(1 << 14)):
            parser.Parse(data, False)
    return found


def _loaded(file: IO[bytes]) -> Any:
    import openpyxl

    file.seek(0)
    with warnings.catch_warnings():  # of styles and extensions that make no difference to the cells
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)


def _rows(sheet: Any, name: str) -> Iterator[tuple[int, Cells]]:
    """Rows that are not blank, each with its number in the sheet, without empty cells at its end."""
    sheet.reset_dimensions()  # programs write wrong ones, and cells beyond them would be lost
    source = iter(sheet.iter_rows())
    number = 0
    while True:
        with _explained(name), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            batch = [[_text(cell) for cell in row] for row in islice(source, _BATCH)]
        if not batch:
            return
        for cells in batch:
            number += 1
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                yield number, tuple(cells)
        if number > MAX_ROW:
            raise UnreadableFeed(f"{name}, sheet {sheet.title!r} has rows beyond {MAX_ROW:,}, where sheets end; save it again")


def _text(cell: Any) -> str:
    """A cell as text. Numbers have the 15 digits a sheet keeps; a format such as 0000000000000 gives them their leading zeros back."""
    value = cell.value
    if value is None or cell.data_type == "e":
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        text = str(value) if isinstance(value, int) else float_text(value if value.is_integer() else float(f"{value:.15g}"))
        return text.zfill(len(cell.number_format)) if text.isdigit() and _FIXED_DIGITS.fullmatch(cell.number_format) else text
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value)


def _header_among(head: Sequence[tuple[int, Cells]]) -> tuple[int, int, bool]:
    """Position of the header among the first rows, how many names it has, and whether some are known here; width 0 when there is none."""
    counts = [sum(1 for cell in cells if cell.strip()) for _, cells in head]
    first = next((position for position, count in enumerate(counts) if count > 1), next((p for p, count in enumerate(counts) if count), 0))
    for position in range(first, len(head)):
        is_wider = all(count < counts[position] for count in counts[:position])
        if is_wider and sum(1 for cell in head[position][1] if normal_name(cell) in _KNOWN) > 1:
            return position, counts[position], True
    return first, counts[first] if counts else 0, False


def _records(rows: Iterator[tuple[int, Cells]], columns: list[str]) -> Iterator[RawRow]:
    """Rows by column; a cell to the right of the header is kept under its column's number, since nothing can have shifted it there."""
    width = len(columns)
    for number, cells in rows:
        values: dict[str, RawValue] = dict(zip(columns, cells, strict=False))
        if len(cells) > width:
            values.update((f"column_{place}", cell) for place, cell in enumerate(cells[width:], start=width + 1) if cell)
        yield RawRow(number, values)

"""What a workbook's parts say: its sheets, and their cells as the text they stand for.

Read by hand, since general libraries refuse a whole workbook for a colour they do not know, and programs write many. Source: ECMA-376,
part 1, 18.3 (worksheets), 18.4 (shared strings), 18.8 (styles).
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias
from xml.parsers import expat

from similis.catalogue.readers.archives import part_name
from similis.catalogue.readers.mergedcells import Span, column_number, filled, spans
from similis.catalogue.texts import float_text
from similis.errors import UnreadableFeed

MAX_ROW = 1_048_576
MAX_COLUMN = 16_384
MAX_SHARED = 256 << 20
"""Bytes of the texts that all sheets share, which are held in memory."""
MAX_ROW_TEXT = 16_000_000
"""Characters of one row."""
_CHUNK = 1 << 16
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_WHOLE = re.compile(r"-?[0-9]+")
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,10})")
# Formats that are dates without saying how: 14 to 22 everywhere, the others in East Asia.
_DATE_FORMATS = frozenset((*range(14, 18), 22, *range(27, 32), 36, *range(50, 59)))
_TIME_FORMATS = frozenset((18, 19, 20, 21, *range(32, 36), 45, 46, 47))
_NO_DATE_PARTS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|general|standard|am/pm|a/p', re.IGNORECASE)
_ZEROS = re.compile(r"0{2,32}")

Attributes: TypeAlias = dict[str, str]
Cells: TypeAlias = dict[int, str]
"""Column, from 1, to text; empty cells are left out."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of cells; ``path`` is its part."""

    title: str
    path: str
    is_visible: bool


class Spreadsheet:
    """An opened workbook.

    Raises:
        UnreadableFeed: a part declares a document type, or the shared texts are above 256 MiB; from the methods too.
        KeyError, ValueError, expat.ExpatError, zipfile.BadZipFile: a part is missing or damaged; from the methods too.
    """

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._archive = archive
        self._name = name
        self._parts = {part_name(info.filename): info for info in archive.infolist()}
        main = next((path for kind, path in self._related("").values() if kind == "officeDocument"), "xl/workbook.xml")
        related = self._related(main)
        by_kind = dict(related.values())
        self.sheets: list[Sheet] = []
        self._is_1904 = False
        self._read_main(main, related)
        self._formats = self._read_formats(by_kind.get("styles", ""))
        self._shared = self._read_shared(by_kind.get("sharedStrings", ""))

    def rows(self, sheet: Sheet, merged: list[Span], unfilled: int = 0) -> Iterator[tuple[int, Cells | None]]:
        """The rows that have a cell, in the part's order, with their number; None for the cells of one above 16,000,000 characters.

        merged: the sheet's ranges, of which each row gets the text; but not in the column ``unfilled``.
        """
        return filled(self._plain_rows(sheet), merged, unfilled)

    def merged(self, sheet: Sheet) -> list[Span]:
        """The cells of a sheet that are merged downwards."""
        with self._archive.open(self._parts[part_name(sheet.path)]) as part:
            return spans(iter(lambda: part.read(_CHUNK), b""))

    def _plain_rows(self, sheet: Sheet) -> Iterator[tuple[int, Cells | None]]:
        reading = _SheetReading(self._name, sheet.title, self._text)
        for _ in self._parsed(sheet.path, reading.start, reading.end, reading.data):
            yield from reading.rows
            reading.rows.clear()

    def _parsed(
        self, path: str, start: Callable[[str, Attributes], None], end: Callable[[str], None], data: Callable[[str], None]
    ) -> Iterator[None]:
        """Parse a part piece by piece, names without prefixes."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(":")[2], attributes)
        parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2])
        parser.CharacterDataHandler = data
        parser.StartDoctypeDeclHandler = lambda *_: _refuse_document_type(self._name, path)
        with self._archive.open(self._parts[part_name(path)]) as part:
            while piece := part.read(_CHUNK):
                parser.Parse(piece, False)
                yield
            parser.Parse(b"", True)
        yield

    def _elements(self, path: str) -> list[tuple[str, str, Attributes]]:
        """The elements of a small part, each with the one it is in."""
        found: list[tuple[str, str, Attributes]] = []
        above: list[str] = []

        def start(tag: str, attributes: Attributes) -> None:
            found.append((above[-1] if above else "", tag, attributes))
            above.append(tag)

        for _ in self._parsed(path, start, lambda tag: above.__delitem__(-1), lambda text: None):
            pass
        return found

    def _related(self, path: str) -> dict[str, tuple[str, str]]:
        """The parts a part refers to: id to kind and path."""
        folder, base = posixpath.split(path)
        rels = posixpath.join(folder, "_rels", f"{base}.rels")
        out: dict[str, tuple[str, str]] = {}
        if part_name(rels) in self._parts:
            for _, tag, attributes in self._elements(rels):
                if tag == "Relationship" and attributes.get("TargetMode") != "External":
                    target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))[1:]
                    out[attributes.get("Id", "")] = attributes.get("Type", "").rpartition("/")[2], target
        return out

    def _read_main(self, path: str, related: dict[str, tuple[str, str]]) -> None:
        for _, tag, attributes in self._elements(path):
            if tag == "workbookPr":
                self._is_1904 = attributes.get("date1904", "") in ("1", "true")
            elif tag == "sheet":
                link = next((value for name, value in attributes.items() if name.rpartition(":")[2] == "id" and ":" in name), "")
                kind, target = related.get(link, ("", ""))
                if kind == "worksheet" and part_name(target) in self._parts:
                    is_visible = attributes.get("state", "visible") == "visible"
                    self.sheets.append(Sheet(attributes.get("name", ""), target, is_visible))

    def _read_formats(self, path: str) -> list[str]:
        """For each style of cells ``date``, ``time``, zeros that a number is filled up with, or nothing."""
        if part_name(path) not in self._parts:
            return []
        codes: dict[str, str] = {}
        styles: list[str] = []
        for above, tag, attributes in self._elements(path):
            if tag == "numFmt":
                codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
            elif tag == "xf" and above == "cellXfs":
                styles.append(attributes.get("numFmtId", "0"))
        return [_kind_of(number, codes.get(number)) for number in styles]

    def _read_shared(self, path: str) -> list[str]:
        info = self._parts.get(part_name(path))
        if info is None:
            return []
        if info.file_size > MAX_SHARED:
            raise UnreadableFeed(f"{self._name} holds more than {MAX_SHARED >> 20} MiB of texts; export its sheet as CSV")
        reading = _SharedReading()
        for _ in self._parsed(path, reading.start, reading.end, reading.data):
            pass
        return reading.texts

    def _text(self, kind: str, style: str, value: str) -> str:
        """A cell's text by its type, style and value."""
        if kind == "s":
            return self._shared[int(value)] if value else ""
        if kind in ("inlineStr", "str"):
            return _unescaped(value)
        if kind == "b":
            return {"1": "true", "0": "false"}.get(value, value)
        if kind == "e" or not value:
            return ""
        if kind == "d":
            return value.removesuffix("T00:00:00")
        place = int(style) if style.isdigit() else 0
        return _number_text(value, self._formats[place] if place < len(self._formats) else "", is_1904=self._is_1904)


def _refuse_document_type(name: str, path: str) -> None:
    raise UnreadableFeed(f"{name} declares a document type in {path!a}, which no workbook needs; save it again")


class _SharedReading:
    """Shared texts: runs of differing fonts are joined, guides to pronunciation left out."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._pieces: list[str] = []
        self._is_text = self._is_guide = False

    def start(self, tag: str, attributes: Attributes) -> None:
        self._is_guide = self._is_guide or tag == "rPh"
        self._is_text = tag == "t" and not self._is_guide

    def end(self, tag: str) -> None:
        self._is_text = False
        if tag == "rPh":
            self._is_guide = False
        elif tag == "si":
            self.texts.append(_unescaped("".join(self._pieces)))
            self._pieces.clear()

    def data(self, text: str) -> None:
        if self._is_text:
            self._pieces.append(text)


class _SheetReading:
    """Rows of a sheet, gathered as they end."""

    def __init__(self, name: str, title: str, text_of: Callable[[str, str, str], str]) -> None:
        self.rows: list[tuple[int, Cells | None]] = []
        self._where = f"{name}, sheet {title!r}"
        self._text_of = text_of
        self._row = self._column = self._size = 0
        self._cells: Cells = {}
        self._kind = self._style = ""
        self._pieces: list[str] = []
        self._is_text = self._is_guide = False

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "c":
            self._start_cell(attributes)
        elif tag == "v" or (tag == "t" and not self._is_guide and self._kind == "inlineStr"):
            self._is_text = True
        elif tag == "row":
            self._row = int(attributes.get("r") or self._row + 1)
            self._column = self._size = 0
            self._cells = {}
        elif tag == "rPh":
            self._is_guide = True

    def _start_cell(self, attributes: Attributes) -> None:
        reference = _REFERENCE.fullmatch(attributes.get("r", ""))
        self._column = column_number(reference[1]) if reference else self._column + 1
        if not (0 < self._row <= MAX_ROW and self._column <= MAX_COLUMN):
            raise UnreadableFeed(
                f"{self._where} has cells beyond {MAX_ROW:,} rows or {MAX_COLUMN:,} columns, where sheets end; save it again"
            )
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
        self._pieces = []

    def end(self, tag: str) -> None:
        if tag == "c":
            text = self._text_of(self._kind, self._style, "".join(self._pieces))
            self._size += len(text)
            if text and self._size <= MAX_ROW_TEXT:
                self._cells[self._column] = text
            self._kind = ""
        elif tag == "row":
            if self._cells or self._size > MAX_ROW_TEXT:
                self.rows.append((self._row, self._cells if self._size <= MAX_ROW_TEXT else None))
            self._cells = {}
        elif tag in ("v", "t"):
            self._is_text = False
        elif tag == "rPh":
            self._is_guide = False

    def data(self, text: str) -> None:
        if self._is_text:
            self._size += len(text)
            if self._size <= MAX_ROW_TEXT:
                self._pieces.append(text)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _kind_of(number: str, code: str | None) -> str:
    if code is None:
        place = int(number) if number.isdigit() else 0
        return "date" if place in _DATE_FORMATS else "time" if place in _TIME_FORMATS else ""
    if _ZEROS.fullmatch(code):
        return code
    plain = _NO_DATE_PARTS.sub("", code.partition(";")[0]).lower()
    if re.search("[yd年月日]", plain):
        return "date"
    return "time" if re.search("[hs时分秒]", plain) else "date" if "m" in plain else ""


def _number_text(value: str, kind: str, *, is_1904: bool) -> str:
    """A number with the 15 digits a sheet keeps; filled with zeros, or as date or time in ISO 8601, where its format shows it so."""
    try:
        number = float(value)
    except ValueError:
        return value
    if kind in ("date", "time"):
        return _moment_text(number, kind, is_1904=is_1904) or value
    text = value if _WHOLE.fullmatch(value) else float_text(number if number.is_integer() else float(f"{number:.15g}"))
    return text.zfill(len(kind)) if kind and text.isdigit() else text


def _moment_text(days: float, kind: str, *, is_1904: bool) -> str:
    """A date for whole days, a time for less than one that is shown as time, else both; empty outside the calendar of sheets."""
    if not 0 <= days < 2_958_466:
        return ""
    first = datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 30 if days >= 60 else 31)  # sheets know a 29 February 1900
    moment = first + timedelta(seconds=round(days * 86_400, 3))
    if kind == "time" and days < 1:
        return moment.time().isoformat(timespec="seconds")
    return moment.date().isoformat() if days == int(days) else moment.isoformat(timespec="seconds")

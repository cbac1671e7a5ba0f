"""Products as rows between delimiters: our own CSV, and Google's tab-separated text."""

from __future__ import annotations

import csv
import io
import itertools
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any

from similis.catalogue.columns import OWN_COLUMN
from similis.catalogue.writing.residual import json_text
from similis.errors import SimilisError

MAX_CELL = 100_000
"""Characters of a cell that every reader takes; a longer ``similis`` goes on in further columns of that name."""

MAX_ROW = 3_500_000


class DelimitedFile:
    """Rows of a fixed header, the column ``similis`` last.

    The rows are kept in a temporary file until ``finish``: only then is it known how many columns the longest ``similis`` needs.
    """

    def __init__(self, stream: IO[bytes], columns: Sequence[str], delimiter: str) -> None:
        self._stream = stream
        self._columns = [*columns, OWN_COLUMN]
        self._delimiter = delimiter
        self._widest = 1
        self._body = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace", newline="", prefix="similis-")  # noqa: SIM115  # closed below
        self._csv = csv.writer(self._body, delimiter=delimiter, lineterminator="\n")
        self.rows = 0

    def write(self, cells: Mapping[str, str], own: Mapping[str, Any], what: str) -> None:
        """One row; ``what`` names it in messages.

        Raises:
            SimilisError: it is longer than a reader takes.
        """
        parts = cut(json_text(own)) if own else [""]
        row = [*(cells.get(column, "") for column in self._columns[:-1]), *parts]
        size = sum(map(len, row))
        if size > MAX_ROW:
            raise SimilisError(f"{what} has {size:,} characters, a row takes {MAX_ROW:,}; export as jsonl")
        self._widest = max(self._widest, len(parts))
        self._csv.writerow(row)
        self.rows += 1

    def finish(self) -> None:
        """Write header and rows to the stream."""
        text = io.TextIOWrapper(self._stream, encoding="utf-8", newline="", write_through=True)
        header = [*self._columns, *itertools.repeat(OWN_COLUMN, self._widest - 1)]
        out = csv.writer(text, delimiter=self._delimiter, lineterminator="\n")
        out.writerow(header)
        self._body.seek(0)
        if self._widest == 1:
            while block := self._body.read(1 << 20):
                text.write(block)
        else:
            for row in csv.reader(self._body, delimiter=self._delimiter):
                out.writerow([*row, *itertools.repeat("", len(header) - len(row))])
        text.flush()
        text.detach()

    def close(self) -> None:
        """Let go of the temporary file."""
        self._body.close()


def cut(text: str) -> list[str]:
    """A text in pieces of at most ``MAX_CELL`` characters, none of which a spreadsheet would compute or a reader would trim."""
    pieces = []
    while len(text) > MAX_CELL:
        end = MAX_CELL
        while end > 1 and not (text[end].isalnum() and text[end - 1].isalnum()):
            end -= 1
        end = end if end > 1 else MAX_CELL
        pieces.append(text[:end])
        text = text[end:]
    return [*pieces, text]


def short_cells(cells: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The cells that are no longer than a reader takes; the others are left to the column ``similis``."""
    return {column: text for column, text in cells if text and len(text) <= MAX_CELL}

"""What the readers' tests share: a feed from bytes to rows, and archives made in memory."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from similis.catalogue import RawRow, Reject, read_rows


def rows(source: Any, **options: Any) -> list[RawRow | Reject]:
    """All rows of a file or query; bytes are read as a stream that cannot be rewound."""
    opened = read_rows(OneWay(source) if isinstance(source, bytes) else source, **options)
    with opened.closing:
        found = []
        for row in opened.rows:
            assert isinstance(row, (RawRow, Reject))
            found.append(row)
        return found


def values(source: Any, **options: Any) -> list[dict[str, Any]]:
    """The values of the rows that are no rejects."""
    return [row.values for row in rows(source, **options) if isinstance(row, RawRow)]


def outcomes(source: Any, **options: Any) -> list[tuple[int, str | None, str]]:
    """Line, id and code of each row; ``ok`` for those that were read."""
    found = rows(source, **options)
    return [(row.line, row.id, row.code) if isinstance(row, Reject) else (row.line, str(row.values.get("id")), "ok") for row in found]


class OneWay(io.RawIOBase):
    """A pipe: bytes that come once and in order."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._data.read(size)


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of the members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def members_of(data: bytes) -> dict[str, bytes]:
    """An archive's members."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def mutated(data: bytes, edits: list[tuple[int, int]], cut: int) -> bytes:
    """The data with some bytes replaced and up to ``cut`` bytes missing at its end."""
    out = bytearray(data)
    for position, byte in edits:
        out[position % len(out)] = byte
    return bytes(out[: max(1, len(out) - cut)])

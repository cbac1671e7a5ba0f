"""Neighbour lists as a file: Parquet, CSV or JSON lines. The file appears whole or not at all."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import json
import math
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol, cast

from similis.catalogue.writing.spreadsheets import formula_safe
from similis.errors import SimilisError, UsageError
from similis.generations.durable import sync_folder
from similis.similarity.results import Answer

COLUMNS = ("query_id", "rank", "id", "score", "relation", "step", "evidence")
BATCH_ROWS = 10_000
_SUFFIXES = {".parquet": "parquet", ".pq": "parquet", ".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}

Progress = Callable[[int], None]
"""Called with the number of queries written so far."""


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written. products: how many queries; rows: how many neighbours of theirs."""

    path: str
    products: int
    rows: int

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"path": self.path, "products": self.products, "rows": self.rows}


class _Writer(Protocol):
    def write(self, rows: list[dict[str, Any]]) -> None: ...
    def close(self) -> None: ...


def write_neighbours(
    path: str | os.PathLike[str], answers: Iterable[tuple[str, Answer]], *, progress: Progress | None = None
) -> ExportReport:
    """Write the neighbours of many queries, one row each.

    The columns are query_id, rank, id, score, relation, step and evidence: in Parquet and JSON lines a list of name, value, unit and
    contribution, in CSV the same list as JSON text. In CSV a text that a spreadsheet would take for a formula (it starts with ``=``, ``+``,
    ``-``, ``@`` or a tab) gets an apostrophe in front.

    Args:
        path: The name says the format: ``.parquet``, ``.csv`` or ``.jsonl``; ``.csv.gz`` and ``.jsonl.gz`` are packed. An existing file is
            replaced once the new one is complete.
        answers: Query ids with their answers; consumed once, never held in memory as a whole.
        progress: Called after each batch.
    Raises:
        UsageError: another suffix, or the folder does not exist.
        SimilisError: the file cannot be written. Whatever ``answers`` raises passes through; then nothing is left behind.
    """
    target = Path(path)
    kind, packed = format_of(target)
    if target.is_dir() or not target.absolute().parent.is_dir():
        raise UsageError(f"{target} cannot be a file: {'it is a folder' if target.is_dir() else 'its folder does not exist'}; name another")
    try:
        with _replacing(target) as file, _packing(file, packed) as stream:
            products, rows = _write_all(_WRITERS[kind](stream), answers, progress)
    except OSError as error:
        raise SimilisError(f"cannot write {target}: {error.strerror or error}") from error
    return ExportReport(str(target), products, rows)


def format_of(path: Path) -> tuple[str, bool]:
    """``parquet``, ``csv`` or ``jsonl``, and whether to pack it with gzip, by the file's name.

    Raises:
        UsageError: the name says none of them.
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    packed = suffixes[-1:] == [".gz"]
    kind = _SUFFIXES.get((suffixes[:-1] if packed else suffixes)[-1:][0]) if len(suffixes) > packed else None
    if kind is None:
        raise UsageError(f"{path.name!r} says no format; end it in .parquet, .csv or .jsonl, the last two also with .gz")
    if packed and kind == "parquet":
        raise UsageError("a Parquet file is compressed already; leave .gz out")
    return kind, packed


def _write_all(writer: _Writer, answers: Iterable[tuple[str, Answer]], progress: Progress | None) -> tuple[int, int]:
    products = rows = 0
    batch: list[dict[str, Any]] = []
    with contextlib.closing(writer):
        for query_id, answer in answers:
            products += 1
            batch.extend(_rows_of(query_id, answer))
            if len(batch) >= BATCH_ROWS:
                writer.write(batch)
                rows += len(batch)
                batch = []
            if progress and products % 100 == 0:
                progress(products)
        writer.write(batch)
    if progress:
        progress(products)
    return products, rows + len(batch)


def _rows_of(query_id: str, answer: Answer) -> Iterator[dict[str, Any]]:
    for n in answer:
        evidence = [{"name": e.name, "value": _finite(e.value), "unit": e.unit, "contribution": e.contribution} for e in n.evidence]
        yield dict(zip(COLUMNS, (query_id, n.rank, n.id, n.score, n.relation, n.step, evidence), strict=True))


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


class _CsvWriter:
    def __init__(self, stream: IO[bytes]) -> None:
        self._text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
        self._csv = csv.writer(self._text, lineterminator="\n")
        self._csv.writerow(COLUMNS)

    def write(self, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            cells = (_json(value) if name == "evidence" else value for name, value in row.items())
            self._csv.writerow([formula_safe(cell) if isinstance(cell, str) else cell for cell in cells])

    def close(self) -> None:
        self._text.flush()
        self._text.detach()


class _JsonLinesWriter:
    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def write(self, rows: list[dict[str, Any]]) -> None:
        self._stream.write("".join(_json(row) + "\n" for row in rows).encode("utf-8"))

    def close(self) -> None:
        pass


class _ParquetWriter:
    def __init__(self, stream: IO[bytes]) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        evidence = pa.struct([("name", pa.string()), ("value", pa.float64()), ("unit", pa.string()), ("contribution", pa.float64())])
        kinds = (pa.string(), pa.int32(), pa.string(), pa.float64(), pa.string(), pa.string(), pa.list_(evidence))
        self._schema = pa.schema(list(zip(COLUMNS, kinds, strict=True)))
        self._batch_of = pa.RecordBatch.from_pylist
        self._parquet = parquet.ParquetWriter(stream, self._schema, compression="zstd")

    def write(self, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._parquet.write_batch(self._batch_of(rows, schema=self._schema))

    def close(self) -> None:
        self._parquet.close()


_WRITERS: dict[str, Callable[[IO[bytes]], _Writer]] = {"parquet": _ParquetWriter, "csv": _CsvWriter, "jsonl": _JsonLinesWriter}


@contextlib.contextmanager
def _packing(file: IO[bytes], packed: bool) -> Iterator[IO[bytes]]:
    if not packed:
        yield file
        return
    with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as stream:  # neither name nor time: the same rows, the same bytes
        yield cast(IO[bytes], stream)


@contextlib.contextmanager
def _replacing(target: Path) -> Iterator[IO[bytes]]:
    """A new file beside ``target`` that takes its place at the end, or vanishes."""
    fresh = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        with fresh.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    sync_folder(target.absolute().parent)

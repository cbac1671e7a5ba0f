"""Feeds of every accepted kind as a stream of rows, all text.

Formats: ``csv`` (any delimiter), ``tsv``, ``jsonl`` (also arrays and pretty-printed objects), ``parquet``; each may be gzipped. In
memory: data frames, Arrow tables and readers, iterables of mappings.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeAlias

from similis.catalogue.product import Product
from similis.catalogue.readers import columnar
from similis.catalogue.readers.delimited import read_delimited
from similis.catalogue.readers.jsonrows import read_json
from similis.catalogue.readers.opening import OpenFeed, open_feed, sample_text, text_of
from similis.catalogue.rows import RawRow, Reject
from similis.catalogue.texts import as_values
from similis.errors import UnreadableFeed, UsageError

FORMATS = ("csv", "tsv", "jsonl", "parquet")
_SUFFIXES = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_ALIASES = {"json": "jsonl", "ndjson": "jsonl"}

FeedSource: TypeAlias = str | os.PathLike[str] | IO[bytes] | Iterable[Any] | Any
"""A path, a binary stream, a data frame, an Arrow table or reader, an iterable of mappings or products, or one mapping.

``Any``: data frames and Arrow tables are recognised by what they can do, their libraries are not needed.
"""


@dataclass(slots=True)
class Rows:
    """A feed's rows. ``columns`` is None where only the rows themselves say; iterables may hold ready products too."""

    name: str
    columns: list[str] | None
    rows: Iterator[RawRow | Reject | Product]
    closing: ExitStack = field(default_factory=ExitStack)


def read_rows(source: FeedSource, *, format: str | None = None) -> Rows:
    """Open a feed and stream its rows.

    Args:
        format: One of ``FORMATS`` (or ``json``); None tells it from the content and the name.
    Raises:
        UsageError: an unknown format.
        UnreadableFeed: the source cannot be read as a feed; iterating may raise it too, when a file turns out damaged further down.
    """
    chosen = _ALIASES.get(format.lower(), format.lower()) if format else None
    if chosen is not None and chosen not in FORMATS:
        raise UsageError(f"{format!r} is no feed format; use one of: {', '.join(FORMATS)}")
    if isinstance(source, (str, os.PathLike)):
        path = Path(source)
        return _from_file(open_feed(path), path, chosen)
    stream: Any = source
    if hasattr(stream, "read") and not hasattr(stream, "schema"):
        return _from_file(open_feed(stream), None, chosen)
    return _from_memory(source)


def _from_file(feed: OpenFeed, path: Path | None, format: str | None) -> Rows:
    try:
        format = format or _sniffed(feed, path)
        if format == "parquet":
            is_plain = path is not None and not _is_gzip(path)
            columns, rows = columnar.read_parquet(feed, path if is_plain else None)
            return Rows(feed.name, columns, rows, feed.closing)
        sample = sample_text(feed)
        if format == "jsonl":
            return Rows(feed.name, None, read_json(text_of(feed, newline="\n"), feed.name, sample), feed.closing)
        is_tabbed = format == "tsv" and "\t" in sample
        columns, rows = read_delimited(text_of(feed, newline=""), feed.name, "\t" if is_tabbed else None, sample)
        return Rows(feed.name, columns, rows, feed.closing)
    except BaseException:
        feed.closing.close()
        raise


def _is_gzip(path: Path) -> bool:
    with open(path, "rb") as file:
        return file.read(2) == b"\x1f\x8b"


def _sniffed(feed: OpenFeed, path: Path | None) -> str:
    if feed.sample.startswith(b"PAR1"):
        return "parquet"
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"] if path else []
    by_name = _SUFFIXES.get(suffixes[-1]) if suffixes else None
    if by_name == "parquet":
        raise UnreadableFeed(f"{feed.name} is no Parquet file; fetch it again, or name its format")
    start = sample_text(feed)[:2_000].lstrip("\ufeff \t\r\n")
    if re.match(r"<(\?xml|!doctype|html|rss|feed|!--)", start, re.IGNORECASE):
        raise UnreadableFeed(f"{feed.name} is XML or a web page; give a CSV, TSV, JSON lines or Parquet file")
    if by_name is None or by_name == "csv":
        return "jsonl" if re.match(r'(\[\s*)?\{\s*("|\}|$)', start) else by_name or "csv"
    return by_name


def _from_memory(source: Any) -> Rows:
    if isinstance(source, Mapping):
        return Rows("the record", None, _records([source]))
    if hasattr(source, "itertuples") and hasattr(source, "columns"):
        columns, frame_rows = columnar.read_frame(source)
        return Rows("the data frame", columns, frame_rows)
    if hasattr(source, "to_batches"):
        return Rows("the table", list(source.schema.names), columnar.read_batches(source.to_batches()))
    if hasattr(source, "__arrow_c_stream__"):
        import pyarrow as pa

        reader = pa.RecordBatchReader.from_stream(source)
        return Rows("the table", list(reader.schema.names), columnar.read_batches(reader))
    if isinstance(source, Iterable) and not isinstance(source, (bytes, bytearray)):
        return Rows("the records", None, _records(source))
    raise UnreadableFeed(f"a {type(source).__name__} is no feed; give a path, a binary stream, a table, or mappings")


def _records(source: Iterable[Any]) -> Iterator[RawRow | Reject | Product]:
    for number, record in enumerate(source, start=1):
        if isinstance(record, Product):
            yield record
        elif isinstance(record, Mapping):
            yield RawRow(number, as_values(record))
        else:
            yield Reject(number, None, None, "not_a_record", f"a {type(record).__name__} is no record; give mappings of column to value")

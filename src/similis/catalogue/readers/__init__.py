"""Feeds of every accepted kind as a stream of rows, all text.

Formats: ``csv`` (any delimiter), ``tsv``, ``jsonl`` (also arrays and pretty-printed objects), ``parquet``, ``xlsx`` (one sheet of a
workbook), ``xml`` (RSS, Atom, plain lists), ``jsonld`` (schema.org products, also in web pages); each may be gzipped or lie in a zip
archive. The answer to an SQL query. In memory: data frames, Arrow tables and readers, iterables of mappings.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeAlias

from similis.catalogue.product import Product
from similis.catalogue.readers import archives, sniffing
from similis.catalogue.readers.decoding import sample_text, text_of
from similis.catalogue.readers.opening import OpenFeed, open_feed
from similis.catalogue.readers.sqlsource import SqlQuery
from similis.catalogue.rows import RawRow, Reject
from similis.errors import UnreadableFeed, UsageError

FORMATS = sniffing.FORMATS

FeedSource: TypeAlias = str | os.PathLike[str] | IO[bytes] | SqlQuery | Iterable[Any] | Any
"""A path, a binary stream, an SQL query, a data frame, an Arrow table or reader, an iterable of mappings or products, or one mapping.

``Any``: data frames and Arrow tables are recognised by what they can do, their libraries are not needed.
"""

_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")

__all__ = ["FORMATS", "FeedSource", "Rows", "SqlQuery", "read_rows"]


@dataclass(slots=True)
class Rows:
    """A feed's rows. ``columns`` is None where only the rows themselves say; iterables may hold ready products too."""

    name: str
    columns: list[str] | None
    rows: Iterator[RawRow | Reject | Product]
    closing: ExitStack = field(default_factory=ExitStack)


def read_rows(source: FeedSource, *, format: str | None = None, member: str | None = None, sql: str | None = None) -> Rows:
    """Open a feed and stream its rows.

    Args:
        format: One of ``FORMATS`` (or ``json``, ``ndjson``, ``excel``, ``rss``, ``atom``, ``html``); None tells it from the content and
            the name.
        member: The file in a zip archive, or the sheet of a workbook; ``FILE/SHEET`` for a workbook in an archive.
        sql: The ``SELECT`` whose answer is the feed; ``source`` is then the database's URL, or an SQLite file.
    Raises:
        UsageError: an unknown format, a query that is no ``SELECT``, or a member or query for a source that has none.
        UnreadableFeed: the source cannot be read as a feed; iterating may raise it too, when a file turns out damaged further down.
    """
    chosen = sniffing.format_named(format) if format else None
    source = _as_query(source, sql)
    if isinstance(source, SqlQuery):
        if chosen or member is not None:
            raise UsageError("a query's rows have no format and no members; leave them out")
        return _from_database(source)
    if isinstance(source, (str, os.PathLike)):
        return _from_file(open_feed(Path(source)), chosen, member)
    stream: Any = source
    if hasattr(stream, "read") and not hasattr(stream, "schema"):
        return _from_file(open_feed(stream), chosen, member)
    if member is not None:
        raise UsageError(f"member {member!r} is asked of a table in memory, which has none; leave it out")
    from similis.catalogue.readers.memory import rows_in_memory

    return Rows(*rows_in_memory(source))


def _as_query(source: Any, sql: str | None) -> Any:
    """The source, as a query where a query is given or a URL stands for a path."""
    address = _ADDRESS.match(source) if isinstance(source, str) else None
    if sql is None:
        if address and not os.path.exists(source):
            scheme = address[1].lower()
            if scheme in ("http", "https", "ftp", "sftp", "s3", "gs", "file"):
                raise UnreadableFeed(f"{source[:60]!a} is an address, and nothing is fetched; download the file, and give its path")
            raise UsageError(f"a {scheme} database needs a query; say which products with --sql QUERY")
        return source
    if isinstance(source, str) and address:
        return SqlQuery(source, sql)
    if isinstance(source, (str, os.PathLike)):
        return SqlQuery(f"sqlite:///{os.fspath(source)}", sql)
    raise UsageError("a query needs a database: give its URL, such as sqlite:///shop.db, or the path of an SQLite file")


def _from_database(source: SqlQuery) -> Rows:
    from similis.catalogue.readers.sqlsource import read_sql

    closing = ExitStack()
    try:
        return Rows(*read_sql(source, closing), closing)
    except BaseException:
        closing.close()
        raise


def _from_file(feed: OpenFeed, format: str | None, member: str | None) -> Rows:
    try:
        sniffing.refuse_other_files(feed)
        if not archives.is_zip(feed.sample):
            return _from_plain(feed, format, member)
        archive, file = archives.open_archive(feed)
        if archives.is_workbook(archive):
            return _from_workbook(feed, archive, file, format, member)
        info, inner_member = archives.choose_member(archive, feed.name, member)
        inner = archives.open_member(archive, info, feed.name, feed.closing)
        sniffing.refuse_other_files(inner)
        if not archives.is_zip(inner.sample):
            return _from_plain(inner, format, inner_member)
        archive, file = archives.open_archive(inner)
        if archives.is_workbook(archive):
            return _from_workbook(inner, archive, file, format, inner_member)
        raise UnreadableFeed(f"{inner.name} is an archive within an archive; unpack the outer one")
    except BaseException:
        feed.closing.close()
        raise


def _from_workbook(feed: OpenFeed, archive: Any, file: IO[bytes], format: str | None, member: str | None) -> Rows:
    from similis.catalogue.readers.workbook import read_workbook

    if format not in (None, "xlsx"):
        raise UnreadableFeed(f"{feed.name} is a workbook, not {format}; leave the format out, or save it as {format}")
    columns, rows = read_workbook(archive, file.seek(0, 2), feed.name, member)
    return Rows(feed.name, columns, rows, feed.closing)


def _from_plain(feed: OpenFeed, format: str | None, member: str | None) -> Rows:
    if member is not None:
        raise UsageError(f"member {member!r} is asked of {feed.name}, which is no archive and no workbook; leave it out")
    format = format or sniffing.sniffed(feed)
    if format == "xlsx":
        raise UnreadableFeed(f"{feed.name} is no workbook; leave the format out, or save it as .xlsx")
    columns: list[str] | None = None
    rows: Iterator[RawRow | Reject]
    if format == "parquet":
        from similis.catalogue.readers.columnar import read_parquet

        columns, rows = read_parquet(feed)
    elif format in ("csv", "tsv"):
        from similis.catalogue.readers.delimited import read_delimited

        sample = sample_text(feed)
        is_tabbed = format == "tsv" and "\t" in sample
        columns, rows = read_delimited(text_of(feed, newline=""), feed.name, "\t" if is_tabbed else None, sample)
    else:
        rows = _from_tree(feed, format)
    return Rows(feed.name, columns, rows, feed.closing)


def _from_tree(feed: OpenFeed, format: str) -> Iterator[RawRow | Reject]:
    """Formats in which each row names its own columns."""
    sample = sample_text(feed)
    is_page = format == "jsonld" and sample.lstrip("\ufeff \t\r\n").startswith("<")
    if format == "xml":
        from similis.catalogue.readers.xmlfeed import read_xml

        return read_xml(text_of(feed, newline="", is_markup=True), feed.name, sample)
    if is_page:
        from similis.catalogue.readers.jsonld import read_page

        return read_page(text_of(feed, newline="\n", is_markup=True), feed.name)
    if format == "jsonld":
        from similis.catalogue.readers.jsonld import read_jsonld

        return read_jsonld(text_of(feed, newline="\n"), feed.name, sample)
    from similis.catalogue.readers.jsonrows import read_json

    return read_json(text_of(feed, newline="\n"), feed.name, sample)

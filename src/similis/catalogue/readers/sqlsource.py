"""The rows of one SQL query: any database SQLAlchemy has a driver for, read only, streamed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from similis.catalogue.cleaning import looks_gb18030
from similis.catalogue.readers.names import unique_names
from similis.catalogue.rows import RawRow, RawValue
from similis.catalogue.texts import as_raw
from similis.errors import SimilisError, UnreadableFeed, UsageError

if TYPE_CHECKING:
    import sqlite3

    from sqlalchemy import URL, Connection, Engine

_BATCH = 1_000
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_DRIVERS = {
    "postgresql": "psycopg, and write postgresql+psycopg://",
    "mysql": "pymysql, and write mysql+pymysql://",
    "mariadb": "pymysql, and write mariadb+pymysql://",
    "mssql": "pyodbc, and write mssql+pyodbc://",
    "oracle": "oracledb, and write oracle+oracledb://",
}
_SECRET = re.compile(r"pass|pwd|secret|token|key", re.IGNORECASE)
# Quoted text, names and comments, in which a semicolon means nothing. PostgreSQL's dollar quotes too.
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SqlQuery:
    """A feed that is the answer to one ``SELECT``.

    url:   SQLAlchemy's, such as ``sqlite:///shop.db`` or ``postgresql+psycopg://user:password@host/shop``; never shown with its password.
    query: one statement that only reads; its columns are the feed's.
    """

    url: str = field(repr=False)
    query: str

    def __str__(self) -> str:
        return masked(self.url)


def masked(url: str) -> str:
    """The URL with its passwords replaced by ``***``; what cannot be read as a URL is not shown."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return "the database URL"
    hidden = {name: "***" if _SECRET.search(name) else value for name, value in parsed.query.items()}
    return parsed.set(query=hidden).render_as_string(hide_password=True).replace("%2A%2A%2A", "***")


def read_sql(source: SqlQuery, closing: ExitStack) -> tuple[str, list[str], Iterator[RawRow]]:
    """The source's name, its columns and its rows, numbered from 1; values of any type as text, binary data as none.

    A SQLite file is opened read only and never made. Elsewhere the transaction is read only where the database knows that, and is rolled
    back in the end.

    Raises:
        UsageError: the query is not one ``SELECT``, or the URL is none.
        UnreadableFeed: no driver, no connection, or the database refuses the query. Iterating raises it too.
    """
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    _check_query(source.query)
    try:
        url = make_url(source.url)
    except (ArgumentError, ValueError):
        raise UsageError(
            "the database URL cannot be read; write it like sqlite:///shop.db or postgresql://user:password@host/shop"
        ) from None
    name = masked(source.url)
    with _explained(name, url):
        engine = _engine(url, name)
        closing.callback(engine.dispose)
        connection = closing.enter_context(engine.connect())
        result = _executed(connection, source.query, closing)
        if not result.returns_rows:
            raise UnreadableFeed(f"{name}: the query gives no rows; write a SELECT")
        columns = unique_names(map(str, result.keys()))
    return name, columns, _rows(result, columns, name, url)


def _check_query(query: str) -> None:
    plain = _QUOTED.sub(" ", query).strip().rstrip("; \t\r\n")
    if ";" in plain:
        raise UsageError("the query holds several statements; give one SELECT")
    if not re.match(r"(?:\(\s*)*(?:select|with|values|table)\b", plain, re.IGNORECASE):
        raise UsageError(f"the query is no SELECT: {query.strip()[:40]!r}; give one that only reads")


def _engine(url: URL, name: str) -> Engine:
    import sqlite3

    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    if url.get_backend_name() != "sqlite":
        return create_engine(url, poolclass=NullPool)
    path = _sqlite_path(url)
    if path is None or not path.is_file():
        raise UnreadableFeed(f"there is no database file {path or 'in memory'}; check the name (sqlite:///relative or sqlite:////absolute)")

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True, check_same_thread=False)
        connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
        connection.execute("PRAGMA query_only = ON")
        return connection

    return create_engine("sqlite://", creator=connect, poolclass=NullPool)


def _sqlite_path(url: URL) -> Path | None:
    database = url.database or ""
    if database.startswith("file:"):
        database = unquote(database.removeprefix("file:").partition("?")[0])
    return Path(database) if database and database != ":memory:" else None


def _executed(connection: Connection, query: str, closing: ExitStack) -> Any:
    options: dict[str, Any] = {"stream_results": True, "yield_per": _BATCH, "no_parameters": True}
    dialect = connection.dialect.name
    if dialect == "postgresql":
        options["postgresql_readonly"] = True
    connection = connection.execution_options(**options)
    if dialect in ("mysql", "mariadb"):
        connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
        connection.rollback()
    closing.callback(connection.rollback)
    return connection.exec_driver_sql(query)


def _rows(result: Any, columns: list[str], name: str, url: URL) -> Iterator[RawRow]:
    number = 0
    while True:
        with _explained(name, url):
            batch = result.fetchmany(_BATCH)
        if not batch:
            return
        for cells in batch:
            number += 1
            yield RawRow(number, dict(zip(columns, map(_raw, cells), strict=True)))


def _raw(cell: object) -> RawValue:
    """A cell as text; pictures and other bytes that are no text are none."""
    if isinstance(cell, (bytes, bytearray, memoryview)):
        cell = bytes(cell)
        is_text = not _CONTROLS.search(cell) and (looks_gb18030(cell) or _is_utf8(cell))
        return as_raw(cell) if is_text else ""
    return as_raw(cell)


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


@contextmanager
def _explained(name: str, url: URL) -> Iterator[None]:
    """What SQLAlchemy or a driver (of any maker) raises, in one line without the password and without the driver's own chain of errors."""
    try:
        yield
    except SimilisError:
        raise
    except ImportError as error:
        way_out = f"install {_DRIVERS.get(url.get_backend_name(), 'one for ' + url.get_backend_name())}"
        raise UnreadableFeed(f"{name}: the driver is missing: {_without_secrets(error, url)}; {way_out}") from None
    except Exception as error:
        kind = type(error).__name__
        if kind == "NoSuchModuleError":
            reason, way_out = f"SQLAlchemy knows no database {url.drivername!r}", "check the start of the URL, or install its dialect"
        else:
            reason = _without_secrets(getattr(error, "orig", None) or error, url)
            way_out = "check the URL, the database and the query"
        raise UnreadableFeed(f"{name}: {reason}; {way_out}") from None


def _without_secrets(error: BaseException, url: URL) -> str:
    text = " ".join(str(error).split())[:300] or type(error).__name__
    secrets = [url.password or "", *(str(value) for key, value in url.query.items() if _SECRET.search(key))]
    for secret in filter(None, secrets):
        for form in (secret, quote(secret, safe=""), quote(secret)):
            text = text.replace(form, "***")
    return text

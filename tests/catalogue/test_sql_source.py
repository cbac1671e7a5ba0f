"""An SQL query as a feed: streamed, read only, values as text, and the password shown nowhere."""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
import traceback
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.catalogue.reading import OneWay, rows, values

from similis.catalogue import RawRow, read_products, read_rows
from similis.catalogue.readers import SqlQuery
from similis.errors import UnreadableFeed, UsageError


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "商店 50%.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE product (sku TEXT, name TEXT, price REAL, stock INTEGER, data BLOB, note TEXT)")
    connection.executemany(
        "INSERT INTO product VALUES (?, ?, ?, ?, ?, ?)",
        [("0001", "连衣裙", 19.5, 3, "棉".encode(), None), ("2", "hat: :size, 100%", 20.0, None, b"\xff", "x")],
    )
    connection.commit()
    connection.close()
    return path


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def test_every_door_gives_the_same_rows(database: Path) -> None:
    query = "SELECT sku, name, price, stock, data, note FROM product ORDER BY sku -- a comment; really"
    expected = [
        {"sku": "0001", "name": "连衣裙", "price": "19.5", "stock": "3", "data": "棉", "note": ""},
        {"sku": "2", "name": "hat: :size, 100%", "price": "20", "stock": "", "data": "", "note": "x"},
    ]
    assert values(SqlQuery(url(database), query)) == expected
    assert values(url(database), sql=query) == expected
    assert values(database, sql=query) == expected
    assert values(str(database), sql=query) == expected
    assert [row.line for row in rows(database, sql=query) if isinstance(row, RawRow)] == [1, 2]


def test_queries_become_products_and_columns_are_unique(database: Path) -> None:
    query = "SELECT sku, name, sku, price AS 售价, 1 AS '' FROM product WHERE name LIKE '%:%' OR name LIKE '连%';"
    opened = read_rows(SqlQuery(url(database), query))
    with opened.closing:
        assert opened.columns == ["sku", "name", "sku#2", "售价", "column_5"]
    feed = read_products(SqlQuery(url(database), query))
    assert [getattr(one, "id", None) for one in feed] == ["0001", "2"]
    assert feed.rows == 2


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM product",
        "SELECT 1; DELETE FROM product",
        "",
        "PRAGMA query_only = OFF",
        "INSERT INTO product DEFAULT VALUES",
        "-- SELECT",
    ],
)
def test_only_one_select_is_run(database: Path, query: str) -> None:
    before = database.read_bytes()
    with pytest.raises(UsageError, match="SELECT"):
        rows(database, sql=query)
    assert database.read_bytes() == before


@pytest.mark.parametrize(
    "query",
    [
        "WITH gone AS (SELECT 1) DELETE FROM product",
        "WITH new AS (SELECT 1) INSERT INTO product (sku) SELECT * FROM new",
        "SELECT * FROM nowhere",
        "SELECT missing FROM product",
        "SELECT (",
        "SELECT load_extension('x')",
    ],
)
def test_what_the_database_refuses_is_told_and_nothing_changes(database: Path, query: str) -> None:
    before = database.read_bytes()
    with pytest.raises(UnreadableFeed, match="check the URL, the database and the query"):
        rows(database, sql=query)
    assert database.read_bytes() == before


def test_a_database_is_never_made(tmp_path: Path) -> None:
    path = tmp_path / "missing.db"
    for source in (url(path), path, f"sqlite:///file:{path}?mode=rwc&uri=true", "sqlite://", "sqlite:///:memory:"):
        with pytest.raises(UnreadableFeed, match="there is no database file"):
            rows(source, sql="SELECT 1")
    with pytest.raises(UnreadableFeed, match="there is no database file"):
        rows(url(tmp_path), sql="SELECT 1")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    path = tmp_path / "feed.csv"
    path.write_text("id,title\n" * 100)
    with pytest.raises(UnreadableFeed, match="not a database"):
        rows(path, sql="SELECT * FROM sqlite_master")


def test_a_url_cannot_open_a_file_for_writing(database: Path) -> None:
    writing = f"sqlite:///file:{database}?mode=rwc&uri=true"
    assert values(writing, sql="SELECT count(*) AS n FROM product") == [{"n": "2"}]
    with pytest.raises(UnreadableFeed, match="readonly"):
        rows(writing, sql="WITH x AS (SELECT 1) UPDATE product SET name = 'x'")


def test_a_query_and_its_source_must_fit(database: Path) -> None:
    with pytest.raises(UnreadableFeed, match="--sql QUERY"):
        rows(database)
    with pytest.raises(UsageError, match="--sql QUERY"):
        rows(url(database))
    for source in (OneWay(b"x"), [{"id": "1"}]):
        with pytest.raises(UsageError, match="give its URL"):
            rows(source, sql="SELECT 1")
    for options in ({"format": "csv"}, {"member": "x"}):
        with pytest.raises(UsageError, match="leave them out"):
            rows(database, sql="SELECT 1", **options)
    with pytest.raises(UsageError, match="cannot be read"):
        rows(SqlQuery("nonsense", "SELECT 1"))


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/feed.csv", "https://127.0.0.1:9/feed.xml", "s3://bucket/feed.csv", "file:///etc/passwd"]
)
def test_nothing_is_fetched_from_an_address(address: str) -> None:
    with pytest.raises(UnreadableFeed, match="nothing is fetched"):
        rows(address)


SECRET = "s3cret@:/ü"
URLS = [
    "postgresql+nodriver://user:s3cret%40%3A%2F%C3%BC@127.0.0.1/shop",
    "postgresql+psycopg2://user:s3cret%40%3A%2F%C3%BC@127.0.0.1/shop",
    "mysql+pymysql://user:s3cret%40%3A%2F%C3%BC@127.0.0.1/shop",
    "nonsense://user:s3cret%40%3A%2F%C3%BC@127.0.0.1/shop",
    "oracle://127.0.0.1/shop?user=a&password=s3cret%40%3A%2F%C3%BC",
    "mssql+pyodbc://user:s3cret%40%3A%2F%C3%BC@127.0.0.1:port/shop",
]


@pytest.mark.parametrize("address", URLS)
def test_the_password_is_shown_nowhere(address: str) -> None:
    query = SqlQuery(address, "SELECT 1")
    with pytest.raises((UnreadableFeed, UsageError)) as caught:
        rows(query)
    shown = "".join(traceback.format_exception(caught.value)) + repr(query) + str(query)
    assert "s3cret" not in shown.replace(address, "")
    assert "s3cret" not in str(caught.value)


def test_a_missing_driver_names_the_way_out() -> None:
    pattern = (
        r"^mysql\+mysqlconnector://user:\*\*\*@127\.0\.0\.1/shop: the driver is missing: No module named 'mysql.*'; "
        r"install pymysql, and write mysql\+pymysql://$"
    )
    with pytest.raises(UnreadableFeed, match=pattern):
        rows("mysql+mysqlconnector://user:secret@127.0.0.1/shop", sql="SELECT 1")


def test_a_name_without_the_password_goes_into_the_list_of_imports(database: Path) -> None:
    opened = read_rows(f"sqlite:///{database}?password=hidden", sql="SELECT 1 AS id")
    with opened.closing:
        assert "hidden" not in opened.name
        assert opened.name.startswith("sqlite:///")


def numbers(count: int, columns: str) -> str:
    return f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) SELECT i AS id, {columns} FROM n"


def test_an_error_further_down_is_told_after_the_rows_before_it(database: Path) -> None:
    opened = read_rows(database, sql=numbers(5_000, "abs(CASE i WHEN 4000 THEN -9223372036854775807 - 1 ELSE i END) AS x"))
    with opened.closing:
        assert [row.line for row in itertools.islice(opened.rows, 1_000) if isinstance(row, RawRow)] == list(range(1, 1_001))
        with pytest.raises(UnreadableFeed, match="overflow"):
            list(opened.rows)


def test_rows_are_streamed(database: Path) -> None:
    opened = read_rows(database, sql=numbers(50_000, "hex(zeroblob(100)) AS title"))
    tracemalloc.start()
    try:
        with opened.closing:
            assert sum(1 for _ in opened.rows) == 50_000
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


@given(query=st.text(max_size=40) | st.text(alphabet="SELECTselect ;'\"()*-/,$1x\n", max_size=40).map("SELECT ".__add__))
def test_any_query_is_rows_or_refused(tmp_path_factory: pytest.TempPathFactory, query: str) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzzed.db"
    if not path.exists():
        sqlite3.connect(path).execute("CREATE TABLE x (x)").connection.close()
    with contextlib.suppress(UnreadableFeed, UsageError):
        assert all(isinstance(row, RawRow) for row in rows(path, sql=query))

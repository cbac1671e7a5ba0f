"""Readers: every kind of file and table, well made and broken, comes out as rows, rejects, or ``UnreadableFeed``."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from similis.catalogue import Product, RawRow, Reject, read_rows
from similis.catalogue.readers import opening
from similis.errors import UnreadableFeed, UsageError

ROWS = [
    {"id": "00012345", "title": "连衣裙, 红色", "price": "88.00"},
    {"id": "SKU-2", "title": 'He said "hi"', "price": ""},
]


def values(source: Any, **options: Any) -> list[dict[str, Any]]:
    return [row.values for row in rows(source, **options) if isinstance(row, RawRow)]


def rows(source: Any, **options: Any) -> list[RawRow | Reject | Product]:
    opened = read_rows(source, **options)
    with opened.closing:
        return list(opened.rows)


def codes(source: Any, **options: Any) -> list[str]:
    return [row.code if isinstance(row, Reject) else "ok" for row in rows(source, **options)]


def as_csv(delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(ROWS[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(ROWS)
    return text.getvalue().encode(encoding)


def as_jsonl() -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS).encode()


def as_parquet() -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), buffer)
    return buffer.getvalue()


MAKERS: dict[str, Callable[[], bytes]] = {
    "feed.csv": as_csv,
    "feed.tsv": lambda: as_csv("\t"),
    "feed.jsonl": as_jsonl,
    "array.json": lambda: json.dumps(ROWS, ensure_ascii=False, indent=2).encode(),
    "wrapped.json": lambda: json.dumps({"products": ROWS}, indent=2).encode(),
    "pretty.json": lambda: "\n".join(json.dumps(row, indent=1) for row in ROWS).encode(),
    "feed.parquet": as_parquet,
    "feed.bin": as_parquet,
    "feed.txt": as_jsonl,
}


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("is_packed", [False, True], ids=["plain", "gz"])
@pytest.mark.parametrize("as_stream", [False, True], ids=["path", "stream"])
def test_every_format_gives_the_same_rows(tmp_path: Path, name: str, is_packed: bool, as_stream: bool) -> None:
    data = MAKERS[name]()
    path = tmp_path / (name + ".gz" * is_packed)
    path.write_bytes(gzip.compress(data) if is_packed else data)
    if as_stream:
        with path.open("rb") as stream:
            assert values(stream) == ROWS
    else:
        assert values(path) == ROWS
        assert values(str(path)) == ROWS


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "#"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_delimiters_and_encodings_are_recognised(delimiter: str, encoding: str) -> None:
    assert values(io.BytesIO(as_csv(delimiter, encoding))) == ROWS


def test_western_text_without_unicode_is_read_as_windows_1252() -> None:
    assert values(io.BytesIO("id,title\n1,Crème brûlée für zwei\n".encode("cp1252")))[0]["title"] == "Crème brûlée für zwei"


def test_a_declared_format_overrides_the_suffix(tmp_path: Path) -> None:
    path = tmp_path / "feed.csv"
    path.write_bytes(b"id\n{}\n")
    assert values(path) == [{"id": "{}"}]
    assert codes(path, format="jsonl") == ["bad_json", "ok"]
    with pytest.raises(UsageError, match="use one of: csv, tsv, jsonl, parquet, xlsx, xml, jsonld"):
        read_rows(path, format="docx")


def test_excels_own_delimiter_line_is_followed() -> None:
    assert values(io.BytesIO(b"sep=|\r\nid|title\r\n1|a,b\r\n")) == [{"id": "1", "title": "a,b"}]


def test_lines_are_those_of_the_file() -> None:
    found = rows(io.BytesIO(b'id,title\n1,"two\nlines"\n\n2,x\n'))
    assert [row.line for row in found if isinstance(row, RawRow)] == [2, 5]
    assert [row.line for row in rows(io.BytesIO(b'{"id":1}\n\n{"id":2}\n')) if isinstance(row, RawRow)] == [1, 3]


def test_ragged_rows_are_rejected_when_too_wide_and_noted_when_too_short() -> None:
    found = rows(io.BytesIO(b"id,title,price\n1,a,b,c\n2\n3,c,1,,\n,,\n"))
    assert isinstance(found[0], Reject)
    assert (found[0].code, found[0].line, found[0].id) == ("ragged_row", 2, "1")
    assert [(row.values["id"], row.missing_cells) for row in found if isinstance(row, RawRow)] == [("2", 2), ("3", 0)]


def test_a_quote_that_never_closes_costs_one_line() -> None:
    data = b'id,title\n1,"open\n' + b"".join(b"%d,fine\n" % number for number in range(2, 50_000))
    found = codes(io.BytesIO(data))
    assert found.count("unclosed_quote") == 1
    assert found.count("ok") == 49_998


def test_oversize_cells_and_lines_reject_their_row_only() -> None:
    big = b"x" * 10_000_000
    assert codes(io.BytesIO(b"id,title\n1," + big + b"\n2,ok\n3," + big[:200_000] + b"\n4,ok\n")) == [
        "line_too_long",
        "ok",
        "field_too_long",
        "ok",
    ]
    assert codes(io.BytesIO(b'{"id":1}\n{"id":"' + 2 * big + b'"}\n{"id":2}\n')) == ["ok", "line_too_long", "ok"]


def test_nul_bytes_and_repeated_or_empty_column_names_are_survived() -> None:
    assert values(io.BytesIO(b"id,title,,price,price\n1,a\x00b,x,2,3\n")) == [
        {"id": "1", "title": "a\x00b", "column_3": "x", "price": "2", "price#2": "3"}
    ]


def test_json_numbers_stay_the_text_they_were() -> None:
    line = b'{"id": 12345678901234567890, "price": 12.50, "n": 6.0, "e": 1e5, "t": true, "none": null, "nan": NaN, "list": [1, {"a": 2.5}]}'
    assert values(io.BytesIO(line)) == [
        {
            "id": "12345678901234567890",
            "price": "12.50",
            "n": "6",
            "e": "1e5",
            "t": "true",
            "none": "",
            "nan": "",
            "list": ["1", {"a": "2.5"}],
        }
    ]


def test_broken_json_lines_are_rejected_one_by_one() -> None:
    data = b'{"id": 1}\n{"id": \n[1]\n"text"\n' + b"[" * 100_000 + b'\n{"id": 2}'
    assert codes(io.BytesIO(data)) == ["ok", "bad_json", "not_a_record", "not_a_record", "bad_json", "ok"]


@pytest.mark.parametrize("data", [b'[{"id": 1}, {"id": ', b'[{"id": 1} {"id": oops}]', b'{\n"id": 1\n}\n{\n"id":\n', b"[" * 5000])
def test_a_broken_array_is_unreadable(data: bytes) -> None:
    with pytest.raises(UnreadableFeed, match="line"):
        rows(io.BytesIO(data), format="jsonl")


def test_a_long_array_streams_across_chunks() -> None:
    many = [{"id": str(number), "title": "标题" * 50, "list": [str(number)]} for number in range(5_000)]
    assert values(io.BytesIO(json.dumps(many, ensure_ascii=False).encode())) == many


def test_what_cannot_be_opened_says_why(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    (tmp_path / "blank.csv").write_text("\n\n")
    (tmp_path / "page.csv").write_text("<!DOCTYPE html><p>404")
    (tmp_path / "book.xlsx").write_bytes(b"PK\x03\x04....")
    (tmp_path / "image.csv").write_bytes(bytes(range(1, 32)) * 50)
    (tmp_path / "feed.parquet").write_bytes(b"PAR1" + b"\x01" * 100 + b"PAR1")
    (tmp_path / "named.parquet").write_bytes(b"id,title\n")
    (tmp_path / "cut.csv.gz").write_bytes(gzip.compress(as_csv())[:-12])
    (tmp_path / "bad.csv.gz").write_bytes(b"\x1f\x8b" + b"\x00" * 30)
    (tmp_path / "wide.csv").write_text("a," * 5_000)
    (tmp_path / "header.csv").write_bytes(b'"' + b"x" * 200_000)
    for name, reason in [
        ("nowhere.csv", "there is no file"),
        ("", "is a folder"),
        ("empty.csv", "is empty"),
        ("blank.csv", "has no header"),
        ("page.csv", "web page"),
        ("book.xlsx", "zip archive"),
        ("image.csv", "is no text"),
        ("feed.parquet", "no whole Parquet"),
        ("named.parquet", "is no Parquet"),
        ("cut.csv.gz", "is not whole"),
        ("bad.csv.gz", "is not whole"),
        ("wide.csv", "columns"),
        ("header.csv", "header"),
        ("a\0b", "cannot open"),
    ]:
        with pytest.raises(UnreadableFeed, match=reason):
            rows(tmp_path / name)
    with pytest.raises(UnreadableFeed, match="binary mode"):
        rows(io.StringIO("id,title"))
    with pytest.raises(UnreadableFeed, match="is no feed"):
        rows(12)


def test_a_decompression_bomb_is_stopped() -> None:
    bomb = gzip.compress(
        b"id,title\n" + b"1,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n" * (opening.RATIO_FLOOR // 32)
    )
    with pytest.raises(UnreadableFeed, match="100 times"):
        for _ in read_rows(io.BytesIO(bomb)).rows:
            pass


def test_an_unreadable_stream_says_so() -> None:
    class Broken(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(UnreadableFeed, match="Input/output error"):
        rows(Broken())


def test_arrow_tables_of_every_type_are_read_as_text() -> None:
    table = pa.table(
        {
            "id": pa.array([1, 2]),
            "price": pa.array([Decimal("1.50"), None]),
            "float": pa.array([3.0, float("nan")]),
            "when": pa.array([datetime(2020, 1, 2), None], pa.timestamp("ns", "UTC")),
            "words": pa.array(["a", None]).dictionary_encode(),
            "list": pa.array([["x", "y"], None]),
            "map": pa.array([[("k", "v")], None], pa.map_(pa.string(), pa.string())),
            "flag": pa.array([True, False]),
            "bytes": pa.array([b"caf\xc3\xa9", None]),
        }
    )
    first = {"id": "1", "price": "1.50", "float": "3", "when": "2020-01-02T00:00:00+00:00", "words": "a", "list": ["x", "y"]}
    second = {"id": "2", "price": "", "float": "", "when": "", "words": "", "list": "", "map": "", "flag": "false", "bytes": ""}
    for source in (table, table.to_reader()):
        assert values(source) == [{**first, "map": {"k": "v"}, "flag": "true", "bytes": "café"}, second]


def test_data_frames_are_known_by_what_they_can_do() -> None:
    class Frame:
        columns = ("id", "title", "price")

        def itertuples(self, index: bool, name: None) -> Any:
            yield (1.0, "a", float("nan"))
            yield (2.0, None, Decimal("3.10"))

    assert values(Frame()) == [{"id": "1", "title": "a", "price": ""}, {"id": "2", "title": "", "price": "3.10"}]


def test_mappings_products_and_strangers_in_one_iterable() -> None:
    product = Product(id="1", title="a")
    found = rows([{"id": 1, 2: "x"}, product, ("1", "a"), None])
    assert found[0] == RawRow(1, {"id": "1", "2": "x"})
    assert found[1] is product
    assert [row.code for row in found[2:] if isinstance(row, Reject)] == ["not_a_record", "not_a_record"]
    assert values({"id": "only"}) == [{"id": "only"}]


noise = st.binary(max_size=400) | st.text(alphabet='",;\t|\n\r{}[]:ab中\x00\ufeff', max_size=200).map(str.encode)


@given(data=noise, format=st.sampled_from([None, "csv", "tsv", "jsonl", "parquet"]), is_packed=st.booleans())
def test_arbitrary_bytes_are_rows_or_unreadable(data: bytes, format: str | None, is_packed: bool) -> None:
    with contextlib.suppress(UnreadableFeed):
        found = rows(io.BytesIO(gzip.compress(data) if is_packed else data), format=format)
        assert all(isinstance(row, (RawRow, Reject)) for row in found)


@given(position=st.integers(0, 600), byte=st.integers(0, 255), keep=st.integers(0, 700))
def test_damaged_parquet_is_rows_or_unreadable(position: int, byte: int, keep: int) -> None:
    data = bytearray(as_parquet())
    data[position % len(data)] = byte
    with contextlib.suppress(UnreadableFeed):
        rows(io.BytesIO(bytes(data[: len(data) - keep % 40])), format="parquet")


cells = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=30)


@given(table=st.lists(st.tuples(cells, cells), min_size=1, max_size=8), delimiter=st.sampled_from([",", ";", "\t", "|"]))
def test_what_the_csv_writer_writes_reads_back(table: list[tuple[str, str]], delimiter: str) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(("id", "title"))
    writer.writerows(table)
    expected = [{"id": left, "title": right} for left, right in table if left or right]
    assert values(io.BytesIO(text.getvalue().encode()), format="csv") == expected


def test_stray_quotes_never_swallow_rows_silently() -> None:
    data = b"id,title\n" + b"".join(b'%d,"open %d\n' % (number, number) for number in range(1_000))
    found = codes(io.BytesIO(data))
    assert len(found) == 1_000
    assert found.count("unclosed_quote") == 999


def test_an_index_with_a_name_is_a_column() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"id": ["0001", "2"], "title": ["连衣裙", "dress"]})
    assert values(frame.set_index("id")) == values(frame) == [{"id": "0001", "title": "连衣裙"}, {"id": "2", "title": "dress"}]
    assert values(frame.set_index("id", drop=False)) == values(frame)

"""Dirty input of every kind: exact accounts, ids of rejected rows where they can be told, bounded memory, never a traceback."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.catalogue.reading import OneWay, mutated, outcomes, rows, values, zipped

from similis.catalogue import Product, RawRow, Reject, read_products, read_rows
from similis.catalogue.readers import FORMATS
from similis.catalogue.readers.decoding import encoding_of
from similis.errors import UnreadableFeed, UsageError


def test_rejected_csv_rows_carry_the_id_of_the_column_that_is_called_so() -> None:
    long = b"x" * 200_000
    data = b"title,\xe8\xb4\xa7\xe5\x8f\xb7,price\n" + b"\n".join(
        [b"a,0001,1,2,3", b"a,0002," + long, b'a,0003,"open', b"a,0004,1", b"a,0005," + 25 * long, b'"open,0006,1', b'"a, b",0007,1,2']
    )
    assert [(row.line, row.id, row.code) for row in rows(data) if isinstance(row, Reject)] == [
        (2, "0001", "ragged_row"),
        (3, "0002", "field_too_long"),
        (4, "0003", "unclosed_quote"),
        (6, "0005", "line_too_long"),
        (7, None, "unclosed_quote"),
        (8, "0007", "ragged_row"),
    ]


def test_the_best_name_for_an_id_wins_and_without_one_it_is_the_first_cell() -> None:
    assert outcomes(b"sku,id,t\na,b,c,d\n") == [(2, "b", "ragged_row")]
    assert outcomes(b"x,y\na,b,c\n") == [(2, "a", "ragged_row")]


def test_cells_too_many_may_have_shifted_the_id() -> None:
    data = b"title,sku,price\nLamp,LA-1,10\nLamp, red,LA-2,10\nLamp,LA-3,1,50\n"
    assert outcomes(data)[1:] == [(3, "LA-2", "ragged_row"), (4, "LA-3", "ragged_row")]
    unsure = b"title,sku,price\nLamp,11,10\nLamp, red,12,9\nLamp,13,12,50\nLamp,x,y,z\n"
    assert outcomes(unsure)[1:] == [(3, "12", "ragged_row"), (4, None, "ragged_row"), (5, None, "ragged_row")]


def test_rows_that_cannot_be_read_carry_no_id_from_another_column_than_the_one_that_is_named() -> None:
    feed = read_products(OneWay(b"code,title,nr\nx,Lamp,1\ny,a,b,2\n"), mapping={"id": "nr"})
    assert [(item.line, item.id, item.code) for item in feed if isinstance(item, Reject)] == [(3, None, "ragged_row")]
    feed = read_products(OneWay(b"code,title,nr\nx,Lamp,1\ny,a,b,2\n"))
    assert [item.id for item in feed if isinstance(item, Reject)] == ["y"]


def test_rejected_json_lines_carry_the_id_when_it_stands_first() -> None:
    data = b'{"id": "1", "t": \n{"sku": 12, "t" "x"}\n{"t": "x", "id": "3"\n{"id": "4", "t": "' + b"x" * 16_000_000 + b'"}\n{"id": "5"}'
    assert outcomes(data) == [
        (1, "1", "bad_json"),
        (2, "12", "bad_json"),
        (3, None, "bad_json"),
        (4, "4", "line_too_long"),
        (5, "5", "ok"),
    ]


HIDDEN = ["\u200bid\u200f", "\ufeffid", "\u202aid\u202c", " id ", "id\u00a0"]


@pytest.mark.parametrize("name", HIDDEN)
def test_marks_nobody_sees_in_names_and_cells_do_no_harm(name: str) -> None:
    title = "\u202eשמלה\u202c \u200b连衣裙\u200d"
    feeds = [
        f"{name},title\n1,{title}\n".encode(),
        json.dumps({name: "1", "title": title}).encode(),
        json.dumps([{name: "1", "title": title}], ensure_ascii=False, indent=1).encode(),
    ]
    for data in feeds:
        (product,) = read_products(OneWay(data))
        assert isinstance(product, Product)
        assert (product.id, product.title) == ("1", "שמלה 连衣裙")


def test_two_names_that_look_alike_lose_no_value() -> None:
    assert values(json.dumps({"id": "1", "\u200bid": "2", "": "3"}).encode()) == [{"id": "1", "id#2": "2", "column_3": "3"}]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"id,title\n", []),
        (b"\xef\xbb\xbfid,title\r\n1,a\r\n", [{"id": "1", "title": "a"}]),
        (b"id,title\r1,a\r2,b\r", [{"id": "1", "title": "a"}, {"id": "2", "title": "b"}]),
        (b"id,id,title\n1,2,a\n", [{"id": "1", "id#2": "2", "title": "a"}]),
        (b"id,title\n1,caf\xe9 \xe4\xb8\xad\xe6\x96\x87\xe6\xa0\x87\xe9\xa2\x98\n", [{"id": "1", "title": "caf\udce9 中文标题"}]),
        ("id,title\n1,连衣裙\n".encode("utf-32"), [{"id": "1", "title": "连衣裙"}]),
        (b'{"products": [{"id": "1"}, {"id": "2"}]}', [{"id": "1"}, {"id": "2"}]),
        (b'{"code": 0, "data": [{"id": "1", "title": "a"}]}', [{"id": "1", "title": "a"}]),
        (b'{"id": "1", "title": "a", "offers": [{"id": "x"}]}', [{"id": "1", "title": "a", "offers": [{"id": "x"}]}]),
        (b'{"sku": "1", "items": [{"colour": "x"}]}', [{"sku": "1", "items": [{"colour": "x"}]}]),
        (b"[]", []),
        (b"[\n]\n", []),
    ],
)
def test_odd_but_readable(data: bytes, expected: list[dict[str, Any]]) -> None:
    assert values(data) == expected


class Failing(io.RawIOBase):
    """A stream that gives some bytes and then fails."""

    def __init__(self, data: bytes, error: Exception) -> None:
        self._parts = [data]
        self._error = error

    def read(self, size: int = -1) -> bytes:
        if self._parts:
            return self._parts.pop()
        raise self._error


@pytest.mark.parametrize(
    "data", [b"", b"id,title\n1,a\n", gzip.compress(b"id,title\n"), zipped({"a.csv": b"id\n1\n"})[:40], b"PAR1", b"<rss><channel>"]
)
@pytest.mark.parametrize(
    "error", [PermissionError(13, "Permission denied"), OSError("gone"), ValueError("I/O operation on closed file"), EOFError()], ids=type
)
def test_a_stream_that_fails_is_unreadable(data: bytes, error: Exception) -> None:
    with pytest.raises(UnreadableFeed, match=r"cannot read|not whole"):
        rows(Failing(data, error))


def test_a_stream_that_fails_midway_gives_the_rows_before() -> None:
    head = b"id,title\n" + b"1,a\n" * 100_000
    opened = read_rows(Failing(head, OSError(5, "Input/output error")))
    with opened.closing, pytest.raises(UnreadableFeed, match="Input/output error"):
        list(opened.rows)


@pytest.mark.parametrize(
    ("title", "encoding"),
    [
        ("輕薄的瑜伽褲與連衣裙，女士高腰長褲", "big5"),
        ("【限時】不鏽鋼保溫杯 500ml 送禮首選", "cp950"),
        ("轻薄的瑜伽裤与连衣裙，女士高腰长裤", "gbk"),
        ("輕薄的瑜伽褲與連衣裙，女士高腰長褲", "gbk"),
        ("朱镕基喆堃啰嗦的帽子 鎏金镯", "gb18030"),
        ("Chaussures élégantes pour l'été à Noël, crème brûlée, garçon, œuvre", "cp1252"),
        ("Große Füße, Übergröße, Äpfel, süß", "cp1252"),
        ("CAMISA BÁSICA SÃO PAULO, ÁGUA, MAÇÃ, niño, corazón", "cp1252"),
    ],
)
def test_encodings_of_chinese_of_both_kinds_and_of_western_languages_are_told_apart(title: str, encoding: str) -> None:
    data = f'id,title\n1,"{title}"\n'.encode(encoding)
    assert values(data) == [{"id": "1", "title": title}]
    assert encoding_of(data[:-4]) == encoding_of(data)


@pytest.mark.parametrize("data", [b"\x7fELF" + bytes(64) + bytes(range(256)) * 40, bytes(1 << 16), bytes(range(256)) * 40])
def test_programs_and_zeros_are_no_text(data: bytes) -> None:
    with pytest.raises(UnreadableFeed, match="is no text"):
        rows(data)


def test_formats_have_second_names() -> None:
    for name in (*FORMATS, "JSON", "ndjson", "Excel", "rss", "atom", "html", ".csv"):
        with contextlib.suppress(UnreadableFeed):
            rows(b"id,title\n", format=name)
    with pytest.raises(UsageError, match="use one of: csv, tsv, jsonl, parquet, xlsx, xml, jsonld"):
        rows(b"id,title\n", format="docx")


BIG = """
import sys
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from similis.catalogue import read_rows
from similis.errors import UnreadableFeed
before = getrusage(RUSAGE_SELF).ru_maxrss
try:
    opened = read_rows(Path(sys.argv[1]))
    print(sum(1 for _ in opened.rows), end=" ")
except UnreadableFeed as error:
    print("100" if "100 times" in str(error) else error, end=" ")
print((getrusage(RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def bomb() -> bytes:
    buffer = io.BytesIO()
    with gzip.open(buffer, "wb") as file:
        file.write(b"id,title\n1,a\n")
        for _ in range(200):
            file.write(b"1,aaaaaaaaaaaaa\n" * (1 << 16))
    return buffer.getvalue()


FIELD = b"x" * 10_000_000
CASES = {
    "field.csv": (b"id,title\n1," + FIELD + b"\n2,a\n", "2"),
    "field.jsonl": (b'{"id": "1", "t": "' + FIELD + b'"}\n{"id": "2"}\n', "2"),
    "field.json": (b'[{"id": "1", "t": "' + FIELD + b'"},\n{"id": "2"}]', "2"),
    "field.xml": (b"<p><item><id>1</id><t>" + FIELD + b"</t></item><item><id>2</id></item></p>", "2"),
    "bomb.csv.gz": (bomb(), "100"),
    "bomb.zip": (zipped({"feed.csv.gz": bomb()}), "100"),
}


@pytest.mark.parametrize("name", CASES)
def test_memory_stays_bounded(tmp_path: Path, name: str) -> None:
    data, expected = CASES[name]
    path = tmp_path / name
    path.write_bytes(data)
    done = subprocess.run([sys.executable, "-c", BIG, str(path)], capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    outcome, megabytes = done.stdout.split()
    assert outcome == expected
    assert int(megabytes) < 100


@given(lines=st.lists(st.text(alphabet="ab1,; \t中\x00\u200b", max_size=12), max_size=30), width=st.integers(1, 4))
def test_every_line_without_quotes_is_one_row_or_reject(lines: list[str], width: int) -> None:
    header = ",".join(f"c{number}" for number in range(width))
    data = "\n".join([header, *lines]).encode()
    found = rows(data, format="csv")
    told = [number for number, line in enumerate(lines, start=2) if line.strip(",")] if width > 1 else None
    if told is not None and header.count(",") == width - 1:
        assert [row.line for row in found] == told


@given(texts=st.lists(st.text(alphabet='ab",\n', max_size=10), max_size=30))
def test_no_line_is_counted_twice_whatever_the_quotes(texts: list[str]) -> None:
    found = rows(("id,title\n" + "\n".join(texts)).encode(), format="csv")
    lines = [row.line for row in found]
    assert lines == sorted(set(lines))
    assert all(line <= 2 + sum(text.count("\n") + 1 for text in texts) for line in lines)


SAMPLES = {
    "csv": b'id,title,price\n1,"a, b",2\n"2","x\ny",3\n',
    "tsv": b"id\ttitle\n1\ta\n2\tb\n",
    "jsonl": b'{"id": "1", "t": [1, {"a": null}]}\n{"id": "2"}\n',
    "json": b'[{"id": "1", "t": [1, {"a": null}]},\n {"id": "2"}]',
}


@given(
    kind=st.sampled_from(sorted(SAMPLES)),
    edits=st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), max_size=6),
    cut=st.integers(0, 30),
)
def test_damaged_text_is_rows_or_unreadable(kind: str, edits: list[tuple[int, int]], cut: int) -> None:
    data = mutated(SAMPLES[kind], edits, cut)
    for options in ({}, {"format": kind}):
        with contextlib.suppress(UnreadableFeed):
            assert all(isinstance(row, (RawRow, Reject)) for row in rows(data, **options))


@given(data=st.binary(max_size=300), format=st.sampled_from([None, *FORMATS]), member=st.sampled_from([None, "a"]))
def test_anything_in_any_format_is_rows_or_refused(data: bytes, format: str | None, member: str | None) -> None:
    for start in (b"", b"PK\x03\x04", b"PAR1", b"\x1f\x8b\x08", b"<?xml ", b"<!DOCTYPE html>", b"SQLite format 3\x00", b'{"@context": '):
        with contextlib.suppress(UnreadableFeed, UsageError):
            rows(start + data, format=format, member=member)


@pytest.mark.parametrize("indent", [None, 1])
def test_a_wrapped_list_too_long_for_memory_is_streamed(indent: int | None) -> None:
    products = [{"id": str(number), "title": "标题" * 1_000} for number in range(9_000)]
    data = json.dumps({"shop": {"name": "x"}, "products": products, "total": 9_000}, ensure_ascii=False, indent=indent).encode()
    assert len(data.decode()) > 16_000_000
    assert values(data) == products
    opened = read_rows(OneWay(data[:-2]))
    with opened.closing, pytest.raises(UnreadableFeed, match="ends early"):
        list(opened.rows)

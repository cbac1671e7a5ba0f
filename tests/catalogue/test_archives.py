"""Zip and gzip read in place: one feed is found, bombs and riddles are refused in words, nothing is written under a member's name."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import random
import struct
import threading
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.catalogue.reading import OneWay, mutated, rows, values, zipped

from similis.catalogue import RawRow, Reject, read_rows
from similis.catalogue.readers import archives, opening
from similis.errors import UnreadableFeed, UsageError

CSV = "id,title\n0001,连衣裙\n2,dress\n".encode()
ROWS = [{"id": "0001", "title": "连衣裙"}, {"id": "2", "title": "dress"}]
OTHER = b"id,title\n3,other\n"


def parquet() -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        zipped({"feed.csv": CSV}),
        zipped({"feed.csv": CSV}, zipfile.ZIP_STORED),
        zipped(
            {"dir/": b"", "dir/feed.csv": CSV, "__MACOSX/dir/._feed.csv": b"x", "dir/.DS_Store": b"x", "empty.csv": b"", "a.PDF": b"%PDF"}
        ),
        zipped({"feed.csv.gz": gzip.compress(CSV)}),
        gzip.compress(zipped({"feed.csv": CSV})),
        zipped({"feed.parquet": parquet()}),
        zipped({"feed.parquet.gz": gzip.compress(parquet())}),
        gzip.compress(parquet()),
        zipped({"../../etc/passwd": CSV}),
        b"".join(gzip.compress(part) for part in (CSV[:10], CSV[10:])),
    ],
    ids=[
        "deflated",
        "stored",
        "among others",
        "gz in zip",
        "zip in gz",
        "parquet",
        "parquet gz in zip",
        "parquet gz",
        "climbing",
        "two gz",
    ],
)
def test_one_feed_is_read_where_it_lies(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "feed.zip"
    path.write_bytes(data)
    assert values(path) == ROWS
    assert values(data) == ROWS
    assert list(tmp_path.iterdir()) == [path]


def test_several_files_are_listed_and_chosen_by_name() -> None:
    data = zipped({"a/spring.csv": CSV, "夏.csv": OTHER})
    with pytest.raises(UnreadableFeed, match=r"--member NAME: a/spring\.csv, 夏\.csv"):
        read_rows(OneWay(data))
    assert values(data, member="a/spring.csv") == ROWS
    assert values(data, member="夏.csv") == [{"id": "3", "title": "other"}]
    with pytest.raises(UnreadableFeed, match=r"no member 'b\.csv'; it holds: a/spring\.csv"):
        read_rows(OneWay(data), member="b.csv")


def test_a_long_list_of_members_is_cut_and_hostile_names_are_escaped() -> None:
    with pytest.raises(UnreadableFeed) as caught:
        read_rows(OneWay(zipped({f"{number}\x1b[31m.csv": CSV for number in range(30)})))
    assert "and 10 more" in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_names_written_by_a_chinese_windows_can_be_asked_for() -> None:
    data = zipped({"XXXXXXXX.csv": CSV, "other.csv": OTHER}).replace(b"XXXXXXXX", "商品目录".encode("gb18030"))
    assert values(data, member="商品目录.csv") == ROWS
    with pytest.raises(UnreadableFeed, match="商品目录"):
        read_rows(OneWay(data))


def test_a_member_is_asked_only_of_what_has_some(tmp_path: Path) -> None:
    path = tmp_path / "feed.csv"
    path.write_bytes(CSV)
    for source in (path, gzip.compress(CSV), [{"id": "1"}]):
        with pytest.raises(UsageError, match="leave it out"):
            rows(source, member="x")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zipped({}), "no file that can be a feed"),
        (zipped({"a/": b"", ".hidden": b"x"}), "no file that can be a feed"),
        (zipped({"X": CSV}).replace(b"X", b"\0"), "no file that can be a feed"),
        (zipped({"..": CSV}), "no file that can be a feed"),
        (zipped({"a.zip": zipped({"a.csv": CSV})}), "archive within an archive"),
        (gzip.compress(gzip.compress(CSV)), "twice"),
        (zipped({"a.gz": gzip.compress(gzip.compress(CSV))}), "twice"),
        (zipped({"feed.csv": CSV})[:-30], "no whole zip"),
        (zipped({"feed.csv.gz": gzip.compress(CSV)[:-4]}), "not whole"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}), "OpenDocument.*save it as"),
        (zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}), "no workbook"),
        (zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.bin": b"x"}), "xlsb"),
        (zipped({"feed.csv": CSV}, zipfile.ZIP_BZIP2), "method not read here"),
        (zipped({"feed.csv": CSV}, zipfile.ZIP_LZMA), "method not read here"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(40), "7z"),
        (b"BZh91AY&SY" + bytes(40), "bzip2"),
        (b"%PDF-1.7\n" + bytes(40), "PDF"),
    ],
)
def test_what_cannot_be_unpacked_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFeed, match=reason):
        rows(data)


def test_an_encrypted_member_names_the_way_out() -> None:
    data = bytearray(zipped({"feed.csv": CSV}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(UnreadableFeed, match="without one"):
        rows(bytes(data))


@pytest.mark.parametrize("size", [3, 1_000_000, 1 << 31])
def test_headers_that_lie_about_the_size_are_not_believed(size: int) -> None:
    content = b"id,title\n" + b"".join(b"%d,%d\n" % (number, number * 7_919 % 100_003) for number in range(100_000))
    data = bytearray(zipped({"feed.csv": content}))
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, size)
    with pytest.raises(UnreadableFeed, match=r"not whole|100 times"):
        rows(bytes(data))


def test_a_bomb_is_stopped_by_what_its_directory_says() -> None:
    bomb = zipped({"feed.csv": b"id,title\n" + bytes(opening.RATIO_FLOOR + 1)})
    with pytest.raises(UnreadableFeed, match="100 times"):
        read_rows(OneWay(bomb))


def test_a_bomb_within_an_honest_archive_is_stopped_too() -> None:
    inner = gzip.compress(b"id,title\n" + (b"1," + b"a" * 1_000 + b"\n") * (opening.RATIO_FLOOR // 1_000))
    with pytest.raises(UnreadableFeed, match="100 times"):
        rows(zipped({"feed.csv.gz": inner}, zipfile.ZIP_STORED))


def test_a_member_above_the_total_limit_is_refused_unread() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("feed.csv", CSV)
        archive.infolist()[0].file_size = opening.MAX_UNPACKED + 1
        archive.infolist()[0].compress_size = opening.MAX_UNPACKED + 1
    with pytest.raises(UnreadableFeed, match="16 GiB"):
        rows(buffer.getvalue())


def test_a_directory_too_large_for_memory_is_refused(tmp_path: Path) -> None:
    data = bytearray(zipped({"feed.csv": CSV}))
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    padded = data[:start] + bytes(archives.MAX_DIRECTORY + 1) + data[start:]
    struct.pack_into("<II", padded, end + archives.MAX_DIRECTORY + 1 + 12, archives.MAX_DIRECTORY + 1 + end - start, start)
    with pytest.raises(UnreadableFeed, match="directory above 16 MiB"):
        rows(bytes(padded))


def test_a_dense_archive_of_repeating_rows_is_no_bomb() -> None:
    content = b"id,title\n" + b"".join(b"%d,the same title on every row of this feed\n" % number for number in range(900_000))
    assert len(content) > opening.RATIO_FLOOR
    opened = read_rows(OneWay(zipped({"feed.csv": content})))
    with opened.closing:
        assert sum(1 for _ in opened.rows) == 900_000


def test_incompressible_bytes_of_any_archive_type_are_told_by_content_not_by_name(tmp_path: Path) -> None:
    path = tmp_path / "feed.csv"
    path.write_bytes(zipped({"feed.txt": CSV}))
    assert values(path) == ROWS
    path.write_bytes(b"PK\x03\x04" + random.Random(3).randbytes(2_000))
    with pytest.raises(UnreadableFeed, match="no whole zip"):
        rows(path)


def test_a_named_pipe_is_read_once_and_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    for data in (zipped({"feed.csv": CSV}), parquet(), CSV):
        writer = threading.Thread(target=path.write_bytes, args=(data,))
        writer.start()
        assert values(path) == ROWS
        writer.join()


edits = st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 255)), max_size=6)


@given(edits=edits, cut=st.integers(0, 60), member=st.sampled_from([None, "feed.csv"]))
def test_a_damaged_archive_is_rows_or_unreadable(edits: list[tuple[int, int]], cut: int, member: str | None) -> None:
    data = mutated(zipped({"feed.csv": CSV, "more.csv.gz": gzip.compress(OTHER)}), edits, cut)
    with contextlib.suppress(UnreadableFeed, UsageError):
        assert all(isinstance(row, (RawRow, Reject)) for row in rows(data, member=member))


@given(edits=edits, cut=st.integers(0, 20))
def test_a_damaged_gzip_is_rows_or_unreadable(edits: list[tuple[int, int]], cut: int) -> None:
    with contextlib.suppress(UnreadableFeed):
        assert all(isinstance(row, (RawRow, Reject)) for row in rows(mutated(gzip.compress(CSV * 20), edits, cut)))

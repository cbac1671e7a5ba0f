"""Neighbour lists as files: what is written comes back, whole or not at all."""

from __future__ import annotations

import csv
import gzip
import json
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from similis.catalogue.writing.spreadsheets import formula_safe
from similis.errors import SimilisError, UsageError
from similis.similarity.exporting import BATCH_ROWS, COLUMNS, ExportReport, write_neighbours
from similis.similarity.results import Answer, Evidence, Neighbour

EVIDENCE = (
    Evidence("brand", 1.0, "equal", 0.5),
    Evidence("价格", None, "|ln ratio|", 0.0),
    Evidence("calibration", None, "log-odds", -0.25),
)
FORMATS = ["n.parquet", "n.csv", "n.jsonl", "n.csv.gz", "n.jsonl.gz", "N.CSV"]


def answer(query: str, *ids: str) -> tuple[str, Answer]:
    found = tuple(Neighbour(id, 0.9 - rank / 10, "substitute", EVIDENCE, rank, f"title {id}", "category") for rank, id in enumerate(ids, 1))
    return query, Answer(query, "alike", found, True, "default", "000001-abc", 1)


ANSWERS = [answer("瑜伽-1", "a", 'b,\n"c"'), answer("lonely"), answer("=HYPERLINK(1)", "-5", "@x", "\t=1", "plain", "＝1")]


def rows_of(path: Path) -> list[dict[str, Any]]:
    """Read an export back with other libraries than wrote it where there is one."""
    if path.suffix.lower() == ".parquet":
        rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
        return rows
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    if ".jsonl" in path.name:
        return [json.loads(line) for line in raw.decode("utf-8").splitlines()]
    table = list(csv.reader(raw.decode("utf-8").splitlines(keepends=True)))
    assert table[0] == list(COLUMNS)
    return [{**dict(zip(COLUMNS, cells, strict=True)), "evidence": json.loads(cells[-1])} for cells in table[1:]]


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_written_comes_back(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert write_neighbours(path, iter(ANSWERS)) == ExportReport(str(path), products=3, rows=7)
    rows = rows_of(path)
    assert len(rows) == 7
    expected = [(query, n.rank, n.id) for query, found in ANSWERS for n in found]
    unescape = (lambda text: text.removeprefix("'")) if ".csv" in name.lower() else str
    assert [(unescape(row["query_id"]), int(row["rank"]), unescape(row["id"])) for row in rows] == expected
    for row in rows:
        assert list(row) == list(COLUMNS)
        assert float(row["score"]) == pytest.approx(0.9 - int(row["rank"]) / 10, abs=1e-12)
        assert (row["relation"], row["step"]) == ("substitute", "category")
        assert row["evidence"] == [{"name": e.name, "value": e.value, "unit": e.unit, "contribution": e.contribution} for e in EVIDENCE]
    assert [file.name for file in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_shop_gives_an_empty_table(tmp_path: Path, name: str) -> None:
    assert write_neighbours(tmp_path / name, []).rows == 0
    assert rows_of(tmp_path / name) == []


def test_the_same_rows_are_the_same_bytes(tmp_path: Path) -> None:
    for name in FORMATS:
        write_neighbours(tmp_path / name, ANSWERS)
        first = (tmp_path / name).read_bytes()
        write_neighbours(tmp_path / name, ANSWERS)
        assert (tmp_path / name).read_bytes() == first


def test_many_batches(tmp_path: Path) -> None:
    answers = [answer(f"q{n}", *(f"i{m}" for m in range(n % 180))) for n in range(250)]
    assert sum(len(found) for _, found in answers) > BATCH_ROWS
    seen: list[int] = []
    for name in ("n.parquet", "n.csv"):
        report = write_neighbours(tmp_path / name, answers, progress=seen.append)
        assert report.rows == len(rows_of(tmp_path / name)) == sum(len(found) for _, found in answers)
    assert seen == [100, 200, 250] * 2


def test_spreadsheets_compute_nothing(tmp_path: Path) -> None:
    write_neighbours(tmp_path / "n.csv", ANSWERS)
    cells = [cell for row in csv.reader((tmp_path / "n.csv").read_text("utf-8").splitlines(keepends=True)) for cell in row]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    assert "'=HYPERLINK(1)" in cells
    assert "plain" in cells


@given(st.text())
def test_an_escaped_text_is_no_formula_and_nothing_is_lost(text: str) -> None:
    safe = formula_safe(text)
    assert safe.lstrip()[:1] not in tuple("=+-@")
    assert safe in (text, f"'{text}")


def test_not_a_number_becomes_nothing(tmp_path: Path) -> None:
    evidence = (Evidence("price", math.nan, "ln", 0.0),)
    found = Answer("q", "alike", (Neighbour("a", 0.5, "same", evidence, 1, "t", "score"),), True, "default", "g", 1)
    for name in ("n.jsonl", "n.csv", "n.parquet"):
        write_neighbours(tmp_path / name, [("q", found)])
        assert rows_of(tmp_path / name)[0]["evidence"][0]["value"] is None


@pytest.mark.parametrize("name", FORMATS)
def test_what_fails_leaves_the_old_file(tmp_path: Path, name: str) -> None:
    def failing() -> Iterator[tuple[str, Answer]]:
        yield ANSWERS[0]
        raise KeyError("the shop went away")

    path = tmp_path / name
    path.write_text("old")
    with pytest.raises(KeyError, match="went away"):
        write_neighbours(path, failing())
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("name", "says"),
    [("n.xlsx", "no format"), ("n", "no format"), ("n.gz", "no format"), (".csv", "no format"), ("n.parquet.gz", "compressed already"),
     ("missing/n.csv", "does not exist"), ("folder.csv", "it is a folder")],
)  # fmt: skip
def test_names_it_refuses(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(UsageError, match=says):
        write_neighbours(tmp_path / name, ANSWERS)


@pytest.mark.skipif(os.name != "posix" or not os.path.exists("/proc/version"), reason="needs a folder that nobody may write to")
def test_a_file_that_cannot_be_written() -> None:
    with pytest.raises(SimilisError, match=r"cannot write /proc/n\.csv"):
        write_neighbours("/proc/n.csv", ANSWERS)

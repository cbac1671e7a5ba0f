"""Commands that fill a shop: counts, exit codes, and what goes to which stream."""

from __future__ import annotations

import gzip
import json
import subprocess
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.cli.conftest import Run, document

ONE_BAD_ROW = "编号,商品名,品牌\nA-1,轻薄透气瑜伽裤,屿动\nA-2,,屿动\nA-1,轻薄透气瑜伽裤 新款,屿动\n"


def is_one_line(done: subprocess.CompletedProcess[str]) -> bool:
    return done.stdout == "" and done.stderr.startswith("similis: ") and done.stderr.count("\n") == 1


def test_add_counts_every_row_and_tells_rejects(run: Run, tmp_path: Path) -> None:
    (tmp_path / "feed.csv").write_text(ONE_BAD_ROW, encoding="utf-8")
    done = run("add", "feed.csv", cwd=tmp_path)
    assert done.returncode == 3
    assert "feed.csv: 3 rows = 1 accepted + 1 merged + 1 rejected" in done.stdout
    assert "title ← 商品名" in done.stdout
    assert "rejected, line 3:" in done.stdout
    assert done.stderr == "next: similis build\n"
    assert (tmp_path / "shop" / "shop.sqlite").is_file()


def test_add_from_stdin_with_a_mapping(run: Run, tmp_path: Path) -> None:
    rows = "key\tname\tfabric\nB-1\tYoga pants\tcotton\nB-2\t瑜伽裤\t棉\n"
    done = run("add", "-", "--format", "tsv", "--map", "id=key", "--map", "title=name", "--map", "attributes.stuff=fabric", "--json",
               "--shop", "other", cwd=tmp_path, stdin=rows)  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = document(done)
    assert told["rows"] == told["accepted"] == 2
    assert told["feeds"][0]["source"] == "stdin"
    assert told["feeds"][0]["mapping"]["attributes"] == {"stuff": "fabric"}
    assert done.stderr == ""


def test_add_several_feeds_twice(call: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "1", "title": "one"}\n', encoding="utf-8")
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress("id,title\n2,二\n".encode()))
    first, again = (document(call("add", "a.jsonl", "b.csv.gz", "--json", cwd=tmp_path)) for _ in range(2))
    assert (first["rows"], first["accepted"]) == (2, 2)
    assert (again["rows"], again["unchanged"], again["seq"]) == (2, 2, first["seq"])


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("add", "missing.csv"), 1, "missing.csv"),
        (("add", "."), 1, "folder"),
        (("add", "-", "--map", "titel=name"), 2, "close: title"),
        (("add", "-", "--map", "title"), 2, "FIELD=COLUMN"),
        (("add", "-", "--format", "avro"), 2, "avro"),
        (("add", "-", "-"), 2, "once"),
        (("build",), 1, "add a feed first"),
        (("status",), 1, "add a feed first"),
        (("similar", "X"), 1, "add a feed first"),
        (("similar", "--product", "{"), 2, "no JSON"),
        (("similar", "--product", "[1]"), 2, "JSON object"),
        (("similar", "X", "--filter", "brnd=A"), 2, "brand"),
        (("matrix", "-"), 2, "no text"),
    ],
)
def test_errors_are_one_line(call: Run, tmp_path: Path, arguments: tuple[str, ...], code: int, says: str) -> None:
    done = call(*arguments, cwd=tmp_path, stdin="id,name\n1,a\n" if arguments[0] == "add" else "")
    assert is_one_line(done), done.stderr
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert not (tmp_path / "shop" / "shop.sqlite").exists()


def test_asking_before_building(call: Run, tmp_path: Path) -> None:
    call("add", "-", cwd=tmp_path, stdin="id,title\n1,a\n")
    done = call("similar", "1", cwd=tmp_path)
    assert done.returncode == 1
    assert is_one_line(done)
    assert "similis build" in done.stderr
    assert "none yet" in call("status", cwd=tmp_path).stdout


def test_build_encodes_only_what_changed(run: Run, copied: Path) -> None:
    run("add", "-", cwd=copied, stdin="id,title\nNEW-1,全新的瑜伽垫\n")
    report = document(run("build", "--json", cwd=copied))
    assert (report["encoded"], report["reused"]) == (1, report["products"] - 1)
    done = run("build", cwd=copied)
    assert done.returncode == 0
    assert done.stderr == ""
    assert f"{report['products']} products, 0 encoded" in done.stdout


def test_status(call: Run, built: Path) -> None:
    told = document(call("status", "--json", cwd=built))
    assert told["products"] > 50
    assert told["fresh"] == told["deleted"] == 0
    shown = call("status", cwd=built)
    assert told["generation"] in shown.stdout
    assert shown.stderr == ""


def test_the_environment_names_the_shop(call: Run, built: Path, tmp_path: Path) -> None:
    assert call("status", cwd=tmp_path, SIMILIS_SHOP=str(built / "shop")).returncode == 0
    assert call("status", "--shop", str(built / "shop"), cwd=tmp_path, SIMILIS_SHOP="elsewhere").returncode == 0


def test_delete(call: Run, copied: Path) -> None:
    done = call("delete", "-", "--json", cwd=copied, stdin="EN-VAC-0002\nno-such\n\nEN-VAC-0002\n")
    assert done.returncode == 3
    assert document(done) == {"deleted": 1, "unknown": 1}
    gone = call("similar", "EN-VAC-0002", cwd=copied)
    assert gone.returncode == 1
    assert "close ones: EN-VAC-0" in gone.stderr
    assert is_one_line(gone)
    assert document(call("status", "--json", cwd=copied))["deleted"] == 1
    again = call("delete", "EN-VAC-0002", cwd=copied)
    assert again.returncode == 1
    assert is_one_line(again)


def test_sample_writes_once(call: Run, tmp_path: Path) -> None:
    done = call("sample", "here", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.split() == ["here/catalogue.jsonl", "here/truth.json"]
    assert json.loads((tmp_path / "here" / "truth.json").read_bytes())["demo"]
    refused = call("sample", "here", cwd=tmp_path)
    assert refused.returncode == 2
    assert is_one_line(refused)
    assert call("sample", "here", "--force", "--json", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("name", ["neighbours.parquet", "neighbours.csv.gz", "neighbours.jsonl"])
def test_export(call: Run, built: Path, tmp_path: Path, name: str) -> None:
    done = call("export", tmp_path / name, "-k", 3, "--json", cwd=built)
    assert done.returncode == 0, done.stderr
    report = document(done)
    assert report["path"] == str(tmp_path / name)
    assert 0 < report["rows"] <= 3 * report["products"]
    if name.endswith(".parquet"):
        assert pq.read_table(tmp_path / name).num_rows == report["rows"]
    assert done.stderr == ""


def test_export_refuses_other_names(call: Run, built: Path, tmp_path: Path) -> None:
    done = call("export", tmp_path / "neighbours.xlsx", cwd=built)
    assert done.returncode == 2
    assert is_one_line(done)

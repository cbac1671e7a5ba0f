"""Commands that answer: tables for people, one JSON document for machines, Chinese and English."""

from __future__ import annotations

import json
import math
import os
import pty
import select
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.cli.conftest import Run, document

from similis.sample import read_truth

DEMO = read_truth().demo
YOGA, VACUUM = "ZH-YOGA-0001-BK-M", "EN-VAC-0002"
ARTICLE = [
    "高质量的T恤衫，适合夏季户外运动",
    "经典款式的牛仔裤，复古风格",
    "轻薄舒适的瑜伽裤，运动必备",
    "舒适的平底鞋，日常通勤",
    "时尚的皮夹克，秋冬搭配",
]


@pytest.mark.parametrize("id", [YOGA, VACUUM])
def test_similar_by_id(run: Run, built: Path, id: str) -> None:
    shown = run("similar", id, "-k", 4, cwd=built)
    told = document(run("similar", id, "-k", 4, "--json", cwd=built))
    assert shown.returncode == 0
    assert shown.stderr == ""
    neighbours = told["neighbours"]
    assert 0 < len(neighbours) <= 4
    lines = shown.stdout.splitlines()
    assert lines[0].startswith(id)
    assert len(lines) == 2 + len(neighbours)
    for line, neighbour in zip(lines[2:], neighbours, strict=True):
        assert neighbour["id"] != id
        assert neighbour["id"] in line
        assert neighbour["title"] in line
        assert neighbour["relation"] in line
        assert f"{neighbour['score']:.3f}" in line
        assert math.fsum(e["contribution"] for e in neighbour["evidence"]) == pytest.approx(
            math.log(neighbour["score"] / (1 - neighbour["score"])), abs=1e-6
        )


def test_similar_finds_the_same_product(run: Run, built: Path) -> None:
    truth = {frozenset(pair) for pair in read_truth().same}
    best = document(run("similar", VACUUM, "--json", cwd=built))["neighbours"][0]
    assert frozenset((VACUUM, best["id"])) in truth


@pytest.mark.parametrize(("text", "prefix"), [("轻薄的瑜伽裤", "ZH-"), ("cordless vacuum cleaner", "EN-VAC")])
def test_similar_by_text(run: Run, built: Path, text: str, prefix: str) -> None:
    done = run("similar", "--text", "-", "-k", 3, "--json", cwd=built, stdin=text + "\n")
    answer = document(done)
    assert answer["query"] == text
    assert any(neighbour["id"].startswith(prefix) for neighbour in answer["neighbours"])


def test_similar_by_product_with_filters(call: Run, built: Path) -> None:
    product = json.dumps({"title": "Verdant Row shampoo 500 ml", "brand": "Verdant Row"})
    plain = document(call("similar", "--product", product, "--json", cwd=built))["neighbours"]
    options = ("--threshold", 0.001, "--metric", "euclidean", "--include-out-of-stock", "--exclude", plain[0]["id"])
    clauses = ("--filter", "brand=Verdant Row", "--filters", '{"price": {"min": 1}}')
    picked = document(call("similar", "--product", "-", *clauses, *options, "--json", cwd=built, stdin=product))["neighbours"]
    assert plain[0]["id"] not in {neighbour["id"] for neighbour in picked}
    assert picked
    assert all("Verdant" in neighbour["title"] for neighbour in picked)


def test_similar_by_examples(run: Run, built: Path) -> None:
    done = run("similar", "--like", YOGA, "--like", "ZH-YOGA-0003-NV-M", "--unlike", VACUUM, "-k", 3, "--explain", cwd=built)
    assert done.returncode == 0, done.stderr
    assert "calibration" in done.stdout
    assert "log-odds" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("similar", "EN-VAC-02"), 1, "close ones: EN-VAC-0"),
        (("explain", YOGA, "ZH-YOGA-0001-BK-X"), 1, "close ones: ZH-YOGA"),
        (("similar",), 2, ""),
        (("similar", YOGA, "--text", "also"), 2, "one of"),
        (("similar", YOGA, "-k", "5000"), 2, "1,000"),
        (("similar", YOGA, "--weights", "missing.json"), 2, "missing.json"),
    ],
)
def test_errors_are_one_line(call: Run, built: Path, arguments: tuple[str, ...], code: int, says: str) -> None:
    done = call(*arguments, cwd=built)
    assert done.returncode == code
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert says in done.stderr


def test_explain_is_the_same_both_ways(call: Run, built: Path) -> None:
    there, back = (document(call("explain", *pair, "--json", cwd=built)) for pair in ((YOGA, VACUUM), (VACUUM, YOGA)))
    assert (there["score"], there["evidence"]) == (back["score"], back["evidence"])
    assert math.fsum(e["contribution"] for e in there["evidence"]) == pytest.approx(there["log_odds"], abs=1e-6)
    shown = call("explain", YOGA, "ZH-YOGA-0003-NV-M", cwd=built).stdout
    for part in (YOGA, "probability", "semantic", "calibration", "sum", "token by token"):
        assert part in shown


def test_matrix_of_the_articles_descriptions(run: Run, tmp_path: Path) -> None:
    done = run("matrix", *ARTICLE, "vintage jeans", "--svg", "heat.svg", "--html", "heat.html", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 7
    assert all(line.endswith(text) for line, text in zip(lines[1:], ARTICLE, strict=False))
    ElementTree.parse(tmp_path / "heat.svg")
    assert "<svg" in (tmp_path / "heat.html").read_text("utf-8")
    assert "heat.svg" in done.stderr
    told = document(run("matrix", "-", "--metric", "euclidean", "--json", cwd=tmp_path, stdin="\n".join(ARTICLE)))
    assert told["texts"] == ARTICLE
    assert told["metric"] == "euclidean"
    assert all(row[i] == 0 for i, row in enumerate(told["values"]))
    assert told["values"][0][1] == told["values"][1][0] > 0


def test_json_is_utf_8_in_any_locale(run: Run, built: Path) -> None:
    done = run("similar", YOGA, "-k", 1, "--json", cwd=built, LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    title = document(done)["neighbours"][0]["title"]
    assert not title.isascii()
    assert title in done.stdout
    shown = run("similar", YOGA, "-k", 1, cwd=built, PYTHONIOENCODING="ascii")
    assert shown.returncode == 0, shown.stderr


def test_a_reader_who_leaves_early_is_no_error(environment: dict[str, str], built: Path) -> None:
    command = [sys.executable, "-m", "similis.cli", "similar", YOGA, "-k", "50"]
    with subprocess.Popen(command, cwd=built, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


def test_progress_only_in_a_terminal(environment: dict[str, str], run: Run, feed: Path, tmp_path: Path) -> None:
    assert run("add", feed, cwd=tmp_path).stderr == "next: similis build\n"
    for quiet, words in ((False, ("build", "--json")), (True, ("add", str(feed), "--json", "--quiet"))):
        terminal, side = pty.openpty()
        command = [sys.executable, "-m", "similis.cli", *words]
        process = subprocess.Popen(command, cwd=tmp_path, env={**environment, "TERM": "xterm"}, stdout=subprocess.PIPE, stderr=side)
        os.close(side)
        seen = read_all(terminal)
        assert process.stdout is not None
        assert json.loads(process.stdout.read())
        process.stdout.close()
        assert process.wait(timeout=60) == 0
        assert seen == b"" if quiet else b"/s" in seen


def read_all(terminal: int) -> bytes:
    """What was written to a pseudo-terminal until its last writer closed it."""
    seen = b""
    while select.select([terminal], [], [], 60)[0]:
        try:
            part = os.read(terminal, 65_536)
        except OSError:  # Linux says so at the end
            break
        if not part:
            break
        seen += part
    os.close(terminal)
    return seen


@pytest.mark.slow
def test_demo(run: Run, tmp_path: Path) -> None:
    done = run("demo", "--shop", "kept", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    told = document(done)
    assert [answer["query"] for answer in told["answers"]] == list(DEMO)
    assert all(answer["neighbours"] for answer in told["answers"])
    assert sum(told["seconds"].values()) < 60
    refused = run("demo", "--shop", "kept", cwd=tmp_path)
    assert refused.returncode == 2
    assert "not empty" in refused.stderr

"""The benchmarks' own parts: how they are called, what they record, and their baseline."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from benchmarks import __main__ as command
from benchmarks.baselines import character_tfidf
from benchmarks.results import Result, command_line, machine, present, record
from benchmarks.startup import installed_size


@pytest.fixture(autouse=True)
def _no_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SIMILIS_DATA", raising=False)


def test_every_benchmark_is_listed_and_can_be_loaded(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--list"]) == 0
    listed = capsys.readouterr().out
    for name in command.BENCHMARKS:
        assert name in listed
        with pytest.raises(SystemExit) as stop:
            command.main([name, "--help"])
        assert stop.value.code == 0


def test_wrong_use_exits_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["recal"]) == 2
    assert "there are matching" in capsys.readouterr().err
    with pytest.raises(SystemExit) as stop:
        command.main(["recipe"])
    assert stop.value.code == 2
    assert "SIMILIS_DATA" in capsys.readouterr().err


def test_missing_data_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["recipe", "--data", str(tmp_path), "--no-encoder"]) == 1
    assert "is missing; give the folder" in capsys.readouterr().err


def test_missing_weights_name_the_command_that_makes_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["matching", "abt-buy", "--data", str(tmp_path), "--weights", str(tmp_path / "none.json")]) == 1
    assert "python -m scripts.learn_weights --without abt-buy" in capsys.readouterr().err


def test_a_record_repeats_without_this_machine_s_places(tmp_path: Path) -> None:
    words = ["abt-buy", "--data", str(tmp_path), "--seed", "3", f"--json={tmp_path}/out", "--full"]
    assert command_line("matching", words) == "python -m benchmarks matching abt-buy --seed 3 --full"
    kept = record(Result(name="abt-buy", data={"items": 2}, figures={"recall@1": 0.5}), "matching", words)
    assert str(tmp_path) not in json.dumps(kept)
    assert kept["machine"].keys() == {"cpu", "cores", "memory_gb", "system", "python"}
    assert machine()["cores"] >= 1


def test_results_are_appended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "results.jsonl"
    for value in (1, 2):
        present(record(Result(name="n", data={}, figures={"a": {"b": value}}), "startup", []), file)
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["figures"] for line in lines] == [{"a": {"b": 1}}, {"a": {"b": 2}}]
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == lines


@pytest.mark.parametrize("analyzer", ["char", "char_wb"])
def test_the_baseline_finds_what_is_spelt_alike(analyzer: str) -> None:
    pytest.importorskip("sklearn")
    items = ["red running shoe", "blue yoga mat", "steel water bottle"]
    assert [rows[0] for rows in character_tfidf(items, ["yoga mats", "shoes for running"], 2, analyzer=analyzer)] == [1, 0]


def test_the_baseline_breaks_ties_by_the_seed() -> None:
    pytest.importorskip("sklearn")
    first = {character_tfidf(["same title"] * 9, ["same title"], 1, seed=seed)[0][0] for seed in range(20)}
    assert len(first) > 3


def test_installed_size_counts_every_file_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIMILIS_CACHE", str(tmp_path / "cache"))
    packages = tmp_path / "site-packages"
    (packages / "big").mkdir(parents=True)
    (packages / "big" / "data.bin").write_bytes(bytes(3 * 2**20))
    (packages / "big-1.0.dist-info").mkdir()
    (packages / "big-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: big\nVersion: 1.0\n")
    (packages / "big-1.0.dist-info" / "RECORD").write_text("big/data.bin,,\n")
    found = installed_size(packages)
    assert found["site-packages_mb"] == found["together_mb"] == found["largest_mb"]["big"] == 3.0
    assert found["model_cache_mb"] == 0

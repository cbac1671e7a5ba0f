"""``generations``, ``promote``, ``rollback``, ``prune`` at the terminal."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run


@pytest.fixture
def twice(call: Run, built: Path, tmp_path: Path) -> Path:
    """A folder with a shop of two generations."""
    shutil.copytree(built / "shop", tmp_path / "shop")
    assert call("delete", "ZH-YOGA-0001-BK-M", cwd=tmp_path).returncode in (0, 3)
    assert call("add", "-", "--format", "jsonl", cwd=tmp_path, stdin='{"id": "N-1", "title": "轻薄瑜伽裤 leggings"}').returncode == 0
    assert call("build", cwd=tmp_path).returncode == 0
    return tmp_path


def listed(call: Run, cwd: Path, *options: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads(call("generations", "--json", *options, cwd=cwd).stdout)["generations"]
    return entries


def test_listing_rolling_back_and_forth_and_pruning(call: Run, twice: Path) -> None:
    newest, oldest = listed(call, twice)
    assert (newest["in_service"], oldest["in_service"]) == (True, False)
    text = call("generations", cwd=twice).stdout
    assert f"{newest['name']}" in text
    assert text.count("in service") == 1
    done = call("rollback", cwd=twice)
    assert done.returncode == 0
    assert oldest["name"] in done.stdout
    assert [entry["in_service"] for entry in listed(call, twice)] == [False, True]
    answer = json.loads(call("similar", "N-1", "--json", cwd=twice).stdout)
    assert answer["query"] == "N-1", "written after the generation that answers"
    assert json.loads(call("promote", newest["name"], "--json", cwd=twice).stdout)["in_service"] is True
    assert json.loads(call("prune", "--keep", "1", "--json", cwd=twice).stdout) == {"removed": [oldest["name"]]}
    assert call("prune", cwd=twice).stdout == "0 generations removed\n"


def test_damage_is_shown_with_the_way_out(call: Run, twice: Path) -> None:
    newest, oldest = (entry["name"] for entry in listed(call, twice))
    path = twice / "shop" / "generations" / oldest / "segment.json"
    path.write_bytes(path.read_bytes().replace(b"a", b"b", 1))
    assert call("generations", cwd=twice).returncode == 0
    done = call("generations", "--verify", cwd=twice)
    assert done.returncode == 1
    assert "segment.json" in done.stdout
    assert "similis doctor --repair" in done.stderr
    refused = call("rollback", cwd=twice)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "segment.json" in refused.stderr
    assert listed(call, twice)[0]["in_service"] is True
    unknown = call("promote", "no-such", cwd=twice)
    assert unknown.returncode == 2
    assert newest in unknown.stderr


@pytest.mark.parametrize("command", [["generations"], ["promote", "x"], ["rollback"], ["prune"]])
def test_no_shop(call: Run, tmp_path: Path, command: list[str]) -> None:
    done = call(*command, cwd=tmp_path)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []

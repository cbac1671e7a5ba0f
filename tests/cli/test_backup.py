"""``backup`` and ``restore`` at the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Run, document


@pytest.mark.parametrize("name", ["backup.tar", "备份"])
def test_there_and_back(call: Run, copied: Path, name: str) -> None:
    made = document(call("backup", name, "--json", cwd=copied))
    assert made["path"] == name
    assert made["products"] > 50
    done = call("restore", name, "--shop", "new", cwd=copied)
    assert done.returncode == 0, done.stderr
    assert f"new: {made['products']} products" in done.stdout
    (before, after) = (document(call("status", "--json", "--shop", shop, cwd=copied)) for shop in ("shop", "new"))
    assert {**before, "folder": "", "disk_bytes": 0} == {**after, "folder": "", "disk_bytes": 0}
    question = ("similar", "--text", "轻薄的瑜伽裤 leggings", "--json", "--shop")
    assert call(*question, "new", cwd=copied).stdout == call(*question, "shop", cwd=copied).stdout


def test_damage_and_names_that_are_taken(call: Run, copied: Path) -> None:
    assert call("backup", "a.tar", cwd=copied).stderr == "to have it back: similis restore a.tar --shop NEW\n"
    path = copied / "a.tar"
    before = path.read_bytes()
    again = call("backup", "a.tar", cwd=copied)
    assert (again.returncode, again.stdout, path.read_bytes()) == (2, "", before)
    assert call("restore", "a.tar", cwd=copied).returncode == 2, "the shop is there"
    path.write_bytes(before[:-600])
    refused = call("restore", "a.tar", "--shop", "new", cwd=copied)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "cut off" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert sorted(other.name for other in copied.iterdir()) == ["a.tar", "shop"]


def test_a_shop_without_a_generation(call: Run, tmp_path: Path) -> None:
    assert call("backup", "a.tar", cwd=tmp_path).returncode == 1
    assert list(tmp_path.iterdir()) == []
    assert call("add", "-", "--format", "jsonl", cwd=tmp_path, stdin='{"id": "1", "title": "瑜伽裤"}').returncode == 0
    assert "no generation" in call("backup", "a.tar", "--quiet", cwd=tmp_path).stdout
    assert call("restore", "a.tar", "--shop", "new", cwd=tmp_path).stderr == "next: similis build --shop new\n"

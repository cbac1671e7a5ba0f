"""``similis brands`` and ``similis prepare``."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Run, document


def test_brands_are_listed_and_aliases_kept(call: Run, copied: Path) -> None:
    listing = document(call("brands", "--json", cwd=copied))
    assert listing["brands"]
    assert listing["aliases"] == {}
    first = listing["brands"][0]
    assert first["products"] == max(one["products"] for one in listing["brands"])
    done = call("brands", "--alias", f"{first['brand']}=新名字", cwd=copied)
    assert done.returncode == 0
    assert f"{first['brand']} is read as 新名字" in done.stdout
    assert "next: similis build" in done.stderr
    again = document(call("brands", "--json", cwd=copied))
    assert again["aliases"] == {first["brand"]: "新名字"}
    assert next(one for one in again["brands"] if one["brand"] == first["brand"])["read_as"] == "新名字"
    assert call("brands", "--remove", first["brand"], cwd=copied).returncode == 0
    assert document(call("brands", "--json", cwd=copied))["aliases"] == {}


def test_brands_used_wrongly(call: Run, copied: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    for arguments, says in (
        (("--alias", "HP"), "ALIAS=NAME"),
        (("--alias", "HP=hp inc"), "read the same already"),
        (("--alias", "Generic=HP"), "names no brand"),
        (("--remove", "Nobody"), "no alias of this shop"),
    ):
        done = call("brands", *arguments, cwd=copied)
        assert done.returncode == 2
        assert says in done.stderr
    done = call("brands", cwd=tmp_path_factory.mktemp("empty"))
    assert done.returncode == 1
    assert "add a feed first" in done.stderr


def test_prepare_shows_every_step_and_the_ids(call: Run, built: Path) -> None:
    made = document(call("prepare", "【雙11預售】輕薄的瑜伽褲 for Men", "--json", cwd=built))
    assert made["simplified"] == "【双11预售】轻薄的瑜伽裤 for men"
    assert made["stop_words"] == ["的"]
    assert [term["word"] for term in made["terms"]] == made["words"]
    assert made["ids"] == [term["id"] for term in made["terms"]]
    known = [term for term in made["terms"] if term["id"] is not None]
    assert known
    assert all(term["products"] > 0 for term in known)
    simple = document(call("prepare", "轻薄的瑜伽裤 for Men", "--json", cwd=built))
    assert simple["ids"] == made["ids"]
    unknown = document(call("prepare", "zyxwvut 瑜伽", "--json", cwd=built))
    assert unknown["unknown"] == ["zyxwvut"]
    assert unknown["ids"][0] is None
    text = call("prepare", "zyxwvut 瑜伽", cwd=built).stdout
    assert "unknown" in text
    assert "ids: ?" in text


def test_prepare_reads_brands_by_name(call: Run, built: Path) -> None:
    made = document(call("prepare", "雅诗兰黛 眼霜", "--json", cwd=built))
    assert made["segmented"] == ["雅诗兰黛", "眼霜"]
    assert made["words"] == [term["word"] for term in made["terms"]]
    assert made["named"] == ["estee", "lauder", "眼霜"]


def test_prepare_needs_no_shop(call: Run, tmp_path: Path) -> None:
    done = call("prepare", "PS-LX350H", cwd=tmp_path)
    assert done.returncode == 0
    assert "pslx350h" in done.stdout
    assert "no vocabulary yet" in done.stderr
    assert not list(tmp_path.iterdir())
    assert call("prepare", "-", cwd=tmp_path, stdin="瑜伽裤\n").returncode == 0
    assert call("prepare", "  ", cwd=tmp_path).returncode == 2

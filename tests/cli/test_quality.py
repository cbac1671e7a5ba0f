"""``similis quality``."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Run, document

FEED = "id,title,brand,price,currency,gtin\nA,Kettle,Acme,20,EUR,4006381333932\nB,<b>水壶</b>,Acme,0,EUR,\n,nothing,,,,\n"


@pytest.fixture
def feed_file(tmp_path: Path) -> Path:
    path = tmp_path / "feed.csv"
    path.write_text(FEED, encoding="utf-8")
    return path


def test_a_feed_without_a_shop(call: Run, feed_file: Path, tmp_path: Path) -> None:
    made = document(call("quality", feed_file, "--json", cwd=tmp_path))
    assert (made["products"], made["rejected"]) == (2, 1)
    codes = {finding["code"] for finding in made["findings"]}
    assert {"gtin_check_digit", "price_zero", "absent"} <= codes
    assert all(finding["remedy"] and 0 < finding["share"] <= 1 for finding in made["findings"])
    assert not (tmp_path / "shop").exists()
    assert document(call("quality", "-", "--format", "csv", "--json", cwd=tmp_path, stdin=FEED))["products"] == 2


def test_the_shop_and_its_page(call: Run, built: Path, tmp_path: Path) -> None:
    page = tmp_path / "quality.html"
    done = call("quality", "--shop", built / "shop", "--html", page, "--examples", 2, cwd=tmp_path)
    assert done.returncode == 0
    assert "missing fields" in done.stdout
    assert f"written: {page}" in done.stderr
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert max(map(len, done.stdout.splitlines())) <= 140


def test_a_mapping_is_honoured(call: Run, feed_file: Path, tmp_path: Path) -> None:
    made = document(call("quality", feed_file, "--map", "brand=", "--json", cwd=tmp_path))
    assert "absent" in {finding["code"] for finding in made["findings"] if finding["field"] == "brand"}


def test_used_wrongly(call: Run, feed_file: Path, tmp_path: Path) -> None:
    for arguments, code, says in (
        ((), 1, "add a feed first"),
        (("--map", "title=name"), 2, "--map says how to read a FEED"),
        ((feed_file, "--map", "x"), 2, "FIELD=COLUMN"),
        ((feed_file, "--examples", "0"), 2, "ask for 1 to 100"),
        ((feed_file, "--html", tmp_path / "nowhere" / "q.html"), 2, "cannot be written"),
        ((tmp_path / "missing.csv",), 1, "missing.csv"),
    ):
        done = call("quality", *arguments, cwd=tmp_path)
        assert done.returncode == code, done.stderr
        assert says in done.stderr
        assert "Traceback" not in done.stderr

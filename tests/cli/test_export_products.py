"""``similis export --products``: the catalogue as a file that, added again, changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Run, document


@pytest.mark.parametrize("arguments", [["p.csv"], ["p.jsonl.gz"], ["p.tsv"], ["p.xml"], ["s.csv", "--format", "shopify"]], ids=str)
def test_what_is_exported_and_added_again_is_unchanged(call: Run, built: Path, copied: Path, arguments: list[str]) -> None:
    total = document(call("status", "--json", cwd=built))["products"]
    done = call("export", *arguments, "--products", "--json", cwd=copied)
    assert done.returncode == 0, done.stderr
    report = document(done)
    assert (report["products"], report["inexact"], report["path"]) == (total, 0, arguments[0])
    added = call("add", arguments[0], "--json", cwd=copied)
    assert added.returncode == 0, added.stderr
    assert document(added)["unchanged"] == total


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["p.parquet", "--products"], "says no format"),
        (["p.csv", "--products", "--format", "excel"], "google-xml, shopify"),
        (["p.csv", "--format", "csv"], "--products"),
        (["-", "--products", "--format", "jsonl"], "whole or not at all"),
        (["p.csv", "--products", "-k", "3"], "leave them out"),
        (["nowhere/p.csv", "--products"], "folder does not exist"),
    ],
    ids=str,
)
def test_used_wrongly(call: Run, copied: Path, arguments: list[str], says: str) -> None:
    done = call("export", *arguments, cwd=copied)
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1

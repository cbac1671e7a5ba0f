"""Keeping a shop in step from the command line: syncs, patches, dry runs, rejects, the list of imports, and undoing them."""

from __future__ import annotations

import csv
import json
import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run, document

import similis
from similis.errors import ImportRefused, UsageError

FULL = "编号,商品名,品牌,价格,币种,促销价,库存\n" + "".join(
    f"瑜-{number},轻薄瑜伽裤 {number} leggings,屿动,99.00,CNY,79,5\n" for number in range(10)
)


@pytest.fixture
def shop(call: Run, tmp_path: Path) -> Path:
    """A folder with a feed of ten products and the shop that took it."""
    write(tmp_path, "full.csv", FULL)
    assert call("add", "full.csv", cwd=tmp_path).returncode == 0
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def products(folder: Path) -> dict[str, Any]:
    with similis.open(folder / "shop", create=False) as opened:
        return {product.id: product.to_dict() for product in opened._open_store()}


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


def test_counts_add_up_in_text_and_json(call: Run, shop: Path) -> None:
    write(shop, "next.csv", FULL + "瑜-1,其他,屿动,1,CNY,,\n新-1,新品,,,,,\n坏-1,,,,,,\n")
    told = document(call("add", "next.csv", "--dry-run", "--json", cwd=shop))
    assert told["dry_run"] is True
    assert told["feeds"][0]["preview"]["columns"][0]["target"] == "id"
    done = call("add", "next.csv", cwd=shop)
    assert done.returncode == 3
    assert "next.csv: 13 rows = 1 accepted + 10 updated (9 of them unchanged) + 1 merged + 1 rejected" in done.stdout
    assert (told["rows"], told["accepted"], told["updated"], told["unchanged"], told["merged"], told["rejected"]) == (13, 1, 10, 9, 1, 1)


def test_a_dry_run_makes_no_shop(call: Run, tmp_path: Path) -> None:
    write(tmp_path, "feed.csv", FULL + "坏-1,,,,,,\n")
    done = call("add", "feed.csv", "--dry-run", "--rejects", "r.csv", cwd=tmp_path)
    assert done.returncode == 3
    assert "dry run: feed.csv: 11 rows = 10 accepted + 1 rejected" in done.stdout
    assert "price ← 价格: 99.00" in done.stdout
    assert done.stderr == "nothing was written; leave --dry-run out to add\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["feed.csv", "r.csv"]
    piped = call("add", "-", "--dry-run", "--json", cwd=tmp_path, stdin=FULL)
    assert document(piped)["accepted"] == 10
    assert document(piped)["feeds"][0]["mapping"]["fields"]["title"] == "商品名"
    assert document(piped)["feeds"][0]["preview"]["columns"][3]["samples"] == [["99.00", "99.00"]]
    assert not (tmp_path / "shop").exists()


def test_sync_patch_list_and_undo(call: Run, shop: Path) -> None:
    before = products(shop)
    write(shop, "prices.csv", "编号,价格,促销价\n瑜-1,88,\n瑜-2,,70\n没有,1,\n")
    done = call("add", "prices.csv", "--rejects", "rejects.csv", cwd=shop)
    assert done.returncode == 3
    assert "prices.csv: 3 rows = 2 updated + 1 rejected" in done.stdout
    assert "rejected, line 4: no product '没有' is in the catalogue" in done.stdout
    assert products(shop)["瑜-1"] == {**{k: v for k, v in before["瑜-1"].items() if k != "sale_price"}, "price": "88"}
    assert products(shop)["瑜-2"] == {**before["瑜-2"], "sale_price": "70"}
    write(shop, "less.csv", "\n".join(FULL.splitlines()[:8]) + "\n")
    refused = call("add", "less.csv", "--sync", cwd=shop)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "3 of 10 products (30%)" in refused.stderr
    assert "--withdraw-at-most 30%" in refused.stderr
    synced = call("add", "less.csv", "--sync", "--withdraw-at-most", "30%", cwd=shop)
    assert "less.csv: 7 rows = 7 updated (5 of them unchanged); 3 withdrawn" in synced.stdout
    told = document(call("imports", "--json", "-n", 2, cwd=shop))["imports"]
    assert [(entry["kind"], entry["withdrawn"], entry["can_undo"]) for entry in told] == [("sync", 3, True), ("patch", 0, True)]
    undone = call("undo", cwd=shop)
    assert lines(undone.stdout) == ["import 3 (sync, less.csv) taken back: 2 restored, 3 returned"]
    assert undone.stderr == "to have it again: similis undo 4\n"
    assert document(call("undo", "2", "--json", cwd=shop))["restored"] == 2
    assert products(shop) == before
    listed = call("imports", cwd=shop).stdout
    assert [line.split()[0] for line in lines(listed)] == ["import", "5", "4", "3", "2", "1"]
    assert "undone by 4" in listed


def test_undo_says_what_it_kept(call: Run, shop: Path) -> None:
    write(shop, "one.csv", "id,title\n瑜-1,手改\n")
    call("add", "one.csv", cwd=shop)
    done = call("undo", 1, cwd=shop)
    assert lines(done.stdout) == [
        "import 1 (add, full.csv) taken back: 9 removed, 1 kept",
        "kept: 瑜-1 was written again by import 2 and stays as it is",
    ]
    assert list(products(shop)) == ["瑜-1"]


def test_two_feeds_of_one_shop(call: Run, shop: Path) -> None:
    write(shop, "acme.jsonl", '{"id": "a-1", "title": "Kettle"}\n{"id": "a-2", "title": "Toaster"}\n')
    call("add", "acme.jsonl", "--feed", "acme", cwd=shop)
    write(shop, "acme.jsonl", '{"id": "a-2", "title": "Toaster"}\n')
    told = document(call("add", "acme.jsonl", "--sync", "--feed", "acme", "--withdraw-at-most", "0.5", "--json", cwd=shop))
    assert (told["withdrawn"], told["unchanged"]) == (1, 1)
    assert len(products(shop)) == 11


def test_strict_and_rejects(call: Run, shop: Path) -> None:
    before = products(shop)
    write(shop, "bad.csv", "id,title,note\nx-1,fine,\n=cmd,,\nx-3,fine,,,surplus\n")
    done = call("add", "bad.csv", "--strict", "--rejects", "rejects.csv", cwd=shop)
    assert (done.returncode, done.stdout) == (1, "")
    assert "2 of 3 rows" in done.stderr
    assert "line 3" in done.stderr
    with (shop / "rejects.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["line"], row["id"], row["code"]) for row in rows] == [("3", "'=cmd", "missing_title"), ("4", "x-3", "ragged_row")]
    assert products(shop) == before
    assert call("add", "bad.csv", "--rejects", "rejects.jsonl", cwd=shop).returncode == 3
    written = [json.loads(line) for line in (shop / "rejects.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in written] == ["=cmd", "x-3"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("add", "full.csv", "full.csv", "--sync"), 2, "--feed NAME"),
        (("add", "full.csv", "full.csv", "--rejects", "r.csv"), 2, "one FEED"),
        (("add", "full.csv", "--rejects", "full.csv"), 2, "the feed itself"),
        (("add", "full.csv", "--rejects", "r.xlsx"), 2, ".csv or .jsonl"),
        (("add", "full.csv", "--rejects", "no/where.csv"), 2, "no folder"),
        (("add", "full.csv", "--sync", "--patch"), 2, "never the whole catalogue"),
        (("add", "prices.csv", "--sync"), 2, "never the whole catalogue"),
        (("add", "full.csv", "--withdraw-at-most", "30%"), 2, "sync"),
        (("add", "full.csv", "--sync", "--withdraw-at-most", "1"), 2, "1% or 100%"),
        (("add", "full.csv", "--sync", "--withdraw-at-most", "lots"), 2, "write it like 35%"),
        (("add", "full.csv", "--feed", ""), 2, "no name for a feed"),
        (("add", "empty.csv", "--sync"), 1, "no product that could be used"),
        (("add", "brands.csv"), 2, "--patch"),
        (("undo", "99"), 2, "similis imports"),
        (("undo", "many"), 2, "IMPORT"),
        (("imports", "-n", "0"), 2, "-n"),
        (("undo", "--shop", "nowhere"), 1, "no shop"),
        (("imports", "--shop", "nowhere"), 1, "no shop"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_written(call: Run, shop: Path, arguments: tuple[str, ...], code: int, says: str) -> None:
    write(shop, "prices.csv", "id,price\n瑜-1,5\n")
    write(shop, "brands.csv", "id,brand\n瑜-1,屿动\n")
    write(shop, "empty.csv", "id,title\n")
    before = products(shop)
    done = call(*arguments, cwd=shop)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert products(shop) == before
    assert len(document(call("imports", "--json", cwd=shop))["imports"]) == 1
    assert not (shop / "nowhere").exists()


def test_what_a_preset_has_read_into_others_is_not_called_unused(call: Run, tmp_path: Path) -> None:
    write(tmp_path, "shopify.csv", "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price\ntee,T恤,颜色,红,T-1,9\n")
    done = call("add", "shopify.csv", "--dry-run", cwd=tmp_path)
    assert "  used ← Option1 Value: 红\n" in done.stdout
    assert "not used" not in done.stdout


def test_thousands_of_columns_are_counted_not_listed(call: Run, tmp_path: Path) -> None:
    names = [f"attr_{number}" for number in range(1_500)]
    write(tmp_path, "wide.csv", ",".join(["id", "title", *names]) + "\n1,裙," + ",".join("v" * 1_500) + "\n")
    (line,) = [line for line in lines(call("add", "wide.csv", cwd=tmp_path).stdout) if line.startswith("attributes: ")]
    assert line.endswith("58, 59 and 1,440 more")


def test_the_preset_in_use_is_named(call: Run, tmp_path: Path) -> None:
    write(tmp_path, "s.csv", "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price\ntee,T恤,颜色,红,T-1,9\n")
    assert "preset: shopify" in lines(call("add", "s.csv", cwd=tmp_path).stdout)
    assert "preset" not in call("add", "s.csv", "--preset", "plain", "--map", "id=Variant SKU", cwd=tmp_path).stdout


def test_what_comes_next_is_said_only_where_something_does(call: Run, shop: Path) -> None:
    write(shop, "none.csv", "编号,商品名\n")
    write(shop, "bad.csv", "编号,商品名\n瑜-1,\n")
    for feed, says in (
        ("full.csv", "nothing has changed"),
        ("none.csv", "nothing was added: there are no rows"),
        ("bad.csv", "nothing was added: no row could be used"),
    ):
        assert call("add", feed, cwd=shop).stderr == f"{says}\n"
    write(shop, "new.csv", "编号,商品名\n新-1,新品\n")
    assert call("add", "new.csv", cwd=shop).stderr == "next: similis build\n"


def test_feeds_before_the_one_at_fault_are_told_of(call: Run, shop: Path) -> None:
    write(shop, "new.csv", "编号,商品名\n新-1,新品\n")
    done = call("add", "new.csv", "nowhere.csv", cwd=shop)
    assert done.returncode == 1
    assert done.stdout.startswith("new.csv: 1 row = 1 accepted\n")
    assert done.stderr == "similis: there is no file nowhere.csv; check the name\n"
    told = document(call("add", "new.csv", "nowhere.csv", "--json", cwd=shop))
    assert (told["unchanged"], len(told["feeds"])) == (1, 1)


def test_a_database_is_read_and_its_address_not_kept(call: Run, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "erp.db") as erp:
        erp.execute("CREATE TABLE items (sku, name)")
        erp.execute("INSERT INTO items VALUES ('e-1', '电热水壶 kettle')")
    erp.close()
    query = "SELECT sku AS id, name AS title FROM items"
    for more in (("--dry-run",), ()):
        done = call("add", "sqlite:///erp.db", "--sql", query, "--json", *more, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert document(done)["accepted"] == 1
        assert ("preview" in document(done)["feeds"][0]) == bool(more)
    assert list(products(tmp_path)) == ["e-1"]


@pytest.mark.skipif(sys.platform == "win32", reason="has no named pipes")
def test_a_pipe_is_read_once(call: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    feeder = threading.Thread(target=write, args=(tmp_path, "pipe", FULL))
    feeder.start()
    done = call("add", "pipe", "--dry-run", "--json", cwd=tmp_path)
    feeder.join()
    assert document(done)["accepted"] == 10


def test_python_offers_the_same(shop: Path) -> None:
    rows = [{"id": f"瑜-{number}", "title": "换了"} for number in range(9)]
    with similis.open(shop / "shop") as opened:
        report = opened.add(rows, sync=True, feed=None, rejects=shop / "r.csv", name="nightly")
        assert (report.withdrawn, report.updated, report.kind) == (1, 9, "sync")
        assert opened.imports(1)[0].source == "nightly"
        with pytest.raises(ImportRefused):
            opened.add(rows[:2], sync=True)
        with pytest.raises(UsageError):
            opened.add([{"id": "瑜-1", "price": "5"}], sync=True)
        patched = opened.add([{"id": "瑜-1", "price": "5"}, {"id": "瑜-1", "stock": "0"}], strict=True)
        assert (patched.kind, patched.updated, patched.merged) == ("patch", 1, 1)
        assert opened.undo().restored == 1
        assert opened.undo().undone == report.import_id
        assert opened.delete(["瑜-9"]) == 1
        assert opened.undo().returned == 1


def test_a_dry_run_of_python_makes_no_folder(tmp_path: Path) -> None:
    with similis.open(tmp_path / "none") as opened:
        assert opened.add([{"id": "1", "title": "一"}], dry_run=True).accepted == 1
    assert list(tmp_path.iterdir()) == []


def test_the_whole_way_in_processes_of_their_own(run: Run, tmp_path: Path) -> None:
    write(tmp_path, "full.csv", FULL)
    for arguments in (("add", "full.csv", "--sync"), ("add", "-", "--patch"), ("imports",), ("undo",)):
        done: subprocess.CompletedProcess[str] = run(*arguments, cwd=tmp_path, stdin="编号,库存\n瑜-1,0\n")
        assert done.returncode == 0, done.stderr
    assert products(tmp_path)["瑜-1"]["stock"] == 5

"""A shop in use: other processes read while one writes, two write at once, and one that dies leaves no trace."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from similis.catalogue import Product
from similis.store import ImportOptions, Store

WRITER = """
import sys
from pathlib import Path
from similis.catalogue import Product
from similis.store import ImportOptions, Store

folder, prefix, count, pause = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]

def products():
    for number in range(count):
        if number == count // 2:
            print("half way", flush=True)
            if pause == "wait":
                sys.stdin.read()
        yield Product(id=f"{prefix}{number}", title=f"轻薄瑜伽裤 {number} leggings", description="高腰 quick dry " * 10)

with Store.open(folder) as store:
    print("open", flush=True)
    options = ImportOptions(sync=True, withdraw_at_most="100%") if prefix == "sync" else ImportOptions()
    report = store.add(products(), source=prefix, options=options)
    print(report.accepted, flush=True)
"""


def start(folder: Path, prefix: str, count: int, *, wait: bool = False) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(folder), prefix, str(count), "wait" if wait else "go"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")


def said(process: subprocess.Popen[str], words: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == words:
            return
    raise AssertionError(f"never said {words!r}: {process.communicate()[1]}")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    with Store.open(tmp_path / "shop") as store:
        store.add([Product(id=f"old{number}", title="旧的") for number in range(100)], source="before")
    return tmp_path / "shop"


def test_reading_goes_on_during_a_long_add(shop: Path) -> None:
    writer = start(shop, "new", 20_000)
    seen: set[int] = set()
    slowest = 0.0
    with Store.open(shop, create=False) as store:
        while writer.poll() is None:
            began = time.perf_counter()
            seen.add(len(store.ids()))
            assert store.get(["old7"])[0].title == "旧的"
            assert store.seq in (1, 2)
            slowest = max(slowest, time.perf_counter() - began)
        seen.add(len(store))
    out, err = writer.communicate(timeout=60)
    assert writer.returncode == 0, err
    assert out.splitlines()[-1] == "20000"
    assert seen == {100, 20_100}, "nobody sees a half of it"
    assert slowest < 5


def test_writing_goes_on_while_another_gathers(shop: Path) -> None:
    writer = start(shop, "new", 5_000, wait=True)
    said(writer, "half way")
    with Store.open(shop, create=False) as store:
        assert store.add([Product(id="meanwhile", title="其间")], source="second").accepted == 1
        assert store.delete(["old1"]) == 1
        _, err = writer.communicate("", timeout=60)
        assert writer.returncode == 0, err
        assert len(store) == 100 + 1 - 1 + 5_000
        assert [entry.source for entry in store.imports()] == ["new", "old1", "second", "before"]


def test_two_adds_at_once_both_land(shop: Path) -> None:
    writers = [start(shop, prefix, 5_000) for prefix in ("a", "b")]
    for writer in writers:
        out, err = writer.communicate(timeout=120)
        assert writer.returncode == 0, err
        assert out.splitlines()[-1] == "5000"
    with Store.open(shop, create=False) as store:
        assert len(store) == 10_100
        assert [entry.seq for entry in store.imports()] == [3, 2, 1]
        assert store.undo().removed == 5_000
        assert len(store) == 5_100


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGKILL")
@pytest.mark.parametrize("moment", ["open", "half way", "later"])
def test_an_add_that_is_killed_leaves_the_shop_as_it_was(shop: Path, moment: str) -> None:
    with Store.open(shop, create=False) as store:
        before = [*store.rows()]
    writer = start(shop, "sync", 20_000, wait=moment == "half way")
    said(writer, moment if moment != "later" else "half way")
    if moment == "later":
        time.sleep(0.4)  # somewhere in its second half, or in the merge
    writer.send_signal(signal.SIGKILL)
    out, _ = writer.communicate(timeout=60)
    with Store.open(shop, create=False) as store:
        if not out.strip().endswith("20000"):  # it was not faster than its end
            after = [*store.rows()]
            assert after == before or len(after) == 20_000, "all or nothing"
            assert moment == "later" or after == before
        assert store.add([Product(id="next", title="下一个")], source="next", options=ImportOptions(strict=True)).accepted == 1

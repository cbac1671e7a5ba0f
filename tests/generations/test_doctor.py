"""The doctor: finds every damage and its way out, and puts right whatever the truth allows; products stay as they are."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import similis
from similis.encoding.model_cache import sha256_of
from similis.errors import NoShop, ShopError, ShopLocked
from similis.similarity.checkup import CheckupReport
from similis.store import Store, build_lock
from similis.testing import TinyEncoder, small_catalogue

WRITER = """
import sys
import similis
from similis.errors import ShopLocked
from similis.testing import TinyEncoder

with similis.open(sys.argv[1], encoder=TinyEncoder()) as shop:
    for number in range(100_000):
        shop.add([{"id": f"w{number}", "title": f"轻薄瑜伽裤 leggings {number}"}])
        try:
            shop.build(neighbours=0)
        except ShopLocked:
            pass
        print(number, flush=True)
"""

ROWS = small_catalogue(24)
CURRENT = Path("generations") / "CURRENT"


def doctor(folder: Path, *, repair: bool = False) -> CheckupReport:
    return similis.doctor(folder, repair=repair, encoder=TinyEncoder())


def states(report: CheckupReport) -> dict[str, str]:
    return {check.what.split(" ")[0] if check.what.startswith("model") else check.what: check.state for check in report.checks}


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of models with one in it."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("SIMILIS_CACHE", str(folder))
    model = folder / "models" / "tiny"
    model.mkdir(parents=True)
    (model / "model.onnx").write_bytes(b"graph")
    facts = {"source": "", "source_sha256": "", "licence": "", "precision": "", "writer": 1, "dim": 1, "max_tokens": 1, "pooling": ""}
    files = {"model.onnx": "7c1d9a0b"}
    (model / "manifest.json").write_text(json.dumps(facts | {"prefixes": {}, "files": files}))
    _seal(model)
    return folder


def _seal(model: Path) -> None:
    manifest = json.loads((model / "manifest.json").read_text())
    manifest["files"] = {"model.onnx": sha256_of(model / "model.onnx")}
    (model / "manifest.json").write_text(json.dumps(manifest))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop of two generations, with a write after the second, in Chinese and English."""
    folder = tmp_path_factory.mktemp("template") / "shop"
    with similis.open(folder, encoder=TinyEncoder()) as shop:
        shop.add(ROWS)
        shop.build()
        shop.backup(folder.with_name("first"))
        shop.add([{"id": "第二", "title": "第二代 轻薄瑜伽裤"}])
        shop.build()
        shop.add([{"id": "after", "title": "leggings 瑜伽裤"}])
    shutil.copyfile(folder.with_name("first") / "shop.sqlite", folder / "older.sqlite")
    return folder


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Path:
    return shutil.copytree(template, tmp_path / "shop")


def generations(folder: Path) -> list[Path]:
    """Oldest first."""
    return sorted((folder / "generations").glob("0*"))


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def forget_a_write(folder: Path) -> None:
    """An older database put in place by hand."""
    shutil.copyfile(folder / "older.sqlite", folder / "shop.sqlite")


DAMAGES: dict[str, Callable[[Path], object]] = {
    "old vectors": lambda folder: flip(generations(folder)[0] / "vectors.npy"),
    "new segment": lambda folder: flip(generations(folder)[-1] / "segment.json"),
    "new manifest": lambda folder: (generations(folder)[-1] / "manifest.json").write_text("{}"),
    "new gone": lambda folder: shutil.rmtree(generations(folder)[-1]),
    "old empty": lambda folder: [path.write_bytes(b"") for path in generations(folder)[0].iterdir()],
    "no CURRENT": lambda folder: os.unlink(folder / CURRENT),
    "bad CURRENT": lambda folder: (folder / CURRENT).write_bytes(b"\xff\x00rubbish"),
    "CURRENT to nowhere": lambda folder: (folder / CURRENT).write_text("000099-0123456789ab\n"),
    "draft": lambda folder: (folder / "generations" / ".draft-0011").mkdir(exist_ok=True),
    "half pruned": lambda folder: (folder / "generations" / ".pruned-0011").mkdir(exist_ok=True),
    "half written CURRENT": lambda folder: (folder / "generations" / "CURRENT.tmp").write_text("0000"),
    "older database": forget_a_write,
}


def products(folder: Path) -> list[object]:
    with Store.open(folder, create=False) as store:
        return list(store.rows())


@settings(max_examples=12)
@given(names=st.lists(st.sampled_from(sorted(DAMAGES)), min_size=1, max_size=4, unique=True))
def test_whatever_is_broken_is_found_and_repaired(template: Path, names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = shutil.copytree(template, Path(name) / "shop")
        for damage in names:
            try:
                DAMAGES[damage](folder)
            except (FileNotFoundError, IndexError):  # an earlier one has taken it away
                continue
        before = products(folder)
        files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != "build.lock"}
        found = doctor(folder)
        assert not found.is_healthy
        assert all(check.way_out for check in found.checks if check.state == "bad")
        assert {path: path.read_bytes() for path in files} == files, "looking changes nothing"
        assert doctor(folder, repair=True).is_healthy
        assert {check.state for check in doctor(folder).checks} == {"good"}
        assert products(folder) == before
        with similis.open(folder, encoder=TinyEncoder(), create=False) as shop:
            for id in shop._open_store().ids()[-2:]:
                assert shop.similar(id, k=5).query == id
            assert shop.generations(verify=True)[0].is_whole
            shop.build()


def test_a_healthy_shop(folder: Path) -> None:
    report = doctor(folder)
    newest, oldest = (f"generation {path.name}" for path in reversed(generations(folder)))
    assert states(report) == dict.fromkeys(["database", "model", newest, oldest, "in service", "encoder"], "good")
    assert report.to_dict()["healthy"] is True
    assert states(doctor(folder, repair=True)) == states(report)


def test_the_last_good_generation_serves_again(folder: Path) -> None:
    old, new = generations(folder)
    flip(new / "vectors.npy")
    found = states(doctor(folder))
    assert (found[f"generation {new.name}"], found[f"generation {old.name}"], found["in service"]) == ("bad", "good", "bad")
    assert states(doctor(folder, repair=True))["in service"] == "repaired"
    assert (folder / CURRENT).read_text() == f"{old.name}\n"
    assert generations(folder) == [old]


def test_one_that_was_rolled_back_from_is_the_last_resort(folder: Path) -> None:
    old, new = generations(folder)
    (folder / CURRENT).write_text(f"{old.name}\n")
    flip(old / "vectors.npy")
    assert doctor(folder, repair=True).is_healthy
    assert (folder / CURRENT).read_text() == f"{new.name}\n"


def test_built_anew_where_none_is_whole(folder: Path) -> None:
    gone = generations(folder)
    for path in gone:
        flip(path / "segment.json")
    report = doctor(folder, repair=True)
    assert report.is_healthy
    assert "built anew" in next(check.found for check in report.checks if check.what == "in service")
    assert not set(generations(folder)) & set(gone)
    with similis.open(folder, encoder=TinyEncoder(), create=False) as shop:
        assert shop.status().fresh == 0


def test_where_the_database_is_damaged_nothing_is_touched(folder: Path) -> None:
    flip(generations(folder)[0] / "vectors.npy")
    content = bytearray((folder / "shop.sqlite").read_bytes())
    content[4_096:12_288] = bytes(8_192)
    (folder / "shop.sqlite").write_bytes(content)
    before = generations(folder)
    report = doctor(folder, repair=True)
    assert not report.is_healthy
    assert report.checks[0].what == "database"
    assert "similis restore" in str(report.checks[0].way_out)
    assert generations(folder) == before
    (folder / "shop.sqlite").unlink()
    assert not doctor(folder, repair=True).is_healthy
    assert generations(folder) == before
    assert not (folder / "shop.sqlite").exists()


def test_broken_references_and_newer_schemas_are_found(folder: Path) -> None:
    with sqlite3.connect(folder / "shop.sqlite") as connection:
        connection.execute("INSERT INTO links VALUES ('nobody', 'complement', 'x')")
    assert "name what is not in products" in doctor(folder).checks[0].found
    with sqlite3.connect(folder / "shop.sqlite") as connection:
        connection.execute("INSERT INTO schema_version VALUES (99, '')")
    assert doctor(folder).checks[0].way_out == "install a newer Similis"


def test_a_damaged_model_is_made_again(folder: Path, cache: Path) -> None:
    model = cache / "models" / "tiny"
    (cache / "models" / "somebody's").mkdir()
    flip(model / "model.onnx")
    assert states(doctor(folder))["model"] == "bad"
    assert model.is_dir()
    assert states(doctor(folder, repair=True))["model"] == "repaired"
    assert sorted(path.name for path in (cache / "models").iterdir()) == ["somebody's"]


def test_another_encoder_is_told(folder: Path) -> None:
    class Other(TinyEncoder):
        @property
        def fingerprint(self) -> str:
            return "other/1"

    report = similis.doctor(folder, encoder=Other(), repair=True)
    assert states(report)["encoder"] == "bad"
    assert "similis build" in str(report.checks[-1].way_out)
    assert doctor(folder).is_healthy, "nothing was rebuilt for a difference that may be a mistake"


def test_beside_a_running_build(folder: Path) -> None:
    (folder / "generations" / ".draft-0011").mkdir()
    with build_lock(folder / "generations"):
        assert states(doctor(folder))["leftovers"] == "note"
        with pytest.raises(ShopLocked):
            doctor(folder, repair=True)
    assert states(doctor(folder))["leftovers"] == "bad"


def test_beside_a_process_that_writes_and_builds(tmp_path: Path) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path / "shop")], stdout=subprocess.PIPE, text=True)
    try:
        assert writer.stdout is not None
        writer.stdout.readline()
        looked = 0
        for turn in range(12):
            try:
                report = doctor(tmp_path / "shop", repair=turn % 2 == 1)
            except ShopLocked:
                continue
            looked += 1
            assert {check.state for check in report.checks} <= {"good", "note"}, report
        assert looked >= 6
        assert writer.poll() is None, "nothing it needs was taken away"
    finally:
        writer.kill()
        writer.communicate()


def test_never_built_and_never_there(tmp_path: Path) -> None:
    with pytest.raises(NoShop):
        doctor(tmp_path / "absent")
    with similis.open(tmp_path / "shop", encoder=TinyEncoder()) as shop:
        shop.add(ROWS[:2])
    for repair in (False, True):
        report = doctor(tmp_path / "shop", repair=repair)
        assert report.is_healthy
        assert states(report)["in service"] == "note"
    assert not (tmp_path / "shop" / "generations").exists()


def test_nothing_left_to_build_from(folder: Path) -> None:
    with similis.open(folder, encoder=TinyEncoder(), create=False) as shop:
        shop.delete([str(row["id"]) for row in ROWS] + ["第二", "after"])
    for path in generations(folder):
        flip(path / "segment.json")
    assert doctor(folder, repair=True).is_healthy
    assert doctor(folder).is_healthy
    assert generations(folder) == []


def test_a_disk_that_refuses(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flip(generations(folder)[-1] / "vectors.npy")

    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", refuse)
        with pytest.raises(ShopError, match="Read-only"):
            doctor(folder, repair=True)
    assert doctor(folder, repair=True).is_healthy

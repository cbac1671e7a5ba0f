"""Backups: of one moment while others write, complete or absent, and nothing damaged or foreign is ever restored."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import similis
from similis.errors import CorruptBackup, IncompatibleShop, NoShop, ShopError, SimilisError, UsageError
from similis.generations.backup_list import seal
from similis.shop import Shop
from similis.store.backup import check_database
from similis.testing import TinyEncoder, small_catalogue

ROWS = small_catalogue(24)

WRITER = """
import sys
from pathlib import Path
import similis
from similis.testing import TinyEncoder

with similis.open(sys.argv[1], encoder=TinyEncoder()) as shop:
    for number in range(100_000):
        shop.add([{"id": f"w{number}", "title": f"轻薄瑜伽裤 leggings {number}"}])
        if number % 7 == 0:
            shop.build(neighbours=0)
        print(number, flush=True)
"""


def open_shop(folder: Path) -> Shop:
    return similis.open(folder, encoder=TinyEncoder(), create=False)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built shop in both languages, with a write after the build; only read from."""
    folder = tmp_path_factory.mktemp("template") / "shop"
    with similis.open(folder, encoder=TinyEncoder()) as made:
        made.add(ROWS)
        made.build(neighbours=5)
        made.add([{"id": "后来-1", "title": "后来的瑜伽裤 later leggings"}])
    return folder


@pytest.fixture(scope="module")
def archive(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("archive") / "shop.tar"
    with open_shop(shop) as opened:
        opened.backup(path)
    return path


def state(folder: Path) -> tuple[list[Any], list[Any], dict[str, list[tuple[str, float]]]]:
    with open_shop(folder) as opened:
        products = list(opened._open_store().rows())
        answers = {row.product.id: [(n.id, n.score) for n in opened.similar(row.product.id, k=5)] for row in products}
        return products, opened.imports(), answers


def test_a_restored_shop_is_the_same_shop(shop: Path, archive: Path, tmp_path: Path) -> None:
    with open_shop(shop) as opened:
        made = opened.backup(tmp_path / "folder")
    for source in (archive, tmp_path / "folder"):
        target = tmp_path / f"from {source.name} 恢复"
        report = similis.restore(source, target)
        assert (report.products, report.seq, report.generation) == (made.products, made.seq, made.generation) == (25, 2, made.generation)
        assert made.generation is not None
        assert state(target) == state(shop)
        with open_shop(target) as opened:  # and goes on
            assert opened.undo().removed == 1
            opened.add([{"id": "n", "title": "新的 new"}])
            opened.build(neighbours=5)
    assert {path.name for path in tmp_path.iterdir()} == {"folder", "from shop.tar 恢复", "from folder 恢复"}


def test_any_tar_program_reads_it(archive: Path, tmp_path: Path) -> None:
    with tarfile.open(archive) as opened:
        opened.extractall(tmp_path / "out", filter="data")
    assert similis.restore(tmp_path / "out", tmp_path / "restored").products == 25


def test_while_another_process_writes_and_builds(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path / "shop")]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    try:
        assert writer.stdout is not None
        acknowledged = int(writer.stdout.readline())
        for turn in range(4):
            for _ in range(5):
                acknowledged = int(writer.stdout.readline())
            with open_shop(tmp_path / "shop") as opened:
                made = opened.backup(tmp_path / f"{turn}.tar")
            assert made.generation is not None
            similis.restore(tmp_path / f"{turn}.tar", tmp_path / str(turn))
            with open_shop(tmp_path / str(turn)) as restored:
                ids = restored._open_store().ids()
                assert ids == [f"w{number}" for number in range(len(ids))], "a prefix of the writes"
                assert len(ids) > acknowledged, "and every one acknowledged before"
                assert len(restored.imports()) == restored.status().seq == len(ids) == made.products
                assert restored.similar(ids[-1], k=3).query == ids[-1]
    finally:
        writer.kill()
        writer.communicate()


# -- damage ------------------------------------------------------------------------------------------------------------------------------


def refused_or_same(content: bytes, original: Path, shop: Path) -> bool:
    """Whether a changed archive is refused; one that is not gives the very same files. Nothing is left behind either way."""
    with tempfile.TemporaryDirectory() as name:
        path, good, target = Path(name) / "changed.tar", Path(name) / "good", Path(name) / "restored"
        path.write_bytes(content)
        try:
            similis.restore(path, target)
        except CorruptBackup:
            assert [other.name for other in Path(name).iterdir()] == ["changed.tar"]
            return True
        similis.restore(original, good)
        files = {file.relative_to(good): file.read_bytes() for file in good.rglob("*") if file.is_file()}
        assert files == {file.relative_to(target): file.read_bytes() for file in target.rglob("*") if file.is_file()}
        return False


@settings(max_examples=60)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_every_flipped_bit_is_found(shop: Path, archive: Path, place: float, bit: int) -> None:
    content = bytearray(archive.read_bytes())
    position = int(place * len(content))
    content[position] ^= 1 << bit
    # The last two bytes of a header's checksum say nothing; whatever tells something is compared.
    assert refused_or_same(bytes(content), archive, shop) or position % 512 in (154, 155)


@settings(max_examples=30)
@given(kept=st.one_of(st.floats(0, 1, exclude_max=True).map(lambda share: -share), st.integers(1, 1_600)))
def test_every_truncation_is_found(shop: Path, archive: Path, kept: float) -> None:
    content = archive.read_bytes()
    length = int(-kept * len(content)) if kept <= 0 else len(content) - int(kept)
    assert refused_or_same(content[:length], archive, shop)


def test_damage_in_a_folder_is_found(shop: Path, tmp_path: Path) -> None:
    with open_shop(shop) as opened:
        opened.backup(tmp_path / "good")
    files = [path.relative_to(tmp_path / "good") for path in (tmp_path / "good").rglob("*") if path.is_file() and path.stat().st_size]
    assert {"backup.json", "backup.sha256", "shop.sqlite"} <= {str(path) for path in files}
    for name in files:
        for change in (_flip, _cut, Path.unlink, _link):
            bad = shutil.copytree(tmp_path / "good", tmp_path / "bad")
            change(bad / name)
            with pytest.raises(CorruptBackup):
                similis.restore(bad, tmp_path / "restored")
            assert sorted(path.name for path in tmp_path.iterdir()) == ["bad", "good"]
            shutil.rmtree(bad)


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _link(path: Path) -> None:
    elsewhere = path.with_name(f"{path.name}.elsewhere")
    path.rename(elsewhere)
    path.symlink_to(elsewhere.name)


# -- what no backup holds ----------------------------------------------------------------------------------------------------------------

Entry = tuple[tarfile.TarInfo, bytes]


def entries(archive: Path) -> list[Entry]:
    with tarfile.open(archive) as opened:
        return [(member, opened.extractfile(member).read()) for member in opened.getmembers()]  # type: ignore[union-attr]  # plain files


def plain(name: str, content: bytes = b"x") -> Entry:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    return member, content


def special(name: str, kind: bytes, target: str = "/etc/passwd") -> Entry:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member, b""


def packed(path: Path, members: list[Entry], kind: int = tarfile.USTAR_FORMAT) -> Path:
    with tarfile.open(path, "w", format=kind) as out:
        for member, content in members:
            out.addfile(member, io.BytesIO(content))
    return path


def relisted(members: list[Entry], change: Callable[[dict[str, Any]], None]) -> list[Entry]:
    """The same archive with a changed list, sealed anew: by somebody who knows how."""
    listed = json.loads(members[0][1])
    change(listed)
    content = json.dumps(listed).encode()
    return [plain("backup.json", content), plain("backup.sha256", seal(content)), *members[2:]]


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        (plain("/etc/cron.d/evil"), "no backup of Similis has"),
        (plain("../../evil"), "no backup of Similis has"),
        (plain("generations/../../evil"), "no backup of Similis has"),
        (plain("generations/000001-0123456789ab/..\\evil"), "no backup of Similis has"),
        (special("generations/CURRENT", tarfile.SYMTYPE), "a link"),
        (special("shop.sqlite", tarfile.LNKTYPE), "a link"),
        (special("generations", tarfile.DIRTYPE), "plain files only"),
        (special("shop.sqlite", tarfile.FIFOTYPE), "plain files only"),
        (special("shop.sqlite", tarfile.CHRTYPE), "plain files only"),
        (plain("shop.sqlite"), "twice"),
        (plain("generations/000099-0123456789ab/more.npy"), "does not name it"),
    ],
)
def test_foreign_members_are_refused(archive: Path, tmp_path: Path, extra: Entry, says: str) -> None:
    (tmp_path / "in").mkdir()
    evil = packed(tmp_path / "evil.tar", [*entries(archive), extra])
    with pytest.raises(CorruptBackup, match=says):
        similis.restore(evil, tmp_path / "in" / "restored")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["evil.tar", "in"]


def test_extended_headers_are_refused_unread(archive: Path, tmp_path: Path) -> None:
    member, content = plain("generations/CURRENT")
    member.pax_headers = {"path": "/etc/evil", "comment": "注" * 1_000}
    with pytest.raises(CorruptBackup, match="plain files only"):
        similis.restore(packed(tmp_path / "evil.tar", [*entries(archive), (member, content)], tarfile.PAX_FORMAT), tmp_path / "restored")
    long = packed(tmp_path / "long.tar", [plain("n" * 300)], tarfile.GNU_FORMAT)
    with pytest.raises(CorruptBackup):
        similis.restore(long, tmp_path / "restored")


def _first_file(listed: dict[str, Any]) -> dict[str, Any]:
    entry: dict[str, Any] = listed["files"]["shop.sqlite"]
    return entry


@pytest.mark.parametrize(
    "change",
    [
        lambda listed: listed["files"].update({"../evil": {"size": 1, "sha256": "0"}}),
        lambda listed: listed["files"].pop("shop.sqlite"),
        lambda listed: _first_file(listed).update(size=-1),
        lambda listed: _first_file(listed).update(size=1 << 10),
        lambda listed: _first_file(listed).update(sha256="0" * 64),
        lambda listed: listed.update(files=[]),
        lambda listed: listed.update(products=7),
        lambda listed: listed.update(generation=None),
        lambda listed: listed.update(format="one"),
        lambda listed: listed["files"].update({f"generations/000001-0123456789ab/{n}": {"size": 1, "sha256": ""} for n in range(2_000)}),
    ],
)
def test_a_list_that_lies_is_refused(archive: Path, tmp_path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    with pytest.raises(CorruptBackup):
        similis.restore(packed(tmp_path / "evil.tar", relisted(entries(archive), change)), tmp_path / "restored")
    assert [path.name for path in tmp_path.iterdir()] == ["evil.tar"]


def test_what_a_newer_version_wrote_is_refused(archive: Path, tmp_path: Path) -> None:
    newer = packed(tmp_path / "newer.tar", relisted(entries(archive), lambda listed: listed.update(format=2)))
    with pytest.raises(IncompatibleShop, match="update Similis"):
        similis.restore(newer, tmp_path / "restored")


def test_more_than_the_disk_holds_is_refused_at_once(archive: Path, tmp_path: Path) -> None:
    large = packed(tmp_path / "large.tar", relisted(entries(archive), lambda listed: _first_file(listed).update(size=1 << 60)))
    with pytest.raises(ShopError, match="make room"):
        similis.restore(large, tmp_path / "restored")


@pytest.mark.parametrize("content", [b"", b"id,title\n1,one\n", bytes(4_096), os.urandom(2_048)])
def test_other_files_are_no_backups(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    (tmp_path / "folder").mkdir()
    for source in ("file", "folder"):
        with pytest.raises(CorruptBackup):
            similis.restore(tmp_path / source, tmp_path / "restored")
    for absent in (tmp_path / "absent", Path(os.devnull)):
        with pytest.raises(UsageError, match="there is no backup"):
            similis.restore(absent, tmp_path / "restored")


def test_zeros_without_end_are_refused(archive: Path, tmp_path: Path) -> None:
    padded = tmp_path / "padded.tar"
    padded.write_bytes(archive.read_bytes() + bytes(10_240))
    assert similis.restore(padded, tmp_path / "restored").products == 25, "as tar programs pad"
    with padded.open("r+b") as file:
        file.truncate(1 << 40)  # a hole that takes no room
    with pytest.raises(CorruptBackup, match="behind its end"):
        similis.restore(padded, tmp_path / "again")


# -- whole or not at all -------------------------------------------------------------------------------------------------------------------


def fails_at(monkeypatch: pytest.MonkeyPatch, last: int) -> Callable[[], int]:
    """Let the disk refuse the ``last``-th flush or rename."""
    steps = 0

    def failing(name: str) -> None:
        real = getattr(os, name)

        def call(*arguments: Any, **options: Any) -> Any:  # signatures differ
            nonlocal steps
            steps += 1
            if steps == last:
                raise OSError(28, "No space left on device")
            return real(*arguments, **options)

        monkeypatch.setattr(os, name, call)

    for name in ("fsync", "rename"):
        failing(name)
    return lambda: steps


@pytest.mark.parametrize("target", ["made.tar", "made"])
def test_a_disk_that_refuses_leaves_nothing(
    shop: Path, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    def work() -> None:
        with open_shop(shop) as opened:
            opened.backup(tmp_path / target)

    for attempt in (work, lambda: similis.restore(archive, tmp_path / target)):
        with monkeypatch.context() as patch:
            count = fails_at(patch, 0)
            attempt()
            total = count()
        shutil.rmtree(tmp_path / target, ignore_errors=True)
        (tmp_path / target).unlink(missing_ok=True)
        for last in {1, 2, total // 2, total - 1}:  # the very last flushes the name of what is complete
            with monkeypatch.context() as patch:
                fails_at(patch, last)
                with pytest.raises(ShopError, match="No space left"):
                    attempt()
            assert list(tmp_path.iterdir()) == []


def test_where_nothing_may_be_written(shop: Path, archive: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "there").mkdir()
    with open_shop(shop) as opened:
        for target, says in (
            (tmp_path / "file", "exists"),
            (tmp_path / "there", "exists"),
            (tmp_path / "absent" / "x.tar", "no folder"),
            (tmp_path / "file" / "x.tar", "no folder"),
            (tmp_path / "x.tar.gz", "compressed"),
        ):
            with pytest.raises(UsageError, match=says):
                opened.backup(target)
    for target in (tmp_path / "file", tmp_path / "there", shop, tmp_path / "absent" / "shop"):
        with pytest.raises(UsageError):
            similis.restore(archive, target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "there"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_without_permission(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(ShopError, match="ermission"):
        similis.restore(archive, tmp_path / "locked" / "shop")


# -- the state of the shop ---------------------------------------------------------------------------------------------------------------


def test_without_a_generation(tmp_path: Path) -> None:
    with similis.open(tmp_path / "shop", encoder=TinyEncoder()) as opened:
        opened.add(ROWS)
        assert opened.backup(tmp_path / "a.tar").generation is None
    assert similis.restore(tmp_path / "a.tar", tmp_path / "restored").generation is None
    with open_shop(tmp_path / "restored") as restored:
        assert restored.build().products == 24


def test_the_truth_is_saved_where_no_generation_is_whole(shop: Path, tmp_path: Path) -> None:
    broken = shutil.copytree(shop, tmp_path / "shop")
    for path in broken.glob("generations/0*/segment.json"):
        _flip(path)
    with open_shop(broken) as opened:
        assert opened.backup(tmp_path / "a.tar").generation is None
    assert similis.restore(tmp_path / "a.tar", tmp_path / "restored").products == 25


def test_a_damaged_database_is_not_backed_up(shop: Path, tmp_path: Path) -> None:
    broken = shutil.copytree(shop, tmp_path / "shop")
    content = bytearray((broken / "shop.sqlite").read_bytes())
    content[8_192:12_288] = os.urandom(4_096)
    (broken / "shop.sqlite").write_bytes(content)
    assert check_database(broken / "shop.sqlite").problems
    with pytest.raises(SimilisError), open_shop(broken) as opened:
        opened.backup(tmp_path / "a.tar")
    assert [path.name for path in tmp_path.iterdir()] == ["shop"]


def test_checking_a_database(shop: Path, tmp_path: Path) -> None:
    path = Path(shutil.copyfile(shop / "shop.sqlite", tmp_path / "ünï?#.sqlite"))
    before = path.read_bytes()
    facts = check_database(path)
    assert (facts.products, facts.seq, facts.problems) == (25, 2, ())
    assert path.read_bytes() == before
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO links VALUES ('nobody', 'complement', 'x')")
    assert "links name what is not in products" in check_database(path).problems[0]
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO schema_version VALUES (99, '')")
    with pytest.raises(IncompatibleShop):
        check_database(path)
    (tmp_path / "text").write_text("not a database, but long enough to be one" * 100)
    assert check_database(tmp_path / "text").problems
    (tmp_path / "empty").touch()
    assert "no tables" in check_database(tmp_path / "empty").problems[0]
    with pytest.raises(NoShop):
        check_database(tmp_path / "absent")
    assert not (tmp_path / "absent").exists()

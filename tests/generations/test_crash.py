"""A crash at any moment leaves the old generation current, or the new one; and what reaches the disk does so in order."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from similis.generations import BuildFacts, begin, names, open_current, prune

Watch = Callable[[Callable[[str, Path], None]], None]


def build(folder: Path, seq: int) -> str:
    with begin(folder) as draft:
        draft.save_array("vectors", np.full((64, 8), seq, np.float32))
        draft.save_text_lines("ids", [f"p{row}" for row in range(64)])
        return draft.promote(BuildFacts("e", 8, 64, seq, "1", "w")).name


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Call something before each step that changes what a crash would leave: (operation, path)."""

    def install(before: Callable[[str, Path], None]) -> None:
        real: dict[str, Any] = {name: getattr(os, name) for name in ("fsync", "rename", "replace", "unlink", "rmdir")}  # signatures differ

        def fsync(descriptor: int) -> None:
            before("fsync", Path(f"/proc/self/fd/{descriptor}").readlink())
            real["fsync"](descriptor)

        def renaming(name: str) -> Callable[..., None]:
            def call(source: Any, target: Any, **options: Any) -> None:
                before(name, Path(target))
                real[name](source, target, **options)

            return call

        def removing(name: str) -> Callable[..., None]:
            def call(path: Any, **options: Any) -> None:
                before(name, Path(path))
                real[name](path, **options)

            return call

        monkeypatch.setattr(os, "fsync", fsync)
        for name in ("rename", "replace"):
            monkeypatch.setattr(os, name, renaming(name))
        for name in ("unlink", "rmdir"):
            monkeypatch.setattr(os, name, removing(name))

    return install


def crashes_during(
    work: Callable[[Path], object], shop: Path, snapshots: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> list[Path]:
    """Copies of the folder as each step of ``work`` found it, and as the last one left it."""
    copies: list[Path] = []

    def snapshot(*_: object) -> None:
        copies.append(shutil.copytree(shop, snapshots / str(len(copies))))

    watch(snapshot)
    work(shop)
    snapshot()
    monkeypatch.undo()
    return copies


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="names open files through /proc")


@pytest.mark.parametrize("before", [0, 1, 3])
def test_a_crash_while_building_leaves_old_or_new(tmp_path: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch, before: int) -> None:
    shop = tmp_path / "shop"
    shop.mkdir()
    for seq in range(1, before + 1):
        build(shop, seq)
    copies = crashes_during(lambda folder: build(folder, before + 1), shop, tmp_path / "copies", watch, monkeypatch)
    seen = []
    for copy in copies:
        generation = open_current(copy)
        seen.append(generation.manifest.facts.seq if generation else 0)
        if generation:
            assert set(generation.load_array("vectors").ravel()) == {seen[-1]}
    assert set(seen) == {before, before + 1}
    assert seen == sorted(seen)
    assert len(copies) >= 8


def test_building_goes_on_after_a_crash_anywhere(tmp_path: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = tmp_path / "shop"
    build(shop, 1)
    for copy in crashes_during(lambda folder: build(folder, 2), shop, tmp_path / "copies", watch, monkeypatch):
        name = build(copy, 3)
        current = open_current(copy)
        assert current is not None
        assert current.name == name == names(copy)[-1]
        assert {path.name for path in copy.iterdir()} == {*names(copy), "CURRENT", "build.lock"}


def test_a_crash_while_pruning_harms_nothing(tmp_path: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = tmp_path / "shop"
    made = [build(shop, seq) for seq in (1, 2, 3, 4)]
    for copy in crashes_during(lambda folder: prune(folder, keep=2), shop, tmp_path / "copies", watch, monkeypatch):
        assert set(names(copy)) >= set(made[-2:])
        for name in names(copy):  # whoever still has a generation's name is whole
            shutil.copytree(copy / name, tmp_path / "one" / name)
            assert open_current(tmp_path / "one") is not None
            shutil.rmtree(tmp_path / "one")


def test_contents_reach_the_disk_before_names_and_names_before_current(tmp_path: Path, watch: Watch) -> None:
    steps: list[tuple[str, str]] = []
    watch(lambda operation, path: steps.append((operation, path.name)))
    name = build(tmp_path, 1)
    files = {("fsync", file) for file in ("vectors.npy", "ids.txt", "manifest.json")}
    assert set(steps[:3]) == files
    assert steps[3][0] == "fsync"
    assert steps[3][1].startswith(".draft-")
    assert steps[4:9] == [
        ("rename", name),
        ("fsync", tmp_path.name),
        ("fsync", "CURRENT.tmp"),
        ("replace", "CURRENT"),
        ("fsync", tmp_path.name),
    ]


def test_a_full_disk_keeps_the_old_generation(tmp_path: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    build(tmp_path, 1)
    steps = 0

    def fail_at(last: int) -> Callable[[str, Path], None]:
        def before(operation: str, path: Path) -> None:
            nonlocal steps
            steps += operation in {"fsync", "rename", "replace"}
            if steps == last:
                raise OSError(28, "No space left on device", str(path))

        return before

    for last in range(1, 9):  # the ninth is after CURRENT was replaced
        steps = 0
        watch(fail_at(last))
        with pytest.raises(OSError, match="No space left"):
            build(tmp_path, 2)
        monkeypatch.undo()
        current = open_current(tmp_path)
        assert current is not None
        assert current.manifest.facts.seq == 1
    build(tmp_path, 3)
    current = open_current(tmp_path)
    assert current is not None
    assert current.manifest.facts.seq == 3

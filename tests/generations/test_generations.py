"""Generations: what is saved is loaded, damage is noticed, the last good one serves, only old ones go."""

from __future__ import annotations

import logging
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from scipy.sparse import csr_array, csr_matrix, random_array

from similis.errors import CorruptGeneration, IncompatibleShop, ShopLocked, UsageError
from similis.generations import BuildFacts, Draft, Generation, Manifest, begin, current_name, names, open_current, prune, roll_back
from similis.generations.manifest import manifest_hash


def facts(seq: int = 1) -> BuildFacts:
    return BuildFacts(encoder="e5/1", dim=4, rows=3, seq=seq, preprocessing="2", weights="w" * 8, metrics={"recall@1": 0.93})


def build(folder: Path, seq: int = 1) -> Generation:
    with begin(folder) as draft:
        draft.save_array("vectors", np.full((3, 4), seq, np.float32))
        draft.save_json("recipe", {"字段": ["title", "brand"], "seq": seq})
        return draft.promote(facts(seq))


def seq_of(generation: Generation | None) -> int | None:
    return generation.manifest.facts.seq if generation else None


# What is saved is loaded


DTYPES = st.sampled_from([np.dtype(kind) for kind in ("f4", "f2", "i8", "u1", "?", "<U5", ">i4")])
ARRAYS: st.SearchStrategy[NDArray[Any]] = hnp.arrays(DTYPES, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5))
TEXTS = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=20), max_size=10)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4),
    max_leaves=10,
)


@given(array=ARRAYS, texts=TEXTS, value=JSON)
def test_save_then_load_changes_nothing(array: NDArray[Any], texts: list[str], value: object) -> None:
    with tempfile.TemporaryDirectory() as name:
        with begin(Path(name)) as draft:
            draft.save_array("a", array)
            draft.save_text_lines("t", texts)
            draft.save_json("j", value)
            draft.promote(facts())
        generation = open_current(Path(name))
        assert generation is not None
        for mmap in (True, False):
            loaded = generation.load_array("a", mmap=mmap)
            assert loaded.dtype == array.dtype
            assert loaded.shape == array.shape
            assert loaded.tobytes() == array.tobytes()
        assert generation.load_text_lines("t") == texts
        assert generation.load_json("j") == value


@pytest.mark.parametrize("kind", [csr_array, csr_matrix])
@pytest.mark.parametrize("shape", [(0, 0), (0, 7), (5, 0), (30, 200)])
@pytest.mark.parametrize("mmap", [True, False])
def test_sparse_matrices_come_back(tmp_path: Path, kind: type, shape: tuple[int, int], mmap: bool) -> None:
    matrix = kind(random_array(shape, density=0.1, rng=np.random.default_rng(0), dtype=np.float32))
    with begin(tmp_path) as draft:
        draft.save_sparse("terms", matrix)
        loaded = draft.promote(facts()).load_sparse("terms", mmap=mmap)
    assert loaded.shape == shape
    assert loaded.dtype == np.float32
    assert (loaded - csr_matrix(matrix)).count_nonzero() == 0
    weights = np.ones(shape[1], np.float32)
    assert loaded @ weights == pytest.approx(matrix @ weights)


def test_mapped_arrays_cannot_be_written(tmp_path: Path) -> None:
    generation = build(tmp_path)
    with pytest.raises(ValueError, match="read-only"):
        generation.load_array("vectors")[0, 0] = 7
    generation.load_array("vectors", mmap=False)[0, 0] = 7
    generation.verify()


def test_the_manifest_keeps_the_facts_and_every_file(tmp_path: Path) -> None:
    generation = open_current(tmp_path) or build(tmp_path)
    again = open_current(tmp_path)
    assert again == generation
    assert again.manifest.facts.metrics == {"recall@1": 0.93}
    assert set(again.manifest.files) == {"vectors.npy", "recipe.json"}
    assert again.manifest.files["vectors.npy"].size == (again.path / "vectors.npy").stat().st_size


def test_a_library_may_write_and_read_a_file_itself(tmp_path: Path) -> None:
    with begin(tmp_path) as draft:
        draft.new_file("hnsw.usearch").write_bytes(b"native")
        generation = draft.promote(facts())
    assert generation.file("hnsw.usearch").read_bytes() == b"native"
    generation.path.joinpath("hnsw.usearch").write_bytes(b"Native")
    with pytest.raises(CorruptGeneration, match=r"hnsw\.usearch"):
        open_current(tmp_path)


def test_the_same_content_gives_the_same_manifest(tmp_path: Path) -> None:
    same = BuildFacts("e", 0, 0, 1, "1", "w", {"b": 1.0, "a": 2.0}, created_at="2026-01-01T00:00:00+00:00")
    texts = set()
    for name in ("x", "y"):
        with begin(tmp_path / name) as draft:
            draft.save_json("j", 1)
            texts.add(draft.promote(same).manifest.to_json())
    assert len(texts) == 1


def test_generations_are_numbered(tmp_path: Path) -> None:
    made = [build(tmp_path, seq).name for seq in (1, 2, 3)]
    assert [name.split("-")[0] for name in made] == ["000001", "000002", "000003"]
    assert names(tmp_path) == made
    assert current_name(tmp_path) == made[-1]
    assert seq_of(open_current(tmp_path)) == 3


# Damage is noticed


@given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7), which=st.integers(0, 2))
def test_a_flipped_bit_anywhere_is_noticed(where: float, bit: int, which: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        generation = build(Path(name))
        path = sorted(generation.path.iterdir())[which]
        content = bytearray(path.read_bytes())
        content[int(where * len(content))] ^= 1 << bit
        path.write_bytes(content)
        with pytest.raises(CorruptGeneration, match=path.name):
            open_current(Path(name))


@given(where=st.floats(0, 1, exclude_max=True), which=st.integers(0, 2))
def test_a_truncated_file_is_noticed(where: float, which: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        generation = build(Path(name))
        path = sorted(generation.path.iterdir())[which]
        os.truncate(path, int(where * path.stat().st_size))
        with pytest.raises(CorruptGeneration, match=path.name):
            open_current(Path(name))


@pytest.mark.parametrize("file", ["vectors.npy", "recipe.json", "manifest.json"])
def test_a_missing_file_is_noticed(tmp_path: Path, file: str) -> None:
    (build(tmp_path).path / file).unlink()
    with pytest.raises(CorruptGeneration, match=file):
        open_current(tmp_path)


def write_manifest(folder: Path, content: bytes) -> None:
    path = folder / f"000009-{manifest_hash(content)}"
    path.mkdir(parents=True)
    (path / "manifest.json").write_bytes(content)
    (folder / "CURRENT").write_text(path.name)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"format": "x"}',
        b'{"format": 1, "facts": {}, "files": {}}',
        b'{"format": 1, "facts": {}, "files": {"../x": {}}}',
        b"\xff",
    ],
)
def test_a_manifest_of_another_shape_is_refused(tmp_path: Path, content: bytes) -> None:
    write_manifest(tmp_path, content)
    with pytest.raises(CorruptGeneration, match=r"manifest\.json is not a manifest"):
        open_current(tmp_path)


def test_a_newer_format_says_so_instead_of_falling_back(tmp_path: Path) -> None:
    build(tmp_path)
    write_manifest(tmp_path, b'{"format": 2, "anything": "else"}')
    with pytest.raises(IncompatibleShop, match="format 2"):
        open_current(tmp_path)


@pytest.mark.parametrize("name", ["absent", "../../etc/passwd", "manifest"])
def test_only_files_of_the_manifest_are_loaded(tmp_path: Path, name: str) -> None:
    generation = build(tmp_path)
    with pytest.raises(CorruptGeneration, match="has no file"):
        generation.load_json(name)


def test_what_was_never_built_is_none(tmp_path: Path) -> None:
    assert open_current(tmp_path / "absent") is None
    assert open_current(tmp_path) is None
    assert names(tmp_path / "absent") == []
    assert current_name(tmp_path / "absent") is None
    with begin(tmp_path):
        assert open_current(tmp_path) is None


# The last good one serves


def damage(generation: Generation) -> None:
    (generation.path / "vectors.npy").write_bytes(b"nonsense")


def test_a_damaged_generation_falls_back_and_warns(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    first, second, third = (build(tmp_path, seq) for seq in (1, 2, 3))
    damage(third)
    with caplog.at_level(logging.WARNING, "similis.generations"):
        assert open_current(tmp_path) == second
    assert "vectors.npy" in caplog.text
    assert second.name in caplog.text
    assert current_name(tmp_path) == third.name
    damage(second)
    assert open_current(tmp_path) == first
    damage(first)
    with pytest.raises(CorruptGeneration, match=third.name):
        open_current(tmp_path)


@pytest.mark.parametrize("text", ["000009-0123456789ab\n", "", "garbage", "../../../etc", "\udcff"])
def test_current_naming_nothing_falls_back(tmp_path: Path, text: str) -> None:
    good = build(tmp_path)
    (tmp_path / "CURRENT").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert open_current(tmp_path) == good
    assert seq_of(build(tmp_path, 2)) == 2
    assert seq_of(open_current(tmp_path)) == 2


def test_a_lost_current_falls_back_to_the_newest(tmp_path: Path) -> None:
    build(tmp_path, 1)
    build(tmp_path, 2)
    (tmp_path / "CURRENT").unlink()
    assert seq_of(open_current(tmp_path)) == 2


def test_a_damaged_current_and_nothing_else_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text("garbage")
    with pytest.raises(CorruptGeneration, match="CURRENT"):
        open_current(tmp_path)


def test_one_newer_than_current_is_never_served(tmp_path: Path) -> None:
    first = build(tmp_path, 1)
    build(tmp_path, 2)
    assert roll_back(tmp_path) == first
    damage(first)
    with pytest.raises(CorruptGeneration, match=first.name):
        open_current(tmp_path)


def test_roll_back(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there are: none"):
        roll_back(tmp_path)
    first, second, third = (build(tmp_path, seq) for seq in (1, 2, 3))
    assert roll_back(tmp_path) == second
    assert roll_back(tmp_path, third.name) == third
    assert open_current(tmp_path) == third
    damage(second)
    with pytest.raises(CorruptGeneration, match=second.name):
        roll_back(tmp_path)
    assert open_current(tmp_path) == third
    assert roll_back(tmp_path, first.name) == first
    with pytest.raises(UsageError, match="before the current"):
        roll_back(tmp_path)
    assert build(tmp_path, 4).name.startswith("000004-")


# Drafts


def test_leaving_without_promoting_drops_the_draft(tmp_path: Path) -> None:
    build(tmp_path)
    draft = begin(tmp_path)
    draft.save_array("vectors", np.zeros(3))
    draft.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert seq_of(open_current(tmp_path)) == 1
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".draft")] == []


def test_what_a_crash_left_is_removed_by_the_next_build(tmp_path: Path) -> None:
    for name in (".draft-0011", ".pruned-0022"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "vectors.npy").write_bytes(b"half")
    (tmp_path / "CURRENT.tmp").write_text("0000")
    assert open_current(tmp_path) is None
    build(tmp_path)
    assert {path.name[0] for path in tmp_path.iterdir() if path.is_dir()} == {"0"}
    assert not (tmp_path / "CURRENT.tmp").exists()


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "a\0", "名", "x" * 200, "C:x"])
def test_bad_names_are_refused(tmp_path: Path, name: str) -> None:
    with begin(tmp_path) as draft, pytest.raises(UsageError, match="cannot name a file"):
        draft.save_json(name, 1)


def test_values_that_cannot_be_kept_are_refused(tmp_path: Path) -> None:
    with begin(tmp_path) as draft:
        with pytest.raises(UsageError, match="Python objects"):
            draft.save_array("a", np.array([{}], dtype=object))
        with pytest.raises(UsageError, match="line feed"):
            draft.save_text_lines("t", ["fine", "two\nlines"])
        with pytest.raises(UsageError, match="surrogate"):
            draft.save_text_lines("t", ["\ud800"])
        for value in ({1, 2}, math.nan, np.zeros(2)):
            with pytest.raises(UsageError, match="JSON"):
                draft.save_json("j", value)
        with pytest.raises(UsageError, match="compressed rows"):
            draft.save_sparse("s", csr_array((2, 2)).tocsc())  # type: ignore[arg-type]  # what is refused
        with pytest.raises(UsageError, match="cannot name"):
            draft.new_file("manifest.json")
        with pytest.raises(UsageError, match="not a finite number"):
            draft.promote(BuildFacts("e", 1, 1, 1, "1", "w", {"loss": math.nan}))
        draft.save_json("j", 1)
        with pytest.raises(UsageError, match="already has"):
            draft.save_json("j", 2)
        assert set(draft.promote(facts()).manifest.files) == {"j.json"}


def test_a_finished_draft_is_closed(tmp_path: Path) -> None:
    with begin(tmp_path) as promoted:
        promoted.promote(facts())
        with pytest.raises(UsageError, match="begin another"):
            promoted.save_json("late", 1)
        with pytest.raises(UsageError, match="begin another"):
            promoted.promote(facts())
    with begin(tmp_path) as left:
        pass
    with pytest.raises(UsageError, match="begin another"):
        left.save_json("late", 1)


def test_one_build_at_a_time(tmp_path: Path) -> None:
    with begin(tmp_path) as draft:
        with pytest.raises(ShopLocked, match="being built by"):
            begin(tmp_path)
        draft.save_json("still", "here")
        draft.promote(facts())
    assert isinstance(build(tmp_path, 2), Generation)


def test_a_killed_build_leaves_no_lock(tmp_path: Path) -> None:
    source = f"import pathlib, similis.generations as g\nd = g.begin(pathlib.Path({str(tmp_path)!r}))\nprint('held', flush=True)\ninput()"
    with subprocess.Popen([sys.executable, "-c", source], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        with pytest.raises(ShopLocked):
            begin(tmp_path)
        other.kill()
        other.wait()
    build(tmp_path)
    assert seq_of(open_current(tmp_path)) == 1
    assert not list(tmp_path.glob(".draft-*"))


# Only old ones go


@settings(max_examples=30)  # each builds and syncs several
@given(count=st.integers(1, 6), keep=st.integers(1, 4), serving=st.integers(1, 6))
def test_prune_keeps_the_current_one_and_those_before_it(count: int, keep: int, serving: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = [build(folder, seq).name for seq in range(1, count + 1)]
        current = made[min(serving, count) - 1]
        roll_back(folder, current)
        removed = prune(folder, keep=keep)
        assert removed + names(folder) == made
        assert current in names(folder)
        assert len([other for other in names(folder) if other <= current]) == min(keep, serving, count)
        assert open_current(folder) is not None
        assert prune(folder, keep=keep) == []


def test_prune_removes_nothing_without_a_good_current(tmp_path: Path) -> None:
    build(tmp_path, 1)
    build(tmp_path, 2)
    (tmp_path / "CURRENT").write_text("000009-0123456789ab")
    assert prune(tmp_path, keep=1) == []
    assert prune(tmp_path / "absent") == []
    with pytest.raises(UsageError, match="at least 1"):
        prune(tmp_path, keep=0)


@pytest.mark.skipif(sys.platform == "win32", reason="an open file keeps its name there")
def test_readers_outlive_their_generation(tmp_path: Path) -> None:
    old = build(tmp_path, 1)
    vectors = old.load_array("vectors")
    build(tmp_path, 2)
    assert prune(tmp_path, keep=1) == [old.name]
    assert vectors.tolist() == np.ones((3, 4)).tolist()
    with pytest.raises(CorruptGeneration, match="has no file"):
        old.load_array("vectors")


def test_manifests_are_read_from_their_folder_only(tmp_path: Path) -> None:
    generation = build(tmp_path)
    moved = generation.path.rename(tmp_path / "000007-0123456789ab")
    with pytest.raises(CorruptGeneration, match="hash in its folder's name"):
        Manifest.read(moved)


def test_a_draft_is_made_by_begin_only_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(FileExistsError):
        begin(tmp_path / "file")
    with begin(tmp_path / "deep" / "er") as draft:
        assert isinstance(draft, Draft)

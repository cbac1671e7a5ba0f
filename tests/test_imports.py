"""Asking for help is quick: what is heavy is imported where it is used."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ["torch", "transformers", "onnx", "onnxruntime", "tokenizers", "pyarrow", "sqlalchemy", "scipy", "sklearn", "pandas", "matplotlib"]
REPORT = f"import sys; print('HEAVY:', *[name for name in {HEAVY} if name in sys.modules])"
HELP = """
import sys
sys.argv = ["similis", "--help"]
from similis.cli import main
try:
    code = main()
except SystemExit as end:
    code = end.code
assert not code, code
"""


def heavy_modules_after(source: str) -> list[str]:
    """Run ``source`` in a fresh interpreter; the heavy modules it has imported."""
    done = subprocess.run(
        [sys.executable, "-c", f"{source}\n{REPORT}"], capture_output=True, text=True, encoding="utf-8", timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.rpartition("HEAVY:")[2].split()


@pytest.mark.parametrize("source", ["import similis", HELP], ids=["import similis", "similis --help"])
def test_nothing_heavy_is_imported(source: str) -> None:
    assert heavy_modules_after(source) == []


def test_the_check_itself_can_fail() -> None:
    assert heavy_modules_after("import scipy") == ["scipy"]


def test_importing_configures_nothing(tmp_path: Path) -> None:
    source = "\n".join(
        [
            "import logging, os, warnings",
            "before = dict(os.environ), list(logging.root.handlers), list(warnings.filters)",
            "import similis",
            "assert before == (dict(os.environ), list(logging.root.handlers), list(warnings.filters))",
        ]
    )
    environment = {**os.environ, "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, env=environment, cwd=tmp_path, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_package_says_that_it_is_typed() -> None:
    import similis

    assert any((Path(folder) / "py.typed").is_file() for folder in similis.__path__)

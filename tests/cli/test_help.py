"""Every command explains itself, in the terminal and in the documentation."""

from __future__ import annotations

import functools
import re
import subprocess
import sys
from pathlib import Path

import pytest

from similis import __version__
from similis.cli.app import COMMANDS

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "commands.md"
NAMES = [name for commands in COMMANDS.values() for name in commands]
WITHOUT_SHOP = {"sample", "matrix"}


@functools.cache
def similis(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "similis.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)


def test_the_list_of_commands() -> None:
    done = similis("--help")
    assert done.returncode == 0
    assert done.stderr == ""
    for heading, commands in COMMANDS.items():
        assert f"\n{heading}:\n" in done.stdout
        for name in commands:
            line = re.search(rf"^  {name} +(\S.*)$", done.stdout, re.MULTILINE)
            assert line, name
            assert line[1].endswith("."), f"the first sentence of {name} is cut: {line[1]}"


@pytest.mark.parametrize("name", NAMES)
def test_help(name: str) -> None:
    done = similis(name, "--help")
    assert done.returncode == 0
    assert f"similis {name}" in done.stdout
    assert f"\n  similis {name}" in done.stdout.partition("\n")[2], "an example"
    for option in ("--json", "--quiet", *(() if name in WITHOUT_SHOP else ("--shop",))):
        assert option in done.stdout


def test_every_command_and_option_is_documented() -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8")
    assert re.findall(r"^### `similis (\w+)", text, re.MULTILINE) == NAMES
    for name in NAMES:
        section = text.partition(f"### `similis {name}")[2].partition("\n##")[0]
        for option in re.findall(r"^  (?:-\w, )?(--[\w-]+)", similis(name, "--help").stdout, re.MULTILINE):
            if option not in ("--help", "--json", "--quiet", "--shop", "--relation"):
                assert option in section, f"{name} {option}"


def test_version() -> None:
    done = similis("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"similis {__version__}\n", "")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "Usage: similis"),
        (("simlar",), "simlar"),
        (("similar", "--nonsense"), "--nonsense"),
        (("similar", "-k", "many"), "-k"),
        (("similar", "X", "--relation", "friend"), "friend"),
        (("explain", "A"), "B"),
    ],
)
def test_used_wrongly(arguments: tuple[str, ...], says: str) -> None:
    done = similis(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert says in done.stderr
    assert "Traceback" not in done.stderr

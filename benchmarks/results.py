"""One measured result, with what is needed to repeat it: data, machine, command."""

from __future__ import annotations

import json
import os
import platform
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from similis import __version__

Figures: TypeAlias = dict[str, Any]
"""Name to number, text, or a dict of such; Any because JSON has no narrower name."""

_PLACES = ("--data", "--json", "--out", "--site-packages", "--weights")
"""Options whose values are places on one machine, and so no part of the command to repeat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one benchmark found on one set: ``figures``, on ``data`` (name, sizes, choices)."""

    name: str
    data: Figures
    figures: Figures


def machine() -> Figures:
    """The processor, the cores this process may use, memory, system, Python."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        lines = info.read_text(encoding="utf-8", errors="replace").splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), model)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 0
    return {
        "cpu": model,
        "cores": cores,
        "memory_gb": round(memory / 2**30, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def command_line(benchmark: str, arguments: Sequence[str]) -> str:
    """The command that repeats a run, without the places of this machine."""
    kept: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument in _PLACES:
            next(rest, None)
        elif not argument.startswith(tuple(f"{place}=" for place in _PLACES)):
            kept.append(argument)
    return shlex.join(["python", "-m", "benchmarks", benchmark, *kept])


def record(result: Result, benchmark: str, arguments: Sequence[str]) -> Figures:
    """The result as it is kept."""
    about = {"benchmark": benchmark, "command": command_line(benchmark, arguments), "machine": machine(), "similis": __version__}
    return {**about, "date": datetime.now(UTC).strftime("%Y-%m-%d"), **asdict(result)}


def present(kept: Mapping[str, Any], file: Path | None) -> None:
    """A table to stderr, one line of JSON to stdout, the same line at the end of ``file``."""
    print(f"\n{kept['benchmark']}: {kept['name']}", file=sys.stderr)
    for name, value in _flat(kept["figures"]):
        print(f"  {name:<44} {value}", file=sys.stderr)
    line = json.dumps(kept, ensure_ascii=False)
    print(line, flush=True)
    if file is not None:
        with file.open("a", encoding="utf-8") as out:
            out.write(line + "\n")


def progress(text: str) -> None:
    """One line about what is going on, on stderr."""
    print(f"… {text}", file=sys.stderr, flush=True)


def _flat(figures: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in figures.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name} · ")
        else:
            yield prefix + name, value

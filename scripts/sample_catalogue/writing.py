"""Files whose bytes depend on their content alone."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def jsonl(rows: Iterable[dict[str, Any]]) -> bytes:
    """One JSON object a line, UTF-8."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode("utf-8")


def pretty(value: dict[str, Any]) -> bytes:
    """JSON with one entry of each part a line, so that it reads and compares well."""
    parts = []
    for name, part in value.items():
        if isinstance(part, dict):
            lines = [f"  {_json(key)}: {_json(entry)}" for key, entry in part.items()]
            parts.append(f"{_json(name)}: {{\n" + ",\n".join(lines) + "\n}")
        elif isinstance(part, list):
            parts.append(f"{_json(name)}: [\n" + ",\n".join(f"  {_json(entry)}" for entry in part) + "\n]")
        else:
            parts.append(f"{_json(name)}: {_json(part)}")
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode("utf-8")


def write_gzip(path: Path, data: bytes) -> None:
    """Compressed without name and time."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, compresslevel=9, mtime=0) as file:
        file.write(data)
    path.write_bytes(buffer.getvalue())


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)

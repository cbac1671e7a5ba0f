"""Dirty rows as shops have them: values overwritten by hand, whole rows added, each with what a careful reader makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .rows import Row


class DirtError(ValueError):
    """The table of dirty rows names a row the catalogue does not have."""


def soiled(rows: Sequence[Row], table: dict[str, Any], *, lenient: bool = False) -> tuple[list[Row], list[dict[str, Any]]]:
    """The rows with the table's changes made and its rows added at the end, and one record per dirty row: line, id, what, expect.

    Args:
        rows: The clean rows.
        table: The content of ``dirt.toml``.
        lenient: Entries about ids that are not there are left out; another seed gives products other colours, so other ids.
    Raises:
        DirtError: an entry about an id that is not there, unless ``lenient``.
    """
    found, records = [dict(row) for row in rows], []
    lines = {row["id"]: line for line, row in enumerate(found, start=1)}
    entries = [*table["change"], *table["add"]]
    missing = [id for entry in entries if (id := entry.get("id", entry.get("like"))) is not None and id not in lines]
    if missing and not lenient:
        raise DirtError(f"the table of dirty rows names {missing}, which are no ids; correct them in dirt.toml")
    for change in table["change"]:
        if change["id"] in missing:
            continue
        found[lines[change["id"]] - 1].update(change["set"])
        records.append(_record(lines[change["id"]], change["id"], change))
    for addition in table["add"]:
        if addition.get("like") in missing:
            continue
        base = found[lines[addition["like"]] - 1] if "like" in addition else {}
        added = {**base, **addition["set"]}
        found.append({name: value for name, value in added.items() if value != "" or name in addition.get("keep_empty", ())})
        records.append(_record(len(found), added.get("id", ""), addition))
    return found, sorted(records, key=lambda record: record["line"])


def _record(line: int, id: str, entry: dict[str, Any]) -> dict[str, Any]:
    return {"line": line, "id": id, "what": entry["what"], "expect": entry["expect"], "why": entry["why"]}

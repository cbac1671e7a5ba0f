"""Column names as the readers give them: clean, none empty, none twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from similis.catalogue.cleaning import clean_line
from similis.catalogue.columns import SYNONYMS, normal_name
from similis.catalogue.rows import RawValue

_KNOWN = frozenset(name for names in SYNONYMS.values() for name in names)
_ID_RANK = {name: rank for rank, name in enumerate(SYNONYMS["id"])}


def unique_names(names: Iterable[str]) -> list[str]:
    """Column names cleaned, the empty ones numbered, repeated ones marked ``#2``, ``#3``."""
    out: list[str] = []
    counts: dict[str, int] = {}
    taken: set[str] = set()
    for position, raw in enumerate(names, start=1):
        name = clean_line(raw) or f"column_{position}"
        unique = name
        while unique in taken:
            counts[name] = counts.get(name, 1) + 1
            unique = f"{name}#{counts[name]}"
        taken.add(unique)
        out.append(unique)
    return out


def cleanly_named(values: dict[str, RawValue]) -> dict[str, RawValue]:
    """A record whose names may hold marks nobody sees, with clean names; the same one when they are clean."""
    if all(name and name.isprintable() and name[0] != " " and name[-1] != " " for name in values):
        return values
    return dict(zip(unique_names(values), values.values(), strict=True))


def known_names(cells: Iterable[str]) -> int:
    """How many of a row's cells are names under which shops export columns: a header has several."""
    return sum(1 for cell in cells if len(cell) <= 100 and normal_name(cell) in _KNOWN)


def id_position(columns: Sequence[str]) -> int:
    """Where a row's id is likely to stand: the column with the best name for one, else the first."""
    ranked = ((_ID_RANK[name], position) for position, column in enumerate(columns) if (name := normal_name(column)) in _ID_RANK)
    return min(ranked, default=(0, 0))[1]


def id_among(values: Mapping[str, RawValue]) -> str | None:
    """The text under the best name for an id, for a record that will be rejected."""
    found: Iterator[tuple[int, str]] = (
        (_ID_RANK[name], value)
        for column, value in values.items()
        if isinstance(value, str) and value and (name := normal_name(column)) in _ID_RANK
    )
    best = min(found, default=None)
    return shown_id(best[1]) if best else None


def shown_id(cell: str) -> str | None:
    """A cell as the id of a rejected row; None when it is empty."""
    return clean_line(cell[:1_000])[:256] or None

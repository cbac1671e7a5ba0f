"""The column ``similis``: fields in our own words, as ``Product.to_dict`` writes them, that override the other columns of their row.

Exports put into it what the words of another format cannot say. It is read like any column: by the fields' own readers, so a value that
does not fit is refused and noted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from similis.catalogue import field_lists, values
from similis.catalogue.draft import Draft
from similis.catalogue.fields import READERS
from similis.catalogue.product import FIELDS
from similis.catalogue.rows import RawRow

_LAST = ("attributes", "extra")
"""Read after all others: these two also collect what the others refuse."""


def own_object(row: RawRow, columns: Iterable[str]) -> dict[str, Any] | None:
    """The object the row's own columns hold, one text cut over several columns put together again; None when they hold none."""
    found = [row.values[column] for column in columns if row.values.get(column)]
    if len(found) == 1 and isinstance(found[0], dict):
        return found[0]
    parts = [part for value in found for part in (value if isinstance(value, list) else [value])]
    if not parts or not all(isinstance(part, str) for part in parts):
        return None
    nested = values.json_value("".join(str(part) for part in parts).strip())
    return nested if isinstance(nested, dict) else None


def own_id(own: Mapping[str, Any]) -> str | None:
    """The id the object names, not yet checked."""
    named = own.get("id")
    return named if isinstance(named, str) and named else None


def apply_own(draft: Draft, column: str, own: Mapping[str, Any]) -> None:
    """Override the draft's fields by those of the object; an empty value empties its field."""
    for name in own:
        if name not in FIELDS:
            draft.refuse(f"{column}.{name}", own[name], "unknown_field", f"{name[:40]!r} in column {column!r} is no field of a product")
    for name in (*(name for name in FIELDS if name not in _LAST), *_LAST):
        if name in own and name != "id":
            _override(draft, column, name, own[name])


def _override(draft: Draft, column: str, name: str, value: Any) -> None:
    draft.fields.pop(name, None)
    if name == "currency":
        draft.currencies = []
    elif name == "attributes":
        draft.attributes = {}
    elif name == "extra":
        draft.extra = {}
    if value is None or value in ("", [], {}):
        if name == "language":
            draft.fields[name] = None  # said to be unknown: it is not told from the title either
        return
    if name == "category_path" and isinstance(value, list):
        if path := field_lists.path_of_steps(value):
            draft.fields[name] = path
    elif name == "category_path":
        field_lists.category_reader(slash_separates=False)(draft, f"{column}.{name}", value)
    else:
        READERS[name](draft, f"{column}.{name}", value)

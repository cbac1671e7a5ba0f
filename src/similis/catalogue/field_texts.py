"""What all field readers share: a value as one clean text, or kept as it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from similis.catalogue.cleaning import MAX_TEXT, clean_text, has_damage, is_missing
from similis.catalogue.draft import Draft
from similis.catalogue.rows import RawValue
from similis.catalogue.texts import as_one_text

Reader = Callable[[Draft, str, RawValue], None]
"""Reads one column's value into the draft; values that do not fit are kept in ``extra`` and noted."""

_LEAVES = ("name", "title", "value", "label")


def read_nothing(draft: Draft, column: str, value: RawValue) -> None:
    """For a column that is read elsewhere."""


def read_extra(draft: Draft, column: str, value: RawValue) -> None:
    """Keep the column as it is."""
    draft.keep(column, value)


def one_text(draft: Draft, column: str, value: RawValue, clean: Callable[[str], str] = clean_text) -> str:
    """The value as one clean text, at most 32,000 characters; empty when it is missing."""
    if isinstance(value, str) and len(value) <= MAX_TEXT // 4 and value.isprintable():  # most values: no damage, nothing to clip
        return _short_text(value, clean) if len(value) <= 32 else _plain_text(value, clean)
    text = value if isinstance(value, str) else _joined(value)
    if len(text) > 4 * MAX_TEXT:
        draft.note(column, "clipped", f"{len(text):,} characters, the first {4 * MAX_TEXT:,} are looked at")
        text = text[: 4 * MAX_TEXT]
    if has_damage(text):
        draft.note(column, "bad_encoding", "bytes that are not in the feed's encoding were guessed at; save the feed as UTF-8")
    text = clean(text)
    if len(text) > MAX_TEXT:
        draft.note(column, "clipped", f"{len(text)} characters, the first {MAX_TEXT} are kept")
        text = text[:MAX_TEXT].rstrip()
    return "" if is_missing(text) else text


def _plain_text(text: str, clean: Callable[[str], str]) -> str:
    text = clean(text)
    return "" if len(text) < 12 and is_missing(text) else text


@lru_cache(maxsize=32_768)
def _short_text(text: str, clean: Callable[[str], str]) -> str:
    """Brands, colours, sizes, currencies: few texts, many rows."""
    return _plain_text(text, clean)


def _joined(value: RawValue) -> str:
    if isinstance(value, list):
        return ", ".join(part for part in map(leaf, value) if part)
    return leaf(value)


def leaf(value: Any) -> str:
    """The text of a list's element: of an object its name or value."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        named = next((value[key] for key in _LEAVES if isinstance(value.get(key), str)), None)
        if named is not None:
            return str(named)
    return as_one_text(value)

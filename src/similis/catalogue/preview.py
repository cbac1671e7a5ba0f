"""What a feed would become, looked at before anything is taken from it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

from similis.catalogue.conversion import Converter
from similis.catalogue.draft import Draft
from similis.catalogue.feed import SAMPLE_ROWS, open_source, opened_rows
from similis.catalogue.mapping import ColumnMapping
from similis.catalogue.patch import Patch
from similis.catalogue.patching import PatchConverter
from similis.catalogue.presets import PRESETS
from similis.catalogue.product import Product
from similis.catalogue.readers import FeedSource
from similis.catalogue.rows import Merged, Note, RawRow, RawValue, Reject

Item: TypeAlias = Product | Patch | Merged | Reject

SAMPLES = 3
SHOWN = 200
"""Characters shown of one value."""


@dataclass(frozen=True, slots=True)
class ColumnPreview:
    """One column: where it goes, and up to three of its values with what they become.

    target:  ``title``, ``attributes.fit``, ``extra``, ``ignored``, ``used`` (the preset has read it into others) or ``similis``.
    samples: the value as the feed has it, and as the product will; None where it cannot be used.
    """

    column: str
    target: str
    samples: tuple[tuple[str, str | None], ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"column": self.column, "target": self.target, "samples": [list(sample) for sample in self.samples]}


@dataclass(frozen=True, slots=True)
class FeedPreview:
    """How a feed is understood.

    preset, format: None where there is none, and where nobody named one.
    rows:           the first rows as the feed has them.
    items:          what those rows become, each with its line; patches where the feed is read so.
    notes:          the remarks on them.
    """

    name: str
    format: str | None
    preset: str | None
    mapping: ColumnMapping
    columns: tuple[ColumnPreview, ...]
    rows: tuple[RawRow, ...]
    items: tuple[tuple[int, Item], ...]
    notes: tuple[Note, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "name": self.name,
            "format": self.format,
            "preset": self.preset,
            "mapping": self.mapping.to_dict(),
            "columns": [column.to_dict() for column in self.columns],
            "rows": [{"line": row.line, "values": dict(row.values)} for row in self.rows],
            "items": [{"line": line, **_plain(item)} for line, item in self.items],
            "notes": [_remark(note) for note in self.notes],
        }


def preview_feed(
    source: FeedSource,
    *,
    format: str | None = None,
    preset: str | None = None,
    mapping: ColumnMapping | Mapping[str, str] | None = None,
    member: str | None = None,
    sql: str | None = None,
    patch: bool = False,
    rows: int = 5,
) -> FeedPreview:
    """How the feed would be read: its mapping, its preset, and what its first rows become. No more than its first 1,000 rows are read.

    Args:
        rows: How many rows to show. The others as in ``read_products``.
    Raises:
        UsageError, UnreadableFeed, InvalidMapping: as ``read_products``.
    """
    opened = open_source(source, format=format, member=member, sql=sql)
    with opened.closing:
        first = list(islice(opened.rows, SAMPLE_ROWS))
        raw = tuple(row for row in islice(first, rows) if isinstance(row, RawRow))
        shown = {row.line for row in islice(first, rows) if not isinstance(row, Product)}
        opened.rows = iter(first)
        prepared = opened_rows(opened, mapping, preset, patch=patch)
        converter = PatchConverter(prepared.mapping) if prepared.is_patch else Converter(prepared.mapping)
        items: list[tuple[int, Item]] = []
        notes: list[Note] = []
        held: list[RawRow] = []
        for row in prepared.rows:
            if isinstance(row, RawRow) and (row.line in shown or len(held) < rows):
                held.append(row)
            if not isinstance(row, Product) and row.line in shown:
                item, remarks = _converted(converter, row)
                items.append((row.line, item))
                notes += remarks
        columns = preview_columns(converter.mapping, held)
    items.sort(key=lambda item: item[0])
    return FeedPreview(opened.name, format, prepared.preset, converter.mapping, columns, raw, tuple(items), tuple(notes))


def _converted(converter: Converter, row: RawRow | Merged | Reject) -> tuple[Item, list[Note]]:
    if not isinstance(row, RawRow):
        return row, []
    outcome = converter.patch_of(row) if isinstance(converter, PatchConverter) else converter.convert(row)
    return (outcome, []) if isinstance(outcome, Reject) else outcome


def preview_columns(mapping: ColumnMapping, rows: Iterable[RawRow]) -> tuple[ColumnPreview, ...]:
    """Each column of the mapping, with up to three different values of the rows and what they become."""
    samples: dict[str, dict[str, str | None]] = {}
    converter = Converter(mapping)
    targets: dict[str, tuple[str, str]] = {}
    for row in rows:
        draft = converter.draft_of(row, Draft)
        became = {} if isinstance(draft, Reject) else _became_of(draft)
        for column, value in row.values.items():
            kind, name = targets.setdefault(column, converter.mapping.place_of(column) or ("extra", ""))
            found = samples.setdefault(column, {})
            if value and len(found) < SAMPLES:
                found.setdefault(_short(value), _became(became, kind, name, column))
    known = [*mapping.fields.values(), *mapping.attributes.values(), *mapping.own, *mapping.extra, *mapping.ignored]
    for column in known:
        targets.setdefault(column, mapping.place_of(column) or ("extra", ""))
    preset = PRESETS.get(mapping.preset) if mapping.preset else None
    used = {column for column in targets if preset is not None and preset.uses(column)}
    return tuple(
        ColumnPreview(column, _target(*place, is_used=column in used), tuple(samples.get(column, {}).items()))
        for column, place in targets.items()
    )


def _became_of(draft: Draft) -> dict[str, Any]:
    """The row's fields as plain values; also of a row without a title, such as a price feed's."""
    draft.fields.setdefault("title", None)
    return draft.product().to_dict()


def _target(kind: str, name: str, *, is_used: bool) -> str:
    if kind == "ignored" and is_used:
        return "used"
    return {"field": name, "attribute": f"attributes.{name}", "own": "similis"}.get(kind, kind)


def _became(product: dict[str, Any], kind: str, name: str, column: str) -> str | None:
    if kind == "field":
        value = product.get("extra", {}).get(name) if name == "complements" else product.get(name)
    elif kind == "attribute":
        value = product.get("attributes", {}).get(name)
    else:
        value = product.get("extra", {}).get(column) if kind == "extra" else None
    return None if value is None else _short(" > ".join(value) if name == "category_path" else value)


def _short(value: RawValue | Any) -> str:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _plain(item: Item) -> dict[str, Any]:
    if isinstance(item, Product):
        return {"outcome": "product", "product": item.to_dict()}
    if isinstance(item, Patch):
        return {"outcome": "patch", "id": item.id, "fields": {name: _short(str(value)) for name, value in item.fields.items()}}
    if isinstance(item, Merged):
        return {"outcome": "merged", "into": item.into, "code": item.code}
    return {"outcome": "rejected", **_remark(item)}


def _remark(remark: Note | Reject) -> dict[str, Any]:
    return {"line": remark.line, "id": remark.id, "column": remark.column, "code": remark.code, "message": remark.message}

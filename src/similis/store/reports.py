"""What became of a write, and the list of writes."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal, TypeAlias

from similis.catalogue.mapping import ColumnMapping
from similis.catalogue.rows import Note, Reject

Kind: TypeAlias = Literal["add", "sync", "patch", "delete", "undo"]


@dataclass(frozen=True, slots=True)
class AddReport:
    """What became of every row of one import: ``accepted + updated + merged + rejected == rows``.

    accepted:   ids the catalogue did not hold (or had deleted).
    updated:    ids it held.
    unchanged:  those of the updated whose content is the same; nothing is written for them.
    merged:     rows that went into another row's product: their id came again further down, or they hold but a part of a product.
    rejected:   rows that became no product; the first 1,000 by line in ``rejects``.
    seq:        the store's sequence number afterwards.
    import_id:  the import's number in the list of imports; None for a dry run.
    notes:      the first 1,000 remarks on accepted rows, when the feed was read by ``read_products``.
    note_count: how many remarks there were.
    withdrawn:  products a sync took out because the feed no longer has them; they are no rows.
    kind:       ``add``, ``sync`` or ``patch``.
    feed:       the name of the feed, where one was given.
    dry_run:    nothing was written; the counts are those an import would have.
    mapping:    which column filled which field, when the feed was read by ``read_products``.
    warnings:   sentences on the import as a whole.
    """

    source: str
    rows: int
    accepted: int
    updated: int
    unchanged: int
    merged: int
    rejected: int
    seq: int
    import_id: int | None
    rejects: tuple[Reject, ...] = ()
    notes: tuple[Note, ...] = ()
    note_count: int = 0
    withdrawn: int = 0
    kind: Kind = "add"
    feed: str | None = None
    dry_run: bool = False
    mapping: ColumnMapping | None = None
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            **{field.name: getattr(self, field.name) for field in fields(self)},
            "rejects": [_plain(reject) for reject in self.rejects],
            "notes": [_plain(note) for note in self.notes],
            "mapping": None if self.mapping is None else self.mapping.to_dict(),
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True, slots=True)
class UndoReport:
    """What taking an import back did.

    undone:    the import that was taken back; ``kind`` and ``source`` are its own.
    removed:   products it had added, deleted again.
    restored:  products it had changed, with their old content.
    returned:  products it had deleted, in the catalogue again.
    kept:      products written again since; they stay as they are. The first 1,000 in ``remarks``.
    import_id: the undo's own number; it can be undone too.
    """

    undone: int
    kind: Kind
    source: str
    removed: int
    restored: int
    returned: int
    kept: int
    seq: int
    import_id: int
    remarks: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {**{field.name: getattr(self, field.name) for field in fields(self)}, "remarks": list(self.remarks)}


@dataclass(frozen=True, slots=True)
class ImportEntry:
    """One write in the list of imports. The counts are those of ``AddReport``; of an undo, ``accepted`` returned, ``updated`` restored.

    started_at, finished_at: ISO 8601, UTC.
    withdrawn: products a sync or a delete took out, or an undo removed.
    kept:      products an undo left alone.
    undoes:    of an undo: the import it took back.
    undone_by: the undo that took this one back, as long as that has not been undone itself.
    can_undo:  what it replaced is still known, and it has not been taken back.
    """

    import_id: int
    kind: Kind
    source: str
    feed: str | None
    started_at: str
    finished_at: str
    rows: int
    accepted: int
    updated: int
    unchanged: int
    merged: int
    rejected: int
    withdrawn: int
    kept: int
    seq: int
    undoes: int | None
    undone_by: int | None
    can_undo: bool

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def _plain(row: Reject | Note) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in fields(row)}

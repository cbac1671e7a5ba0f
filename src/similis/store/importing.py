"""Imports: a feed is gathered aside, then taken in one transaction, whole or not at all."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from similis.catalogue.feed import ProductFeed
from similis.catalogue.rows import Reject
from similis.errors import ImportRefused
from similis.store import syncing
from similis.store.applying import apply_patches
from similis.store.database import Database
from similis.store.gathering import Gathered, Item, Progress, gather
from similis.store.merging import Counts, count, current_seq, merge, next_seq, now, record, remember, remove, set_feeds
from similis.store.options import ImportOptions
from similis.store.rejects import MAX_REPORTED, kept_rejects
from similis.store.reports import AddReport
from similis.store.schema import staging


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What the write transaction did, or why it did nothing."""

    counts: Counts
    withdrawn: int = 0
    seq: int = 0
    import_id: int | None = None
    warnings: tuple[str, ...] = ()
    refusal: str | None = None


def run_import(database: Database, items: Iterable[Item], source: str, options: ImportOptions, progress: Progress | None) -> AddReport:
    """See ``Store.add``."""
    started_at = now()
    with contextlib.ExitStack() as stack:
        file = None if options.rejects is None else stack.enter_context(options.rejects)
        connection = stack.enter_context(database.private())
        gathered = Gathered(options.feed, options.kind == "patch")
        with connection.begin():
            staging.create_all(connection, checkfirst=False)
            gather(connection, items, gathered, progress)
            if file and options.kind != "patch":
                file.fill(kept_rejects(connection))
        with connection.begin() if options.dry_run else database.write_on(connection):
            warnings = apply_patches(connection, gathered, _id_column(items)) if options.kind == "patch" else []
            if file and options.kind == "patch":
                file.fill(kept_rejects(connection))
            outcome = _take(connection, started_at, gathered, source, options)
            rejects = tuple(kept_rejects(connection, MAX_REPORTED))
        if file:
            file.publish()
    if outcome.refusal is not None:
        raise ImportRefused(outcome.refusal)
    return _report(items, source, gathered, options, outcome, rejects, (*warnings, *outcome.warnings))


def _take(connection: sa.Connection, started_at: str, gathered: Gathered, source: str, options: ImportOptions) -> _Outcome:
    """Decide, and write unless it is refused or only tried. Nothing of the shop is changed before the decision."""
    counts = count(connection)
    n_vanished = syncing.size(connection, syncing.vanished(options.feed)) if options.kind == "sync" else 0
    refusal = _refusal(connection, gathered, options, counts, n_vanished)
    if refusal is not None:
        return _Outcome(counts, refusal=refusal)
    warnings = tuple(_sync_warnings(connection, options, n_vanished)) if options.kind == "sync" else ()
    if options.dry_run:
        return _Outcome(counts, n_vanished, current_seq(connection), None, warnings)
    seq = next_seq(connection) if counts.changed else current_seq(connection)
    withdrawal_seq = next_seq(connection) if n_vanished else seq
    values = {**_row_counts(gathered, counts), "withdrawn": n_vanished, "kind": options.kind, "feed": options.feed}
    import_id = record(connection, started_at, {**values, "source": source, "seq": withdrawal_seq})
    write_staged(connection, counts, seq, import_id)
    if n_vanished:
        remove(connection, syncing.vanished(options.feed), withdrawal_seq, import_id)
    return _Outcome(counts, n_vanished, withdrawal_seq, import_id, warnings)


def write_staged(connection: sa.Connection, counts: Counts, seq: int, import_id: int) -> None:
    """Merge the staged rows, as far as they change anything."""
    if counts.changed or counts.refed:
        remember(connection, import_id)
    if counts.changed:
        merge(connection, seq, import_id)
    if counts.refed:
        set_feeds(connection)


def _refusal(connection: sa.Connection, gathered: Gathered, options: ImportOptions, counts: Counts, n_vanished: int) -> str | None:
    if options.strict and gathered.first is not None:
        first = gathered.first
        column = "" if first.column is None else f", column {first.column!r}"
        return (
            f"{gathered.rejected:,} of {gathered.rows:,} rows cannot be taken, and strict takes all rows or none; nothing was written. "
            f"First, line {first.line}{column}: {first.message}. Correct the rows (--rejects FILE lists them all), or leave --strict out"
        )
    if options.kind == "sync":
        return syncing.guarded(connection, options.feed, counts.staged, n_vanished, options.share)
    return None


def _sync_warnings(connection: sa.Connection, options: ImportOptions, n_vanished: int) -> Iterator[str]:
    nameless = syncing.nameless_rejects(connection)
    if nameless:
        yield (
            f"{nameless:,} rejected rows have no readable id; products they were meant for may be among the {n_vanished:,} withdrawn: "
            "correct the rows and sync again, or take it back: similis undo"
        )
    if options.feed is not None and not syncing.size(connection, syncing.in_scope(options.feed)):
        others = syncing.feeds(connection)
        if others:
            yield f"nothing in the catalogue came from a feed {options.feed!r} before; feeds known: {', '.join(others)}"


def _row_counts(gathered: Gathered, counts: Counts) -> dict[str, int]:
    return {
        "rows": gathered.rows,
        "accepted": counts.accepted,
        "updated": counts.updated,
        "unchanged": counts.unchanged,
        "merged": gathered.rows - gathered.rejected - counts.staged,
        "rejected": gathered.rejected,
    }


def _report(
    items: Iterable[Item],
    source: str,
    gathered: Gathered,
    options: ImportOptions,
    outcome: _Outcome,
    rejects: tuple[Reject, ...],
    warnings: tuple[str, ...],
) -> AddReport:
    read = items if isinstance(items, ProductFeed) else None
    return AddReport(
        source=source,
        **_row_counts(gathered, outcome.counts),
        seq=outcome.seq,
        import_id=outcome.import_id,
        rejects=rejects,
        notes=() if read is None else read.notes,
        note_count=0 if read is None else read.note_count,
        withdrawn=outcome.withdrawn,
        kind=options.kind,
        feed=options.feed,
        dry_run=options.dry_run,
        mapping=None if read is None else read.mapping,
        warnings=warnings,
    )


def _id_column(items: Iterable[Item]) -> str | None:
    return items.mapping.fields.get("id") if isinstance(items, ProductFeed) else None

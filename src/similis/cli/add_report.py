"""How ``similis add`` shows what became of a feed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from similis.cli.output import counted, show

if TYPE_CHECKING:
    from similis.catalogue import ColumnMapping
    from similis.catalogue.preview import ColumnPreview, FeedPreview
    from similis.store import AddReport

SHOWN_REJECTS = 5
SHOWN_COLUMNS = 60


def show_report(added: AddReport, preview: FeedPreview | None) -> None:
    """Print the counts, the mapping (of a dry run with values), the first rejects, and what there is to remark."""
    from rich.padding import Padding
    from rich.text import Text

    lines = [f"warning: {warning}" for warning in added.warnings]
    if added.mapping is not None and added.mapping.preset not in (None, "plain"):
        lines.append(f"preset: {added.mapping.preset}")
    if preview is not None:
        lines += map(_column_in_short, preview.columns)
    elif added.mapping is not None:
        lines += _mapping_in_short(added.mapping)
    lines += [f"rejected, line {reject.line}: {reject.message}" for reject in added.rejects[:SHOWN_REJECTS]]
    if added.rejected > SHOWN_REJECTS:
        lines.append(f"and {counted(added.rejected - SHOWN_REJECTS, 'more reject')}; --rejects FILE writes them all")
    if added.note_count:
        lines.append(_notes_in_short(added))
    show(Text(_counts_in_short(added)))
    show(*(Padding(Text(line), (0, 0, 0, 2)) for line in lines))


def _counts_in_short(added: AddReport) -> str:
    unchanged = f" ({added.unchanged:,} of them unchanged)" if added.unchanged else ""
    counts = [
        f"{number:,} {name}{more}"
        for number, name, more in (
            (added.accepted, "accepted", ""),
            (added.updated, "updated", unchanged),
            (added.merged, "merged", ""),
            (added.rejected, "rejected", ""),
        )
        if number
    ]
    text = f"{added.source}: {counted(added.rows, 'row')}" + (f" = {' + '.join(counts)}" if counts else "")
    if added.withdrawn:
        text += f"; {added.withdrawn:,} withdrawn"
    return f"dry run: {text}" if added.dry_run else text


def _column_in_short(column: ColumnPreview) -> str:
    """``price ← 价格: 99 元 → 99; 12,50 → 12.50``."""
    is_read = column.target not in ("extra", "ignored", "used", "similis")
    values = [
        value if value == became or not is_read else f"{value} (not used)" if became is None else f"{value} → {became}"
        for value, became in column.samples
    ]
    return f"{column.target} ← {column.column}: {'; '.join(values) or 'empty'}"


def _mapping_in_short(used: ColumnMapping) -> Iterator[str]:
    renamed = [f"{field} ← {column}" for field, column in used.fields.items() if field != column]
    kept = [field for field, column in used.fields.items() if field == column]
    if used.fields:
        yield "columns: " + "; ".join(part for part in (", ".join(kept), ", ".join(renamed)) if part)
    if used.attributes:
        yield f"attributes: {_listed(list(used.attributes))}"
    if used.extra:
        yield f"kept as extra: {_listed(used.extra)}"


def _listed(columns: Sequence[str]) -> str:
    more = f" and {len(columns) - SHOWN_COLUMNS:,} more" if len(columns) > SHOWN_COLUMNS else ""
    return ", ".join(columns[:SHOWN_COLUMNS]) + more


def _notes_in_short(added: AddReport) -> str:
    from collections import Counter

    codes = Counter(note.code for note in added.notes).most_common()
    listed = ", ".join(f"{code.replace('_', ' ')} {n:,}" for code, n in codes[:4])
    if len(codes) > 4:
        listed += f", others {sum(n for _, n in codes[4:]):,}"
    first = added.notes[0] if added.notes else None
    example = f"; first, line {first.line}: {first.message}" if first else ""
    return f"{counted(added.note_count, 'remark')} ({listed}){example}"

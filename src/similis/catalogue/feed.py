"""Reading a feed into products."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice
from types import TracebackType
from typing import Any, TypeAlias

from similis.catalogue.columns import SYNONYMS, normal_name
from similis.catalogue.conversion import Converter
from similis.catalogue.mapping import ColumnMapping, mapping_for
from similis.catalogue.patch import Patch
from similis.catalogue.patching import PatchConverter, looks_like_patches
from similis.catalogue.presets import PRESETS, Preset, fitting_preset, named_preset
from similis.catalogue.presets.preset import Regrouped, names_of
from similis.catalogue.product import Product
from similis.catalogue.readers import FeedSource, Rows, read_rows
from similis.catalogue.readers.names import id_position
from similis.catalogue.rows import Merged, Note, RawRow, Reject
from similis.errors import InvalidMapping

SAMPLE_ROWS = 1_000
MAX_NOTES = 1_000

Converted: TypeAlias = tuple[Product | Patch, list[Note]] | Reject
Convert: TypeAlias = Callable[[RawRow], Converted]


class ProductFeed(Iterator[Product | Patch | Merged | Reject]):
    """The products of a feed, streamed; every row read comes out once: as a product, as a part of another row's product, or as a reject.
    Iterate once.

    rows, merged, rejected: how many rows have come so far, and how many of them as parts and as rejects.
    preset:         the name of the preset in use; None when there is none.
    is_patch:       the rows come out as patches, since that was asked for or the columns are an id, prices and stock alone.
    notes:          the first 1,000 remarks on accepted rows.
    note_counts:    how many remarks there were of each code.
    """

    def __init__(
        self,
        source: Rows,
        mapping: ColumnMapping | Mapping[str, str] | None = None,
        *,
        preset: str | Preset | None = None,
        patch: bool = False,
    ) -> None:
        self._source = source
        try:
            opened = opened_rows(source, mapping, preset, patch=patch)
            self._rows = opened.rows
            decided = opened.mapping
            self.preset = opened.preset
            self.is_patch = opened.is_patch
        except BaseException:
            source.closing.close()
            raise
        self._knows_ids = opened.preset is not None or _reader_knows_ids(source.columns, decided)
        self._converter = PatchConverter(decided) if self.is_patch else Converter(decided)
        self._notes: list[Note] = []
        self.note_counts: Counter[str] = Counter()
        self.rows = 0
        self.merged = 0
        self.rejected = 0
        self._items = self._converted()

    @property
    def name(self) -> str:
        """What the feed is called, in messages and in the list of imports."""
        return self._source.name

    @property
    def mapping(self) -> ColumnMapping:
        """The mapping in use; it grows when a row brings a column the first 1,000 rows did not have."""
        return self._converter.mapping

    @property
    def notes(self) -> tuple[Note, ...]:
        """The first 1,000 remarks."""
        return tuple(self._notes)

    @property
    def note_count(self) -> int:
        """How many remarks there were in all."""
        return self.note_counts.total()

    def close(self) -> None:
        """Close the file; done by itself when the feed has been read to its end."""
        self._items.close()
        self._source.closing.close()

    def __iter__(self) -> ProductFeed:
        return self

    def __next__(self) -> Product | Patch | Merged | Reject:
        return next(self._items)

    def __enter__(self) -> ProductFeed:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _converted(self) -> Generator[Product | Patch | Merged | Reject, None, None]:
        converter = self._converter
        convert: Convert = converter.patch_of if isinstance(converter, PatchConverter) else converter.convert
        with self._source.closing:
            for row in self._rows:
                self.rows += 1
                outcome: Converted | Product | Merged | Patch = convert(row) if isinstance(row, RawRow) else row
                if isinstance(row, Reject) and row.id is not None and not self._knows_ids:
                    outcome = replace(row, id=None)
                if isinstance(outcome, tuple):
                    outcome, notes = outcome
                    if notes:
                        self._remark(notes)
                elif isinstance(outcome, Reject):
                    self.rejected += 1
                elif isinstance(outcome, Merged):
                    self.merged += 1
                yield outcome

    def _remark(self, notes: list[Note]) -> None:
        self.note_counts.update(note.code for note in notes)
        self._notes.extend(notes[: max(0, MAX_NOTES - len(self._notes))])


def _reader_knows_ids(columns: list[str] | None, mapping: ColumnMapping) -> bool:
    """Whether the column in which a reader finds the ids of broken rows, by its name, is the one the ids are taken from."""
    chosen = mapping.fields.get("id", "")
    return columns[id_position(columns)] == chosen if columns else normal_name(chosen) in SYNONYMS["id"]


@dataclass(frozen=True, slots=True)
class OpenedRows:
    """Rows with the decisions made on their first thousand: one row per product now, and the mapping that converts them."""

    rows: Regrouped
    mapping: ColumnMapping
    preset: str | None
    is_patch: bool


def opened_rows(
    source: Rows, mapping: ColumnMapping | Mapping[str, str] | None, preset: str | Preset | None, *, patch: bool = False
) -> OpenedRows:
    """Decide on preset and mapping, and put rows that belong together in order.

    Raises:
        UsageError: an unknown preset.
        InvalidMapping: an override names no field or column, or no column can be the id or the title.
    """
    first = list(islice(source.rows, SAMPLE_ROWS))
    columns = source.columns or list(dict.fromkeys(column for row in first if isinstance(row, RawRow) for column in row.values))
    chosen = _chosen_preset(columns, mapping, preset)
    rows: Regrouped = chain(first, source.rows)
    if chosen is not None and chosen.regroup is not None:
        rows = chosen.regroup(chain(first, source.rows))
        if isinstance(rows, Generator):
            source.closing.callback(rows.close)
    sample = list(islice(rows, SAMPLE_ROWS))
    decided = mapping
    if not isinstance(decided, ColumnMapping):
        raw = [row for row in sample if isinstance(row, RawRow)]
        overrides = decided
        needed = (
            ("id", "title") if raw or chosen is None or chosen.regroup is None else ()
        )  # what rows are put together from comes with them
        decided = mapping_for(raw, overrides, columns=source.columns or (), preset=chosen, required=needed[:1])
        if not (patch or looks_like_patches(decided)):
            decided = mapping_for(raw, overrides, columns=source.columns or (), preset=chosen, required=needed)
        if preset is not None and chosen is not None and chosen.regroup and raw and not chosen.fits(names_of(columns)):
            _check_ids(raw, decided, chosen.name, columns)
    return OpenedRows(chain(sample, rows), decided, chosen.name if chosen else None, patch or looks_like_patches(decided))


def _check_ids(raw: list[RawRow], mapping: ColumnMapping, preset: str, columns: list[str]) -> None:
    """A preset that finds no id in any of the first rows was named by mistake.

    Raises:
        InvalidMapping: it finds none.
    """
    column = mapping.fields["id"]
    if not any(row.values.get(column) for row in raw):
        raise InvalidMapping(
            f"preset {preset!r} finds no id in this feed ({column}); its columns: {', '.join(columns[:40])}. Name another preset, or plain"
        )


def _chosen_preset(columns: list[str], mapping: ColumnMapping | Mapping[str, str] | None, preset: str | Preset | None) -> Preset | None:
    """What was asked for, else what the mapping was made with, else what the columns leave no doubt about."""
    if preset is not None:
        return named_preset(preset) if isinstance(preset, str) else preset
    if isinstance(mapping, ColumnMapping):
        return PRESETS.get(mapping.preset) if mapping.preset else None
    return fitting_preset(columns)


def read_products(
    source: FeedSource,
    *,
    format: str | None = None,
    preset: str | None = None,
    mapping: ColumnMapping | Mapping[str, str] | None = None,
    member: str | None = None,
    sql: str | None = None,
    patch: bool = False,
) -> ProductFeed:
    """Read a feed as products.

    Args:
        source: A path, a binary stream, a data frame, an Arrow table, or mappings, see ``readers``.
        format: One of ``FORMATS``; None tells it from the content and the name.
        preset: One of ``presets.PRESETS``, ``plain`` for none; None chooses one where the columns leave no doubt.
        mapping: Overrides such as ``{"title": "name"}`` or ``{"spec_*": "attributes"}``, or a whole ``ColumnMapping``; None guesses by the
            columns' names.
        member, sql: Which part of an archive or a workbook, and which rows of a database; see ``readers``.
        patch: Read rows as patches of products that are there already; by itself where the columns are an id, prices and stock alone.
    Returns:
        An iterator over products (or patches), merged rows and rejects, with the mapping, the counts and the notes.
    Raises:
        UsageError: an unknown format or preset.
        UnreadableFeed: the source cannot be read as a feed; iterating may raise it too.
        InvalidMapping: an override names no field or column, or no column can be the id or the title.
    """
    return ProductFeed(open_source(source, format=format, member=member, sql=sql), mapping, preset=preset, patch=patch)


def open_source(source: FeedSource, *, format: str | None = None, member: str | None = None, sql: str | None = None) -> Rows:
    """``read_rows`` with those of its options that were given."""
    options: dict[str, Any] = {name: value for name, value in (("member", member), ("sql", sql)) if value is not None}  # Any: as declared
    return read_rows(source, format=format, **options)

"""Reading a feed into products."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from itertools import chain, islice
from types import TracebackType

from similis.catalogue.conversion import Converter
from similis.catalogue.mapping import ColumnMapping, mapping_for
from similis.catalogue.product import Product
from similis.catalogue.readers import FeedSource, Rows, read_rows
from similis.catalogue.rows import Note, RawRow, Reject

SAMPLE_ROWS = 1_000
MAX_NOTES = 1_000


class ProductFeed(Iterator[Product | Reject]):
    """The products of a feed, streamed; every row read comes out once, as a product or a reject. Iterate once.

    rows, rejected: how many rows have come so far, and how many of them as rejects.
    notes:          the first 1,000 remarks on accepted rows.
    note_counts:    how many remarks there were of each code.
    """

    def __init__(self, source: Rows, mapping: ColumnMapping | Mapping[str, str] | None = None) -> None:
        self._source = source
        try:
            self._sample = list(islice(source.rows, SAMPLE_ROWS))
            raw = [row for row in self._sample if isinstance(row, RawRow)]
            decided = mapping if isinstance(mapping, ColumnMapping) else mapping_for(raw, mapping, columns=source.columns or ())
        except BaseException:
            source.closing.close()
            raise
        self._converter = Converter(decided)
        self._notes: list[Note] = []
        self.note_counts: Counter[str] = Counter()
        self.rows = 0
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

    def __next__(self) -> Product | Reject:
        return next(self._items)

    def __enter__(self) -> ProductFeed:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _converted(self) -> Generator[Product | Reject, None, None]:
        convert = self._converter.convert
        sample, self._sample = self._sample, []
        with self._source.closing:
            for row in chain(sample, self._source.rows):
                self.rows += 1
                outcome = convert(row) if isinstance(row, RawRow) else row
                if isinstance(outcome, tuple):
                    outcome, notes = outcome
                    if notes:
                        self._remark(notes)
                elif isinstance(outcome, Reject):
                    self.rejected += 1
                yield outcome

    def _remark(self, notes: list[Note]) -> None:
        self.note_counts.update(note.code for note in notes)
        self._notes.extend(notes[: max(0, MAX_NOTES - len(self._notes))])


def read_products(
    source: FeedSource, *, format: str | None = None, mapping: ColumnMapping | Mapping[str, str] | None = None
) -> ProductFeed:
    """Read a feed as products.

    Args:
        source: A path, a binary stream, a data frame, an Arrow table, or mappings, see ``readers``.
        format: ``csv``, ``tsv``, ``jsonl`` or ``parquet``; None tells it from the content and the name.
        mapping: Overrides such as ``{"title": "name"}`` or a whole ``ColumnMapping``; None guesses by the columns' names.
    Returns:
        An iterator over products and rejects, with the mapping, the counts and the notes.
    Raises:
        UsageError: an unknown format.
        UnreadableFeed: the source cannot be read as a feed; iterating may raise it too.
        InvalidMapping: an override names no field or column, or no column can be the id or the title.
    """
    return ProductFeed(read_rows(source, format=format), mapping)

"""Parquet files, Arrow tables and data frames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from similis.catalogue.readers.names import unique_names
from similis.catalogue.readers.opening import MAX_RATIO, RATIO_FLOOR, OpenFeed, on_disk
from similis.catalogue.rows import RawRow, RawValue, Reject
from similis.catalogue.texts import as_raw
from similis.errors import UnreadableFeed

_BATCH_ROWS = 2_000


def read_parquet(feed: OpenFeed) -> tuple[list[str], Iterator[RawRow | Reject]]:
    """Columns and rows of a Parquet file.

    Raises:
        UnreadableFeed: not a whole Parquet file, or one that unpacks to more than 100 times its size. Iterating raises it too.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    file: Any = on_disk(feed)  # Any: pyarrow has no types
    try:
        size = file.seek(0, 2)
        file.seek(0)
        parquet = feed.closing.enter_context(pq.ParquetFile(file))
        groups = (parquet.metadata.row_group(number) for number in range(parquet.metadata.num_row_groups))
        unpacked = sum(group.total_byte_size for group in groups)
        names = list(parquet.schema_arrow.names)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise UnreadableFeed(f"{feed.name} is no whole Parquet file: {error}; fetch it again, or name its format") from error
    if unpacked > RATIO_FLOOR and unpacked > MAX_RATIO * size:
        raise UnreadableFeed(
            f"{feed.name} unpacks to more than {MAX_RATIO} times its size; write it again without compression if you trust it"
        )
    return unique_names(names), _guarded(parquet.iter_batches(batch_size=_BATCH_ROWS), feed.name)


def _guarded(batches: Iterable[Any], name: str) -> Iterator[RawRow]:
    import pyarrow as pa

    try:
        yield from read_batches(batches)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise UnreadableFeed(f"{name} cannot be read to its end: {error}; fetch it again") from error


def read_batches(batches: Iterable[Any]) -> Iterator[RawRow]:
    """Rows of Arrow record batches, numbered from 1."""
    number = 0
    for whole in batches:
        names = unique_names(whole.schema.names)
        for start in range(0, whole.num_rows, _BATCH_ROWS):
            batch = whole.slice(start, _BATCH_ROWS)
            for cells in zip(*(_texts(column) for column in batch.columns), strict=True):
                number += 1
                yield RawRow(number, dict(zip(names, cells, strict=True)))


def _texts(column: Any) -> list[RawValue]:
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.dictionary_decode(), kind.value_type
    if pa.types.is_timestamp(kind) and kind.unit == "ns":  # Python's own datetimes end at microseconds
        column = column.cast(pa.timestamp("us", kind.tz), safe=False)
    try:
        cells = column.to_pylist()
    except (ValueError, OverflowError, NotImplementedError):
        if pa.types.is_string(kind) or pa.types.is_large_string(kind):  # bytes that are no UTF-8
            cells = column.view(pa.binary() if pa.types.is_string(kind) else pa.large_binary()).to_pylist()
        else:
            cells = column.cast(pa.string()).to_pylist()
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return [cell if isinstance(cell, str) else as_raw(cell) for cell in cells]
    if pa.types.is_map(kind):
        cells = [None if cell is None else dict(cell) for cell in cells]
    return [as_raw(cell) for cell in cells]


def read_frame(frame: Any) -> tuple[list[str], Iterator[RawRow]]:
    """Columns and rows of a pandas data frame, or of anything with its ``columns`` and ``itertuples``. An index with a name is a column."""
    index = getattr(frame, "index", None)
    if any(name is not None and name not in frame.columns for name in getattr(index, "names", ())):
        frame = frame.reset_index()
    columns = unique_names([str(name) for name in frame.columns])

    def rows() -> Iterator[RawRow]:
        for number, cells in enumerate(frame.itertuples(index=False, name=None), start=1):
            yield RawRow(number, {name: as_raw(cell) for name, cell in zip(columns, cells, strict=True)})

    return columns, rows()

"""Feeds that are in memory already: data frames, Arrow tables and readers, mappings, products."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from similis.catalogue.product import Product
from similis.catalogue.readers import columnar
from similis.catalogue.readers.names import cleanly_named, unique_names
from similis.catalogue.rows import RawRow, Reject
from similis.catalogue.texts import as_values
from similis.errors import UnreadableFeed


def rows_in_memory(source: Any) -> tuple[str, list[str] | None, Iterator[RawRow | Reject | Product]]:
    """The source's name, its columns if it has such, and its rows.

    Raises:
        UnreadableFeed: it is nothing that can be read as rows.
    """
    if isinstance(source, Mapping):
        return "the record", None, _records([source])
    if hasattr(source, "itertuples") and hasattr(source, "columns"):
        columns, frame_rows = columnar.read_frame(source)
        return "the data frame", columns, frame_rows
    if hasattr(source, "to_batches"):
        return "the table", unique_names(source.schema.names), columnar.read_batches(source.to_batches())
    if hasattr(source, "__arrow_c_stream__"):
        import pyarrow as pa

        reader = pa.RecordBatchReader.from_stream(source)
        return "the table", unique_names(reader.schema.names), columnar.read_batches(reader)
    if isinstance(source, Iterable) and not isinstance(source, (bytes, bytearray)):
        return "the records", None, _records(source)
    raise UnreadableFeed(f"what is given ({type(source).__name__}) is no feed; give a path, a binary stream, a table, or mappings")


def _records(source: Iterable[Any]) -> Iterator[RawRow | Reject | Product]:
    for number, record in enumerate(source, start=1):
        if isinstance(record, Product):
            yield record
        elif isinstance(record, Mapping):
            yield RawRow(number, cleanly_named(as_values(record)))
        else:
            yield Reject(
                number,
                None,
                None,
                "not_a_record",
                f"what is given ({type(record).__name__}) is no record; give mappings of column to value",
            )

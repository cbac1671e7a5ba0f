"""From a feed's row, all text, to a ``Product``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from similis.catalogue import field_lists, field_texts, fields, own_words
from similis.catalogue.cleaning import clean_line, has_damage, is_missing
from similis.catalogue.columns import OWN_COLUMN
from similis.catalogue.draft import Draft
from similis.catalogue.languages import detect_language
from similis.catalogue.mapping import ColumnMapping, mapping_for
from similis.catalogue.product import Product
from similis.catalogue.rows import Note, RawRow, Reject
from similis.catalogue.texts import as_values
from similis.errors import InvalidProduct

MAX_ID = 256
AnyDraft = TypeVar("AnyDraft", bound=Draft)


class Converter:
    """Converts rows by one mapping, which grows when a row brings a column not seen before.

    A row without a usable id or title is rejected. Any other value that cannot be used is left out of its field, kept as text in
    ``extra`` under the column's name, and noted.
    """

    def __init__(self, mapping: ColumnMapping, *, default_id: str | None = None) -> None:
        self.mapping = mapping
        self._default_id = default_id
        self._readers: dict[str, field_texts.Reader] = {}
        for name, column in mapping.fields.items():
            if name != "id":
                self._readers[column] = self._field_reader(name)
        for name, column in mapping.attributes.items():
            self._readers[column] = field_lists.attribute_reader(name)
        for column in mapping.extra:
            self._readers[column] = field_texts.read_extra
        for column in mapping.ignored:
            self._readers[column] = field_texts.read_nothing
        for column in mapping.own:
            self._readers[column] = field_texts.read_nothing
        self._id_column = mapping.fields.get("id")

    def convert(self, row: RawRow) -> tuple[Product, list[Note]] | Reject:
        """The row's product and the remarks on it, or why there is none."""
        draft = self.draft_of(row, Draft)
        if isinstance(draft, Reject):
            return draft
        if "title" not in draft.fields:
            title_column = self.mapping.fields.get("title")
            return Reject(row.line, draft.id, title_column, "missing_title", f"product {draft.id!r} has no title; give every product one")
        if "language" not in draft.fields:
            draft.fields["language"] = detect_language(draft.fields["title"])
        return draft.product(), draft.notes

    def draft_of(self, row: RawRow, kind: type[AnyDraft]) -> AnyDraft | Reject:
        """What the row's columns say, or why its id cannot be read."""
        values = row.values
        own_columns = self.mapping.own
        own = own_words.own_object(row, own_columns) if own_columns else None
        product_id = self._id_of(row, own)
        if isinstance(product_id, Reject):
            return product_id
        draft = kind(row.line, product_id)
        if row.missing_cells:
            draft.note(None, "short_row", f"the row has {_cells(row.missing_cells)} less than the header; {kind.MISSING_CELLS}")
        readers = self._readers
        id_column = self._id_column
        for column, value in values.items():
            if value and column != id_column:
                (readers.get(column) or self._late(column))(draft, column, value)
        if own_columns is not self.mapping.own:  # the first row that has such a column
            return self.draft_of(row, kind)
        if own is not None:
            own_words.apply_own(draft, OWN_COLUMN, own)
        elif own_columns:
            _keep_what_is_no_object(draft, row, own_columns)
        return draft

    def _id_of(self, row: RawRow, own: dict[str, Any] | None) -> str | Reject:
        raw: Any = row.values.get(self._id_column, "") if self._id_column is not None else ""
        if own is not None:
            raw = own_words.own_id(own) or raw
        if isinstance(raw, list) and len(raw) == 1:
            raw = raw[0]
        if not isinstance(raw, str):
            return Reject(row.line, None, self._id_column, "bad_id", "the id is a list or an object; give one text")
        if has_damage(raw):
            return Reject(
                row.line, None, self._id_column, "bad_id", f"the id {raw[:40]!a} holds bytes that are no text; save the feed as UTF-8"
            )
        text = clean_line(raw)
        if is_missing(text):
            if self._default_id is not None:
                return self._default_id
            return Reject(row.line, None, self._id_column, "missing_id", "the row has no id; give every product one")
        if len(text) > MAX_ID:
            return Reject(
                row.line, None, self._id_column, "bad_id", f"the id {text[:40]!r}… has {len(text)} characters, {MAX_ID} are allowed"
            )
        return text

    def _late(self, column: str) -> field_texts.Reader:
        if column == self._id_column:
            return field_texts.read_nothing
        self.mapping = self.mapping.with_column(column)
        kind, name = self.mapping.place_of(column) or ("extra", "")
        reader: field_texts.Reader = field_texts.read_extra
        if kind in ("own", "ignored"):
            reader = field_texts.read_nothing
        elif kind == "attribute":
            reader = field_lists.attribute_reader(name)
        elif name == "id":
            self._id_column = column
        elif kind == "field":
            reader = self._field_reader(name)
        self._readers[column] = reader
        return reader

    def _field_reader(self, name: str) -> field_texts.Reader:
        if name == "category_path":
            return field_lists.category_reader(self.mapping.slash_separates)
        return fields.READERS[name]


def _cells(count: int) -> str:
    return f"{count} cell{'s' if count > 1 else ''}"


def _keep_what_is_no_object(draft: Draft, row: RawRow, columns: tuple[str, ...]) -> None:
    for column in columns:
        if value := row.values.get(column):
            draft.refuse(column, value, "bad_similis", f"column {column!r} is read as an object of fields, which this is not")


def product_from_row(row: Mapping[str, Any], mapping: ColumnMapping | Mapping[str, str] | None = None, *, id: str | None = None) -> Product:
    """One product from a mapping of names to values, cleaned and converted as a feed's row would be.

    Args:
        row: Any names a feed may use; values of any type a table may hold. Optional values that cannot be used end in ``extra``.
        mapping: The feed's mapping or overrides; None guesses by the names.
        id: The id to give when the row has none, as for a product that is asked about but not in the catalogue.
    Raises:
        InvalidProduct: no title, or no id and none given; the message names the way out.
        InvalidMapping: ``mapping`` names no field or no column.
    """
    values = as_values(row)
    decided = mapping if isinstance(mapping, ColumnMapping) else mapping_for([RawRow(1, values)], mapping, required=())
    outcome = Converter(decided, default_id=id).convert(RawRow(1, values))
    if isinstance(outcome, Reject):
        raise InvalidProduct(outcome.message)
    return outcome[0]

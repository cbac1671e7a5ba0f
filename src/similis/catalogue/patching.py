"""From a row of a price or stock feed to a ``Patch``: what the row has changes, everything else stays."""

from __future__ import annotations

from typing import Any

from similis.catalogue.cleaning import clean_line, is_missing
from similis.catalogue.conversion import Converter
from similis.catalogue.draft import Draft
from similis.catalogue.languages import detect_language
from similis.catalogue.mapping import ColumnMapping
from similis.catalogue.patch import Patch
from similis.catalogue.rows import Note, RawRow, RawValue, Reject
from similis.catalogue.texts import as_one_text

PATCH_FIELDS = frozenset(("price", "sale_price", "cost", "currency", "stock", "availability", "condition", "popularity", "updated_at"))
"""Fields that change by the day; a feed of these alone is taken for patches without being told."""


def looks_like_patches(mapping: ColumnMapping) -> bool:
    """Whether a feed's columns are an id and some of ``PATCH_FIELDS``, and nothing else."""
    others = mapping.fields.keys() - {"id"}
    return "id" in mapping.fields and bool(others) and others <= PATCH_FIELDS and not (mapping.attributes or mapping.extra or mapping.own)


class PatchConverter(Converter):
    """Converts rows to patches by the same field readers as products.

    A row without a usable id is rejected. An empty cell leaves its field as it is, but an empty sale price ends the sale; a cell the row
    does not have at all says nothing. A value that cannot be used leaves its field, and is noted. A currency known only by a sign that
    several share ($, ¥) is not taken for a change of currency.
    """

    def patch_of(self, row: RawRow) -> tuple[Patch, list[Note]] | Reject:
        """The row's patch and the remarks on it, or why there is none."""
        draft = self.draft_of(row, _PatchDraft)
        if isinstance(draft, Reject):
            return draft
        sale_column = self.mapping.fields.get("sale_price")
        if sale_column in row.values and _is_empty(row.values[sale_column]):
            draft.fields["sale_price"] = None
        return Patch(row.line, draft.id, draft.changes()), draft.notes


class _PatchDraft(Draft):
    """A draft that never becomes a product; what does not fit its field is not kept elsewhere either."""

    __slots__ = ()
    MISSING_CELLS = "their fields stay as they are"

    def refuse(self, column: str, value: RawValue, code: str, message: str) -> None:
        """Say that a value does not fit its field."""
        self.note(column, code, f"{message}; the product keeps what it has")

    def changes(self) -> dict[str, Any]:  # Any: each field has its own type
        """Field to new value."""
        self.currencies = [named for named in self.currencies if not named[2]]
        if self.currencies:
            self._settle_currency()
        if "title" in self.fields and "language" not in self.fields:
            self.fields["language"] = detect_language(self.fields["title"])
        if self.attributes:
            self.fields["attributes"] = self.attributes
        if self.extra:
            self.fields["extra"] = self.extra
        return self.fields


def _is_empty(value: RawValue) -> bool:
    return not value or is_missing(clean_line(as_one_text(value)))

"""A product while its row is being read."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from similis.catalogue.cleaning import MAX_TEXT, clean_line
from similis.catalogue.product import Product
from similis.catalogue.rows import Note, RawValue
from similis.catalogue.texts import as_one_text


class Draft:
    """Collects what the columns of one row say; ``product`` closes it."""

    __slots__ = ("attributes", "currencies", "extra", "fields", "id", "line", "notes")
    MISSING_CELLS = "the missing ones count as empty"

    def __init__(self, line: int, id: str) -> None:
        self.line = line
        self.id = id
        self.fields: dict[str, Any] = {}
        self.attributes: dict[str, tuple[str, ...]] = {}
        self.extra: dict[str, str] = {}
        self.notes: list[Note] = []
        self.currencies: list[tuple[str, str, bool]] = []

    def note(self, column: str | None, code: str, message: str) -> None:
        """Remark on the row."""
        self.notes.append(Note(self.line, self.id, column, code, message))

    def keep(self, column: str, value: RawValue) -> None:
        """Keep a value nobody could use, under its column's name; a second one of that name gets a number."""
        text = value if isinstance(value, str) else as_one_text(value)
        if len(text) > MAX_TEXT:
            self.note(column, "clipped", f"{len(text)} characters, the first {MAX_TEXT} are kept")
            text = text[:MAX_TEXT]
        text = clean_line(text)
        if len(text) > MAX_TEXT:  # some characters become several when they are composed
            text = text[:MAX_TEXT].rstrip()
        if text:
            name, number = _extra_name(column), 1
            while name in self.extra and self.extra[name] != text:
                number += 1
                name = f"{_extra_name(column)}#{number}"
            self.extra[name] = text

    def refuse(self, column: str, value: RawValue, code: str, message: str) -> None:
        """Keep a value that does not fit its field, and say so."""
        self.keep(column, value)
        self.note(column, code, message)

    def product(self) -> Product:
        """The product; a title must have been set."""
        if self.currencies:
            self._settle_currency()
        if self.attributes:
            self.fields["attributes"] = self.attributes
        if self.extra:
            self.fields["extra"] = self.extra
        return Product(id=self.id, **self.fields)

    def _settle_currency(self) -> None:
        """A currency written beside an amount counts more than the column, but ``$`` and ``¥`` alone count less."""
        stated = self.fields.get("currency")
        for column, code, is_ambiguous in self.currencies:
            if stated is None:
                self.fields["currency"] = stated = code
            elif code != stated and not is_ambiguous:
                self.note(column, "currency_conflict", f"the amount says {code}, the feed {stated}; {code} is taken, check both columns")
                self.fields["currency"] = code
                return


@lru_cache(maxsize=4_096)
def _extra_name(column: str) -> str:
    return clean_line(column) or "column"

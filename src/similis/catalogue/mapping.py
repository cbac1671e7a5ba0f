"""Which column of a feed fills which field of ``Product``."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from similis.catalogue.columns import FEED_FIELDS, SYNONYMS, attribute_name, normal_name
from similis.catalogue.rows import RawRow
from similis.errors import InvalidMapping


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """A decided mapping; ``str`` shows it as a table.

    fields:     field of ``Product`` (or ``complements``) to column.
    attributes: attribute name to column.
    extra:      columns nobody claimed; their values are kept in ``Product.extra``.
    slash_separates: whether ``A/B`` in the category column is two steps of a path.
    """

    fields: Mapping[str, str]
    attributes: Mapping[str, str] = field(default_factory=dict)
    extra: tuple[str, ...] = ()
    slash_separates: bool = True

    def __str__(self) -> str:
        lines = [f"{name:<16} <- {column}" for name, column in self.fields.items()]
        lines += [f"{'attributes.' + name:<16} <- {column}" for name, column in self.attributes.items()]
        lines += [f"{'extra':<16} <- {column}" for column in self.extra]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "fields": dict(self.fields),
            "attributes": dict(self.attributes),
            "extra": list(self.extra),
            "slash_separates": self.slash_separates,
        }

    def with_column(self, column: str) -> ColumnMapping:
        """The same mapping for a feed in which one more column has turned up; it takes only a place that is still free."""
        if attribute := attribute_name(column):
            if attribute not in self.attributes:
                return replace(self, attributes={**self.attributes, attribute: column})
        elif wanted := next((name for name in _fields_fitting(column) if name not in self.fields), None):
            return replace(self, fields={**self.fields, wanted: column})
        return replace(self, extra=(*self.extra, column))


def guess_mapping(columns: Iterable[str], overrides: Mapping[str, str] | None = None) -> ColumnMapping:
    """Map columns by their names, English or Chinese.

    ``overrides`` come first: ``{"title": "name"}`` fills a field, ``{"attributes.color": "farbe"}`` an attribute, ``{"mpn": ""}`` leaves
    a field empty. Then each field takes, in the order of ``FEED_FIELDS``, the first free column in its list of synonyms (``columns``);
    where two columns fit, the earlier synonym wins, between equal names the earlier column. ``attr_*`` and ``attribute:*`` columns become
    attributes, the rest is extra.

    Raises:
        InvalidMapping: an override names no field, or a column the feed does not have, or one column twice.
    """
    names = list(dict.fromkeys(columns))
    fields, attributes, closed = _overridden(names, overrides or {})
    taken = {*fields.values(), *attributes.values()}
    by_name: dict[str, list[str]] = {}
    for column in names:
        if column not in taken and attribute_name(column) is None:
            by_name.setdefault(normal_name(column), []).append(column)
    for wanted in FEED_FIELDS:
        if wanted in fields or wanted in closed:
            continue
        fitting = next((free for synonym in SYNONYMS[wanted] for free in by_name.get(synonym, ()) if free not in taken), None)
        if fitting is not None:
            fields[wanted] = fitting
            taken.add(fitting)
    for column in names:
        attribute = attribute_name(column)
        if attribute and column not in taken and attribute not in attributes:
            attributes[attribute] = column
            taken.add(column)
    ordered = {wanted: fields[wanted] for wanted in FEED_FIELDS if wanted in fields}
    return ColumnMapping(ordered, attributes, tuple(column for column in names if column not in taken))


def mapping_for(
    sample: Collection[RawRow],
    overrides: Mapping[str, str] | None = None,
    *,
    columns: Iterable[str] = (),
    required: Iterable[str] = ("id", "title"),
) -> ColumnMapping:
    """The mapping for a feed whose first rows are ``sample``: names as in ``guess_mapping``, and the rows decide whether ``/`` separates
    categories.

    Raises:
        InvalidMapping: see ``guess_mapping``; also when no column can be one of the ``required`` fields.
    """
    names = dict.fromkeys(columns)
    for row in sample:
        names.update(dict.fromkeys(row.values))
    mapping = guess_mapping(names, overrides)
    if names:
        for wanted in required:
            if wanted not in mapping.fields:
                raise InvalidMapping(f"no column looks like the {wanted}; say {wanted}=COLUMN with one of: {', '.join(list(names)[:40])}")
    category = mapping.fields.get("category_path", "")
    texts = [text for row in sample if isinstance(text := row.values.get(category), str) and text]
    slashed = sum(1 for text in texts if "/" in text)
    return replace(mapping, slash_separates=2 * slashed > len(texts)) if texts else mapping


def _overridden(names: list[str], overrides: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str], set[str]]:
    fields: dict[str, str] = {}
    attributes: dict[str, str] = {}
    closed: set[str] = set()
    used: dict[str, str] = {}
    for target, column in overrides.items():
        is_attribute = target.startswith("attributes.") and len(target) > len("attributes.")
        if not is_attribute and target not in FEED_FIELDS:
            raise InvalidMapping(f"{target!r} is no field of a product{_close(target, FEED_FIELDS)}; use attributes.NAME for an attribute")
        if column == "":
            closed.add(target)
            continue
        if column not in names:
            raise InvalidMapping(
                f"the feed has no column {column!r} for {target}{_close(column, names)}; its columns: {', '.join(names[:40])}"
            )
        if column in used:
            raise InvalidMapping(f"column {column!r} cannot fill both {used[column]} and {target}")
        used[column] = target
        if is_attribute:
            attributes[target.removeprefix("attributes.")] = column
        else:
            fields[target] = column
    return fields, attributes, closed


def _close(word: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(word, known, n=3)
    return f" (close: {', '.join(close)})" if close else ""


def _fields_fitting(column: str) -> list[str]:
    name = normal_name(column)
    return [wanted for wanted in FEED_FIELDS if name in SYNONYMS[wanted]]

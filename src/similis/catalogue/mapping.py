"""Which column of a feed fills which field of ``Product``."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from similis.catalogue.columns import FEED_FIELDS, SYNONYMS, attribute_name, clean_attribute_name, is_own_column, normal_name
from similis.catalogue.patterns import Pattern, first_fitting, parse_patterns
from similis.catalogue.presets import PRESETS, Preset
from similis.catalogue.rows import RawRow
from similis.errors import InvalidMapping

Place: TypeAlias = tuple[Literal["field", "attribute", "own", "ignored", "extra"], str]
"""Where a column goes; for a field or an attribute its name."""


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """A decided mapping; ``str`` shows it as a table.

    fields:     field of ``Product`` (or ``complements``) to column.
    attributes: attribute name to column.
    extra:      columns nobody claimed; their values are kept in ``Product.extra``.
    slash_separates: whether ``A/B`` in the category column is two steps of a path.
    ignored:    columns that are not kept: the preset has read them into others, or a pattern says ``ignore``.
    own:        columns named ``similis``, whose fields override all others.
    patterns, preset: what decides about columns that turn up late.
    """

    fields: Mapping[str, str]
    attributes: Mapping[str, str] = field(default_factory=dict)
    extra: tuple[str, ...] = ()
    slash_separates: bool = True
    ignored: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    preset: str | None = None

    def __str__(self) -> str:
        lines = [f"{name:<16} <- {column}" for name, column in self.fields.items()]
        lines += [f"{'attributes.' + name:<16} <- {column}" for name, column in self.attributes.items()]
        lines += [f"{'extra':<16} <- {column}" for column in self.extra]
        lines += [f"{'(read)':<16} <- {column}" for column in (*self.own, *self.ignored)]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "fields": dict(self.fields),
            "attributes": dict(self.attributes),
            "extra": list(self.extra),
            "slash_separates": self.slash_separates,
            "ignored": list(self.ignored),
            "preset": self.preset,
        }

    def place_of(self, column: str) -> Place | None:
        """Where a column goes; None for one the mapping has not met."""
        if column in self.ignored:
            return "ignored", ""
        if column in self.own:
            return "own", ""
        for name, taken in self.fields.items():
            if taken == column:
                return "field", name
        for name, taken in self.attributes.items():
            if taken == column:
                return "attribute", name
        return ("extra", "") if column in self.extra else None

    def with_column(self, column: str) -> ColumnMapping:
        """The same mapping for a feed in which one more column has turned up; it takes only a place that is still free."""
        rules = _Rules(self.patterns, PRESETS.get(self.preset) if self.preset else None)
        if place := rules.first_choice(column):
            return self._with(place, column)
        wanted = next((name for name in rules.fields_for(column) if name not in self.fields), None)
        return self._with(rules.last_choice(column) if wanted is None else ("field", wanted), column)

    def _with(self, place: Place, column: str) -> ColumnMapping:
        kind, name = place
        if kind == "field":
            return replace(self, fields={**self.fields, name: column})
        if kind == "attribute" and name not in self.attributes:
            return replace(self, attributes={**self.attributes, name: column})
        if kind == "ignored":
            return replace(self, ignored=(*self.ignored, column))
        if kind == "own":
            return replace(self, own=(*self.own, column))
        return replace(self, extra=(*self.extra, column))


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a column's name says of its place, in the order of ``guess_mapping``."""

    patterns: tuple[Pattern, ...]
    preset: Preset | None

    def first_choice(self, column: str) -> Place | None:
        """A place that is the column's whatever fields are free."""
        if is_own_column(column):
            return "own", ""
        if fitting := first_fitting(self.patterns, column, bare=False):
            return _target(fitting, column)
        attribute = (self.preset.attribute_of(column) if self.preset else None) or attribute_name(column)
        return ("attribute", attribute) if attribute else None

    def synonyms(self, field_name: str) -> tuple[str, ...]:
        """The names of columns that may fill a field, best first."""
        known = self.preset.fields.get(field_name) if self.preset else None
        return SYNONYMS[field_name] if known is None else known

    def may_fill(self, field_name: str, column: str) -> bool:
        """Whether a column of a fitting name is free for the field: what the preset has read into others is not, unless it says so."""
        return self.preset is None or field_name in self.preset.fields or not self.preset.uses(column)

    def fields_for(self, column: str) -> list[str]:
        """The fields a column's name fits."""
        name = normal_name(column)
        return [wanted for wanted in FEED_FIELDS if name in self.synonyms(wanted) and self.may_fill(wanted, column)]

    def last_choice(self, column: str) -> Place:
        """The place of a column that has become no field."""
        if self.preset and self.preset.uses(column):
            return "ignored", ""
        fitting = first_fitting(self.patterns, column, bare=True)
        return _target(fitting, column) if fitting else ("extra", "")


def _target(fitting: tuple[str, str], column: str) -> Place:
    target, stands_for = fitting
    if target == "ignore":
        return "ignored", ""
    name = clean_attribute_name(stands_for) if target == "attributes" else ""
    return ("attribute", name) if name else ("extra", "")


def guess_mapping(
    columns: Iterable[str], overrides: Mapping[str, str] | None = None, *, preset: Preset | None = None, is_whole: bool = True
) -> ColumnMapping:
    """Map columns by their names, English or Chinese.

    ``overrides`` come first: ``{"title": "name"}`` fills a field, ``{"attributes.color": "farbe"}`` an attribute, ``{"mpn": ""}`` leaves
    a field empty, and a pattern, ``{"spec_*": "attributes"}``, places all columns that fit it (``attributes``, ``extra`` or ``ignore``; a
    bare ``*`` takes what is left at the end). Then the ``preset`` has its say. Then each field takes, in the order of ``FEED_FIELDS``, the
    first free column in its list of synonyms (``columns``); where two columns fit, the earlier synonym wins, between equal names the
    earlier column. ``attr_*`` and ``attribute:*`` columns become attributes, the rest is extra.

    Args:
        is_whole: False where further columns may turn up; a pattern that fits none is then no mistake.
    Raises:
        InvalidMapping: an override names no field, or a column the feed does not have, or one column twice.
    """
    names = list(dict.fromkeys(columns))
    given = _checked(overrides)
    patterns = parse_patterns(given)
    fields, attributes, closed = _overridden(names, {target: column for target, column in given.items() if "*" not in target})
    if is_whole:
        _check_patterns(patterns, names)
    rules = _Rules(patterns, preset)
    mapping = ColumnMapping({}, attributes, patterns=patterns, preset=preset.name if preset else None)
    taken = {*fields.values(), *attributes.values()}
    by_name: dict[str, list[str]] = {}
    for column in names:
        if column not in taken and rules.first_choice(column) is None:
            by_name.setdefault(normal_name(column), []).append(column)
    for wanted in FEED_FIELDS:
        if wanted in fields or wanted in closed:
            continue
        fitting = (free for synonym in rules.synonyms(wanted) for free in by_name.get(synonym, ()) if free not in taken)
        chosen = next((free for free in fitting if rules.may_fill(wanted, free)), None)
        if chosen is not None:
            fields[wanted] = chosen
            taken.add(chosen)
    for column in names:
        if column not in taken:
            mapping = mapping._with(rules.first_choice(column) or rules.last_choice(column), column)
    return replace(mapping, fields={wanted: fields[wanted] for wanted in FEED_FIELDS if wanted in fields})


def _checked(overrides: object) -> Mapping[str, str]:
    """The overrides, whatever a caller in Python may have given."""
    given: object = {} if overrides is None else overrides
    if not isinstance(given, Mapping) or not all(isinstance(part, str) for pair in given.items() for part in pair):
        raise InvalidMapping(f"the mapping is {given!a}; give a dict of field to column, such as {{'title': 'name'}}")
    return given


def mapping_for(
    sample: Collection[RawRow],
    overrides: Mapping[str, str] | None = None,
    *,
    columns: Iterable[str] = (),
    required: Iterable[str] = ("id", "title"),
    preset: Preset | None = None,
) -> ColumnMapping:
    """The mapping for a feed whose first rows are ``sample``: names as in ``guess_mapping``, and the rows decide whether ``/`` separates
    categories.

    Raises:
        InvalidMapping: see ``guess_mapping``; also when no column can be one of the ``required`` fields.
    """
    names = dict.fromkeys(columns)
    is_whole = bool(names)
    for row in sample:
        names.update(dict.fromkeys(row.values))
    mapping = guess_mapping(names, overrides, preset=preset, is_whole=is_whole)
    if names:
        for wanted in required:
            if wanted not in mapping.fields:
                patch = "; if the feed only changes products that are there: --patch" if wanted == "title" else ""
                known = ", ".join(list(names)[:40])
                raise InvalidMapping(f"no column looks like the {wanted}; say --map {wanted}=COLUMN with one of: {known}{patch}")
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
        attribute = clean_attribute_name(target.removeprefix("attributes.")) if target.startswith("attributes.") else ""
        if not attribute and target not in FEED_FIELDS:
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
        if attribute:
            attributes[attribute] = column
        else:
            fields[target] = column
    return fields, attributes, closed


def _check_patterns(patterns: tuple[Pattern, ...], names: list[str]) -> None:
    for pattern in patterns:
        if names and not any(pattern.stands_for(column) is not None for column in names):
            close = _close(f"{pattern.before}{pattern.after}", names, cutoff=0.4)
            raise InvalidMapping(f"no column fits {str(pattern)!r}{close}; the feed's columns: {', '.join(names[:40])}")


def _close(word: str, known: Collection[str], cutoff: float = 0.6) -> str:
    close = difflib.get_close_matches(word, known, n=3, cutoff=cutoff)
    return f" (close: {', '.join(close)})" if close else ""

"""Filters from what JSON can hold, and back."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from similis.catalogue.values import parse_datetime, split_category, word_meaning
from similis.errors import InvalidFilter
from similis.similarity.columns import ATTRIBUTE_PREFIX, NUMBER_FIELDS, TEXT_FIELDS
from similis.similarity.filter_checks import (
    ALL_FIELDS,
    CATEGORY_FIELD,
    FLAG_FIELD,
    MAX_CLAUSES,
    MAX_DEPTH,
    brief,
    texts,
    too_deep,
    too_many,
)
from similis.similarity.filter_tree import (
    FILTER_TYPES,
    And,
    Attribute,
    Between,
    Clause,
    DifferentFromSource,
    Equals,
    Exists,
    Filter,
    Not,
    OneOf,
    Or,
    PriceBand,
    SameAsSource,
    SameCategory,
    Under,
    check_limits,
)

T = TypeVar("T")
_ALIASES = {"availability": FLAG_FIELD}
_LOGIC = ("and", "or", "not")
_OF_FIELDS: dict[str, Callable[[str], Filter]] = {"same": SameAsSource, "different": DifferentFromSource, "exists": Exists}
OPERATORS = (*_LOGIC, *_OF_FIELDS, "same_category", "under")
_LONGEST_DATE = 60  # characters
_EXACT_INTEGERS = 2**53
_LAST_MOMENT_S = 86_399.999_999  # of a day
_DAY = re.compile(r"\s*[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?\s*|\s*[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}\s*")


def parse_filter(data: object) -> Filter:
    """The filter that ``data`` describes; the language is described in `similis.similarity.filters`.

    Args:
        data: A mapping as JSON gives it; values may be filters already, as may ``data`` itself. ``{}`` matches every row.
    Raises:
        InvalidFilter: something in it is unknown or of the wrong type; the message names it and what is allowed.
        LimitExceeded: more than 8 levels, 256 clauses, 1,000 values in a clause or 1,000 characters in a value.
    """
    wanted = _parse(data, 1)
    check_limits(wanted)
    return wanted


def to_dict(wanted: Filter) -> dict[str, object]:
    """The filter as JSON can hold it; ``parse_filter(to_dict(f)) == f``."""
    match wanted:
        case And(parts):
            return {"and": [to_dict(part) for part in parts]}
        case Or(parts):
            return {"or": [to_dict(part) for part in parts]}
        case Not(part):
            return {"not": to_dict(part)}
        case _:
            return _clause_to_dict(wanted)


def field_clause(field: str, value: object) -> Filter:
    """The filter that ``{field: value}`` describes.

    Raises:
        InvalidFilter: the field is unknown, or the value is not of its type.
        LimitExceeded: too many or too long values.
    """
    field = _ALIASES.get(field, field)
    if field in NUMBER_FIELDS:
        return _number_clause(field, value)
    if field == FLAG_FIELD:
        return Equals(field, _flag(value))
    if field not in TEXT_FIELDS and field != CATEGORY_FIELD and not field.startswith(ATTRIBUTE_PREFIX):
        raise _unknown(field)
    values = [_text(field, one) for one in (value if isinstance(value, list | tuple) else [value])]
    if field == CATEGORY_FIELD:
        paths = tuple(Under(_path(text)) for text in _bounded(texts(field, values)))
        return paths[0] if len(paths) == 1 else Or(paths)
    if field.startswith(ATTRIBUTE_PREFIX):
        return Attribute(field.removeprefix(ATTRIBUTE_PREFIX), tuple(values))
    return OneOf(field, tuple(values)) if isinstance(value, list | tuple) else Equals(field, values[0])


def operator_clause(name: str, value: object) -> Filter:
    """The filter that ``{name: value}`` describes, for the operators other than and, or, not.

    Raises:
        InvalidFilter: the value is not what the operator takes.
        LimitExceeded: too many or too long values.
    """
    if name == "same_category":
        return SameCategory(value)  # type: ignore[arg-type]  # it checks
    if name == "under":
        return Under(_path(value) if isinstance(value, str) else value)  # type: ignore[arg-type]  # it checks
    clause = _OF_FIELDS[name]
    if not isinstance(value, list | tuple):
        return clause(value)  # type: ignore[arg-type]  # it checks
    if not value:
        raise InvalidFilter(f"{name!r} has an empty list; name at least one field, or leave it out")
    return And(tuple(clause(field) for field in _bounded(value)))


def _parse(data: object, depth: int) -> Filter:
    if isinstance(data, FILTER_TYPES):
        return data
    if depth > MAX_DEPTH:
        raise too_deep()
    if not isinstance(data, Mapping):
        hint = "; a filter written as one text is read by parse_filter_text" if isinstance(data, str) else ""
        raise InvalidFilter(f"a filter is a mapping such as {{'brand': 'Acme'}}, not {brief(data)}{hint}")
    inside = depth if len(data) == 1 else depth + 1
    clauses = tuple(_entry(key, value, inside) for key, value in _bounded(data.items()))
    return clauses[0] if len(clauses) == 1 else And(clauses)


def _entry(key: object, value: object, depth: int) -> Filter:
    if not isinstance(key, str):
        raise InvalidFilter(f"a filter's keys are names of fields, not {brief(key)}")
    if key == "not":
        return Not(_parse(value, depth + 1))
    if key in _LOGIC:
        if not isinstance(value, list | tuple):
            raise InvalidFilter(f"{key!r} takes a list of filters, not {brief(value)}")
        parts = tuple(_parse(part, depth + 1) for part in _bounded(value))
        return And(parts) if key == "and" else Or(parts)
    return operator_clause(key, value) if key in OPERATORS else field_clause(key, value)


def _bounded(parts: Collection[T]) -> Collection[T]:
    if len(parts) > MAX_CLAUSES:
        raise too_many()
    return parts


def _unknown(field: str) -> InvalidFilter:
    names = (*ALL_FIELDS, *_ALIASES, *OPERATORS)
    close = difflib.get_close_matches(field.casefold()[:100], names, n=2)
    meant = f"did you mean {' or '.join(map(repr, close))}? " if close else ""
    fields = ", ".join((*ALL_FIELDS, f"{ATTRIBUTE_PREFIX}NAME"))
    return InvalidFilter(f"there is no field {brief(field)} to filter by; {meant}Fields: {fields}. Operators: {', '.join(OPERATORS)}")


def _number_clause(field: str, value: object) -> Filter:
    if not isinstance(value, Mapping):
        return Between(field, _bound(field, value), _bound(field, value, is_upper=True))
    allowed = ("min", "max", "ratio") if field == "price" else ("min", "max")
    for key in value:
        if key not in allowed:
            raise InvalidFilter(f"{field!r} has {brief(key)}, which is not one of {', '.join(allowed)}")
    if "ratio" not in value:
        return Between(field, _bound(field, value.get("min")), _bound(field, value.get("max"), is_upper=True))
    ratio = value["ratio"]
    if not isinstance(ratio, list | tuple) or len(ratio) != 2:
        raise InvalidFilter(f"the price ratio is {brief(ratio)}; write two numbers, the lowest and the highest, like [0.8, 1.25]")
    band = PriceBand(*ratio)
    rest = {key: bound for key, bound in value.items() if key != "ratio"}
    return And((_number_clause(field, rest), band)) if rest else band


def _bound(field: str, value: object, *, is_upper: bool = False) -> float | None:
    if field != "created_at" or not isinstance(value, str):
        return value  # type: ignore[return-value]  # Between checks
    moment = parse_datetime(value) if len(value) <= _LONGEST_DATE else None
    if moment is None:
        raise InvalidFilter(f"{field!r} is compared with {brief(value)}, which is no date; write it like 2026-01-31")
    return moment.timestamp() + (_LAST_MOMENT_S if is_upper and _DAY.fullmatch(value) else 0.0)


def _flag(value: object) -> bool:
    meaning = word_meaning("availability", value) if isinstance(value, str) else None
    if isinstance(value, bool):
        return value
    if meaning not in ("in_stock", "out_of_stock"):
        raise InvalidFilter(f"{FLAG_FIELD!r} is compared with {brief(value)}; it is true (can be bought) or false")
    return meaning == "in_stock"


def _text(field: str, value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _EXACT_INTEGERS:
        value = str(int(value) if value == int(value) else value)  # a size 42 came as a number
    if value is None:
        raise InvalidFilter(f"{field!r} is compared with null; for rows without a value use {{'not': {{'exists': {field!r}}}}}")
    return texts(field, [value])[0]


def _path(text: str) -> tuple[str, ...]:
    return split_category(texts(CATEGORY_FIELD, [text])[0], slash_separates=False)


def _clause_to_dict(clause: Clause) -> dict[str, object]:
    match clause:
        case Equals(field, value):
            return {field: value}
        case OneOf(field, values):
            return {field: list(values)}
        case Between(field, low, high):
            return {field: {key: bound for key, bound in (("min", low), ("max", high)) if bound is not None}}
        case Exists(field):
            return {"exists": field}
        case Under(path):
            return {"under": list(path)}
        case Attribute(name, values):
            return {f"{ATTRIBUTE_PREFIX}{name}": list(values)}
        case SameAsSource(field):
            return {"same": field}
        case DifferentFromSource(field):
            return {"different": field}
        case SameCategory(levels_up):
            return {"same_category": levels_up}
        case PriceBand(low, high):
            return {"price": {"ratio": [low, high]}}

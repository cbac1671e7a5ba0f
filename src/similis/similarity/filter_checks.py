"""What every part of a filter is checked for, and what the user reads when it fails."""

from __future__ import annotations

import difflib
import math
import reprlib
from collections.abc import Iterable, Sequence
from typing import SupportsFloat

from similis.errors import InvalidFilter, LimitExceeded
from similis.similarity.coded import normalised
from similis.similarity.columns import ATTRIBUTE_PREFIX, NUMBER_FIELDS, TEXT_FIELDS

MAX_DEPTH = 8
MAX_CLAUSES = 256
MAX_VALUES = 1_000
MAX_TEXT = 1_000
FLAG_FIELD = "available"
CATEGORY_FIELD = "category"
LACKABLE_FIELDS = (*TEXT_FIELDS, CATEGORY_FIELD, *NUMBER_FIELDS)  # a row may be without them
SHARED_FIELDS = (*TEXT_FIELDS, CATEGORY_FIELD)  # two rows may have them in common
ALL_FIELDS = (*LACKABLE_FIELDS, FLAG_FIELD)
_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 60


def too_deep() -> LimitExceeded:
    """The error for too many levels."""
    return LimitExceeded(f"the filter has more than {MAX_DEPTH} levels of and, or, not; write it flatter")


def too_many() -> LimitExceeded:
    """The error for too many clauses."""
    return LimitExceeded(f"the filter has more than {MAX_CLAUSES} clauses; list several values of one field in one clause")


def check_field(what: str, field: object, allowed: Sequence[str], *, attributes: bool = False) -> None:
    """Refuse a field that ``what`` cannot compare.

    Raises:
        InvalidFilter: it is unknown, or of another kind; the message has close matches and all that is allowed.
        LimitExceeded: an attribute's name is too long.
    """
    if isinstance(field, str):
        is_attribute = field.startswith(ATTRIBUTE_PREFIX)
        if field in allowed:
            return
        if is_attribute and attributes:
            texts("attribute name", (field.removeprefix(ATTRIBUTE_PREFIX),))
            return
        takes = ", ".join((*allowed, *((f"{ATTRIBUTE_PREFIX}NAME",) if attributes else ())))
        if is_attribute or field in ALL_FIELDS:
            raise InvalidFilter(f"'{what}' cannot compare {brief(field)}: it takes {takes}; {_way_out(field)}")
        close = difflib.get_close_matches(field.casefold()[:100], allowed, n=2)
        meant = f"did you mean {' or '.join(map(repr, close))}? " if close else ""
        raise InvalidFilter(f"there is no field {brief(field)} to filter by; {meant}Allowed here: {takes}")
    raise InvalidFilter(f"'{what}' needs the name of a field as text, not {brief(field)}")


def brief(value: object) -> str:
    """A value as an error message shows it: short."""
    try:
        return _SHORT.repr(value)
    except ValueError:  # an int too long to be written out
        return f"a huge {type(value).__name__}"


def _way_out(field: str) -> str:
    if field.startswith(ATTRIBUTE_PREFIX):
        return f"an attribute's values are asked with {{'{ATTRIBUTE_PREFIX}NAME': 'value'}}, Attribute(...) in Python"
    if field == CATEGORY_FIELD:
        return "a category is asked with {'category': 'A > B'}, Under(...) in Python"
    if field == "price":
        return (
            "a price is asked with {'price': {'min': 10, 'max': 20}} or {'price': {'ratio': [0.8, 1.25]}}, Between and PriceBand in Python"
        )
    if field in NUMBER_FIELDS:
        return f"a number is asked with {{'{field}': {{'min': 1, 'max': 2}}}}, Between(...) in Python"
    if field == FLAG_FIELD:
        return "it is asked with {'available': true}, and every row has it"
    return f"texts are asked with {{'{field}': 'value'}}, Equals and OneOf in Python"


def texts(field: str, values: Iterable[object]) -> tuple[str, ...]:
    """The values a text field is compared with.

    Raises:
        InvalidFilter: no sequence of texts, or none, or one of them blank.
        LimitExceeded: more than ``MAX_VALUES``, or one longer than ``MAX_TEXT`` characters.
    """
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise InvalidFilter(f"{field!r} takes a sequence of texts, not {brief(values)}")
    checked = []
    for value in values:
        if not isinstance(value, str):
            raise InvalidFilter(f"{field!r} is compared with {brief(value)}; it takes text")
        if len(value) > MAX_TEXT:
            raise LimitExceeded(f"a value of {field!r} has {len(value)} characters, {MAX_TEXT} are allowed; shorten it")
        if not normalised(value):
            raise InvalidFilter(f"{field!r} is compared with a blank text; for rows without a value use {{'not': {{'exists': ...}}}}")
        checked.append(value)
        if len(checked) > MAX_VALUES:
            raise LimitExceeded(f"{field!r} has more than {MAX_VALUES} values; split the question")
    if not checked:
        raise InvalidFilter(f"{field!r} has no values to compare with; name at least one, or leave it out")
    return tuple(checked)


def number_range(field: str, low: object, high: object) -> tuple[float | None, float | None]:
    """Both bounds as floats, None for an open side.

    Raises:
        InvalidFilter: a bound is no finite number, both are open, or the lower one is above the upper one.
    """
    lower, upper = _number(field, low), _number(field, high)
    if lower is None and upper is None:
        raise InvalidFilter(f"{field!r} has neither a lower nor an upper bound; give one, or ask whether it exists")
    if lower is not None and upper is not None and lower > upper:
        raise InvalidFilter(f"{field!r} has its lower bound {lower:g} above its upper bound {upper:g}; swap them")
    return lower, upper


def _number(field: str, value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, SupportsFloat) and not isinstance(value, bool):
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if math.isfinite(number):
            return number
    raise InvalidFilter(f"{field!r} is compared with {brief(value)}; it takes a finite number")

"""Filters as they are typed on a command line."""

from __future__ import annotations

import json
import re
import unicodedata

from similis.errors import InvalidFilter, LimitExceeded
from similis.similarity.columns import NUMBER_FIELDS
from similis.similarity.filter_checks import MAX_DEPTH, brief, too_deep
from similis.similarity.filter_parsing import OPERATORS, field_clause, operator_clause, parse_filter
from similis.similarity.filter_tree import And, Filter, Not, PriceBand, check_limits

MAX_FILTER_TEXT = 32_000
_OPERATOR = re.compile(r"!=|=|~")
_NOT = re.compile(r"not\s+", re.IGNORECASE)
_VALUE = re.compile(r'\s*(?:"((?:[^"]|"")*)"\s*(?=[,，]|\Z)|([^,，]*))([,，]|\Z)')
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?")
_HOW = "write it like brand=Acme,Beta or price=10..20 or price~0.8..1.25 or same=brand, with 'not ' in front or != for the opposite"


def parse_filter_text(*texts: str) -> Filter:
    """The filter that one or more texts describe; all of them must hold. No text matches every row.

    >>> parse_filter_text("brand=Acme,屿动")
    OneOf(field='brand', values=('Acme', '屿动'))
    >>> parse_filter_text("price=10..20", "not color=red").parts
    (Between(field='price', low=10.0, high=20.0), Not(part=Equals(field='color', value='red')))

    Args:
        texts: ``field=value``, ``field=one,other`` (a value that contains a comma goes in double quotes), ``field!=value``,
            ``number=low..high`` (either may be missing), ``price~low..high`` (ratio to the source's), ``category=A > B``,
            ``same=brand,category``, ``different=brand``, ``exists=price``, ``same_category=1``; ``not `` in front turns it round.
            A text that begins with a brace is JSON, as `parse_filter` takes it.
    Raises:
        InvalidFilter: a text is of another form, or what it says is unknown.
        LimitExceeded: as `parse_filter`, or a text is too long.
    """
    clauses = tuple(_parse(text) for text in texts)
    wanted = clauses[0] if len(clauses) == 1 else And(clauses)
    check_limits(wanted)
    return wanted


def _parse(text: str) -> Filter:
    if len(text) > MAX_FILTER_TEXT:
        raise LimitExceeded(f"a filter has {len(text)} characters, {MAX_FILTER_TEXT} are allowed; shorten it")
    text = text.strip()
    negations = 0
    while prefix := _NOT.match(text):
        text = text[prefix.end() :]
        negations += 1
        if negations >= MAX_DEPTH:
            raise too_deep()
    wanted = _from_json(text) if text.startswith("{") else _clause(text)
    for _ in range(negations):
        wanted = Not(wanted)
    return wanted


def _from_json(text: str) -> Filter:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidFilter(f"the filter {brief(text)} begins like JSON but is none ({error}); check its quotes and braces") from error
    return parse_filter(data)


def _clause(text: str) -> Filter:
    found = _OPERATOR.search(text)
    if found is None or not text[: found.start()].strip():
        raise InvalidFilter(f"the filter {brief(text)} is no comparison; {_HOW}")
    field, rest = text[: found.start()].strip(), text[found.end() :].strip()
    if not rest:
        raise InvalidFilter(f"the filter {brief(text)} compares {brief(field)} with nothing; {_HOW}")
    if found[0] == "~":
        if field != "price":
            raise InvalidFilter(f"{brief(field)} has no ratio to the source's; only price~0.8..1.25 can be asked")
        low, high = _ends(field, rest)
        return PriceBand(low, high)  # type: ignore[arg-type]  # it checks
    clause = _positive(field, rest)
    return Not(clause) if found[0] == "!=" else clause


def _positive(field: str, rest: str) -> Filter:
    if field in NUMBER_FIELDS:
        low, high = _ends(field, rest) if ".." in rest else (_number(field, rest),) * 2
        return field_clause(field, {"min": low, "max": high})
    if field == "same_category":
        return operator_clause(field, int(rest) if re.fullmatch(r"[0-9]{1,3}", rest, re.ASCII) else rest)
    values = _values(rest)
    value = values[0] if len(values) == 1 else values
    if field == "under":
        return field_clause("category", value)
    return operator_clause(field, value) if field in OPERATORS[3:] else field_clause(field, value)


def _values(rest: str) -> list[str]:
    """The values between commas; in double quotes a comma is a comma, and two double quotes are one."""
    values = []
    place = 0
    while found := _VALUE.match(rest, place):
        quoted, plain, end = found.groups()
        values.append(plain.strip() if quoted is None else quoted.replace('""', '"'))
        place = found.end()
        if not end:
            break
    return values


def _ends(field: str, rest: str) -> tuple[object, object]:
    low, dots, high = rest.partition("..")
    if not dots:
        raise InvalidFilter(f"{field!r} has {brief(rest)}, which is no range; write it like 0.8..1.25, either side may be missing")
    return _number(field, low), _number(field, high)


def _number(field: str, text: str) -> object:
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return None
    if _NUMBER.fullmatch(plain):
        return float(plain)
    if field == "created_at":
        return plain
    raise InvalidFilter(f"{field!r} is compared with {brief(text)}, which is no number; write it like 10..20 or 9.90")

"""JSON: one object a line, an array of objects, or objects one after another."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Literal, TextIO

from similis.catalogue.columns import SYNONYMS, normal_name
from similis.catalogue.readers.names import cleanly_named, shown_id
from similis.catalogue.rows import RawRow, Reject
from similis.catalogue.texts import as_values, json_number
from similis.errors import UnreadableFeed

MAX_RECORD = 16_000_000
_CHUNK = 1 << 18
_WRAPPERS = ("products", "items", "offers", "data", "results", "rows")
_TITLES = frozenset(SYNONYMS["title"])
_IDS = frozenset(SYNONYMS["id"])
_SEEN = 10_000
_ID_MEMBER = re.compile(r'\s*\{\s*"(?:id|sku|product_id|item_id|编号|商品编号|货号)"\s*:\s*(?:"([^"\\]{1,256})"|([0-9]{1,64}))\s*[,}]')
_SPACE = " \t\r\n,\ufeff\x00"
_BLANKS = re.compile(f"[{_SPACE}]*")

# Numbers stay the text they were, so a code such as 0012345 or 1e5 or a price of 17 digits survives.
DECODER = json.JSONDecoder(parse_float=json_number, parse_int=str, parse_constant=lambda name: "" if name == "NaN" else name, strict=False)


def read_json(text: TextIO, name: str, sample: str) -> Iterator[RawRow | Reject]:
    """Rows of a JSON feed; how it is laid out is told from its start.

    In JSON lines a line that is no object is rejected and the next is read. An array, or objects over several lines, cannot be read past
    a mistake. One object that wraps the list of products (``{"products": [...]}``) is opened.

    Raises:
        UnreadableFeed: while iterating, when an array is broken or ends early.
    """
    is_array = _layout(sample) == "array"
    for line, value in json_values(text, name, sample):
        if isinstance(value, Reject):
            yield value
        elif not is_array and (inner := _wrapped(value)) is not None:
            yield from (_row(line, part) for part in inner)
        else:
            yield _row(line, value)


def json_values(text: TextIO, name: str, sample: str) -> Iterator[tuple[int, Any]]:
    """The JSON values of a feed with the line each starts on; a line that is no JSON as a ``Reject``.

    Raises:
        UnreadableFeed: while iterating, when an array is broken or ends early.
    """
    layout = _layout(sample)
    return _lines(text) if layout == "lines" else _parsed(text, name, is_array=layout == "array")


def _layout(sample: str) -> Literal["lines", "array", "objects"]:
    lines = [line.strip() for line in sample[:100_000].splitlines() if line.strip()][:2]
    first = lines[0].lstrip(_SPACE) if lines else ""
    if first.startswith("{") and len(lines) == 1 and len(first) > 50_000:  # one enormous object, or at least a first one
        return "objects"
    if first.startswith("[") and not (first.endswith("]") and len(lines) == 2 and lines[1].startswith(("[", "{"))):
        return "array"
    if first.startswith("{") and len(lines) == 2 and not lines[1].startswith("{"):
        return "objects"
    return "lines"


def _lines(text: TextIO) -> Iterator[tuple[int, Any]]:
    number = 0
    while line := text.readline(MAX_RECORD + 1):
        number += 1
        if len(line) > MAX_RECORD:
            start = line[:_SEEN]
            while not line.endswith("\n") and (line := text.readline(MAX_RECORD)):
                pass
            message = f"a line above {MAX_RECORD:,} characters; shorten its texts"
            yield number, Reject(number, _id_in(start), None, "line_too_long", message)
            continue
        line = line.strip(" \t\r\n\x00\ufeff")
        if not line:
            continue
        try:
            value = DECODER.decode(line)
        except (ValueError, RecursionError) as error:
            reason = f"{error.msg} at column {error.colno}" if isinstance(error, json.JSONDecodeError) else "nested too deeply"
            message = f"the line is no JSON: {reason}; write one object a line"
            yield number, Reject(number, _id_in(line[:_SEEN]), None, "bad_json", message)
            continue
        yield number, value


def _id_in(start: str) -> str | None:
    """The id in a record that cannot be read, when it stands near its start as a member of its own."""
    found = _ID_MEMBER.match(start)
    return shown_id(found[1] or found[2]) if found else None


def _row(number: int, value: Any) -> RawRow | Reject:
    if isinstance(value, dict):
        return RawRow(number, cleanly_named(as_values(value)))
    return Reject(number, None, None, "not_a_record", "the value is no object; write one object per product")


def _wrapped(value: Any) -> list[Any] | None:
    """The products in an object that is none itself: it has no title, and what it lists has ids, or it has none."""
    key = next((key for key in _WRAPPERS if isinstance(value.get(key), list)), None) if isinstance(value, dict) else None
    if key is None or not value[key] or not all(isinstance(part, dict) for part in value[key]):
        return None
    outer = {normal_name(name) for name in value if name != key}
    inner = {normal_name(name) for name in value[key][0]}
    is_product = outer & _TITLES or (outer & _IDS and not inner & _IDS)
    return None if is_product else list(value[key])


def _parsed(text: TextIO, name: str, *, is_array: bool) -> Iterator[tuple[int, Any]]:
    """Values with the line each starts on, no more than one and a chunk in memory; an object above 16,000,000 characters that wraps a list
    of products gives the list's."""
    buffer, position, line, wanted, is_open, is_wrapped = "", 0, 1, _CHUNK, not is_array, False
    while True:
        start, position = position, _blanks_end(buffer, position)
        line += buffer.count("\n", start, position)
        if position < len(buffer) and not is_open:  # the array's bracket
            is_open, position = True, position + 1
            continue
        if position < len(buffer) and is_array and buffer[position] == "]":
            if is_wrapped:
                _check_rest(text, buffer[position + 1 :], name, line)
            return
        if position < len(buffer):
            try:
                value, end = DECODER.raw_decode(buffer, position)
                if end < len(buffer) or len(buffer) < wanted:  # a number at the very end of the buffer may go on
                    yield line, value
                    line += buffer.count("\n", position, end)
                    position = end
                    continue
            except (ValueError, RecursionError) as error:
                if isinstance(error, RecursionError) or len(buffer) - position > MAX_RECORD:
                    start, position = position, -1 if is_array else _list_start(buffer, position)
                    if position < 0:
                        raise UnreadableFeed(f"{name}, line {line}: the JSON cannot be read; write one object a line") from error
                    line += buffer.count("\n", start, position)
                    is_array = is_wrapped = True
                    continue
        buffer, position = buffer[position:], 0
        wanted = max(_CHUNK, 2 * len(buffer))
        more = text.read(wanted - len(buffer))
        if not more and (buffer or is_array):
            raise UnreadableFeed(
                f"{name}, line {line}: the JSON is broken or ends early; write one object a line, and the rest can be read"
            )
        if not more:
            return
        buffer += more


def _blanks_end(buffer: str, position: int) -> int:
    found = _BLANKS.match(buffer, position)
    return found.end() if found else position


def _list_start(buffer: str, position: int) -> int:
    """Where the values of the list begin that an object wraps; -1 if it wraps none, or other members before it do not end."""
    place = position + 1
    try:
        while buffer[position] == "{":
            key, place = DECODER.raw_decode(buffer, _blanks_end(buffer, place))
            place = _blanks_end(buffer, place)
            if not isinstance(key, str) or buffer[place] != ":" or normal_name(key) in _TITLES:
                break
            place = _blanks_end(buffer, place + 1)
            if key in (*_WRAPPERS, "@graph", "itemListElement") and buffer[place] == "[":
                return place + 1
            _, place = DECODER.raw_decode(buffer, place)
    except (ValueError, IndexError, RecursionError):
        pass
    return -1


def _check_rest(text: TextIO, rest: str, name: str, line: int) -> None:
    """Whether the object around a list ends as well."""
    last = rest.rstrip(_SPACE)[-1:]
    while more := text.read(_CHUNK):
        last = more.rstrip(_SPACE)[-1:] or last
    if last != "}":
        raise UnreadableFeed(f"{name}, line {line}: the JSON ends early; fetch it again")

"""JSON: one object a line, an array of objects, or objects one after another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TextIO

from similis.catalogue.rows import RawRow, Reject
from similis.catalogue.texts import as_values, json_number
from similis.errors import UnreadableFeed

MAX_RECORD = 16_000_000
_CHUNK = 1 << 18
_WRAPPERS = ("products", "items", "offers", "data", "results", "rows")
_SPACE = " \t\r\n,\ufeff\x00"

# Numbers stay the text they were, so a code such as 0012345 or 1e5 or a price of 17 digits survives.
_DECODER = json.JSONDecoder(parse_float=json_number, parse_int=str, parse_constant=lambda name: "" if name == "NaN" else name, strict=False)


def read_json(text: TextIO, name: str, sample: str) -> Iterator[RawRow | Reject]:
    """Rows of a JSON feed; how it is laid out is told from its start.

    In JSON lines a line that is no object is rejected and the next is read. An array, or objects over several lines, cannot be read past
    a mistake.

    Raises:
        UnreadableFeed: while iterating, when an array is broken or ends early.
    """
    lines = [line.strip() for line in sample[:100_000].splitlines() if line.strip()][:2]
    first = lines[0].lstrip(_SPACE) if lines else ""
    if first.startswith("[") and not (first.endswith("]") and len(lines) == 2 and lines[1].startswith(("[", "{"))):
        return _values(text, name, is_array=True)
    if first.startswith("{") and len(lines) == 2 and not lines[1].startswith("{"):
        return _values(text, name, is_array=False)
    return _lines(text)


def _lines(text: TextIO) -> Iterator[RawRow | Reject]:
    number = 0
    while line := text.readline(MAX_RECORD + 1):
        number += 1
        if len(line) > MAX_RECORD:
            while not line.endswith("\n") and (line := text.readline(MAX_RECORD)):
                pass
            yield Reject(number, None, None, "line_too_long", f"a line above {MAX_RECORD:,} characters; shorten its texts")
            continue
        line = line.strip(" \t\r\n\ufeff")
        if not line:
            continue
        try:
            value = _DECODER.decode(line)
        except (ValueError, RecursionError) as error:
            yield Reject(number, None, None, "bad_json", f"the line is no JSON: {error}; write one object a line")
            continue
        yield _row(number, value)


def _row(number: int, value: Any) -> RawRow | Reject:
    if isinstance(value, dict):
        return RawRow(number, as_values(value))
    return Reject(number, None, None, "not_a_record", "the value is no object; write one object per product")


def _values(text: TextIO, name: str, *, is_array: bool) -> Iterator[RawRow | Reject]:
    line = 1
    for start_line, value in _parsed(text, name, is_array=is_array):
        line = start_line
        inner = (
            next((value[key] for key in _WRAPPERS if isinstance(value.get(key), list)), None)
            if isinstance(value, dict) and not is_array
            else None
        )
        if inner is not None and all(isinstance(part, dict) for part in inner):
            for part in inner:
                yield _row(line, part)
        else:
            yield _row(line, value)


def _parsed(text: TextIO, name: str, *, is_array: bool) -> Iterator[tuple[int, Any]]:
    """Values one after another with the line each starts on, holding no more than one of them and a chunk in memory."""
    buffer, position, line, wanted = "", 0, 1, _CHUNK
    is_open = not is_array
    while True:
        start = _skip(buffer, position)
        line += buffer.count("\n", position, start)
        position = start
        if position < len(buffer) and not is_open:  # the array's bracket
            is_open, position = True, position + 1
            continue
        if position < len(buffer) and is_array and buffer[position] == "]":
            return
        if position < len(buffer):
            try:
                value, end = _DECODER.raw_decode(buffer, position)
                if end < len(buffer) or len(buffer) < wanted:  # a number at the very end of the buffer may go on
                    yield line, value
                    line += buffer.count("\n", position, end)
                    position = end
                    continue
            except (ValueError, RecursionError) as error:
                if isinstance(error, RecursionError) or len(buffer) - position > MAX_RECORD:
                    raise UnreadableFeed(f"{name}, line {line}: the JSON cannot be read; write one object a line") from error
        buffer, position = buffer[position:], 0
        wanted = max(_CHUNK, 2 * len(buffer))
        more = text.read(wanted - len(buffer))
        if not more:
            if buffer or is_array:
                raise UnreadableFeed(
                    f"{name}, line {line}: the JSON is broken or ends early; write one object a line, so that the rest can be read"
                )
            return
        buffer += more


def _skip(buffer: str, position: int) -> int:
    while position < len(buffer) and buffer[position] in _SPACE:
        position += 1
    return position

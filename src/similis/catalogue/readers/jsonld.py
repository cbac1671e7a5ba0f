"""JSON-LD: one document, an array, one a line, or the scripts of a web page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TextIO

from similis.catalogue.readers.jsonrows import DECODER, json_values
from similis.catalogue.readers.linkeddata import product_rows
from similis.catalogue.rows import RawRow, Reject
from similis.errors import UnreadableFeed

MAX_PAGE = 16_000_000
# A comment, or the start of a script; what stands in a comment is no script.
_COMMENT_OR_SCRIPT = re.compile(r"<!--|<script\b([^>]*)>", re.IGNORECASE)
_LINKED_DATA = re.compile(r"""\btype\s*=\s*["']?\s*application/ld\+json""", re.IGNORECASE)
_END = re.compile(r"</script\b", re.IGNORECASE)
_WRAPPING = re.compile(r"^\s*(?://)?\s*(?:<!\[CDATA\[|<!--)|(?://)?\s*(?:\]\]>|-->)?\s*;?\s*$")


def read_jsonld(text: TextIO, name: str, sample: str) -> Iterator[RawRow | Reject]:
    """Rows of the schema.org products in JSON documents; each document without one is rejected (``no_product``).

    Raises:
        UnreadableFeed: while iterating, when an array or a document over several lines is broken or ends early.
    """
    for line, value in json_values(text, name, sample):
        if isinstance(value, Reject):
            yield value
        else:
            yield from product_rows([(line, value)])


def read_page(text: TextIO, name: str) -> Iterator[RawRow | Reject]:
    """Rows of the products a web page describes in its ``application/ld+json`` scripts; a broken script is rejected (``bad_json``).

    Raises:
        UnreadableFeed: while iterating: the page has no such script, or more than 16,000,000 characters.
    """
    page = text.read(MAX_PAGE + 1)
    if len(page) > MAX_PAGE:
        raise UnreadableFeed(f"{name} is a web page above {MAX_PAGE:,} characters; give its products as a feed")
    documents: list[tuple[int, Any]] = []
    is_described = False
    for line, script in _scripts(page):
        is_described = True
        try:
            documents.append((line, DECODER.decode(_WRAPPING.sub("", script).strip())))
        except (ValueError, RecursionError) as error:
            yield Reject(line, None, None, "bad_json", f"the script that starts here is no JSON: {_what(error, line)}; write it anew")
    if not is_described:
        raise UnreadableFeed(f"{name} is a web page without JSON-LD products; export a CSV, XML or JSON feed")
    if documents:
        yield from product_rows(documents)


def _what(error: ValueError | RecursionError, line: int) -> str:
    """A mistake with its line in the page."""
    return f"line {line + error.lineno - 1}, {error.msg}" if isinstance(error, json.JSONDecodeError) else "nested too deeply"


def _scripts(page: str) -> Iterator[tuple[int, str]]:
    """The JSON-LD scripts with the line each starts on."""
    position, line, counted = 0, 1, 0
    while found := _COMMENT_OR_SCRIPT.search(page, position):
        if found[0] == "<!--":
            end = page.find("-->", found.end())
            position = end + 3 if end >= 0 else len(page)
            continue
        closing = _END.search(page, found.end())
        end = closing.start() if closing else len(page)
        if _LINKED_DATA.search(found[1]):
            line += page.count("\n", counted, found.start())
            counted = found.start()
            yield line, page[found.end() : end]
        position = end

"""XML as a stream of elements: one at a time in memory, without document types, entities or anything fetched."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TextIO
from xml.parsers import expat

from similis.catalogue.cleaning import looks_gb18030
from similis.errors import UnreadableFeed

MAX_ELEMENT = 16_000_000
"""Characters of one product's element, and of one tag or comment."""
MAX_DEPTH = 64
_CHUNK = 1 << 17
# What XML 1.0 forbids and exports contain all the same.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BROKEN = re.compile("[\ud800-\udfff]+")

Path = tuple[str, ...]


@dataclass(slots=True)
class Element:
    """An element as written: names keep their prefix, namespaces are not looked up.

    line: where it starts, from 1.
    content: texts and elements in their order.
    """

    name: str
    attributes: dict[str, str]
    line: int
    content: list[str | Element] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Broken:
    """An element that could not be read; ``seen`` is what had been read of it."""

    line: int
    seen: Element
    code: str
    message: str


def elements(text: TextIO, name: str, path: Path) -> Iterator[Element | Broken]:
    """The elements at ``path`` (names from the root), each when it ends.

    One that is not well formed is given as ``Broken``, and the next that starts is read; so is a mistake between two of them.

    Raises:
        UnreadableFeed: while iterating: a document type, a tower of elements, an endless tag, or an early end.
    """
    stream = _Stream(text, name, path)
    while stream.parse():
        yield from stream.take()
    yield from stream.take()
    stream.check_end()


def outline(sample: str, name: str) -> Iterator[tuple[Path, Element]]:
    """Each element that starts in the sample, with its path and without its content; ends where the sample does, or at a mistake.

    Raises:
        UnreadableFeed: a document type.
    """
    found: list[tuple[Path, Element]] = []
    path: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        path.append(tag)
        found.append((tuple(path[:MAX_DEPTH]), Element(tag, attributes, parser.CurrentLineNumber)))

    parser = _parser(name, start, lambda tag: path.pop(), lambda text: None)
    with suppress(expat.ExpatError):
        parser.Parse(_legal(sample), False)
    return iter(found)


def _parser(
    name: str, start: Callable[[str, dict[str, str]], object], end: Callable[[str], object], data: Callable[[str], object]
) -> expat.XMLParserType:
    parser = expat.ParserCreate("utf-8")  # whatever the declaration says: the text is decoded already
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise UnreadableFeed(
            f"{name}, line {parser.CurrentLineNumber}: a document type (<!DOCTYPE), which can make a file explode or read others; "
            "remove it and the entities it declares"
        )

    def entity(called: str, is_parameter: bool) -> None:
        data(html.unescape(f"&{called};"))

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = data
    parser.SkippedEntityHandler = entity
    parser.UseForeignDTD(True)  # with no handler for it nothing is read; it makes HTML's &nbsp; a skipped entity instead of a mistake
    return parser


def _legal(text: str) -> bytes:
    """Text as the parser takes it: forbidden control characters dropped, bytes that could not be decoded guessed at."""
    if _FORBIDDEN.search(text):
        text = _FORBIDDEN.sub("", text)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _BROKEN.sub(_guessed, text).encode()


def _guessed(found: re.Match[str]) -> str:
    try:
        raw = found[0].encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return "\ufffd"
    return raw.decode("gb18030" if looks_gb18030(raw) else "cp1252", "replace")


class _Unclosed(Exception):
    """An element at the path starts where text or such an element is still open: the one before was never closed."""

    def __init__(self, line: int, index: int) -> None:
        super().__init__(line, index)
        self.line, self.index = line, index


class _Stream:
    """Feeds the parser, keeps the element being read, and starts anew behind a broken one."""

    def __init__(self, text: TextIO, name: str, path: Path) -> None:
        self._text = text
        self._name = name
        self._path = path
        self._start_tag = re.compile(rb"<" + re.escape(path[-1].encode()) + rb"(?=[\s/>])")
        self._done: list[Element | Broken] = []
        self._is_closed = False
        self._is_lost = False
        self._must_move = False
        self._pending = b""
        self._lines_before = 0
        self._reset()

    def _reset(self) -> None:
        self._parser = _parser(self._name, self._started, self._ended, self._read)
        self._fed = 0
        self._last = b""
        self._open: list[str] = []
        self._inside: list[Element] = []
        self._size = 0

    def take(self) -> list[Element | Broken]:
        """The elements that have ended since the last time."""
        done, self._done = self._done, []
        return done

    def parse(self) -> bool:
        """Read on; False at the end of the text."""
        chunk = self._text.read(_CHUNK)
        data = _legal(chunk)
        if self._is_lost:
            data = self._behind(self._pending + data)
        while data:
            try:
                self._parser.Parse(data, False)
                self._fed += len(data)
                self._last = data
                break
            except expat.ExpatError as error:
                data = self._after(data, error)
            except _Unclosed as early:
                self._give_up(early.line, f"its end is missing where the next one starts, on line {early.line}; close it")
                data = self._behind(self._from(early.index, data))
        if not self._is_lost and self._fed - self._parser.CurrentByteIndex > MAX_ELEMENT:
            raise UnreadableFeed(f"{self._name}, line {self._line()}: a tag or comment above {MAX_ELEMENT:,} characters; remove it")
        return bool(chunk)

    def check_end(self) -> None:
        """Whether the text ended where its root element did.

        Raises:
            UnreadableFeed: it did not.
        """
        if self._inside or not self._is_closed:
            line = self._inside[0].line if self._inside else self._line()
            raise UnreadableFeed(f"{self._name}, line {line}: the XML ends early; fetch it again")

    def _line(self) -> int:
        return self._lines_before + self._parser.CurrentLineNumber

    def _started(self, tag: str, attributes: dict[str, str]) -> None:
        if self._inside:
            if tag == self._path[-1] and (
                len(self._inside) == 1 or any(isinstance(part, str) and part.strip() for part in self._inside[-1].content)
            ):
                raise _Unclosed(self._line(), self._parser.CurrentByteIndex)  # now: behind an exception the parser runs on
            self._size += len(tag) + 50 + (sum(map(len, attributes.values())) if attributes else 0)
            element = Element(tag, attributes, self._line())
            if self._size <= MAX_ELEMENT:
                self._inside[-1].content.append(element)
            self._inside.append(element)
        else:
            self._open.append(tag)
            if len(self._open) == len(self._path) and tuple(self._open) == self._path:
                self._inside.append(Element(tag, attributes, self._line()))
        if len(self._open) + len(self._inside) > MAX_DEPTH:
            raise UnreadableFeed(f"{self._name}, line {self._line()}: elements within elements, more than {MAX_DEPTH} deep; flatten them")

    def _ended(self, tag: str) -> None:
        if self._inside:
            element = self._inside.pop()
            if self._inside:
                return
            if self._size > MAX_ELEMENT:
                message = f"the element has more than {MAX_ELEMENT:,} characters; shorten its texts"
                self._done.append(Broken(element.line, element, "record_too_long", message))
            else:
                self._done.append(element)
            self._size = 0
        self._open.pop()
        self._is_closed = not self._open

    def _read(self, text: str) -> None:
        if self._inside:
            self._size += len(text)
            if self._size <= MAX_ELEMENT:
                self._inside[-1].content.append(text)

    def _after(self, data: bytes, error: expat.ExpatError) -> bytes:
        """Give up the element at a mistake, and go on from where the next one starts."""
        line = self._lines_before + error.lineno
        where = f"line {line}, column {error.offset + 1}: {expat.ErrorString(error.code)}"
        self._give_up(line, f"{where}; write & as &amp; and < as &lt;, and close every tag")
        return self._behind(self._from(self._parser.ErrorByteIndex, data))

    def _from(self, index: int, data: bytes) -> bytes:
        """What was fed from ``index`` on: of the data being parsed and, where a token began there, of the data before."""
        return (self._last + data)[max(0, len(self._last) + index - self._fed) :]

    def _give_up(self, line: int, message: str) -> None:
        if self._inside:
            self._done.append(Broken(self._inside[0].line, self._inside[0], "bad_xml", f"the element cannot be read: {message}"))
        else:  # perhaps an element whose start tag is damaged
            self._done.append(Broken(line, Element("", {}, line), "bad_xml", f"what stands between two elements cannot be read: {message}"))
        self._must_move = not self._inside
        self._lines_before = line - 1
        self._is_lost = True

    def _behind(self, data: bytes) -> bytes:
        """The data from the next element's start, with a parser ready for it; nothing while there is none."""
        found = self._start_tag.search(data, 1 if self._must_move else 0)  # a start tag that is damaged itself is not the next one
        self._must_move = self._must_move and not data
        if found:
            self._lines_before += data.count(b"\n", 0, found.start())
            self._is_lost, self._pending = False, b""
            self._reset()
            above = "".join(f"<{tag}>" for tag in self._path[:-1]).encode()
            self._parser.Parse(above, False)
            self._fed = len(above)
            return data[found.start() :]
        keep = min(len(data), 512)
        self._lines_before += data.count(b"\n", 0, len(data) - keep)
        self._pending = data[len(data) - keep :]
        self._is_closed = self._pending.rstrip().endswith(f"</{self._path[0]}>".encode())
        self._inside = []
        return b""

"""Opening a feed: bytes from a path or stream, unpacked within limits, and its text encoding."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from similis.catalogue.cleaning import looks_gb18030
from similis.errors import UnreadableFeed

SAMPLE_BYTES = 1 << 18
MAX_RATIO = 100
RATIO_FLOOR = 32 << 20
"""Unpacked bytes below which the compression ratio is not looked at."""

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(slots=True)
class OpenFeed:
    """A feed's bytes, from the start.

    name:   for messages.
    stream: buffered, unpacked, not seekable.
    sample: its first 256 KiB.
    closing: what to close at the end.
    """

    name: str
    stream: io.BufferedReader
    sample: bytes
    closing: ExitStack = field(default_factory=ExitStack)


class _Source(io.RawIOBase):
    """Bytes from a function, some of them read before; failures become ``UnreadableFeed``."""

    def __init__(self, read: Callable[[int], bytes | None], name: str) -> None:
        self._read = read
        self._name = name
        self._ahead = b""
        self.taken = 0

    def readable(self) -> bool:
        return True

    def look_ahead(self, size: int) -> bytes:
        """The next ``size`` bytes (fewer at the end), which will be read again."""
        parts = [self._ahead]
        length = len(self._ahead)
        while length < size and (part := self._fetch(size - length)):
            parts.append(part)
            length += len(part)
        self._ahead = b"".join(parts)
        return self._ahead

    def readinto(self, buffer: Any) -> int:
        part = self._ahead[: len(buffer)]
        if part:
            self._ahead = self._ahead[len(part) :]
        else:
            part = self._fetch(len(buffer))
        buffer[: len(part)] = part
        return len(part)

    def _fetch(self, size: int) -> bytes:
        try:
            part = self._read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise UnreadableFeed(f"{self._name} is not whole: {error}; fetch or pack it again") from error
        except OSError as error:
            raise UnreadableFeed(f"cannot read {self._name}: {error.strerror or error}") from error
        if part is None:
            part = b""
        if not isinstance(part, bytes):
            raise UnreadableFeed(f"{self._name} gives text; open it in binary mode")
        self.taken += len(part)
        return part


def open_feed(source: Path | IO[bytes]) -> OpenFeed:
    """Open a file or binary stream, gzip unpacked.

    Raises:
        UnreadableFeed: no such file, a folder, no permission, empty, a zip archive, not whole, or unpacking to more than 100 times its
        size. Reading from the stream later raises it too.
    """
    closing = ExitStack()
    if isinstance(source, Path):
        name = str(source)
        read: Callable[[int], bytes | None] = closing.enter_context(_file(source)).read
    else:
        label = getattr(source, "name", None)
        name, read = (label if isinstance(label, str) else "the stream"), source.read
    try:
        raw = _Source(read, name)
        if raw.look_ahead(2) == b"\x1f\x8b":
            raw = _unpacked(raw, name)
        sample = raw.look_ahead(SAMPLE_BYTES)
        if not sample:
            raise UnreadableFeed(f"{name} is empty; export it again")
        if sample.startswith(b"PK\x03\x04"):
            raise UnreadableFeed(f"{name} is a zip archive or a workbook; unpack it, or export it as CSV")
        return OpenFeed(name, io.BufferedReader(raw, 1 << 17), sample, closing)
    except BaseException:
        closing.close()
        raise


def _file(path: Path) -> IO[bytes]:
    try:
        if path.is_dir():
            raise UnreadableFeed(f"{path} is a folder; name a file in it")
        return open(path, "rb", buffering=0)
    except FileNotFoundError as error:
        raise UnreadableFeed(f"there is no file {path}; check the name") from error
    except PermissionError as error:
        raise UnreadableFeed(f"no permission to read {path}; change its mode, or copy it") from error
    except (OSError, ValueError) as error:
        raise UnreadableFeed(f"cannot open {str(path)!a}: {error}") from error


def _unpacked(packed: _Source, name: str) -> _Source:
    archive = gzip.GzipFile(fileobj=io.BufferedReader(packed, 1 << 16), mode="rb")
    unpacked_bytes = 0

    def read(size: int) -> bytes:
        nonlocal unpacked_bytes
        part = archive.read1(size)
        unpacked_bytes += len(part)
        if unpacked_bytes > RATIO_FLOOR and unpacked_bytes > MAX_RATIO * packed.taken:
            raise UnreadableFeed(f"{name} unpacks to more than {MAX_RATIO} times its size; unpack it yourself if you trust it")
        return part

    return _Source(read, name)


def encoding_of(sample: bytes) -> str:
    """The encoding of text that starts with ``sample``: by its byte order mark, else UTF-8, UTF-16, GB18030 or Windows-1252, in this order.

    A sample with a few broken bytes among much UTF-8 is UTF-8.
    """
    for mark, name in _BOMS:
        if sample.startswith(mark):
            return name
    zeros = sample[:4096].count(0)
    if zeros > 0.3 * len(sample[:4096]):
        return "utf-16-le" if sample[1:4096:2].count(0) > sample[0:4096:2].count(0) else "utf-16-be"
    decoded = sample.decode("utf-8", "surrogateescape")
    broken = len(re.findall("[\udc80-\udcff]", decoded[:-3]))
    if broken == 0 or 4 * broken <= len(re.findall("[^\x00-\x7f]", decoded)) - broken:
        return "utf-8"
    return "gb18030" if looks_gb18030(sample) else "cp1252"


def text_of(feed: OpenFeed, *, newline: str) -> io.TextIOWrapper:
    """The feed as text. Bytes that are no UTF-8 come through as surrogates, for ``cleaning`` to guess at.

    Raises:
        UnreadableFeed: the bytes are no text.
    """
    encoding = encoding_of(feed.sample)
    if not encoding.startswith("utf-16"):
        controls = len(re.findall(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]", feed.sample))
        if controls > 0.05 * len(feed.sample):
            raise UnreadableFeed(f"{feed.name} is no text; give a CSV, TSV, JSON lines or Parquet file")
    errors = "surrogateescape" if encoding.startswith("utf-8") else "replace"
    return io.TextIOWrapper(feed.stream, encoding=encoding, errors=errors, newline=newline)


def sample_text(feed: OpenFeed) -> str:
    """The sample as text, without the mark at its start."""
    return feed.sample.decode(encoding_of(feed.sample), "replace").lstrip("\ufeff")

"""Opening a feed: bytes from a path or stream, gzip unpacked within limits."""

from __future__ import annotations

import gzip
import io
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

from similis.errors import UnreadableFeed

SAMPLE_BYTES = 1 << 18
MAX_RATIO = 100
RATIO_FLOOR = 32 << 20
"""Unpacked bytes below which the compression ratio is not looked at."""
MAX_UNPACKED = 16 << 30
"""Bytes that a member of an archive may unpack to, and that a stream may hold which has to be copied to disk first."""

_GZIP = b"\x1f\x8b"


@dataclass(slots=True)
class OpenFeed:
    """A feed's bytes, from the start.

    name:    for messages.
    stream:  buffered, unpacked, not seekable.
    sample:  its first 256 KiB.
    closing: what to close at the end.
    path:    the file that holds these very bytes, if one does.
    file_name: what the bytes are called, for its suffix; empty when nobody says.
    """

    name: str
    stream: io.BufferedReader
    sample: bytes
    closing: ExitStack = field(default_factory=ExitStack)
    path: Path | None = None
    file_name: str = ""


class Source(io.RawIOBase):
    """Bytes from a function, some of them read before; failures become ``UnreadableFeed``.

    taken: how many bytes the function has given so far.
    """

    def __init__(self, read: Callable[[int], bytes | None], name: str) -> None:
        self._read = read
        self._name = name
        self._ahead = b""
        self.taken = 0

    def readable(self) -> bool:
        """Always."""
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
        """As in ``io.RawIOBase``."""
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
        except UnreadableFeed:
            raise
        except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
            raise UnreadableFeed(f"{self._name} is not whole: {str(error) or 'it ends early'}; fetch or pack it again") from error
        except OSError as error:
            raise UnreadableFeed(f"cannot read {self._name}: {error.strerror or error}; check the disk or the connection") from error
        except (ValueError, RuntimeError) as error:  # a closed stream; what io calls an unsupported operation
            raise UnreadableFeed(f"cannot read {self._name}: {error}; open it anew, in binary mode") from error
        if part is None:
            part = b""
        if not isinstance(part, bytes):
            raise UnreadableFeed(f"{self._name} gives text; open it in binary mode")
        self.taken += len(part)
        return part


def open_feed(source: Path | IO[bytes]) -> OpenFeed:
    """Open a file or binary stream, gzip unpacked.

    Raises:
        UnreadableFeed: no such file, a folder, no permission, empty, not whole, or unpacking to more than 100 times its size. Reading
        from the stream later raises it too.
    """
    closing = ExitStack()
    path = None
    if isinstance(source, Path):
        name = str(source)
        read: Callable[[int], bytes | None] = closing.enter_context(_file(source)).read
        path = source if source.is_file() else None  # a pipe with a name gives its bytes once
    else:
        label = getattr(source, "name", None)
        name, read = (label if isinstance(label, str) else "the stream"), source.read
    try:
        return opened(Source(read, name), name, Path(name).name if name != "the stream" else "", closing, path)
    except BaseException:
        closing.close()
        raise


def opened(raw: Source, name: str, file_name: str, closing: ExitStack, path: Path | None = None) -> OpenFeed:
    """A feed from its raw bytes, gzip unpacked once.

    Raises:
        UnreadableFeed: as in ``open_feed``.
    """
    if raw.look_ahead(2) == _GZIP:
        raw, path = _unpacked(raw, name), None
        if file_name.lower().endswith(".gz"):
            file_name = file_name[:-3]
    sample = raw.look_ahead(SAMPLE_BYTES)
    if not sample:
        raise UnreadableFeed(f"{name} is empty; export it again")
    if sample.startswith(_GZIP):
        raise UnreadableFeed(f"{name} is packed with gzip twice; unpack it once")
    return OpenFeed(name, io.BufferedReader(raw, 1 << 17), sample, closing, path, file_name)


def on_disk(feed: OpenFeed) -> IO[bytes]:
    """The feed's bytes as a file that can be read in any order, copied to a temporary one if need be; the feed's stack closes it.

    Raises:
        UnreadableFeed: the stream cannot be read, holds too much, or there is no room for the copy.
    """
    if feed.path is not None:
        return feed.closing.enter_context(_file(feed.path, buffering=-1))
    try:
        copy = cast(IO[bytes], feed.closing.enter_context(tempfile.TemporaryFile(prefix="similis-")))  # noqa: SIM115  # it is
        size = 0
        while part := feed.stream.read(1 << 20):
            size += len(part)
            if size > MAX_UNPACKED:
                raise UnreadableFeed(f"{feed.name} holds more than {MAX_UNPACKED >> 30} GiB; give its parts one by one")
            copy.write(part)
        copy.seek(0)
    except OSError as error:
        raise UnreadableFeed(f"{feed.name} cannot be copied to a temporary file: {error}; make room, or set TMPDIR") from error
    return copy


def check_ratio(name: str, unpacked: int, packed: int) -> None:
    """Stop what unpacks to far more than it is.

    Raises:
        UnreadableFeed: more than 32 MiB, and more than 100 times the packed size.
    """
    if unpacked > RATIO_FLOOR and unpacked > MAX_RATIO * packed:
        raise UnreadableFeed(f"{name} unpacks to more than {MAX_RATIO} times its size; unpack it yourself if you trust it")


def _file(path: Path, buffering: int = 0) -> IO[bytes]:
    try:
        return open(path, "rb", buffering=buffering)
    except IsADirectoryError as error:
        raise UnreadableFeed(f"{path} is a folder; name a file in it") from error
    except FileNotFoundError as error:
        raise UnreadableFeed(f"there is no file {path}; check the name") from error
    except PermissionError as error:
        raise UnreadableFeed(f"no permission to read {path}; change its mode, or copy it") from error
    except (OSError, ValueError) as error:
        raise UnreadableFeed(f"cannot open {str(path)!a}: {error}") from error


def _unpacked(packed: Source, name: str) -> Source:
    archive = gzip.GzipFile(fileobj=io.BufferedReader(packed, 1 << 16), mode="rb")
    unpacked_bytes = 0

    def read(size: int) -> bytes:
        nonlocal unpacked_bytes
        part = archive.read1(size)
        unpacked_bytes += len(part)
        check_ratio(name, unpacked_bytes, packed.taken)
        return part

    return Source(read, name)

"""Zip archives: the one feed in them, read in place, within limits; nothing is ever written under a name of theirs."""

from __future__ import annotations

import re
import zipfile
from contextlib import ExitStack
from typing import IO, Any

from similis.catalogue.cleaning import looks_gb18030
from similis.catalogue.readers.opening import MAX_UNPACKED, OpenFeed, Source, check_ratio, on_disk, opened
from similis.errors import UnreadableFeed

MAX_DIRECTORY = 16 << 20
"""Bytes of an archive's directory; some 200,000 members."""
MAX_WORKBOOK = 2 << 30
"""Bytes that all parts of a workbook may unpack to."""
_SHOWN = 20
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
# Beside a feed these explain it or are pictures of its products; no reader here could read them.
_NO_FEEDS = re.compile(r"\.(md|pdf|docx?|pptx?|jpe?g|png|gif|webp|svg|bmp|ico|css|js|dtd|xsd|url|lnk|ini|db)$", re.IGNORECASE)
# What else is a zip archive; how such a file is told, what it is, and the way out.
_KINDS = (
    (re.compile(r"xl/workbook\.bin"), "an .xlsb workbook; save it as .xlsx"),
    (re.compile(r"word/document\.xml|ppt/presentation\.xml"), "an Office document that is no workbook; give a workbook or a CSV file"),
    (re.compile(r"Index/.*\.iwa|Index\.zip"), "a Numbers document; export it as .xlsx or CSV"),
)


def is_zip(sample: bytes) -> bool:
    """Whether bytes that start like this are a zip archive, which workbooks are too."""
    return sample.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"))


def open_archive(feed: OpenFeed) -> tuple[zipfile.ZipFile, IO[bytes]]:
    """The feed as an archive, and the file it lies in.

    Raises:
        UnreadableFeed: not a whole archive, or one whose directory is above 16 MiB.
    """
    file = on_disk(feed)
    guard = _Guarded(file)
    try:
        archive = feed.closing.enter_context(zipfile.ZipFile(guard))
    except UnreadableFeed as error:
        raise UnreadableFeed(f"{feed.name} {error}") from error
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, OverflowError) as error:
        raise UnreadableFeed(f"{feed.name} is no whole zip archive: {error}; fetch or pack it again") from error
    guard.is_open = True
    return archive, file


class _Guarded:
    """A file that refuses to read a directory too large to be held in memory: zipfile reads it in one piece, whatever its size."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.is_open = False

    def read(self, size: int = -1) -> bytes:
        if self.is_open:
            return self._file.read(size)
        data = self._file.read(MAX_DIRECTORY + 1 if size < 0 else min(size, MAX_DIRECTORY + 1))
        if len(data) > MAX_DIRECTORY:
            raise UnreadableFeed(f"has a directory above {MAX_DIRECTORY >> 20} MiB; pack fewer files together")
        return data

    def __getattr__(self, name: str) -> Any:  # seek, tell, close ...: those of the file
        return getattr(self._file, name)


def is_workbook(archive: zipfile.ZipFile) -> bool:
    """Whether the archive is an .xlsx workbook or one of its relatives."""
    names = {part_name(name) for name in archive.namelist()}
    return "[content_types].xml" in names and any(name.startswith("xl/") for name in names) and "xl/workbook.bin" not in names


def part_name(name: str) -> str:
    """The name of a workbook's part as such names are compared: case does not matter, and some programs write backslashes."""
    return name.replace("\\", "/").lstrip("/").lower()


def check_workbook(archive: zipfile.ZipFile, name: str, size: int) -> None:
    """Check a workbook by its directory alone.

    Raises:
        UnreadableFeed: a part is encrypted or packed in an unusual way, or the parts unpack to more than
        2 GiB or 100 times the file's size.
    """
    for info in archive.infolist():
        _check_member(info, name)
    total = sum(info.file_size for info in archive.infolist())
    if total > MAX_WORKBOOK:
        raise UnreadableFeed(f"{name} unpacks to more than {MAX_WORKBOOK >> 30} GiB; export its sheet as CSV")
    check_ratio(name, total, size)


def choose_member(archive: zipfile.ZipFile, name: str, wanted: str | None) -> tuple[zipfile.ZipInfo, str | None]:
    """The member called ``wanted``, else the only one that can be a feed: no folder, no hidden or empty file, no picture or note.

    Also what ``wanted`` still names in that member: in ``FILE/SHEET`` the sheet, or all of it when the archive holds but one workbook.

    Raises:
        UnreadableFeed: there is none, or several; they are listed.
    """
    names = archive.namelist()
    if "mimetype" in names and "content.xml" in names:
        raise UnreadableFeed(f"{name} is an OpenDocument file; save it as .xlsx or CSV")
    for pattern, what in _KINDS:
        if any(pattern.match(member) for member in names):
            raise UnreadableFeed(f"{name} is {what}")
    members = [info for info in archive.infolist() if _is_file(info)]
    feeds = [info for info in members if not _NO_FEEDS.search(info.filename)]
    if wanted is not None:
        return _named_member(members, feeds, name, wanted)
    if len(feeds) > 1:
        raise UnreadableFeed(f"{name} holds {len(feeds)} files; choose one with --member NAME: {_listed(feeds)}")
    if not feeds:
        raise UnreadableFeed(f"{name} holds no file that can be a feed; pack one feed into it")
    return feeds[0], None


def _named_member(
    members: list[zipfile.ZipInfo], feeds: list[zipfile.ZipInfo], name: str, wanted: str
) -> tuple[zipfile.ZipInfo, str | None]:
    for info in members:
        if wanted in (info.filename, member_name(info)):
            return info, None
    for info in members:
        file_name = member_name(info)
        if wanted.startswith(f"{file_name}/"):
            return info, wanted[len(file_name) + 1 :]
    if len(feeds) == 1 and feeds[0].filename.lower().endswith((".xlsx", ".xlsm")):
        return feeds[0], wanted
    raise UnreadableFeed(f"{name} has no member {wanted!r}; it holds: {_listed(members)}")


def open_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, closing: ExitStack) -> OpenFeed:
    """The member's bytes as a feed of their own, gzip unpacked once.

    Raises:
        UnreadableFeed: encrypted, packed in an unusual way, damaged, empty, above 16 GiB, or unpacking to more than 100 times its size;
        reading from the stream later raises it too.
    """
    member = member_name(info)
    inner = f"{name}, {member}"
    _check_member(info, inner)
    if info.file_size > MAX_UNPACKED:
        raise UnreadableFeed(f"{inner} unpacks to more than {MAX_UNPACKED >> 30} GiB; split it, or pack it with gzip")
    check_ratio(inner, info.file_size, info.compress_size)
    try:
        stream: Any = closing.enter_context(archive.open(info))  # Any: the stubs know no read1
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError) as error:
        raise UnreadableFeed(f"{inner} is not whole: {error}; fetch or pack it again") from error
    taken = 0

    def read(size: int) -> bytes:
        nonlocal taken
        part: bytes = stream.read1(max(1, size))
        taken += len(part)
        check_ratio(inner, taken, info.compress_size)
        return part

    return opened(Source(read, inner), inner, member.rpartition("/")[2], closing)


def member_name(info: zipfile.ZipInfo) -> str:
    """The member's name for people; one from a Chinese Windows, which zipfile reads as cp437, in its own characters."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME and not name.isascii():
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            return name
        for encoding in ("utf-8", "gb18030") if looks_gb18030(raw) else ("utf-8",):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                continue
    return name


def _is_file(info: zipfile.ZipInfo) -> bool:
    parts = [part for part in info.filename.split("/") if part not in (".", "..")]
    is_hidden = parts[:1] == ["__MACOSX"] or any(part.startswith(".") for part in parts)
    return any(parts) and bool(parts[-1]) and info.file_size > 0 and not is_hidden  # a folder's name ends with a slash


def _check_member(info: zipfile.ZipInfo, name: str) -> None:
    if info.flag_bits & _ENCRYPTED:
        raise UnreadableFeed(f"{name} is protected by a password; pack or save it without one")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnreadableFeed(f"{name} is packed by a method not read here; pack it again as an ordinary (deflate) zip or with gzip")


def _listed(members: list[zipfile.ZipInfo]) -> str:
    names = [member_name(info) for info in members]
    shown = ", ".join(name if name.isprintable() and len(name) <= 200 else ascii(name[:200]) for name in names[:_SHOWN])
    return shown + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "") if names else "nothing"

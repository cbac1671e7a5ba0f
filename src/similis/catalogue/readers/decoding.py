"""Which encoding a feed's text is in, and the text."""

from __future__ import annotations

import codecs
import io
import re

from similis.catalogue.cleaning import looks_gb18030
from similis.catalogue.readers.opening import OpenFeed
from similis.errors import UnreadableFeed

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DECLARED = re.compile(rb"""\s(?:encoding|charset)\s*=\s*["']?\s*([A-Za-z][A-Za-z0-9._-]{1,39})""")
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_RUN = re.compile(rb"(?:[\x81-\xfe][\x40-\x7e\x80-\xfe]){3,}")
_NO_BYTES = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_NO_CHARACTERS = re.compile("[\x00-\x08\x0e-\x1f\ufffd\ue000-\uf8ff]")
# What is written under the narrower name holds characters of the wider one all the time.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "iso8859-1": "cp1252", "ascii": "cp1252"}


def encoding_of(sample: bytes, *, is_markup: bool = False) -> str:
    """The encoding of text that starts with ``sample``: by its mark, else UTF-8, UTF-16, Big5, GB18030 or Windows-1252, in this order.

    A sample with a few broken bytes among much UTF-8 is UTF-8. Markup may say its encoding; that is followed unless the bytes are UTF-8.
    """
    for mark, name in _BOMS:
        if sample.startswith(mark):
            return name
    zeros = sample[:4096].count(0)
    if zeros > 0.3 * len(sample[:4096]):
        return "utf-16-le" if sample[1:4096:2].count(0) > sample[0:4096:2].count(0) else "utf-16-be"
    declared = _declared(sample) if is_markup else None
    if declared is not None and sample.isascii():
        return declared
    decoded = sample.decode("utf-8", "surrogateescape")
    broken = len(re.findall("[\udc80-\udcff]", decoded[:-3]))
    if broken == 0 or 4 * broken <= len(re.findall("[^\x00-\x7f]", decoded)) - broken:
        return "utf-8"
    return declared or _two_byte_encoding(sample) or ("gb18030" if looks_gb18030(sample) else "cp1252")


def _two_byte_encoding(sample: bytes) -> str | None:
    """Big5 or GB18030 where bytes that are no UTF-8 can be nothing else; None where there is a doubt.

    In both, a part of the characters end in a byte that is ASCII: in Big5 some 40 %, in simplified Chinese none, in traditional Chinese in
    between; in the languages of Windows-1252 nearly all high bytes stand before ASCII, and few by threes. Big5 has its common characters
    in a row.
    """
    pairs = _PAIR.findall(sample)
    share_low = sum(1 for pair in pairs if pair[1] < 0x7F) / max(1, len(pairs))
    if len(pairs) < 4 or share_low > 0.7:
        return None
    n_common = sum(1 for pair in pairs if 0xA1 <= pair[0] <= 0xC6 and (pair[1] < 0x7F or pair[1] > 0xA0))
    if share_low >= 0.1 and n_common >= 0.9 * len(pairs):
        return "cp950"
    in_runs = sum(len(run) // 2 for run in _RUN.findall(sample))
    return "gb18030" if 2 * in_runs >= len(pairs) and _decodes(sample, "gb18030") else None


def _decodes(sample: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(sample)  # what the end of a sample cuts in two is no mistake
    except UnicodeDecodeError:
        return False
    return True


def _declared(sample: bytes) -> str | None:
    """The encoding that markup names, if it is one of bytes that contain ASCII and is not UTF-8."""
    found = _DECLARED.search(sample[:2_048])
    if not found:
        return None
    try:
        codec = codecs.lookup(found[1].decode("ascii"))
        is_ascii = b"<?".decode(codec.name) == "<?"
    except (LookupError, UnicodeError, TypeError):  # unknown, or one of Python's codecs that are no text encodings
        return None
    return None if codec.name.startswith("utf") or not is_ascii else _WIDER.get(codec.name, codec.name)


def text_of(feed: OpenFeed, *, newline: str, is_markup: bool = False) -> io.TextIOWrapper:
    """The feed as text. Bytes that are no UTF-8 come through as surrogates, for ``cleaning`` to guess at.

    Raises:
        UnreadableFeed: the bytes are no text.
    """
    encoding = encoding_of(feed.sample, is_markup=is_markup)
    if _is_binary(feed.sample, encoding):
        raise UnreadableFeed(f"{feed.name} is no text; give a file of one of the feed formats")
    errors = "surrogateescape" if encoding.startswith("utf-8") else "replace"
    return io.TextIOWrapper(feed.stream, encoding=encoding, errors=errors, newline=newline)


def _is_binary(sample: bytes, encoding: str) -> bool:
    if encoding.startswith(("utf-16", "utf-32")):
        text = sample[: 1 << 14].decode(encoding, "replace")
        return len(_NO_CHARACTERS.findall(text)) > 0.05 * len(text)
    return len(_NO_BYTES.findall(sample)) > 0.05 * len(sample)


def sample_text(feed: OpenFeed) -> str:
    """The sample as text, without the mark at its start."""
    start = feed.sample[:256].lstrip(b"\xef\xbb\xbf \t\r\n")
    return feed.sample.decode(encoding_of(feed.sample, is_markup=start.startswith(b"<")), "replace").lstrip("\ufeff")

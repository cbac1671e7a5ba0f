"""Text as people meant it: HTML, mojibake, control characters and stray whitespace removed, nothing else changed."""

from __future__ import annotations

import html
import re
import unicodedata

MAX_TEXT = 32_000
"""Characters kept of one text; longer ones are clipped and noted."""

MISSING = frozenset(
    ("", "null", "none", "nan", "n/a", "na", "nil", "#n/a", "<na>", "nat", "undefined", "\\n", "-", "--", "—", "暂无", "空")
)
"""What feeds write where they have nothing to say, casefolded."""

_BLOCKS_TEXT = (
    "address article aside blockquote body br caption center dd div dl dt fieldset figure figcaption footer form h1 h2 h3 h4 "
    "h5 h6 head header hr html iframe img legend li main nav ol option p pre section select table tbody td tfoot th thead "
    "title tr ul video"
)
_BLOCKS = frozenset(_BLOCKS_TEXT.split())
_INLINE_TEXT = (
    "a abbr acronym b bdi bdo big button cite code data del dfn em font i input ins kbd label link mark meta o:p picture q s "
    "samp small source span strike strong sub sup svg time tt u var wbr"
)
_INLINE = frozenset(_INLINE_TEXT.split())
_HIDDEN = frozenset(("script", "style", "noscript", "template"))
_TAG = re.compile(r"<(?:!--(?P<comment>)|!doctype\b[^<>]*>|(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9:]*)(?:\s[^<>]*|/)?>)", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_SPACE = re.compile(r"\s+")
_MOJIBAKE = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ASCII_AWAY = dict.fromkeys(range(128))
_BYTES = re.compile("[\udc80-\udcff]")


def is_missing(text: str) -> bool:
    """Whether a feed's text stands for no value: empty, ``null``, ``NaN``, ``N/A`` and their like."""
    return len(text) < 12 and text.strip().casefold() in MISSING


def clean_text(text: str) -> str:
    """One line of plain text in Unicode NFC.

    HTML tags and entities go (blocks leave a space), text decoded with the wrong table is repaired, control, zero-width and direction
    characters are dropped, runs of whitespace become one space. Cleaning twice changes nothing more.
    """
    if text.isascii() and text.isprintable() and "<" not in text and "&" not in text:
        return " ".join(text.split()) if "  " in text or text[:1] == " " or text[-1:] == " " else text
    for _ in range(8):  # escaped HTML needs a second round, text escaped over and over a few more
        cleaned = _clean_once(text)
        if cleaned == text:
            break
        text = cleaned
    return text


def clean_line(text: str) -> str:
    """Like ``clean_text`` for codes and addresses: HTML and mojibake are left alone."""
    if not text.isprintable():
        text = _printable(text)
    return unicodedata.normalize("NFC", text).strip()


def has_damage(text: str) -> bool:
    """Whether the text holds bytes that could not be decoded."""
    return not text.isprintable() and _SURROGATE.search(text) is not None


def _clean_once(text: str) -> str:
    if not text.isascii() and _MOJIBAKE.search(text):  # first, since half of such a pair may look like a control character
        text = _repaired(text)
    if not text.isprintable():
        text = _printable(text)
    if "<" in text or "&" in text:
        text = without_html(text)
        if not text.isprintable():
            text = _printable(text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


def _printable(text: str) -> str:
    if _SURROGATE.search(text):
        text = _decoded_again(text)
    text = _SPACE.sub(" ", text)
    return text if text.isprintable() else _SPACE.sub(" ", text.translate(_Unprintable()))


class _Unprintable(dict[int, str | None]):
    """For ``str.translate``: separators become a space, control and format characters go, unassigned and private ones stay."""

    def __missing__(self, point: int) -> str | None:
        category = unicodedata.category(chr(point))
        if category in ("Cc", "Cf"):
            return None
        return " " if category.startswith("Z") else "\ufffd" if category == "Cs" else chr(point)


def _decoded_again(text: str) -> str:
    """Text whose undecodable bytes were kept as surrogates: tried as GB18030, then as Windows-1252."""
    broken = len(_BYTES.findall(text))
    if not broken or sum(map(str.isalpha, _SURROGATE.sub("", text).translate(_ASCII_AWAY))) > broken:  # the text is UTF-8 but for these
        return _SURROGATE.sub("\ufffd", text)
    try:
        raw = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return raw.decode("gb18030" if looks_gb18030(raw) else "cp1252", "replace")


def looks_gb18030(raw: bytes) -> bool:
    """Whether bytes that are no UTF-8 are Chinese text in GB2312/GBK/GB18030: nearly all high bytes come in pairs of common characters."""
    high = sum(1 for byte in raw if byte > 0x7F)
    pairs = re.findall(rb"[\xa1-\xf7][\xa1-\xfe]", raw)
    return high > 0 and 2 * len(pairs) >= 0.8 * high


def without_html(text: str) -> str:
    """The text between known HTML tags, entities resolved; ``size < 5`` and unknown ``<words>`` stay. Scripts, styles and comments go."""
    if "<" in text:
        text = _without_tags(text)
    return _ENTITY.sub(_entity, text) if "&" in text else text


def _entity(match: re.Match[str]) -> str:
    return html.unescape(match.group())


def _without_tags(text: str) -> str:
    parts: list[str] = []
    position = 0
    while found := _TAG.search(text, position):
        name = (found["name"] or "").lower()
        if name and name not in _BLOCKS and name not in _INLINE and name not in _HIDDEN:
            parts.append(text[position : found.end()])
            position = found.end()
            continue
        parts.append(text[position : found.start()])
        position = found.end()
        if name not in _INLINE:
            parts.append(" ")
        if found["comment"] is not None:
            position = _after(text, "-->", position)
        elif name in _HIDDEN and not found["close"]:
            position = _after(text, f"</{name}", position)
            position = _after(text, ">", position)
    parts.append(text[position:])
    return "".join(parts)


def _after(text: str, mark: str, position: int) -> int:
    found = re.compile(re.escape(mark), re.IGNORECASE).search(text, position)
    return found.end() if found else len(text)


def _repaired(text: str) -> str:
    import ftfy

    return ftfy.fix_encoding(text)

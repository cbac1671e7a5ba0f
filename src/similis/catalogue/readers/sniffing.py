"""Which format a feed is in: its first bytes decide, then its name."""

from __future__ import annotations

import json
import re
from pathlib import PurePath
from typing import Any

from similis.catalogue.readers.decoding import sample_text
from similis.catalogue.readers.linkeddata import PRODUCT_TYPES
from similis.catalogue.readers.opening import OpenFeed
from similis.catalogue.readers.terms import types_of
from similis.errors import UnreadableFeed, UsageError

FORMATS = ("csv", "tsv", "jsonl", "parquet", "xlsx", "xml", "jsonld")
_ALIASES = {
    "json": "jsonl",
    "ndjson": "jsonl",
    "excel": "xlsx",
    "xlsm": "xlsx",
    "rss": "xml",
    "atom": "xml",
    "html": "jsonld",
    "json-ld": "jsonld",
}
_SUFFIXES = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".jsonld": "jsonld",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xml": "xml",
    ".rss": "xml",
    ".atom": "xml",
    ".html": "jsonld",
    ".htm": "jsonld",
    ".xhtml": "jsonld",
}
# Files known by their first bytes that are no feeds, and the way out.
_OTHERS = (
    (b"SQLite format 3\x00", "an SQLite database; say which products with --sql QUERY"),
    (b"%PDF", "a PDF document; give the table it was made from"),
    (b"ARROW1", "an Arrow file; write it as Parquet"),
    (b"Rar!", "a RAR archive; pack it as zip or gzip"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; pack it as zip or gzip"),
    (b"BZh", "packed with bzip2; pack it as zip or gzip"),
    (b"\xfd7zXZ", "packed with xz; pack it as zip or gzip"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd; pack it as zip or gzip"),
)
_AROUND_PRODUCTS = frozenset(
    ("ItemList", "OfferCatalog", "Offer", "AggregateOffer", "BreadcrumbList", "WebPage", "ItemPage", "CollectionPage", "DataFeed")
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_WORKBOOK = "EncryptedPackage".encode("utf-16-le")
_PAGE = re.compile(r"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|script)\b", re.IGNORECASE | re.DOTALL)
_MARKUP = re.compile(r"<(?:\?xml|!doctype|!--|rss|feed|rdf:RDF)\b|<!--", re.IGNORECASE)
_JSON = re.compile(r"""(?:\[\s*)*\{\s*(?:"|\}|$)|(?:\[\s*)+\]\s*$""")
_ELEMENT = re.compile(r"<[^\W\d][\w:.-]*(?:\s+[\w:.-]+\s*=\s*[\"'][^<>]*)?\s*/?>\s*<")


def format_named(format: str) -> str:
    """The format called this, or known under this name as well.

    Raises:
        UsageError: there is none.
    """
    name = str(format).strip().lower().removeprefix(".")
    chosen = _ALIASES.get(name, name)
    if chosen not in FORMATS:
        raise UsageError(f"{format!r} is no feed format; use one of: {', '.join(FORMATS)}")
    return chosen


def refuse_other_files(feed: OpenFeed) -> None:
    """Name what is certainly no feed.

    Raises:
        UnreadableFeed: a workbook of the old kind or with a password, a database, a document, an archive of another kind.
    """
    if feed.sample.startswith(_OLE):
        if _ENCRYPTED_WORKBOOK in feed.sample:
            raise UnreadableFeed(f"{feed.name} is protected by a password; save it without one")
        raise UnreadableFeed(f"{feed.name} is an .xls workbook or protected by a password; save it as .xlsx without one")
    for magic, what in _OTHERS:
        if feed.sample.startswith(magic):
            raise UnreadableFeed(f"{feed.name} is {what}")


def sniffed(feed: OpenFeed) -> str:
    """The format of a feed that is no workbook.

    Raises:
        UnreadableFeed: its name says Parquet or workbook, and it is neither.
    """
    if feed.sample.startswith(b"PAR1"):
        return "parquet"
    by_name = _SUFFIXES.get(PurePath(feed.file_name).suffix.lower())
    sample = sample_text(feed)
    start = sample[:4_000].lstrip("\ufeff \t\r\n\x00")
    if _PAGE.match(start) or (by_name == "jsonld" and start.startswith("<") and not _MARKUP.match(start)):
        return "jsonld"
    if _MARKUP.match(start) or (_ELEMENT.match(start) and by_name not in ("csv", "tsv", "jsonld")):
        return "xml"
    if by_name in (None, "csv", "xlsx", "xml", "jsonld", "jsonl") and _JSON.match(start):
        return "jsonld" if by_name == "jsonld" or is_linked_data(sample) else "jsonl"
    if by_name in ("parquet", "xlsx"):
        kind = "Parquet file" if by_name == "parquet" else "workbook"
        if by_name == "parquet" or "\x00" in start:
            raise UnreadableFeed(f"{feed.name} is no {kind}; fetch it again, or name its format")
        return "csv"  # what calls itself a workbook is often text that spreadsheets open as well
    return by_name or "csv"


def is_linked_data(sample: str) -> bool:
    """Whether the first JSON value is JSON-LD: it says its context or type itself, or in its first element or graph."""
    try:
        value: Any = json.JSONDecoder(strict=False).raw_decode(sample, len(sample) - len(sample.lstrip("\ufeff \t\r\n")))[0]
    except (ValueError, RecursionError):
        start = sample.lstrip("\ufeff \t\r\n[{")[:2_000]
        return (
            re.match(r'"@(?:context|graph|type)"', start) is not None
            or re.search(r'"@context"\s*:\s*\W*https?://schema\.org', start) is not None
        )
    while isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, dict):
        return False
    return (
        "@graph" in value or "schema.org" in json.dumps(value.get("@context")) or bool(types_of(value) & (PRODUCT_TYPES | _AROUND_PRODUCTS))
    )

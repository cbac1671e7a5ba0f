"""Products as files that read back as the very same products."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import IO, TypeAlias

from similis.catalogue.product import Product
from similis.catalogue.writing.files import whole_file
from similis.catalogue.writing.report import Counts, WriteReport
from similis.errors import SimilisError, UsageError

__all__ = ["PRODUCT_FORMATS", "WriteReport", "product_format_of", "write_products"]

_Writer: TypeAlias = Callable[[IO[bytes], Iterable[Product]], Iterator[Counts]]

_WRITERS = {
    "csv": "similis.catalogue.writing.own_csv:write_csv",
    "jsonl": "similis.catalogue.writing.own_jsonl:write_jsonl",
    "google": "similis.catalogue.writing.google:write_google",
    "google-xml": "similis.catalogue.writing.google:write_google_xml",
    "shopify": "similis.catalogue.writing.shopify:write_shopify",
}
PRODUCT_FORMATS: tuple[str, ...] = tuple(_WRITERS)
_BY_SUFFIX = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".tsv": "google", ".xml": "google-xml"}


def write_products(
    path: str | os.PathLike[str],
    products: Iterable[Product],
    *,
    format: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> WriteReport:
    """Write products to a file, in the words of a format; what these cannot say stands in one more column, ``similis``.

    Read again, the file gives the same products. In CSV a text that a spreadsheet would compute gets an apostrophe in front.

    Args:
        path: Ends in ``.gz`` to be packed. An existing file is replaced once the new one is complete.
        products: Consumed once, streamed; for ``shopify`` set aside on disk first, since the products of a group stand together there.
        format: ``csv`` or ``jsonl`` (our own words), ``google`` (tab-separated), ``google-xml`` (RSS 2.0) or ``shopify`` (CSV); None
            tells it from the file's name.
        progress: Called with the number of products written so far, after each hundred and at the end.
    Raises:
        UsageError: an unknown format, a name that tells none, or a folder that does not exist.
        SimilisError: the file cannot be written, or a product is longer than the format allows; then nothing is left behind.
    """
    target = Path(path)
    chosen = product_format_of(target) if format is None else format
    if chosen not in _WRITERS:
        raise UsageError(f"{format!r} is no format for products; use one of: {', '.join(PRODUCT_FORMATS)}")
    module, _, name = _WRITERS[chosen].partition(":")
    write: _Writer = getattr(import_module(module), name)
    counts = Counts(0, 0, 0)
    try:
        with whole_file(target, packed=target.suffix.lower() == ".gz") as stream:
            for counts in write(stream, products):
                if progress and counts.products % 100 == 0:
                    progress(counts.products)
    except OSError as error:
        raise SimilisError(f"cannot write {target}: {error.strerror or error}") from error
    if progress:
        progress(counts.products)
    return WriteReport(str(target), *counts)


def product_format_of(path: Path) -> str:
    """The format a file's name tells: ``.csv``, ``.jsonl``, ``.tsv`` (google) or ``.xml`` (google-xml), each also with ``.gz``.

    Raises:
        UsageError: it tells none.
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes[-1:] == [".gz"]:
        suffixes.pop()
    found = _BY_SUFFIX.get(suffixes[-1]) if suffixes else None
    if found is None:
        raise UsageError(
            f"{path.name!r} says no format; end it in .csv, .jsonl, .tsv or .xml, or name one of: {', '.join(PRODUCT_FORMATS)}"
        )
    return found

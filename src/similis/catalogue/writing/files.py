"""A file that appears whole or not at all."""

from __future__ import annotations

import contextlib
import gzip
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from similis.errors import UsageError


@contextlib.contextmanager
def whole_file(target: Path, *, packed: bool) -> Iterator[IO[bytes]]:
    """A new file beside ``target``, gzipped when ``packed``, that takes its place at the end, or vanishes.

    Raises:
        UsageError: the folder does not exist, or ``target`` is one.
        OSError: it cannot be written.
    """
    if target.is_dir() or not target.absolute().parent.is_dir():
        raise UsageError(f"{target} cannot be a file: {'it is a folder' if target.is_dir() else 'its folder does not exist'}; name another")
    fresh = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        with fresh.open("xb") as file:
            if packed:
                with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as stream:  # the same products, the same bytes
                    yield cast(IO[bytes], stream)
            else:
                yield file
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    folder = os.open(target.absolute().parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

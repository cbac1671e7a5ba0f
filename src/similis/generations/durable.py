"""Writes that survive a power cut: file contents, names of files, and the order between the two."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def sync_file(path: Path) -> None:
    """Force the contents of a file to disk.

    Raises:
        OSError: the disk refused.
    """
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Force the names in a folder to disk: what was created, renamed or removed there.

    Raises:
        OSError: the disk refused.
    """
    if sys.platform == "win32":  # has no such call; NTFS journals names
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_text(path: Path, text: str) -> None:
    """Replace a small file as a whole: after a crash it holds either the old text or the new.

    Raises:
        OSError: the disk refused; the old text is still there.
    """
    fresh = path.with_name(f"{path.name}.tmp")
    fresh.write_text(text, encoding="utf-8", newline="\n")
    sync_file(fresh)
    fresh.replace(path)
    sync_folder(path.parent)

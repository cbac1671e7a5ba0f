"""One build at a time per shop."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from similis.errors import NoShop, ShopError, ShopLocked

LOCK_FILE = "build.lock"


@contextmanager
def build_lock(folder: Path) -> Iterator[None]:
    """Hold the shop's builder lock; the system releases it when the process ends, however it ends.

    Adding products and searching need no such lock, only builds exclude each other.

    Raises:
        NoShop: the folder does not exist.
        ShopLocked: another process (or another holder in this one) has it.
        ShopError: the lock file cannot be opened.
    """
    path = Path(folder) / LOCK_FILE
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except FileNotFoundError as error:
        raise NoShop(f"there is no folder {folder}; add a feed first") from error
    except OSError as error:
        raise ShopError(f"cannot open {path}: {error.strerror}; check the folder's permissions") from error
    try:
        if not _acquire(descriptor):
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() if hasattr(os, "pread") else ""
            raise ShopLocked(f"the shop {folder} is being built by process {holder or 'unknown'}; wait for it, or end it")
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode("ascii"))
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True

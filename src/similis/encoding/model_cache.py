"""A model folder made once and kept: written whole or not at all, and checked before any native loader sees it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from similis.errors import CorruptModel, ModelError

MANIFEST = "manifest.json"
_CHUNK = 1 << 20
_STALE_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a cached model is, and what its files must hash to.

    files:         sha256 by file name.
    source:        where it came from, for people: a package with its version, or a folder.
    source_sha256: over the contents of the source files; with the rest it identifies the vectors.
    writer:        version of the code that wrote the graph.
    """

    files: Mapping[str, str]
    source: str
    source_sha256: str
    licence: str
    precision: str
    writer: int
    dim: int
    max_tokens: int
    pooling: str
    prefixes: Mapping[str, str]


def default_cache() -> Path:
    """``$SIMILIS_CACHE``, else ``$XDG_CACHE_HOME/similis``, else ``~/.cache/similis``."""
    if own := os.environ.get("SIMILIS_CACHE"):
        return Path(own)
    shared = os.environ.get("XDG_CACHE_HOME")
    return (Path(shared) if shared else Path.home() / ".cache") / "similis"


def sha256_of(path: Path) -> str:
    """Hash of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def verify(folder: Path) -> Manifest:
    """Reads the manifest and checks every file against it.

    Raises:
        CorruptModel: a file is missing or differs, or the manifest is not readable.
    """
    try:
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
        wrong = [name for name, expected in manifest.files.items() if sha256_of(folder / Path(name).name) != expected]
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise CorruptModel(
            f"the cached model {folder} cannot be read ({error}); delete the folder, it is made again at the next use"
        ) from error
    if wrong:
        raise CorruptModel(f"{', '.join(wrong)} in {folder} differs from its manifest; delete the folder, it is made again at the next use")
    return manifest


def write_manifest(folder: Path, **facts: Any) -> None:  # Any: the fields of Manifest, checked by its constructor
    """Hashes every file in ``folder`` and writes the manifest beside them."""
    files = {path.name: sha256_of(path) for path in sorted(folder.iterdir())}
    text = json.dumps(asdict(Manifest(files=files, **facts)), indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def make_folder(target: Path, fill: Callable[[Path], None], *, replace: bool = False) -> None:
    """Creates ``target`` with what ``fill`` writes into an empty folder; complete and on disk, or not there at all.

    Whoever comes first wins when several processes do this at once; the others' work is dropped. ``replace`` puts the new
    folder in the old one's place; processes that have the old files open keep them.

    Raises:
        ModelError: the parent folder cannot be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_stale(target.parent)
        fresh = Path(tempfile.mkdtemp(prefix=".tmp-", dir=target.parent))
    except OSError as error:
        raise ModelError(f"the cache folder {target.parent} cannot be written ({error}); set SIMILIS_CACHE to a folder that can") from error
    try:
        fill(fresh)
        fresh.chmod(0o755)
        for path in [*fresh.rglob("*"), fresh]:
            _sync(path)
        _put_in_place(fresh, target, replace)
        _sync(target.parent)
    except OSError as error:
        raise ModelError(f"the model could not be written to {target} ({error}); free some space, or set SIMILIS_CACHE") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _put_in_place(fresh: Path, target: Path, replace: bool) -> None:
    if replace and target.exists():
        # Renaming to a unique name takes the old folder away from exactly one of several processes.
        old = Path(tempfile.mkdtemp(prefix=".tmp-", dir=target.parent))
        try:
            target.rename(old / "old")
        except FileNotFoundError:
            pass
        finally:
            shutil.rmtree(old, ignore_errors=True)
    try:
        fresh.rename(target)
    except OSError:
        if not (target / MANIFEST).is_file():
            raise


def _sync(path: Path) -> None:
    if os.name != "posix" and path.is_dir():
        return  # only POSIX lets a folder be opened for this
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove_stale(parent: Path) -> None:
    for path in parent.glob(".tmp-*"):
        try:
            is_stale = time.time() - path.stat().st_mtime > _STALE_S
        except FileNotFoundError:
            continue
        if is_stale:
            shutil.rmtree(path, ignore_errors=True)

"""A generation in the making: a temporary folder that becomes one by a single rename."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from similis.errors import UsageError
from similis.generations.durable import sync_file, sync_folder
from similis.generations.folder import TEMPORARY_PREFIXES, make_current, next_number
from similis.generations.generation import Generation
from similis.generations.manifest import MANIFEST_NAME, BuildFacts, Manifest, check_file_name, manifest_hash

if TYPE_CHECKING:
    from scipy.sparse import csr_array, csr_matrix


def begin(folder: Path) -> Draft:
    """Begin a generation in ``folder`` and hold the builder lock until the draft is left.

    Removes what a build that crashed has left behind. Use it as ``with begin(folder) as draft:``.

    Raises:
        ShopLocked: another build is running there.
    """
    from similis.store.locks import build_lock  # brings SQLAlchemy, which reading a generation does not need

    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        held.enter_context(build_lock(folder))
        for leftover in folder.iterdir():
            if leftover.name.startswith(TEMPORARY_PREFIXES):
                shutil.rmtree(leftover, ignore_errors=True)
        temporary = folder / f"{TEMPORARY_PREFIXES[0]}{secrets.token_hex(8)}"
        temporary.mkdir()
        return Draft(folder, temporary, held.pop_all())


class Draft(AbstractContextManager["Draft"]):
    """Collects files; `promote` makes them the current generation, leaving without it drops them.

    Names are plain words such as ``vectors``; the ending is added.

    Raises:
        UsageError: by each method that writes: the draft is promoted or left, or the name cannot be a file's or is taken.
    """

    def __init__(self, folder: Path, temporary: Path, held: ExitStack) -> None:
        self._folder = folder
        self._temporary = temporary
        self._held = held
        self._is_open = True

    def save_array(self, name: str, array: NDArray[Any]) -> None:
        """Save an array of any shape and any dtype but objects.

        Raises:
            UsageError: the array holds Python objects.
        """
        if array.dtype.hasobject:
            raise UsageError(f"array {name!r} holds Python objects (dtype {array.dtype}); save numbers, or text with save_text_lines")
        with self.new_file(f"{name}.npy").open("wb") as file:
            np.save(file, array, allow_pickle=False)

    def save_sparse(self, name: str, matrix: csr_matrix | csr_array) -> None:
        """Save a sparse matrix in compressed rows as it stands, neither sorted nor summed.

        Raises:
            UsageError: the matrix is in another form.
        """
        if getattr(matrix, "format", None) != "csr":
            raise UsageError(f"matrix {name!r} is {type(matrix).__name__}, not in compressed rows; call .tocsr() first")
        for part in ("data", "indices", "indptr"):
            self.save_array(f"{name}.{part}", getattr(matrix, part))
        self.save_array(f"{name}.shape", np.asarray(matrix.shape, np.int64))

    def save_json(self, name: str, value: object) -> None:
        """Save a value that JSON can hold.

        Raises:
            UsageError: JSON cannot hold it (a set, a NaN, an array ...).
        """
        try:
            text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        except (TypeError, ValueError) as error:
            raise UsageError(f"value {name!r} cannot be written as JSON: {error}") from error
        self._write(f"{name}.json", text)

    def save_text_lines(self, name: str, lines: Iterable[str]) -> None:
        r"""Save texts, one a line.

        Raises:
            UsageError: a text contains a line feed, or half a surrogate pair.
        """
        texts = list(lines)
        for row, text in enumerate(texts):
            if "\n" in text:
                raise UsageError(f"text {row} of {name!r} contains a line feed: {text[:80]!r}; save it with save_json")
        self._write(f"{name}.txt", "".join(f"{text}\n" for text in texts))

    def new_file(self, name: str) -> Path:
        """The path of a file to be written, for a library that writes it itself; ``name`` with its ending."""
        self._check_open()
        path = self._temporary / check_file_name(name)
        if path.exists():
            raise UsageError(f"the draft already has a file {name!r}; choose another name")
        return path

    def promote(self, facts: BuildFacts) -> Generation:
        """Make the draft the current generation; a crash at any moment leaves the old one current, or this one.

        Files, then the folder that holds them, then the folder's name, then CURRENT reach the disk, in this order.

        Raises:
            UsageError: the draft is promoted or left, or a metric is not a finite number.
            OSError: the disk refused; the old generation is still current.
        """
        self._check_open()
        manifest = Manifest.describe(self._temporary, facts)
        content = manifest.to_json().encode()
        (self._temporary / MANIFEST_NAME).write_bytes(content)
        for path in self._temporary.iterdir():
            sync_file(path)
        sync_folder(self._temporary)
        generation = Generation(self._folder / f"{next_number(self._folder):06d}-{manifest_hash(content)}", manifest)
        os.rename(self._temporary, generation.path)
        self._is_open = False
        sync_folder(self._folder)
        make_current(self._folder, generation.name)
        return generation

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._is_open = False
        shutil.rmtree(self._temporary, ignore_errors=True)  # promoted: no longer there
        self._held.close()

    def _write(self, name: str, text: str) -> None:
        try:
            content = text.encode()
        except UnicodeEncodeError as error:
            raise UsageError(f"{name!r} contains half a surrogate pair ({error}); clean the text first") from error
        self.new_file(name).write_bytes(content)

    def _check_open(self) -> None:
        if not self._is_open:
            raise UsageError("this draft is promoted or was left; begin another")

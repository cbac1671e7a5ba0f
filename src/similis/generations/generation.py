"""A generation that is finished: verified, then read; never written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from similis.errors import CorruptGeneration
from similis.generations.manifest import Manifest, sha256_of

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


@dataclass(frozen=True, slots=True)
class Generation:
    """An immutable folder of derived files.

    What is loaded stays readable when the folder is pruned (on POSIX systems, where an open file outlives its name), so load
    what you will need when you open it; what is loaded only later may be gone by then.

    path:     its folder, ``<number>-<hash>``.
    manifest: what it was built from, and its files.
    """

    path: Path
    manifest: Manifest

    @classmethod
    def open(cls, path: Path) -> Generation:
        """Read and verify the generation in ``path``.

        Raises:
            CorruptGeneration: a file is missing or differs from the manifest; the message names it.
            IncompatibleShop: it was written by a newer version of Similis.
        """
        generation = cls(path, Manifest.read(path))
        generation.verify()
        return generation

    @property
    def name(self) -> str:
        """Its number and hash, as the folder is called."""
        return self.path.name

    def verify(self, *, contents: bool = True) -> None:
        """Compare size and SHA-256 of every file with the manifest.

        Args:
            contents: False looks at the sizes alone, which takes no time.
        Raises:
            CorruptGeneration: a file is missing or differs; the message names it.
        """
        for name, entry in self.manifest.files.items():
            path = self.path / name
            try:
                size = path.stat().st_size
                if size != entry.size:
                    raise CorruptGeneration(f"{path} has {size} bytes, its manifest says {entry.size}; build the shop again")
                if contents and sha256_of(path) != entry.sha256:
                    raise CorruptGeneration(f"{path} differs from its SHA-256 in the manifest; build the shop again")
            except OSError as error:
                raise CorruptGeneration(f"{path} cannot be read ({error.strerror}); build the shop again") from error

    def file(self, name: str) -> Path:
        """The path of a file, for a library that reads it itself.

        Raises:
            CorruptGeneration: the generation has no such file, or it is gone (pruned, say).
        """
        path = self.path / name
        if name not in self.manifest.files or not path.is_file():
            raise CorruptGeneration(f"generation {self.name} has no file {name!r}; build the shop again")
        return path

    def load_array(self, name: str, *, mmap: bool = True) -> NDArray[Any]:
        """The array saved as ``name``, in its own shape and dtype.

        Args:
            name: As given to `Draft.save_array`.
            mmap: Read pages when they are touched, and read-only; else the whole array now, writable.
        Raises:
            CorruptGeneration: there is no such array.
        """
        return np.asarray(np.load(self.file(f"{name}.npy"), mmap_mode="r" if mmap else None, allow_pickle=False))

    def load_sparse(self, name: str, *, mmap: bool = True) -> csr_matrix:
        """The sparse matrix saved as ``name``, in its own shape and dtype.

        Args:
            name: As given to `Draft.save_sparse`.
            mmap: As in `load_array`.
        Raises:
            CorruptGeneration: there is no such matrix.
        """
        from scipy.sparse import csr_matrix

        data, indices, indptr = (self.load_array(f"{name}.{part}", mmap=mmap) for part in ("data", "indices", "indptr"))
        rows, columns = self.load_array(f"{name}.shape", mmap=False).tolist()
        return csr_matrix((data, indices, indptr), shape=(rows, columns), copy=False)

    def load_json(self, name: str) -> Any:  # whatever was saved; the caller knows its shape
        """The value saved as ``name``.

        Raises:
            CorruptGeneration: there is no such value.
        """
        return json.loads(self.file(f"{name}.json").read_bytes())

    def load_text_lines(self, name: str) -> list[str]:
        """The lines saved as ``name``, without their line ends.

        Raises:
            CorruptGeneration: there are no such lines.
        """
        return self.file(f"{name}.txt").read_bytes().decode("utf-8").split("\n")[:-1]

"""Texts as small integers, so that "equal" is one comparison of arrays."""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Generic, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from similis.arrays import Ids, Mask

Codes: TypeAlias = NDArray[np.int32]
Path: TypeAlias = tuple[str, ...]
V = TypeVar("V", bound=Hashable)
MISSING = -1


@lru_cache(maxsize=65_536)
def normalised(text: str) -> str:
    """The text as values are compared: NFKC, without case, single spaces, trimmed. Doing it twice changes nothing more.

    >>> normalised(" ＡＣＭＥ  Straße ")
    'acme strasse'
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def normalised_path(steps: Sequence[str]) -> Path:
    """Each step normalised, empty ones left out."""
    return tuple(step for step in map(normalised, steps) if step)


@dataclass(frozen=True)
class Vocabulary(Generic[V]):
    """The distinct values of a field; a value's place is its code."""

    values: tuple[V, ...] = ()

    @cached_property
    def index(self) -> Mapping[V, int]:
        """From value to code."""
        return {value: code for code, value in enumerate(self.values)}

    def find(self, value: V) -> int:
        """The code of a value exactly as stored; -1 when it is not here."""
        return self.index.get(value, MISSING)


class Coder(Generic[V]):
    """Gives out codes: those of ``like`` first, then new ones in order of appearance."""

    def __init__(self, like: Vocabulary[V] | None) -> None:
        self._like = Vocabulary[V]() if like is None else like
        self._new: dict[V, int] = {}

    def code(self, value: V) -> int:
        """The value's code, a new one if it has none yet."""
        found = self._like.find(value)
        return found if found != MISSING else self._new.setdefault(value, len(self._like.values) + len(self._new))

    def vocabulary(self) -> Vocabulary[V]:
        """All values with a code so far; ``like`` itself when nothing was new."""
        return Vocabulary(self._like.values + tuple(self._new)) if self._new else self._like


@dataclass(frozen=True, eq=False)
class Coded:
    """One text field.

    codes:         (n,) int32; -1 where the field is missing or blank.
    vocabulary:    what the codes stand for, normalised unless ``is_exact``.
    is_exact:      compared character by character (ids are), not normalised.
    """

    codes: Codes
    vocabulary: Vocabulary[str]
    is_exact: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        """The vocabulary: ``values[code]`` is what a code stands for."""
        return self.vocabulary.values

    def code_of(self, text: str) -> int:
        """The code of a text, normalised like the field; -1 when no row, nor the vocabulary this one extends, has it."""
        return self.vocabulary.find(text if self.is_exact else normalised(text))

    def value(self, row: int) -> str | None:
        """What a row has, as stored; None when it is missing."""
        code = int(self.codes[row])
        return None if code == MISSING else self.values[code]

    def take(self, rows: Ids) -> Coded:
        """The given rows, in the given order, with the same vocabulary."""
        return Coded(self.codes[rows], self.vocabulary, self.is_exact)

    @classmethod
    def of(cls, texts: Sequence[str | None], like: Coded | None = None, *, is_exact: bool = False) -> Coded:
        """Code one text a row; with ``like`` in its codes, new values after them."""
        coder = Coder(None if like is None else like.vocabulary)
        codes = np.full(len(texts), MISSING, np.int32)
        for row, text in enumerate(texts):
            value = text if is_exact or text is None else normalised(text)
            if value:
                codes[row] = coder.code(value)
        return cls(codes, coder.vocabulary(), is_exact)


@dataclass(frozen=True, eq=False)
class CodedPaths:
    """A field of paths, such as categories. Every beginning of a path is in the vocabulary too.

    codes:      (n,) int32 of the whole path; -1 where there is none.
    levels:     (n, MAX_LEVELS) int32; column ``d`` is the code of the first ``d + 1`` steps, -1 beyond the path's end.
    vocabulary: normalised paths.
    """

    MAX_LEVELS = 8

    codes: Codes
    levels: Codes
    vocabulary: Vocabulary[Path]

    @property
    def values(self) -> tuple[Path, ...]:
        """The vocabulary: ``values[code]`` is the path a code stands for."""
        return self.vocabulary.values

    def code_of(self, path: Sequence[str]) -> int:
        """The code of a path or of the beginning of one, normalised; -1 when it is not here."""
        return self.vocabulary.find(normalised_path(path))

    def value(self, row: int) -> Path | None:
        """A row's path, normalised; None when it has none."""
        code = int(self.codes[row])
        return None if code == MISSING else self.values[code]

    def under(self, path: Sequence[str]) -> Mask:
        """(n,) bool: which rows are at ``path`` or below it; none for an empty path."""
        wanted = normalised_path(path)
        code = self.vocabulary.find(wanted)
        if code == MISSING:
            return np.zeros(len(self.codes), np.bool_)
        if len(wanted) <= self.MAX_LEVELS:
            return np.asarray(self.levels[:, len(wanted) - 1] == code)
        below = [one for one, value in enumerate(self.values) if value[: len(wanted)] == wanted]
        return np.isin(self.codes, below)

    def take(self, rows: Ids) -> CodedPaths:
        """The given rows, in the given order, with the same vocabulary."""
        return CodedPaths(self.codes[rows], self.levels[rows], self.vocabulary)

    @classmethod
    def of(cls, paths: Sequence[Path], like: CodedPaths | None = None) -> CodedPaths:
        """Code one path a row, () for none; with ``like`` in its codes, new paths after them."""
        coder = Coder(None if like is None else like.vocabulary)
        codes = np.full(len(paths), MISSING, np.int32)
        levels = np.full((len(paths), cls.MAX_LEVELS), MISSING, np.int32)
        seen: dict[Path, list[int]] = {}
        for row, raw in enumerate(paths):
            steps = seen.get(raw)
            if steps is None:
                path = normalised_path(raw)
                steps = seen[raw] = [coder.code(path[:end]) for end in range(1, len(path) + 1)]
            if steps:
                codes[row] = steps[-1]
                levels[row, : len(steps)] = steps[: cls.MAX_LEVELS]
        return cls(codes, levels, coder.vocabulary())

"""``View``: a generation plus everything written since, so that every answer knows the latest write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from similis.arrays import Ids, Mask
from similis.similarity.columns import Columns
from similis.similarity.segment import Segment
from similis.similarity.signals import Target
from similis.similarity.snapshot import Snapshot


@dataclass(frozen=True)
class Part:
    """One target of a view; its rows count from ``start`` in the whole.

    live: (n,) rows that are neither deleted nor replaced.
    row_of: row of each id.
    """

    target: Target
    start: int
    live: Mask
    row_of: Mapping[str, int]

    @property
    def segment(self) -> Segment:
        """Its products."""
        return self.target.segment


@dataclass(frozen=True)
class View:
    """The catalogue at write number ``seq``.

    main:  the generation's rows, those deleted or replaced since masked.
    fresh: rows written since; None when there are none.
    """

    snapshot: Snapshot
    seq: int
    main: Part
    fresh: Part | None

    @classmethod
    def of(cls, snapshot: Snapshot, seq: int, fresh: Segment | None, gone: Sequence[str]) -> View:
        """A view with the rows of ``fresh`` in place of theirs in the snapshot, and without ``gone``."""
        live = np.ones(len(snapshot.segment), bool)
        replaced = () if fresh is None else fresh.ids
        live[[snapshot.row_of[id] for id in (*gone, *replaced) if id in snapshot.row_of]] = False
        part = None
        if fresh is not None and len(fresh):
            target = Target(fresh, snapshot.semantics, snapshot.lexicon.ceiling)
            row_of = {id: row for row, id in enumerate(fresh.ids)}
            part = Part(target, len(snapshot.segment), np.ones(len(fresh), bool), row_of)
        return cls(snapshot, seq, Part(snapshot.target, 0, live, snapshot.row_of), part)

    @property
    def is_unchanged(self) -> bool:
        """Whether nothing was written since the build."""
        return self.fresh is None and bool(self.main.live.all())

    @property
    def columns(self) -> Columns:
        """Whose codes a product from outside must use to compare with every row: the fresh rows know the main ones' and more."""
        return self.main.segment.columns if self.fresh is None else self.fresh.segment.columns

    def parts(self) -> Iterator[Part]:
        """The targets to scan."""
        yield self.main
        if self.fresh is not None:
            yield self.fresh

    def locate(self, id: str) -> tuple[Part, int] | None:
        """Where a product's row is; None when it is not in the catalogue."""
        if self.fresh is not None and id in self.fresh.row_of:
            return self.fresh, self.fresh.row_of[id]
        row = self.snapshot.row_of.get(id)
        return None if row is None or not self.main.live[row] else (self.main, row)

    def ids_of(self, rows: Ids) -> list[str]:
        """Ids of whole-view row numbers."""
        n_main = len(self.main.segment)
        fresh = () if self.fresh is None else self.fresh.segment.ids
        return [self.main.segment.ids[row] if row < n_main else fresh[row - n_main] for row in rows.tolist()]

    def titles_of(self, rows: Ids) -> list[str]:
        """Titles of whole-view row numbers."""
        n_main = len(self.main.segment)
        fresh = () if self.fresh is None else self.fresh.segment.titles
        return [self.main.segment.titles[row] if row < n_main else fresh[row - n_main] for row in rows.tolist()]

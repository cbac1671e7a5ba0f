"""``Snapshot``: one generation's content, in memory or memory-mapped; what every question is asked of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from similis.arrays import Ids
from similis.errors import NotBuilt
from similis.generations import Draft, Generation
from similis.similarity import recipe
from similis.similarity.columns import Columns
from similis.similarity.lexicon import LexicalRows, Lexicon
from similis.similarity.neighbours import NeighbourLists
from similis.similarity.segment import Segment
from similis.similarity.semantics import Semantics
from similis.similarity.signals import Target


@dataclass(frozen=True, slots=True)
class Links:
    """Complements as the feeds name them: row ``sources[i]`` goes with row ``targets[i]``, both int64."""

    sources: Ids
    targets: Ids

    def of(self, rows: Ids) -> Ids:
        """Rows linked with any of ``rows``, in either direction, sorted."""
        forward = self.targets[np.isin(self.sources, rows)]
        back = self.sources[np.isin(self.targets, rows)]
        return np.setdiff1d(np.union1d(forward, back), rows)


@dataclass(frozen=True)
class Snapshot:
    """The catalogue as of one build.

    name: of the generation; ``seq``: the last write it knows.
    weights, encoder: fingerprints of what the neighbour lists were computed with and the vectors made by; "none" without an encoder.
    drift: products changed since the lexicon and the mean vector were learned; they are carried from build to build while it is small.
    """

    name: str
    seq: int
    segment: Segment
    lexicon: Lexicon
    semantics: Semantics | None
    links: Links
    neighbours: NeighbourLists | None
    weights: str
    encoder: str
    drift: int = 0

    @cached_property
    def target(self) -> Target:
        """The segment made ready for scanning, on first use."""
        return Target(self.segment, self.semantics, self.lexicon.ceiling)

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Row of each id."""
        return {id: row for row, id in enumerate(self.segment.ids)}

    @classmethod
    def load(cls, generation: Generation) -> Snapshot:
        """Read a verified generation.

        Raises:
            NotBuilt: it was built by a version of Similis that looks at other words of a product.
        """
        facts = generation.manifest.facts
        if facts.preprocessing != recipe.VERSION:
            raise NotBuilt(
                f"generation {generation.name} was built with text recipe {facts.preprocessing}, this version reads {recipe.VERSION}; "
                "run: similis build"
            )
        texts = generation.load_json("segment")
        has_vectors = bool(texts["has_vectors"])
        segment = Segment(
            ids=tuple(texts["ids"]),
            titles=tuple(texts["titles"]),
            vectors=generation.load_array("vectors") if has_vectors else None,
            lexical=LexicalRows.load(generation),
            columns=Columns.load(generation),
            gtins=tuple(texts["gtins"]),
            mpns=tuple(texts["mpns"]),
            sizes=tuple(texts["sizes"]),
            brands=tuple(texts["brands"]),
        )
        return cls(
            name=generation.name,
            seq=facts.seq,
            segment=segment,
            lexicon=Lexicon.load(generation),
            semantics=Semantics(generation.load_array("semantics.mean")) if has_vectors else None,
            links=Links(generation.load_array("links.sources"), generation.load_array("links.targets")),
            neighbours=NeighbourLists.load(generation) if texts["has_neighbours"] else None,
            weights=facts.weights,
            encoder=facts.encoder,
            drift=int(texts["drift"]),
        )

    def save(self, draft: Draft) -> None:
        """Write everything into a generation in the making."""
        segment = self.segment
        draft.save_json(
            "segment",
            {
                "ids": segment.ids,
                "titles": segment.titles,
                "gtins": segment.gtins,
                "mpns": segment.mpns,
                "sizes": segment.sizes,
                "brands": segment.brands,
                "has_vectors": self.semantics is not None,
                "drift": self.drift,
                "has_neighbours": self.neighbours is not None,
            },
        )
        if segment.vectors is not None and self.semantics is not None:
            draft.save_array("vectors", segment.vectors)
            draft.save_array("semantics.mean", self.semantics.mean)
        segment.lexical.save(draft)
        segment.columns.save(draft)
        self.lexicon.save(draft)
        draft.save_array("links.sources", self.links.sources)
        draft.save_array("links.targets", self.links.targets)
        if self.neighbours is not None:
            self.neighbours.save(draft)

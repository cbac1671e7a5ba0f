"""What an answer consists of: plain values that any door can show."""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, TypeAlias, overload

Relation: TypeAlias = Literal["alike", "same", "variant", "substitute", "complement"]
"""``alike`` asks for same or substitute; results carry one of the other four."""

RELATIONS: tuple[Relation, ...] = ("alike", "same", "variant", "substitute", "complement")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One named reason.

    name:         what was compared, for instance ``characters`` or ``brand``.
    value:        what was found, in the unit of ``unit``; None where one side says nothing.
    contribution: what it adds to the log-odds of the relation asked for.
    """

    name: str
    value: float | None
    unit: str
    contribution: float


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One product of an answer.

    score:     probability of the relation asked for, in (0, 1).
    relation:  what it most probably is to the query: same, variant, substitute or complement.
    evidence:  contributions that sum to the log-odds of ``score`` within 1e-6, calibration among them.
    rank:      from 1.
    step:      which step of the fallback chain filled this place.
    """

    id: str
    score: float
    relation: Relation
    evidence: tuple[Evidence, ...]
    rank: int
    title: str
    step: str

    @property
    def log_odds(self) -> float:
        """The sum of the contributions."""
        return math.fsum(e.contribution for e in self.evidence)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Answer(Sequence[Neighbour]):
    """The neighbours of one query, best first, and how they were found.

    query:       the id, or the title or text asked.
    asked:       the relation asked for.
    exact:       the list equals a full scan of all allowed products.
    calibration: ``default`` (shipped) or ``shop`` (learned from the shop's own judgments).
    generation:  name of the generation that answered.
    seq:         number of the last write the answer knows.
    """

    query: str
    asked: Relation
    neighbours: tuple[Neighbour, ...]
    exact: bool
    calibration: str
    generation: str
    seq: int
    notes: tuple[str, ...] = field(default=())

    @overload
    def __getitem__(self, index: int) -> Neighbour: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Neighbour, ...]: ...
    def __getitem__(self, index: int | slice) -> Neighbour | tuple[Neighbour, ...]:
        return self.neighbours[index]

    def __len__(self) -> int:
        return len(self.neighbours)

    def __iter__(self) -> Iterator[Neighbour]:
        return iter(self.neighbours)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    def without_evidence(self) -> Answer:
        """The same neighbours without their reasons."""
        return replace(self, neighbours=tuple(replace(n, evidence=()) for n in self.neighbours))

    def _repr_html_(self) -> str:
        """A table, for notebooks."""
        head = "".join(f"<th>{name}</th>" for name in ("", "id", "title", "relation", "score", "why"))
        rows = "".join(_html_row(n) for n in self.neighbours)
        return f"<table><caption>{html.escape(self.query)}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def strongest(evidence: Sequence[Evidence], n: int = 3) -> list[Evidence]:
    """The ``n`` reasons that move the score most, calibration left out, strongest first."""
    named = [e for e in evidence if e.name != "calibration" and abs(e.contribution) >= 0.005]
    return sorted(named, key=lambda e: -abs(e.contribution))[:n]


def _html_row(n: Neighbour) -> str:
    why = ", ".join(f"{e.name} {e.contribution:+.2f}" for e in strongest(n.evidence))
    cells = (str(n.rank), n.id, n.title, n.relation, f"{n.score:.2f}", why)
    return "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>"

"""What a quality report says: findings, and how well each field is filled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning", "hint"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "hint")


@dataclass(frozen=True, slots=True)
class Example:
    """A product a finding is about, and what of it: a title, a price, the other product's id."""

    id: str
    value: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or looks so.

    severity: ``error`` is wrong whatever the shop meant, ``warning`` most likely is, ``hint`` is worth a look.
    count: products it is about; ``of`` those it could be about.
    what, remedy: for people: what was found, without the count, and what to do about it.
    """

    code: str
    severity: Severity
    field: str
    count: int
    of: int
    what: str
    remedy: str
    examples: tuple[Example, ...] = ()

    @property
    def share(self) -> float:
        """``count`` as a share of ``of``, in [0, 1]."""
        return self.count / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class CategoryGap:
    """How many products of a category lack a field."""

    category: str
    missing: int
    of: int

    @property
    def share(self) -> float:
        """``missing`` as a share of ``of``."""
        return self.missing / self.of


@dataclass(frozen=True, slots=True)
class Coverage:
    """How well a field is filled.

    of: products that should have it.
    categories: where it is missing, the worst first.
    """

    field: str
    missing: int
    of: int
    categories: tuple[CategoryGap, ...] = ()

    @property
    def share(self) -> float:
        """``missing`` as a share of ``of``."""
        return self.missing / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class QualityReport:
    """The quality of a catalogue.

    source: the feed's name, or the shop's.
    repeated, rejected: rows left out because their id came before, and because no product could be made of them.
    findings: the gravest first, of equals the most frequent.
    languages: products by the language of their title, ``unknown`` where the script tells none.
    remarks: what the report did not look at, and why.
    """

    source: str
    products: int
    repeated: int
    rejected: int
    findings: tuple[Finding, ...]
    coverage: tuple[Coverage, ...]
    languages: Mapping[str, int] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    def counts(self) -> dict[Severity, int]:
        """Findings by severity."""
        return {severity: sum(finding.severity == severity for finding in self.findings) for severity in SEVERITIES}

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, shares included."""
        return {
            "source": self.source,
            "products": self.products,
            "repeated": self.repeated,
            "rejected": self.rejected,
            "counts": self.counts(),
            "findings": [{**asdict(finding), "share": round(finding.share, 6)} for finding in self.findings],
            "coverage": [
                {
                    **asdict(one),
                    "share": round(one.share, 6),
                    "categories": [{**asdict(gap), "share": round(gap.share, 6)} for gap in one.categories],
                }
                for one in self.coverage
            ],
            "languages": dict(self.languages),
            "remarks": list(self.remarks),
        }

"""What was written."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple


class Counts(NamedTuple):
    """How many products, rows, and products that do not read back as they are."""

    products: int
    rows: int
    inexact: int


@dataclass(frozen=True, slots=True)
class WriteReport:
    """What was written.

    rows:    rows or elements of the file; more than products where pictures take rows of their own.
    inexact: products that do not read back as they are. None that came from a feed does; one made by hand may hold what no feed can.
    """

    path: str
    products: int
    rows: int
    inexact: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

"""What can be asked: a product of the catalogue, one that is not, a text, or several examples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from similis.catalogue import Product
from similis.errors import LimitExceeded, UsageError
from similis.similarity.columns import Columns
from similis.similarity.filters import Filter
from similis.similarity.results import RELATIONS, Relation
from similis.similarity.segment import Segment
from similis.similarity.semantics import METRICS, Metric

MAX_K = 1_000
MAX_TEXT = 32_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How an answer is chosen.

    in_stock: leave out what cannot be bought; None means yes, except when asking for the same product.
    threshold: least score; None means none, except .5 when asking for variants.
    """

    k: int = 10
    relation: Relation = "alike"
    filters: Filter | None = None
    threshold: float | None = None
    exclude: frozenset[str] = field(default_factory=frozenset)
    metric: Metric = "cosine"
    in_stock: bool | None = None

    def __post_init__(self) -> None:
        if type(self.k) is not int:  # from Python anything may come; True is no number of neighbours
            raise UsageError(f"k is {self.k!r}; it is a whole number from 1 to {MAX_K:,}")
        if not isinstance(self.threshold, (int, float, type(None))):
            raise UsageError(f"threshold is {self.threshold!r}; it is a probability between 0 and 1")
        if not 1 <= self.k <= MAX_K:
            raise LimitExceeded(f"k is {self.k}; ask for 1 to {MAX_K:,} neighbours")
        if self.relation not in RELATIONS:
            raise UsageError(f"unknown relation {self.relation!r}; ask for {', '.join(RELATIONS)}")
        if self.metric not in METRICS:
            raise UsageError(f"unknown metric {self.metric!r}; the semantic part knows {' and '.join(METRICS)}")
        if self.threshold is not None and not 0 <= self.threshold <= 1:
            raise UsageError(f"threshold is {self.threshold}; it is a probability between 0 and 1")

    @property
    def wants_stock(self) -> bool:
        """Whether what is out of stock is left out."""
        return self.relation != "same" if self.in_stock is None else self.in_stock

    @property
    def least_score(self) -> float:
        """The threshold in force."""
        if self.threshold is not None:
            return self.threshold
        return 0.5 if self.relation == "variant" else 0.0

    def is_default(self) -> bool:
        """Whether the lists computed in the build answer it, ``k`` and threshold aside."""
        plain = self.filters is None and not self.exclude and self.metric == "cosine"
        return plain and self.relation == "alike" and self.wants_stock


@dataclass(frozen=True, slots=True)
class Question:
    """The examples, as rows that compare with the catalogue's.

    label: what the answer calls the query.
    examples: one-row segments; the first ``n_positive`` attract, the others repel.
    ids: ids of the examples, never returned.
    is_product: one positive example with fields of its own, which guards, steps and relative filters refer to.
    """

    label: str
    examples: tuple[Segment, ...]
    n_positive: int
    ids: frozenset[str]
    is_product: bool

    @property
    def positives(self) -> tuple[Segment, ...]:
        """The examples that attract."""
        return self.examples[: self.n_positive]

    @property
    def source(self) -> Columns | None:
        """The fields of the one product asked about; None for texts and several examples."""
        return self.examples[0].columns if self.is_product else None


def checked_ids(name: str, given: Iterable[str]) -> tuple[str, ...]:
    """The ids of an option that takes several.

    Raises:
        UsageError: one text, a mapping, or products in place of ids.
    """
    if isinstance(given, (str, Mapping)):
        raise UsageError(f"{name} is {given!r}; give a list of ids")
    ids = tuple(given)
    if wrong := [one for one in ids if isinstance(one, (Mapping, Product))]:
        raise UsageError(f"{name} holds {wrong[0]!r}; examples are ids of the catalogue, one product outside it goes into product=")
    return tuple(str(one) for one in ids)


def checked_text(text: str) -> str:
    """A text that can be asked.

    Raises:
        UsageError: it is empty or no text. LimitExceeded: it is too long.
    """
    if not isinstance(text, str):
        raise UsageError(f"text is {text!r}; give some words to search for")
    if len(text) > MAX_TEXT:
        raise LimitExceeded(f"the text has {len(text):,} characters; give at most {MAX_TEXT:,}")
    if not text.strip():
        raise UsageError("the text is empty; give some words to search for")
    return text

"""One pass over a catalogue: every check sees every product, and the report is put together at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from similis.catalogue.brands import NO_ALIASES
from similis.catalogue.patch import Patch
from similis.catalogue.product import Product
from similis.catalogue.quality.brand_names import BrandNames
from similis.catalogue.quality.coverage import MissingFields
from similis.catalogue.quality.duplicates import EqualTitles
from similis.catalogue.quality.gtins import Gtins
from similis.catalogue.quality.languages import Languages
from similis.catalogue.quality.prices import Prices
from similis.catalogue.quality.report import SEVERITIES, QualityReport
from similis.catalogue.quality.tally import MAX_REMEMBERED, Check, digest
from similis.catalogue.quality.titles import Titles
from similis.catalogue.rows import Reject
from similis.errors import LimitExceeded

EXAMPLES = 5
MAX_EXAMPLES = 100


def assess(
    items: Iterable[object],
    *,
    source: str,
    examples: int = EXAMPLES,
    own_aliases: Mapping[str, str] = NO_ALIASES,
    remember: int = MAX_REMEMBERED,
) -> QualityReport:
    """Judge the quality of some products. Memory is bounded: it grows with ``remember`` and the number of categories and brands.

    Args:
        items: Products; what ``read_products`` yields beside them is passed over, and rejects are counted. Of rows with the same id only
            the first is looked at: repeats are the import's business.
        source: What the report is about.
        examples: Shown of each finding, 1 to 100.
        own_aliases: The shop's own brand aliases.
        remember: Ids, titles and GTINs that are kept to find repeats.
    Raises:
        LimitExceeded: ``examples`` is out of range.
    Whatever ``items`` raises passes through.
    """
    if not 1 <= examples <= MAX_EXAMPLES:
        raise LimitExceeded(f"examples is {examples}; ask for 1 to {MAX_EXAMPLES} of each finding")
    missing, languages = MissingFields(examples), Languages(examples)
    gtins, titles = Gtins(examples, remember), EqualTitles(examples, remember)
    checks: list[Check] = [missing, gtins, titles, languages, Prices(examples), BrandNames(examples, own_aliases), Titles(examples)]
    seen: set[int] = set()
    products = repeated = rejected = patches = 0
    for item in items:
        rejected += isinstance(item, Reject)
        patches += isinstance(item, Patch)
        if not isinstance(item, Product):
            continue
        key = digest(item.id)
        if key in seen:
            repeated += 1
            continue
        if len(seen) < remember:
            seen.add(key)
        products += 1
        for check in checks:
            check.see(item)
    found = [finding for check in checks for finding in check.findings()]
    found.sort(key=lambda finding: (SEVERITIES.index(finding.severity), -finding.count, finding.code, finding.field))
    complete = titles.is_complete and gtins.is_complete and len(seen) < remember
    return QualityReport(
        source=source,
        products=products,
        repeated=repeated,
        rejected=rejected,
        findings=tuple(found),
        coverage=missing.coverage() if products else (),
        languages=languages.counts,
        remarks=tuple(_remarks(remember if not complete else None, patches)),
    )


def _remarks(remembered: int | None, patches: int) -> Iterator[str]:
    if remembered is not None:
        yield f"repeated ids, titles and GTINs were looked for among the first {remembered:,} of each"
    if patches:
        yield f"{patches:,} rows only change prices or stock; add them, and look at the shop: similis quality"

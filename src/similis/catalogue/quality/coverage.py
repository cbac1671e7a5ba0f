"""Missing fields, by category."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from similis.catalogue.product import Product
from similis.catalogue.quality.report import CategoryGap, Coverage, Finding, Severity
from similis.catalogue.quality.tally import MAX_CATEGORIES, Tally, category_of

ALWAYS = ("brand", "category_path", "description", "price", "currency", "gtin or mpn", "image_links")
"""What every product should have; currency where there is a price."""
WHERE_USUAL = ("color", "size", "material", "gender", "age_group")
"""What a product should have where most of its category do."""
USUAL = 0.6
LEAST = 10
"""Products a category needs before it says what is usual in it."""
SHOWN_CATEGORIES = 8
NO_CATEGORY = "(no category)"
_SEVERITY: dict[str, Severity] = {"brand": "warning", "category_path": "warning", "price": "warning", "currency": "warning"}
_WHY = {
    "brand": "brand is evidence of its own, and products without one are found less surely",
    "category_path": "answers prefer the same category, and price outliers are told by it",
    "description": "codes and materials often stand nowhere else",
    "price": "products without a price cannot be filtered or compared by it",
    "currency": "prices in different currencies cannot be told apart without it",
    "gtin or mpn": "they are the surest sign that two offers are the same product",
    "image_links": "customers see an empty card",
}


class MissingFields:
    """Counts what is missing, in each category."""

    def __init__(self, examples: int) -> None:
        self._seen: Counter[str] = Counter()
        self._missing: dict[str, Counter[str]] = {name: Counter() for name in (*ALWAYS, *WHERE_USUAL)}
        self._unpriced: Counter[str] = Counter()
        self._tallies = {name: Tally(examples) for name in ALWAYS}
        self._usual: dict[str, dict[str, Tally]] = {name: {} for name in WHERE_USUAL}
        self._examples = examples

    def see(self, product: Product) -> None:
        """Look at one product."""
        category = category_of(product)
        if category not in self._seen and len(self._seen) >= MAX_CATEGORIES:
            category = "(further categories)"
        self._seen[category] += 1
        for name in ALWAYS:
            if name == "currency" and product.price is None:
                self._unpriced[category] += 1
            elif not _has(product, name):
                self._missing[name][category] += 1
                self._tallies[name].add(product, product.title)
        for name in WHERE_USUAL:
            if getattr(product, name) is None:
                self._missing[name][category] += 1
                self._usual[name].setdefault(category, Tally(self._examples)).add(product, product.title)

    def coverage(self) -> tuple[Coverage, ...]:
        """Every field with its gaps, the worst first."""
        found = [self._covered(name) for name in (*ALWAYS, *WHERE_USUAL)]
        return tuple(sorted((one for one in found if one.of), key=lambda one: -one.share))

    def _covered(self, name: str) -> Coverage:
        gaps = [CategoryGap(category or NO_CATEGORY, self._missing[name][category], of) for category, of in self._expected(name).items()]
        gaps = sorted((gap for gap in gaps if gap.missing), key=lambda gap: (-gap.share, -gap.missing, gap.category))
        large = [gap for gap in gaps if gap.of >= LEAST]
        return Coverage(
            name, sum(gap.missing for gap in gaps), sum(self._expected(name).values()), tuple((large or gaps)[:SHOWN_CATEGORIES])
        )

    def _expected(self, name: str) -> dict[str, int]:
        """The categories where the field should be there, with their products."""
        if name in ALWAYS:
            unpriced = self._unpriced if name == "currency" else Counter[str]()
            return {category: of - unpriced[category] for category, of in self._seen.items() if of > unpriced[category]}
        missing = self._missing[name]
        return {category: of for category, of in self._seen.items() if of >= LEAST and category and 1 - missing[category] / of >= USUAL}

    def findings(self) -> Iterator[Finding]:
        """One finding a field."""
        for one in self.coverage():
            if not one.missing:
                continue
            if one.missing == one.of:
                yield self._absent(one)
            elif one.field in ALWAYS:
                yield from self._tallies[one.field].finding(
                    "missing", _SEVERITY.get(one.field, "hint"), one.field, one.of, f"products without {_name(one)}", _remedy(one)
                )
            else:
                yield self._unusual(one)

    def _absent(self, one: Coverage) -> Finding:
        fix = f"if the feed has it, name the column: similis add FEED --map {one.field.split()[0]}=COLUMN"
        return Finding(
            "absent", "hint", one.field, one.missing, one.of, f"products without {_name(one)} (all of them)", f"{_WHY[one.field]}; {fix}"
        )

    def _unusual(self, one: Coverage) -> Finding:
        tallies = self._usual[one.field]
        examples = [example for category in self._expected(one.field) if category in tallies for example in tallies[category].examples]
        what = f"products without {one.field} in categories where most have one"
        return Finding("missing", "hint", one.field, one.missing, one.of, what, _worst(one), tuple(examples[: self._examples]))


def _has(product: Product, name: str) -> bool:
    if name == "gtin or mpn":
        return bool(product.gtin or product.mpn)
    return bool(getattr(product, name)) or (name == "price" and product.price is not None)


def _name(one: Coverage) -> str:
    return {"category_path": "a category", "image_links": "an image", "gtin or mpn": "GTIN or MPN"}.get(one.field, f"a {one.field}")


def _remedy(one: Coverage) -> str:
    worst = "" if one.field == "category_path" else _worst(one)
    return f"{_WHY[one.field]}. {worst}" if worst else _WHY[one.field]


def _worst(one: Coverage) -> str:
    """Where to begin; nothing to say without categories."""
    named = [f"{gap.category} ({gap.missing:,} of {gap.of:,})" for gap in one.categories[:3] if gap.category != NO_CATEGORY]
    return f"Fill it in, first in {'; '.join(named)}" if named else ""

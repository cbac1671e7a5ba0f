"""Titles that several products share, to the letter or nearly."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from similis.catalogue.product import Product
from similis.catalogue.quality.report import Finding
from similis.catalogue.quality.tally import Tally, digest
from similis.hanzi import simplified

_BETWEEN = re.compile(r"[\W_]+")
_SIGNS = re.compile(r"(?<=\d)[.,/x×*+-](?=\d)|[+#℃°%]")
"""Signs that change what a number says: 1.5 is not 15."""


class EqualTitles:
    """Finds titles that came before, on a product of another group."""

    def __init__(self, examples: int, remember: int) -> None:
        self._remember = remember
        self._seen = 0
        self._equal, self._alike, self._other = Tally(examples), Tally(examples), Tally(examples)
        self._first: dict[int, tuple[str, int, int, int]] = {}

    def see(self, product: Product) -> None:
        """Look at one product."""
        self._seen += 1
        key, exact = digest(plain_title(product.title)), digest(product.title)
        kin = digest(f"{product.group_id}\n{product.source}\n{product.seller}") if product.group_id else 0
        code = digest(product.gtin or product.mpn or "") if product.gtin or product.mpn else 0
        first = self._first.get(key)
        if first is None:
            if len(self._first) < self._remember:
                self._first[key] = (product.id, exact, kin, code)
        elif not kin or first[2] != kin:
            is_other = code and first[3] and code != first[3]
            tally = self._other if is_other else self._equal if first[1] == exact else self._alike
            tally.add(product, f"same as {first[0]}: {product.title}")

    def findings(self) -> Iterator[Finding]:
        """What was found."""
        yield from self._other.finding(
            "titles_tell_nothing_apart",
            "hint",
            "title",
            self._seen,
            "products with the title of another product, but a GTIN or MPN of their own",
            "name in the title what they differ in (model, size, colour), or give variants one group_id",
        )
        yield from self._equal.finding(
            "equal_titles",
            "warning",
            "title",
            self._seen,
            "products with a title that another product has",
            "delete repeated listings; give variants one group_id, and name in the title what they differ in",
        )
        yield from self._alike.finding(
            "alike_titles",
            "hint",
            "title",
            self._seen,
            "products with a title that differs from another's only in case, spaces or punctuation",
            "most are one product listed twice: keep one, or give variants one group_id",
        )

    @property
    def is_complete(self) -> bool:
        """Whether every title was remembered."""
        return len(self._first) < self._remember


def plain_title(title: str) -> str:
    """A title without case, spaces, punctuation and traditional characters; signs inside numbers stay."""
    text = simplified(unicodedata.normalize("NFKC", title)).casefold()
    return _BETWEEN.sub("", _SIGNS.sub(lambda sign: f"z{ord(sign[0]):x}z", text))

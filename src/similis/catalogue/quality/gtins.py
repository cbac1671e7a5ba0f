"""GTINs that cannot be right, and one GTIN on several products."""

from __future__ import annotations

from collections.abc import Iterator

from similis.catalogue.product import Product
from similis.catalogue.quality.report import Finding
from similis.catalogue.quality.tally import Tally, digest
from similis.catalogue.values import has_valid_check_digit

_LENGTHS = (8, 12, 13, 14)
_SEQUENCES = ("0123456789012345678", "1234567890123456789", "9876543210987654321")


class Gtins:
    """Looks at the GTIN of every product. Source: GS1 General Specifications, 1.4.3 (prefixes) and 7.9 (check digit)."""

    def __init__(self, examples: int, remember: int) -> None:
        self._remember = remember
        self._with_gtin = 0
        self._length, self._check, self._placeholder, self._restricted, self._shared = (Tally(examples) for _ in range(5))
        self._first: dict[int, tuple[str, int]] = {}
        self._shared_again: set[int] = set()

    def see(self, product: Product) -> None:
        """Look at one product."""
        gtin = product.gtin
        if not gtin:
            return
        self._with_gtin += 1
        if is_placeholder(gtin):
            self._placeholder.add(product, gtin)
        elif len(gtin) not in _LENGTHS:
            self._length.add(product, _explained(gtin))
        elif not has_valid_check_digit(gtin):
            self._check.add(product, f"{gtin} (should end in {check_digit(gtin)})")
        elif is_restricted(gtin):
            self._restricted.add(product, gtin)
        else:
            self._see_again(product, int(gtin))

    def _see_again(self, product: Product, number: int) -> None:
        offered_by = digest(f"{product.source}\n{product.seller}")
        first = self._first.get(number)
        if first is None:
            if len(self._first) < self._remember:
                self._first[number] = (product.id, offered_by)
        elif first[1] == offered_by:
            self._shared.add(product, f"{product.gtin}, also on {first[0]}")

    def findings(self) -> Iterator[Finding]:
        """What is wrong with them."""
        n = self._with_gtin
        yield from self._check.finding(
            "gtin_check_digit",
            "error",
            "gtin",
            n,
            "GTINs with a wrong check digit",
            "read the code from the package again; a wrong one ties the product to another, so an empty field is better",
        )
        yield from self._length.finding(
            "gtin_length",
            "error",
            "gtin",
            n,
            "GTINs that have not 8, 12, 13 or 14 digits",
            "spreadsheets drop leading zeros: format the column as text and export again; a number of the shop's own belongs in mpn",
        )
        yield from self._placeholder.finding(
            "gtin_placeholder", "error", "gtin", n, "GTINs that are placeholders", "leave the field empty where there is no GTIN"
        )
        yield from self._restricted.finding(
            "gtin_restricted",
            "warning",
            "gtin",
            n,
            "GTINs from ranges that every shop numbers by itself (02, 04, 2…)",
            "they mean something else in every other shop: move them to mpn, and keep gtin for the maker's own code",
        )
        yield from self._shared.finding(
            "gtin_shared",
            "warning",
            "gtin",
            n,
            "products with the GTIN of another product of the same seller",
            "delete repeated listings; variants (colour, size, pack) have a GTIN each",
        )

    @property
    def is_complete(self) -> bool:
        """Whether every GTIN was remembered."""
        return len(self._first) < self._remember


def is_placeholder(gtin: str) -> bool:
    """Whether the digits were typed to fill the field: all alike, or counted up or down."""
    if len(gtin) < 6:
        return False
    body = gtin.strip("0")
    return not body or (len(set(body)) == 1 and len(body) > 4) or any(gtin[:-1] in sequence for sequence in _SEQUENCES)


def is_restricted(gtin: str) -> bool:
    """Whether a GTIN with a right check digit is of a range for use within one shop, or for coupons."""
    if len(gtin) == 8:
        return gtin[0] in "02"
    number = gtin[-13:].rjust(13, "0")
    return number[0] == "2" or number[:2] in ("02", "04", "05", "99") or number[:3] in ("981", "982", "983", "984")


def check_digit(gtin: str) -> str:
    """The right last digit."""
    return next(digit for digit in "0123456789" if has_valid_check_digit(gtin[:-1] + digit))


def _explained(gtin: str) -> str:
    """The code, and what it would be with its leading zeros back."""
    padded = next(
        (gtin.rjust(length, "0") for length in _LENGTHS if length > len(gtin) and has_valid_check_digit(gtin.rjust(length, "0"))), None
    )
    return f"{gtin} ({len(gtin)} digits)" + (f", {padded} would be valid" if padded and len(padded) - len(gtin) <= 3 else "")

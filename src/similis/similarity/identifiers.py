"""Trade identifiers made comparable: GTINs with a true check digit, and manufacturers' part numbers without punctuation."""

from __future__ import annotations

import re
import unicodedata

from similis.catalogue.values import has_valid_check_digit

_NOT_ALNUM = re.compile(r"[^a-z0-9]")


def gtin_key(gtin: str | None) -> str | None:
    """The GTIN without leading zeros, so that UPC-12, EAN-13 and GTIN-14 of one product agree; None where the check digit is wrong."""
    if not gtin or not gtin.isdigit() or not has_valid_check_digit(gtin):
        return None
    return gtin.lstrip("0") or None


def mpn_key(mpn: str | None) -> str | None:
    """The part number in lower case, letters and digits only; None below three characters."""
    key = _NOT_ALNUM.sub("", unicodedata.normalize("NFKC", mpn or "").lower())
    return key if len(key) >= 3 else None

"""Page titles of the web crawl: cleaning, and the codes in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_LANGUAGE = re.compile(r"@[A-Za-z]{2}(?:-[A-Za-z]{2})?(?![\w.])")
_AFTER_BAR = re.compile(r"\s*\|.*$")
_SITE = re.compile(r"\S+\.(?:com|net|org|de|fr|es|it|nl|pl|eu|ca|co|co\.uk|com\.au)\b\S*", re.IGNORECASE)
_SELLING = re.compile(
    r"\b(?:buy and offers on|comprar y ofertas en|prices and watches official catalog|search results at)\b.*$"
    r"|\bnur\b\s*(?:€\s*)?[\d.,]*(?:\s*\d\d)?\s*€?$"
    r"|\b(?:prijzen|prices)\b.*$",
    re.IGNORECASE,
)
_EDGE = " \t-–,.:|•"
_CODE = re.compile(r"[0-9a-z][0-9a-z./-]{3,}[0-9a-z]")
MAX_BEARERS = 10


def clean_title(raw: str) -> str:
    """A crawled title without quotation marks, language marks (``@en-US``), site names, and the same title said a second time.

    >>> clean_title('"EOS 5D Mark III Body"@en "Canon EOS Body | Canon Online Store"@en')
    'EOS 5D Mark III Body Canon EOS Body'
    >>> clean_title('"Canon EF-S 10-22mm USM Lens"@en Lens - Fumfie.com"@en')
    'Canon EF-S 10-22mm USM Lens Lens'
    """
    text = _LANGUAGE.sub(" ", raw)
    text = _AFTER_BAR.sub("", text).replace('"', " ")
    text = _SELLING.sub(" ", _SITE.sub(" ", text.strip()))
    return " ".join(text.split()).strip(_EDGE)


def rare_codes(titles: Sequence[str]) -> list[frozenset[str]]:
    """For each title its codes: at least five characters, a digit among them, and borne by at most ten titles."""
    found = [frozenset(code for code in _CODE.findall(title.casefold()) if any(map(str.isdigit, code))) for title in titles]
    count = Counter(code for codes in found for code in codes)
    return [frozenset(code for code in codes if count[code] <= MAX_BEARERS) for codes in found]

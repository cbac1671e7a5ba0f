"""The lexical views of a text: words, code tokens, numbers, and one squashed string for character n-grams."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from similis.hanzi import simplified
from similis.indexing.promotions import without_promotions
from similis.indexing.stopwords import NEVER_JOINED, STOP_WORDS

_CJK = r"\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(rf"[{_CJK}]+|\d+\.\d+[^\W_{_CJK}]*|[^\W_{_CJK}]+")
_TOKEN = re.compile(r"[a-z0-9]+(?:[\-/.][a-z0-9]+)*")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[a-z]")
_NOT_ALNUM = re.compile(r"[^a-z0-9]")
_PUNCTUATION = re.compile(r"[\W_]+")
_SPACE_IN_CJK = re.compile(rf"(?<=[{_CJK}]) (?=[{_CJK}])")
_SUFFIX = re.compile(r"^(.*\d)[a-z]{1,3}$")
_POSSESSIVE = re.compile(r"(?<=[^\W\d_]{2})['’‘`ʼ´]s\b|(?<=\bmen)s\b|(?<=\bwomen)s\b|(?<=\bchildren)s\b")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])['’‘`ʼ´](?=[^\W\d_])")
_JOINERS = frozenset((" ", "-", " - "))
_MEASURE = re.compile(
    r"^\d+(?:gb|mb|tb|mm|cm|ml|kg|g|l|w|v|mah|mp|hz|mhz|ghz|inch|in|ft|x|pc|pcs|pack|st|nd|rd|th|m|k|p|oz|lb|lbs|rpm|btu|mbps)$"
)
"""A number with its unit is no code; the numbers' evidence looks at it."""


def lowered(text: str) -> str:
    """NFKC, lower case."""
    return unicodedata.normalize("NFKC", text).lower()


@lru_cache(maxsize=4_096)
def fold(text: str) -> str:
    """NFKC, lower case, traditional Chinese characters as simplified ones."""
    return simplified(lowered(text))


@lru_cache(maxsize=4_096)
def normalise(text: str) -> str:
    """``fold``, without promotional phrases."""
    return without_promotions(fold(text))


def squash(text: str) -> str:
    """A folded text for character n-grams: punctuation is one space, none between Chinese characters, one at either end.

    Promotional phrases stay in: two listings of one shop's product tend to carry the same ones (measured on Chinese titles: recall@1 of
    plain n-gram cosine .89 with them, .88 without).
    """
    return f" {_SPACE_IN_CJK.sub('', _PUNCTUATION.sub(' ', text).strip())} "


def words(text: str) -> list[str]:
    """Words of a normalised text in order, without stop words; Chinese runs are segmented.

    A text of nothing but stop words keeps them.
    """
    found = segmented(text)
    return [word for word in found if word not in STOP_WORDS] or found


def segmented(text: str) -> list[str]:
    """All words of a normalised text in order, stop words too; ``men's`` and ``mens`` are ``men``, ``l'oréal`` is one word."""
    found: list[str] = []
    for run in _WORD.findall(_APOSTROPHE.sub("", _POSSESSIVE.sub("", text))):
        if "\u3400" <= run[0] <= "\u9fff":
            found.extend(_segment(run))
        else:
            found.append(run)
    return found


def digit_words(found: list[str]) -> set[str]:
    """The words that carry a digit."""
    return {word for word in found if _DIGIT.search(word)}


def codes(text: str) -> set[str]:
    """Model codes in a normalised text, without punctuation, each also without a short ending (``fs105na`` gives ``fs105``).

    A code mixes letters and digits in at least four characters, or is a number of at least six digits. Neighbouring tokens are also tried
    as one, because shops write ``PS-LX350H`` and ``PS LX350H``.
    """
    found: set[str] = set()
    text = _POSSESSIVE.sub("", text)
    before, end = "", -9
    for match in _TOKEN.finditer(text):
        flat = _NOT_ALNUM.sub("", match[0])
        candidates = [flat, *re.split(r"[\-/.]", match[0])]
        if text[end : match.start()] in _JOINERS and _may_join(before, flat):
            candidates.append(before + flat)
        for candidate in candidates:
            if is_code(candidate):
                found.add(candidate)
                stem = _SUFFIX.match(candidate)
                if stem and is_code(stem[1]):
                    found.add(stem[1])
        before, end = flat, match.end()
    return found


def is_code(token: str) -> bool:
    """Whether a token without punctuation looks like a model code."""
    if len(token) < 4 or not _DIGIT.search(token) or _MEASURE.match(token):
        return False
    return len(token) >= 6 or bool(_LETTER.search(token))


def numbers(text: str) -> set[str]:
    """All numbers in a normalised text, those inside tokens too, without leading zeros."""
    return {number.lstrip("0") or "0" for number in _NUMBER.findall(text)}


def _may_join(before: str, after: str) -> bool:
    if not 0 < len(before) <= 5 or len(after) > 10 or before in NEVER_JOINED or after in NEVER_JOINED:
        return False
    if _MEASURE.match(before) or _MEASURE.match(after):
        return False
    joined = before + after
    return bool(_DIGIT.search(joined) and _LETTER.search(joined))


@lru_cache(maxsize=65_536)
def _segment(run: str) -> tuple[str, ...]:
    import rjieba  # loads its dictionary, which most commands never need

    return tuple(rjieba.cut(run))

"""Every step from a text to the terms it is compared by, for people who want to see why two texts share a word or do not."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from similis.hanzi import simplified
from similis.indexing.promotions import without_promotions
from similis.indexing.stopwords import STOP_WORDS
from similis.indexing.text import codes, digit_words, lowered, numbers, segmented, squash, words


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the steps make of one text, in their order.

    folded:     NFKC and lower case.
    simplified: traditional Chinese characters as simplified ones.
    without_promotions: without campaign phrases; what words, codes and numbers are taken from.
    characters: what character n-grams are taken from; promotions stay in.
    segmented:  all words in order; ``stop_words`` those left out, ``words`` the rest, repeats in both.
    digit_words, codes, numbers: sorted.
    """

    text: str
    folded: str
    simplified: str
    without_promotions: str
    characters: str
    segmented: tuple[str, ...]
    stop_words: tuple[str, ...]
    words: tuple[str, ...]
    digit_words: tuple[str, ...]
    codes: tuple[str, ...]
    numbers: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


def prepare(text: str) -> Prepared:
    """All steps of a text, which is cleaned already.

    >>> made = prepare("【双11预售】輕薄的瑜伽褲 FS-105, for Men")
    >>> made.simplified, made.words, made.stop_words, made.codes
    ('【双11预售】轻薄的瑜伽裤 fs-105, for men', ('轻薄', '瑜伽', '裤', 'fs', '105', 'for', 'men'), ('的',), ('fs105',))
    """
    folded = lowered(text)
    plain = simplified(folded)
    kept = without_promotions(plain)
    found, chosen = segmented(kept), words(kept)
    dropped = [] if chosen == found else [word for word in found if word in STOP_WORDS]
    return Prepared(
        text=text,
        folded=folded,
        simplified=plain,
        without_promotions=kept,
        characters=squash(plain),
        segmented=tuple(found),
        stop_words=tuple(dropped),
        words=tuple(chosen),
        digit_words=tuple(sorted(digit_words(chosen))),
        codes=tuple(sorted(codes(kept))),
        numbers=tuple(sorted(numbers(kept), key=lambda number: (float(number), number))),
    )

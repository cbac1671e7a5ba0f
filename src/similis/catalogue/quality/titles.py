"""Titles too short, too long, or shouted; markup and broken characters left in texts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from similis.catalogue.product import Product
from similis.catalogue.quality.report import Finding
from similis.catalogue.quality.tally import Tally
from similis.hanzi import has_ideographs

LONGEST = 150
"""Columns a title may take, a Chinese character two: what shopping sites show of one at most."""
_PLACEHOLDER = re.compile(
    r"(?:test|testing|untitled|no title|title|name|product|item|sample|dummy|placeholder|new product|tbd|todo|asdf|xxx+|"
    r"测试|测试商品|测试产品|待定|未命名|商品|产品|新商品|标题|无标题)[\s_#-]*\d{0,6}",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"</?[a-z][a-z0-9:]*(?:\s[^<>]*)?/?>|&(?:[a-z]{2,8}|#\d{2,6});|&nbsp\b|\]\]>|\{\{[^{}]*\}\}|%[a-z_]+%", re.IGNORECASE)
_MOJIBAKE = re.compile("\ufffd|锟斤拷|烫烫烫|屯屯屯|ï»¿|ï¿½|â€[™œ\u009d“”˜¦]|Ã[©¨¼¤¶ŸƒÂ]|Â[°®©«»]|å[\u0080-\u00bf]ç|ä¸[\u0080-\u00bf]")
_LOST = re.compile(r"\?{3,}|(?:\? ?){6,}")
_LETTERS = re.compile(r"[^\W\d_]")


class Titles:
    """Looks at the form of every title, and at the characters of titles and descriptions."""

    def __init__(self, examples: int) -> None:
        self._seen = 0
        self._short, self._long, self._upper, self._placeholder = (Tally(examples) for _ in range(4))
        self._markup, self._mojibake, self._lost, self._repeats = (Tally(examples) for _ in range(4))

    def see(self, product: Product) -> None:
        """Look at one product."""
        self._seen += 1
        title = product.title
        if _PLACEHOLDER.fullmatch(title.strip()):
            self._placeholder.add(product, title)
        elif is_short(title):
            self._short.add(product, title)
        elif len(title) > LONGEST // 2 and width(title) > LONGEST:
            self._long.add(product, title)
        if is_shouted(title):
            self._upper.add(product, title)
        for text in (title, product.description or ""):
            self._see_text(product, text)
        if product.description and product.description.strip() == title.strip():
            self._repeats.add(product, title)

    def _see_text(self, product: Product, text: str) -> None:
        """Each pattern only where one of its signs is: most texts have none."""
        if any(sign in text for sign in "<&]{%") and (found := _MARKUP.search(text)):
            self._markup.add(product, _around(text, found))
        if not text.isascii() and (found := _MOJIBAKE.search(text)):
            self._mojibake.add(product, _around(text, found))
        if "?" in text and (found := _LOST.search(text)):
            self._lost.add(product, _around(text, found))

    def findings(self) -> Iterator[Finding]:
        """What is wrong with them."""
        n = self._seen
        yield from self._mojibake.finding(
            "mojibake", "error", "title, description", n, "texts with broken characters", "export the feed again as UTF-8"
        )
        yield from self._lost.finding(
            "lost_characters",
            "warning",
            "title, description",
            n,
            "texts with rows of question marks, as where characters were lost",
            "export the feed again as UTF-8; what became ? cannot be repaired",
        )
        yield from self._placeholder.finding(
            "title_placeholder", "error", "title", n, "titles that name no product", "give the product its name, or take it out of the feed"
        )
        yield from self._markup.finding(
            "markup",
            "warning",
            "title, description",
            n,
            "texts with markup left in them",
            "known HTML is removed on import; what is left are unknown tags, templates not filled in, or entities: export plain text",
        )
        yield from self._short.finding(
            "title_short",
            "hint",
            "title",
            n,
            "titles too short to tell a product",
            "say what it is: brand, kind, model, and what tells it from its like",
        )
        yield from self._long.finding(
            "title_long",
            "hint",
            "title",
            n,
            f"titles longer than {LONGEST} columns (a Chinese character takes two)",
            "the rest is cut where it is shown, and blurs what the title is about: move it to the description or to attributes",
        )
        yield from self._upper.finding(
            "title_upper_case",
            "hint",
            "title",
            n,
            "titles all in capitals",
            "write them as sentences; capitals are read as codes by people",
        )
        yield from self._repeats.finding(
            "description_repeats_title",
            "hint",
            "description",
            n,
            "descriptions that only repeat the title",
            "describe the product, or leave it empty",
        )


def _around(text: str, found: re.Match[str]) -> str:
    """The place with what is around it."""
    start, end = max(0, found.start() - 30), found.end() + 30
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"


def width(text: str) -> int:
    """Columns a text takes; wide characters two."""
    return len(text) if text.isascii() else sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def is_short(title: str) -> bool:
    """Whether there is less than a word of four letters, or two Chinese characters, and no code either."""
    letters = "".join(_LETTERS.findall(title))
    return width(letters) < 4 and sum(sign.isdigit() for sign in title) < 3


def is_shouted(title: str) -> bool:
    """Whether a title in Latin letters is all in capitals; words with digits and titles of less than four words do not count."""
    if has_ideographs(title):
        return False
    words = [word for word in re.findall(r"[^\W\d_]{2,}", title) if word.upper() != word.lower()]
    return len(words) >= 4 and sum(map(len, words)) >= 20 and all(word.isupper() for word in words)

"""Chinese characters: traditional ones read as simplified, so that both spellings of a word are one."""

from __future__ import annotations

import re
from functools import cache
from typing import Protocol

_IDEOGRAPH = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_KANA = re.compile("[\u3041-\u306d\u306f-\u3096\u30a1-\u30fa]")
"""Without \u306e (の), which Chinese titles use as decoration."""


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


def has_ideographs(text: str) -> bool:
    """Whether any character is a Chinese one (which Japanese and Korean texts use too)."""
    return not text.isascii() and _IDEOGRAPH.search(text) is not None


def simplified(text: str) -> str:
    """``text`` with traditional Chinese characters as simplified ones; Japanese, told by its kana, and everything else stay.

    Characters only: words that differ between regions, such as 滑鼠 and 鼠标, stay different.

    >>> simplified("輕薄瑜伽褲 Yoga"), simplified("乾燥頭髮"), simplified("髪を乾かす")
    ('轻薄瑜伽裤 Yoga', '干燥头发', '髪を乾かす')
    """
    if not has_ideographs(text) or _KANA.search(text):
        return text
    return _loaded().convert(text)


@cache
def _loaded() -> _Converter:
    """OpenCC with its dictionary. Two threads asking at first may both load it; each gets a good one."""
    from opencc import OpenCC

    return OpenCC("t2s")

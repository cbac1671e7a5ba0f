"""Which language a title is in, told from its script alone."""

from __future__ import annotations

import re

_NOT_IDEOGRAPH = re.compile("[^\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]+")
_NOT_KANA = re.compile("[^\u3041-\u3096\u30a1-\u30fa\u30fc]+")
_NOT_HANGUL = re.compile("[^\uac00-\ud7a3]+")
_NOT_LATIN = re.compile("[^A-Za-z\u00c0-\u024f]+")


def detect_language(text: str) -> str | None:
    """``zh``, ``en``, ``ja``, ``ko``, or None when the text has too little of any.

    A Chinese character says as much as four Latin letters, so a Chinese title with a Latin brand is Chinese. Every text in Latin letters
    counts as ``en``: telling the Latin languages apart needs more than the script; give ``language`` in the feed where it matters.
    """
    if text.isascii():
        return "en" if _NOT_LATIN.sub("", text[:200]) else None
    latin = len(_NOT_LATIN.sub("", text))
    ideographs, kana, hangul = len(_NOT_IDEOGRAPH.sub("", text)), len(_NOT_KANA.sub("", text)), len(_NOT_HANGUL.sub("", text))
    if 4 * max(ideographs + kana, hangul) < latin:
        return "en"
    if hangul > ideographs + kana:
        return "ko"
    if 4 * kana > ideographs:
        return "ja" if kana else None if not latin else "en"
    return "zh" if ideographs else ("en" if latin else None)

"""Texts that a spreadsheet would compute, made harmless: the one rule for every CSV file that leaves the house."""

from __future__ import annotations

_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def formula_safe(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet would compute it; full-width signs count, some locales take them."""
    is_formula = text[:1] in ("\t", "\r", "\n") or text.lstrip()[:1] in _SIGNS
    return f"'{text}" if text and is_formula else text

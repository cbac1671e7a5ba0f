"""Titles in a seller's manner: where the brand stands, how the variant is named, what is left out."""

from __future__ import annotations

import re

from .chance import Chance
from .spelling import respelled
from .tables import Item, Seller
from .variants import Variant

# What an empty brand or variant leaves behind.
_LEFTOVERS = (
    (re.compile(r"【】|（）|\(\)|\[\]"), ""),
    (re.compile(r"\s+by\s*(?=,|$)"), ""),
    (re.compile(r"([|,，:;-])\s*\1"), r"\1"),
    (re.compile(r"^\s*[-|,，:;]\s*|\s*[-|,，:;]+\s*$"), ""),
    (re.compile(r"\s+([,，:;])"), r"\1"),
    (re.compile(r"\s{2,}"), " "),
)


def color_name(seller: Seller, variant: Variant) -> str | None:
    """The seller's word for the variant's colour."""
    if variant.color is None:
        return None
    return variant.color.names[seller.lang][-1] if seller.respells else variant.color_name


def size_name(seller: Seller, variant: Variant) -> str | None:
    """The seller's spelling of the variant's size, capacity or pack."""
    if variant.option is None:
        return None
    return respelled(variant.option) if seller.respells else variant.option


def _names(text: str, value: str) -> bool:
    """Whether ``text`` says ``value`` already, as a word; 黑 at the end says 黑色."""
    if text.endswith(" " + value.removesuffix("色")):
        return True
    return re.search(rf"(?<![A-Za-z0-9]){re.escape(value)}(?![A-Za-z0-9])", text, re.IGNORECASE) is not None


def title(text: str, item: Item, variant: Variant, seller: Seller, chance: Chance, *, copy: int) -> str:
    """One variant's title. ``text`` may place {b}, {c} and {o} itself; what it does not place, the seller's pattern adds.

    ``copy`` is 0 for the first listing; a later listing was worded whole by its seller, so capacities and packs are in ``text`` already.
    """
    pattern = chance.pick(seller.titles, "title", item.key, seller.name, copy)
    color, option = color_name(seller, variant), size_name(seller, variant)
    rest = [value for mark, value in (("{c}", color), ("{o}", option)) if value and mark not in text and not _names(text, value)]
    if copy and item.options:
        rest = [value for value in rest if value == color]
    brand = "" if "{b}" in text or (item.brand and item.brand.lower() in text.lower()) else item.brand or ""
    words = text.replace("{b}", item.brand or "").replace("{c}", color or "").replace("{o}", option or "")
    whole = pattern.format(b=brand, t=words, v=seller.joiner.join(rest))
    for leftover, instead in _LEFTOVERS:
        whole = leftover.sub(instead, whole).strip()
    return whole

"""Letters and signs that mean several things after a number; what stands around them decides, or nothing does and they are left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from similis.catalogue.quantities.context import ABOUT_BATTERIES, ABOUT_DRINKS, ABOUT_SHOES, ABOUT_STORAGE
from similis.catalogue.quantities.quantity import Quantity
from similis.catalogue.quantities.units import Unit

_SIZES_OF_MEMORY = frozenset((1, 2, 3, 4, 6, 8, 12, 16, 18, 24, 32, 64, 128, 256, 500, 512, 1000, 1024, 2000))
_NETWORK = re.compile(
    r"\s*(?:网|全网|手机|日租|卡|流量|版|路由|无线|通|双|lte|network|wifi|wi-fi|sim|phone|smartphone|mobile|unlocked|$|[,)\s])",
    re.IGNORECASE,
)
_PLAINLY_NETWORK = re.compile(r"\s*(?:网|全网|手机|日租|流量|路由|无线|lte|network|wifi|wi-fi)", re.IGNORECASE)
_MOST_YEARS = 120
_MOST_COLOURS = 99


def loose_letter(letter: str, value: float, start: int, end: int, text: str) -> Iterator[Quantity]:
    """A lone ``g`` (grams, gigabytes, a network), ``t`` (terabytes) or ``m`` (metres, megabytes, the brand 3M)."""
    is_electronic = ABOUT_STORAGE.search(text) is not None
    lower = letter.lower()
    if lower == "g":
        if not _is_network(letter, value, start, end, text, is_electronic):
            in_memory = is_electronic and value in _SIZES_OF_MEMORY
            yield Quantity("storage" if in_memory else "mass", value * (1_000 if in_memory else 1), start, end)
    elif lower == "t":
        if value <= 64 and is_electronic:
            yield Quantity("storage", value * 1e6, start, end)
    elif (value == 3 and (letter == "M" or start == 0)) or (
        letter == "M" and (ABOUT_SHOES.search(text) or text[end : end + 1] == "/")
    ):  # 3M; 9 M is a medium width; M/M
        return
    elif letter == "M" and is_electronic:
        yield Quantity("storage", value, start, end)
    elif value <= 2_000:
        yield Quantity("length", value * 1_000, start, end)


def _is_network(letter: str, value: float, start: int, end: int, text: str, is_electronic: bool) -> bool:
    """5G手机, but not 4G+64G."""
    is_one_of_two = not {text[end : end + 1], text[max(0, start - 1) : start]}.isdisjoint(("+", "/"))
    if value not in (2, 3, 4, 5) or is_one_of_two or "内存" in text:
        return False
    pattern = _NETWORK if is_electronic or letter == "G" else _PLAINLY_NETWORK
    return pattern.match(text, end) is not None


def as_meant(unit: Unit, value: float, found: str, text: str) -> tuple[str, float] | None:
    """Kind and value of a unit as the text means it; None where the number is no such quantity.

    Args:
        value: In the unit's base.
        found: The number with its unit, as written.
    """
    kind = unit.kind
    if (
        kind == "temperature" and found.endswith("度") and not found.endswith("氏度")
    ):  # 42度 of a spirit is neither; 2度 of a battery are kilowatt hours
        return ("energy", value * 1_000) if ABOUT_BATTERIES.search(text) else None
    if kind == "mass" and unit.factor == 28.3495 and ABOUT_DRINKS.search(text):
        return "volume", value / 28.3495 * 29.5735
    is_something_else = (
        (kind == "charge" and found.endswith("安") and not found.endswith("毫安") and not ABOUT_BATTERIES.search(text))
        or (kind == "colours" and value > _MOST_COLOURS)  # CLI-221 Color
        or (kind == "pixels" and value < 0.01)  # a pattern, not a camera
        or (kind == "time" and unit.factor > 3e7 and value > _MOST_YEARS * unit.factor)  # 2024年
    )
    return None if is_something_else or value <= 0 else (kind, value)

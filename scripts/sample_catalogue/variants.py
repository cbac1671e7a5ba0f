"""The variants of an item: which colours, sizes and packs it comes in, and at what price."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .chance import Chance
from .tables import Color, Item


@dataclass(frozen=True, slots=True)
class Variant:
    """One thing that can be bought. ``key`` is equal for one variant named in two languages."""

    key: str
    color: Color | None
    color_name: str | None
    option: str | None
    price: float
    code: str


class Palette:
    """Finds a colour by any of its names."""

    def __init__(self, colors: list[Color]) -> None:
        self._by_name = {(lang, name): color for color in colors for lang, names in color.names.items() for name in names}

    def color(self, lang: str, name: str) -> Color:
        """Raises KeyError: a colour missing in the colour table."""
        return self._by_name[lang, name]


def _code(option: str, index: int) -> str:
    plain = re.sub(r"[^0-9A-Z]", "", option.upper())
    return plain if option.isascii() and 0 < len(plain) <= 6 else f"{index + 1:02d}"


def _rotated(values: tuple[str, ...], n: int, chance: Chance, *key: object) -> list[str]:
    start = chance.integer(*key) % len(values) if values else 0
    return [values[(start + i) % len(values)] for i in range(min(n, len(values)))]


def _colors(item: Item, chance: Chance) -> list[str | None]:
    if item.colors:
        return list(item.colors)
    n = int(item.spread.split("x")[0])
    return list(_rotated(item.kind.colors, n, chance, "colors", item.key)) or [None]


def _sizes(item: Item, chance: Chance) -> list[str | None]:
    if item.sizes:
        return list(item.sizes)
    n = int(item.spread.split("x")[1])
    if not item.kind.sizes:
        return [None]
    start = chance.integer("sizes", item.key) % max(1, len(item.kind.sizes) - n + 1)
    return list(item.kind.sizes[start : start + n])


def variants(item: Item, palette: Palette, chance: Chance) -> list[Variant]:
    """All variants of ``item``, colours outermost."""
    found: list[Variant] = []
    priced = [(text.rpartition("=")[0], float(text.rpartition("=")[2])) for text in item.options]
    choices: list[tuple[str | None, float, str]] = [(option, price, str(i)) for i, (option, price) in enumerate(priced)]
    choices = choices or [(size, item.price, size or "") for size in _sizes(item, chance)]
    for name in _colors(item, chance):
        color = palette.color(item.kind.lang, name) if name else None
        for index, (option, price, option_key) in enumerate(choices):
            codes = [color.code] if color else []
            if option and len(choices) > 1:
                codes.append(_code(option, index))
            found.append(Variant(f"{color.code if color else ''}/{option_key}", color, name, option, price, "-".join(codes)))
    return found

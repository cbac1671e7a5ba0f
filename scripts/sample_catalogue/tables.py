"""The tables written by hand, read from TOML: kinds of product, the products of each kind, sellers, colours."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TABLES = Path(__file__).parent / "tables"

# Tables use short keys: a product is one line there, to be read as a shop assistant reads a price list.
LONG_NAMES = {
    "t": "title", "b": "brand", "p": "price", "m": "mpn", "v": "spread", "o": "options", "c": "colors", "s": "sizes",
    "d": "description", "a": "attributes", "mat": "material", "k": "name", "x": "product", "cond": "condition",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of product in one language: yoga pants for women, in Chinese.

    ``goes_with`` names kinds used beside it. ``say`` holds sentences true of every product of the kind, ``attrs`` values true of every
    product (all of a list of up to two, two of a longer list).
    """

    department: str
    key: str
    lang: str
    code: str
    path: str
    who: str = ""
    colors: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    material: tuple[str, ...] = ()
    goes_with: tuple[str, ...] = ()
    attrs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    say: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One product with all its variants, as its maker sells it.

    ``spread`` "2x3" means two of the kind's colours by three of its sizes; ``options`` ("500ml=69") are capacities or packs with their
    prices. ``again`` holds the titles under which other sellers list it; "#1 title" is about option 1. ``fit`` names the items it is an
    accessory of, ``use`` narrows what may replace it, ``product`` is shared by the listings of one product in two languages.
    """

    kind: Kind
    number: int
    title: str
    price: float = 0.0
    brand: str | None = None
    mpn: str | None = None
    spread: str = "1x1"
    options: tuple[str, ...] = ()
    colors: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    description: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)  # a value or a list of values, as feeds have them
    material: str | None = None
    name: str | None = None
    fit: tuple[str, ...] = ()
    use: str = ""
    product: str | None = None
    condition: str | None = None
    again: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Unique among all items."""
        return f"{self.kind.lang}/{self.kind.key}/{self.number}"

    @property
    def product_key(self) -> str:
        """Equal for items that are one real product."""
        return self.product or self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Seller:
    """Who lists products, and the manner of their titles (``titles`` are patterns of {b}rand, {t}itle and {v}ariant)."""

    name: str
    lang: str
    source: str
    currency: str
    id_style: str
    titles: tuple[str, ...]
    joiner: str
    respells: bool = False


@dataclass(frozen=True, slots=True)
class Color:
    """A colour: its code in ids, and its names by language, the usual one first."""

    code: str
    names: Mapping[str, tuple[str, ...]]


def _tuples(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()}


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


def read_items() -> list[Item]:
    """Every item of every department, in the order of the tables."""
    items: list[Item] = []
    for path in sorted((TABLES / "departments").glob("*.toml")):
        for table in _read(path)["kind"]:
            rows = table.pop("items")
            attrs = {name: tuple(values) for name, values in table.pop("attrs", {}).items()}
            kind = Kind(department=path.stem.split("_", 1)[1], attrs=attrs, **_tuples(table))
            for number, row in enumerate(rows, start=1):
                named = {LONG_NAMES.get(key, key): value for key, value in row.items()}
                named.setdefault("price", float(str(named.get("options", [""])[0]).rpartition("=")[2] or 0))
                items.append(Item(kind=kind, number=number, **_tuples(named)))
    return items


def read_sellers() -> list[Seller]:
    """The sellers, those of the shop's own feed first."""
    return [Seller(**_tuples(row)) for row in _read(TABLES / "sellers.toml")["seller"]]


def read_colors() -> list[Color]:
    """The colours the tables use."""
    return [Color(code, {lang: tuple(names) for lang, names in by.items()}) for code, by in _read(TABLES / "colors.toml").items()]


def read_dirt() -> dict[str, Any]:
    """The table of dirty rows: ``change`` (a column of a row overwritten) and ``add`` (a whole row)."""
    return _read(TABLES / "dirt.toml")


def read_demo() -> list[str]:
    """The ids of the demo products."""
    return [str(row["id"]) for row in _read(TABLES / "demo.toml")["demo"]]

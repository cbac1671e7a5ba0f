"""The shipped table of well-known brands, ``brands.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from similis.catalogue.brand_spelling import brand_key, plain_brand

_FILE = Path(__file__).with_name("brands.toml")


@dataclass(frozen=True, slots=True)
class BrandTable:
    """Well-known brands.

    aliases: every spelling, the name itself too, to the name.
    everyday: names that are everyday words too, as ``plain_brand`` writes them.
    placeholders: keys (see ``brand_key``) of words that stand for no brand.
    """

    aliases: Mapping[str, str]
    everyday: frozenset[str]
    placeholders: frozenset[str]


@cache
def shipped_brands() -> BrandTable:
    """The table, read once."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    everyday = frozenset(plain_brand(name) for name in data.pop("everyday"))
    placeholders = frozenset(brand_key(name) for name in data.pop("placeholders"))
    aliases = {alias: name for group in data.values() for name, others in group.items() for alias in (name, *others)}
    return BrandTable(aliases, everyday, placeholders)

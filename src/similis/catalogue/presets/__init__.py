"""What is known of the feeds of common shop systems: their columns, and which rows belong together."""

from __future__ import annotations

from collections.abc import Iterable

from similis.catalogue.presets.bestbuy import BESTBUY
from similis.catalogue.presets.google import GOOGLE
from similis.catalogue.presets.preset import Preset, names_of
from similis.catalogue.presets.shopify import SHOPIFY
from similis.catalogue.presets.woocommerce import WOOCOMMERCE
from similis.errors import UsageError

__all__ = ["PRESETS", "Preset", "fitting_preset", "named_preset"]

PLAIN = Preset("plain", "Columns by their names alone, one row a product.", fits=lambda names: False)

PRESETS: dict[str, Preset] = {preset.name: preset for preset in (SHOPIFY, WOOCOMMERCE, GOOGLE, BESTBUY, PLAIN)}
"""By name, in the order in which they are tried."""


def named_preset(name: str) -> Preset:
    """The preset of this name.

    Raises:
        UsageError: there is none; the message lists all.
    """
    preset = PRESETS.get(str(name).strip().lower())
    if preset is None:
        raise UsageError(f"{name!r} is no preset; use one of: {', '.join(PRESETS)}")
    return preset


def fitting_preset(columns: Iterable[str]) -> Preset | None:
    """The preset whose feeds certainly have these columns; None when none is certain."""
    names = names_of(columns)
    return next((preset for preset in PRESETS.values() if preset.fits(names)), None)

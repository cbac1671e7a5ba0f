"""``Patch``: what a price or stock feed says about a product that is there already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from similis.catalogue.product import ProductId


@dataclass(frozen=True, slots=True)
class Patch:
    """Some fields of one product; all others stay as they are.

    line:   the row's line in the feed.
    fields: field of ``Product`` to its new value, converted and cleaned; None empties the field. Any: each field has its own type.
    """

    line: int
    id: ProductId
    fields: Mapping[str, Any]

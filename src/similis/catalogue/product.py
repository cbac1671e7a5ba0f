"""``Product``: one catalogue record, in the words of the Google Merchant feed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeAlias

ProductId: TypeAlias = str

_NO_ATTRIBUTES: Mapping[str, tuple[str, ...]] = MappingProxyType({})
_NO_EXTRA: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One product as the shop knows it.

    Only ``id`` and ``title`` are required. Codes (``gtin``, ``mpn``) are text, so leading zeros survive. ``price`` and ``sale_price`` are
    exact decimals in ``currency``. ``availability`` is one of ``in_stock``, ``out_of_stock``, ``preorder``, ``backorder`` or None (counts
    as in stock). ``attributes`` maps a name to its values; ``extra`` keeps every column nobody mapped, as text.
    """

    id: ProductId
    title: str
    group_id: str | None = None
    description: str | None = None
    brand: str | None = None
    category_path: tuple[str, ...] = ()
    gtin: str | None = None
    mpn: str | None = None
    price: Decimal | None = None
    currency: str | None = None
    sale_price: Decimal | None = None
    availability: str | None = None
    stock: int | None = None
    condition: str | None = None
    color: str | None = None
    size: str | None = None
    material: str | None = None
    gender: str | None = None
    age_group: str | None = None
    image_links: tuple[str, ...] = ()
    link: str | None = None
    source: str | None = None
    seller: str | None = None
    cost: Decimal | None = None
    popularity: float | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    language: str | None = None
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NO_ATTRIBUTES)
    extra: Mapping[str, str] = field(default_factory=lambda: _NO_EXTRA)

    @property
    def is_available(self) -> bool:
        """Whether a customer can buy it; missing availability and stock count as in stock."""
        if self.availability == "out_of_stock":
            return False
        return self.stock is None or self.stock > 0 or self.availability in ("preorder", "backorder")

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values; fields that are empty are left out. ``from_dict`` reads it back unchanged."""
        out: dict[str, Any] = {}
        for name in FIELDS:
            value = getattr(self, name)
            if value is None or value == () or value == {}:
                continue
            if isinstance(value, Decimal):
                value = str(value)
            elif isinstance(value, datetime):
                value = value.isoformat()
            elif isinstance(value, tuple):
                value = list(value)
            elif isinstance(value, Mapping):
                value = {key: list(v) if isinstance(v, tuple) else v for key, v in value.items()}
            out[name] = value
        return out

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Product:
        """The product that ``to_dict`` wrote. For a shop's own rows use ``catalogue.product_from_row``, which cleans and converts.

        Raises:
            TypeError: a key that is no field.
        """
        kwargs = dict(data)
        for name in ("price", "sale_price", "cost"):
            if kwargs.get(name) is not None:
                kwargs[name] = Decimal(kwargs[name])
        for name in ("created_at", "updated_at"):
            if kwargs.get(name) is not None:
                kwargs[name] = datetime.fromisoformat(kwargs[name])
        for name in ("category_path", "image_links"):
            kwargs[name] = tuple(kwargs.get(name) or ())
        kwargs["attributes"] = {key: tuple(values) for key, values in (kwargs.get("attributes") or {}).items()}
        kwargs["extra"] = dict(kwargs.get("extra") or {})
        return cls(**kwargs)


FIELDS: tuple[str, ...] = tuple(f.name for f in fields(Product))

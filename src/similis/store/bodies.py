"""Products as the store keeps them: JSON, and the hash of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from similis.catalogue.complements import complement_ids
from similis.catalogue.patch import Patch
from similis.catalogue.product import Product

_BY_NAME = ("attributes", "extra")
"""Fields that are mappings: a patch changes the names it has and leaves the others."""

_SEEN = ("id", "title", "group_id", "availability", "stock", "extra")
"""Fields that other columns of a stored product are made of."""


def body_of(product: Product) -> tuple[str, str]:
    """The product as stored JSON, and the sha256 of it: the product's content hash.

    Raises:
        TypeError, ValueError: the product holds values JSON or UTF-8 cannot carry.
    """
    return _hashed(product.to_dict())


def product_of(body: str) -> Product:
    """The product ``body_of`` wrote."""
    return Product.from_dict(json.loads(body))


def staged_row(product: Product, *, feed: str | None, deleted: bool = False) -> dict[str, Any]:
    """The product as a row of the table ``staged``.

    Raises:
        TypeError, ValueError, AttributeError: as ``body_of``; a product made by hand may hold anything.
    """
    return _row(product, *body_of(product), feed, deleted)


def patched_row(body: str, changes: Mapping[str, Any], *, feed: str | None) -> dict[str, Any]:
    """The product of a body with the changed fields put into it, as a row of the table ``staged``."""
    data: dict[str, Any] = json.loads(body)
    add_changes(data, changes)
    data = {name: value for name, value in data.items() if value is not None}
    said = {name: data[name] for name in _SEEN if name in data}  # the rest goes from body to body as it is
    return _row(Product(**said), *_hashed(data), feed, deleted=False)


def _row(product: Product, body: str, content_hash: str, feed: str | None, deleted: bool) -> dict[str, Any]:
    complements = [other for other in complement_ids(product) if other != product.id]
    return {
        "id": product.id,
        "body": body,
        "content_hash": content_hash,
        "group_id": product.group_id,
        "available": product.is_available,
        "complements": json.dumps(complements) if complements else "[]",
        "deleted": deleted,
        "feed": feed,
    }


def patch_text(patch: Patch) -> str:
    """The patch's fields as JSON, values as in a body; null empties a field.

    Raises:
        TypeError, ValueError, AttributeError: no field of a product, or a value JSON or UTF-8 cannot carry.
    """
    given = dict(patch.fields)
    if "id" in given or not given.get("title", "-"):
        raise ValueError("a patch changes neither the id nor takes the title away")
    whole = Product(id=patch.id, **{"title": "-", **{name: value for name, value in given.items() if value is not None}}).to_dict()
    for name, value in given.items():
        if value is None and name not in Product.__dataclass_fields__:
            raise TypeError(f"a product has no field {name!r}")
    text = _json({name: whole.get(name) for name in given})
    text.encode("utf-8")
    return text


def add_changes(into: dict[str, Any], changes: Mapping[str, Any]) -> None:
    """Put later changes over earlier ones, field by field, and attributes and extra name by name."""
    for name, value in changes.items():
        before = into.get(name)
        into[name] = {**before, **value} if name in _BY_NAME and before and value else value


def _hashed(data: Mapping[str, Any]) -> tuple[str, str]:
    body = _json(data)
    return body, hashlib.sha256(body.encode("utf-8")).hexdigest()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)

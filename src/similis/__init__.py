"""Similis says which products are the same, variants, substitutes and complements, with calibrated scores and reasons.

    import similis

    shop = similis.open("my-shop")
    shop.add("feed.csv")
    shop.build()
    shop.similar("SKU-1", k=10)

Names are loaded on first use, so that ``import similis`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from similis.catalogue import Product as Product
    from similis.errors import SimilisError as SimilisError
    from similis.generations.backup import restore as restore
    from similis.shop import Shop as Shop
    from similis.shop import matrix as matrix
    from similis.shop import open_shop as open
    from similis.similarity.checkup import doctor as doctor
    from similis.similarity.results import Answer as Answer
    from similis.similarity.results import Evidence as Evidence
    from similis.similarity.results import Neighbour as Neighbour

__version__ = "0.1.0"

_HOME = {
    "Answer": ("similis.similarity.results", "Answer"),
    "Evidence": ("similis.similarity.results", "Evidence"),
    "Neighbour": ("similis.similarity.results", "Neighbour"),
    "Product": ("similis.catalogue", "Product"),
    "Shop": ("similis.shop", "Shop"),
    "SimilisError": ("similis.errors", "SimilisError"),
    "doctor": ("similis.similarity.checkup", "doctor"),
    "matrix": ("similis.shop", "matrix"),
    "open": ("similis.shop", "open_shop"),
    "restore": ("similis.generations.backup", "restore"),
}
__all__ = ["Answer", "Evidence", "Neighbour", "Product", "Shop", "SimilisError", "__version__", "doctor", "matrix", "open", "restore"]


def __getattr__(name: str) -> Any:  # Any: whatever the name stands for
    try:
        module, attribute = _HOME[name]
    except KeyError:
        raise AttributeError(f"module 'similis' has no attribute {name!r}") from None
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)

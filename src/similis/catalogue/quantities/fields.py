"""The quantities of a whole product: its title, its size, and attributes that state a content."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable

from similis.catalogue.product import Product
from similis.catalogue.quantities.finding import find
from similis.catalogue.quantities.quantity import Quantity
from similis.catalogue.quantities.units import PACK

_STATES_CONTENT = re.compile(
    r"净含量|净重|容量|含量|规格|数量|件数|尺码|鞋码|尺寸|内存|存储|功率|电压|"
    r"volume|capacity|net (?:content|weight)|content|pack|count|size|storage|memory|wattage|voltage|screen",
    re.IGNORECASE,
)
_BARE = re.compile(r"\d{1,3}(?:\.5)?")
_BARE_LETTER = re.compile(r"[smlSML]")
_IN_ALL = ("volume", "mass")


def quantities_of(product: Product, in_title: Iterable[Quantity] | None = None) -> tuple[Quantity, ...]:
    """What the product says about its quantities, each kind from the first place that names it: title, size, attributes.

    Of a pack the content in all is a second value of its kind, so that 6 × 1.5 L agrees with 1.5 L and with 9 L; the
    pieces tell these apart. ``in_title`` saves finding the title's again.
    """
    found: list[Quantity] = list(find(product.title) if in_title is None else in_title)
    for text in _further_texts(product):
        kinds = {quantity.kind for quantity in found}
        found += [quantity for quantity in find(text) if quantity.kind not in kinds]
    return (*found, *_in_all(found))


def _further_texts(product: Product) -> Iterable[str]:
    if product.size:
        yield _as_size(product.size)
    for name, values in product.attributes.items():
        if _STATES_CONTENT.search(name):
            yield from (_as_size(value) if re.search(r"尺码|鞋码|size", name, re.IGNORECASE) else value for value in values[:3])


def _as_size(text: str) -> str:
    """A size field often holds the bare number or letter."""
    text = unicodedata.normalize("NFKC", text).strip()
    return f"size {text}" if _BARE.fullmatch(text) or _BARE_LETTER.fullmatch(text) else text


def _in_all(found: Iterable[Quantity]) -> Iterable[Quantity]:
    found = list(found)
    pieces = pieces_in_all(quantity.value for quantity in found if quantity.kind == PACK and not quantity.is_pair)
    if pieces == 1:
        return
    for kind in _IN_ALL:
        values = {quantity.value for quantity in found if quantity.kind == kind}
        if len(values) == 1:
            yield Quantity(kind, values.pop() * pieces, 0, 0, is_worked_out=True)


def pieces_in_all(packs: Iterable[float]) -> float:
    """Packs within packs multiplied, at most a milliard; one that is the product of the others states the total.

    >>> pieces_in_all([6, 12]), pieces_in_all([6, 12, 72]), pieces_in_all([12, 12]), pieces_in_all([])
    (72, 72, 12, 1)
    """
    *others, largest = sorted({1, *packs})
    inside = math.prod(others)
    return min(largest if inside == largest else largest * inside, 1_000_000_000)


def size_key(size: str | None) -> str | None:
    """A size field as sizes are compared: ``EU 42``, ``42码`` and ``42`` are one, ``XXL`` and ``2XL`` too; None without a size.

    >>> size_key("EU 42") == size_key("42码") == size_key("42"), size_key("XX-Large") == size_key("2XL"), size_key("M")
    (True, True, 'size m')
    """
    from similis.catalogue.quantities.rewriting import canonical

    return None if size is None else canonical(_as_size(size)).casefold()

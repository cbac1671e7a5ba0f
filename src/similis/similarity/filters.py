"""Filters: which products may be returned. A typed tree, written in Python, as JSON, or as text.

| Python | JSON | text |
|---|---|---|
| ``Equals("brand", "Acme")`` | ``{"brand": "Acme"}`` | ``brand=Acme`` |
| ``OneOf("brand", ("Acme", "屿动"))`` | ``{"brand": ["Acme", "屿动"]}`` | ``brand=Acme,屿动`` |
| ``Equals("available", True)`` | ``{"available": true}`` | ``available=true`` |
| ``Between("price", 10, 20)`` | ``{"price": {"min": 10, "max": 20}}`` | ``price=10..20`` |
| ``PriceBand(0.8, 1.25)`` | ``{"price": {"ratio": [0.8, 1.25]}}`` | ``price~0.8..1.25`` |
| ``Under(("服装", "瑜伽"))`` | ``{"category": "服装 > 瑜伽"}`` or ``{"under": ["服装", "瑜伽"]}`` | ``category=服装>瑜伽`` |
| ``Attribute("fit", ("slim",))`` | ``{"attributes.fit": "slim"}`` | ``attributes.fit=slim`` |
| ``Exists("price")`` | ``{"exists": "price"}`` | ``exists=price`` |
| ``SameAsSource("brand")`` | ``{"same": "brand"}`` | ``same=brand`` |
| ``DifferentFromSource("brand")`` | ``{"different": "brand"}`` | ``different=brand`` |
| ``SameCategory(1)`` | ``{"same_category": 1}`` | ``same_category=1`` |
| ``And``, ``Or``, ``Not`` | ``{"and": [...]}``, ``{"or": [...]}``, ``{"not": {...}}`` | several; ``not color=red``, ``color!=red`` |

Several keys in one mapping must all hold. What holds everywhere:

- Texts are compared without case, width and outer spaces; ``group_id`` to the letter. 女 finds what the catalogue calls ``female``.
- A category stands for itself and everything below it.
- A missing value equals nothing, lies in no range and differs from nothing; a price filter leaves out rows without a price.
- A comparison with a source that lacks the value matches no row: a filter never widens unseen. ``Not`` is the plain complement.
- Ranges include their ends; a date as the upper end includes its day. Prices are what a customer pays, in each row's currency.
- At most 8 levels, 256 clauses, 1,000 values a clause, 1,000 characters a value.

>>> from similis.catalogue import Product
>>> from similis.similarity.columns import Columns
>>> products = [Product(id="1", title="a", brand="Acme"), Product(id="2", title="b", brand="屿动"), Product(id="3", title="c")]
>>> columns = Columns.of(products)
>>> allowed(parse_filter({"brand": ["ACME", "屿动"]}), columns).tolist()
[True, True, False]
>>> allowed(parse_filter_text("different=brand"), columns, columns.take([0])).tolist()
[False, True, False]
"""

from __future__ import annotations

from similis.similarity.filter_checks import ALL_FIELDS, MAX_CLAUSES, MAX_DEPTH, MAX_TEXT, MAX_VALUES
from similis.similarity.filter_masks import allowed
from similis.similarity.filter_parsing import parse_filter, to_dict
from similis.similarity.filter_text import parse_filter_text
from similis.similarity.filter_tree import (
    And,
    Attribute,
    Between,
    DifferentFromSource,
    Equals,
    Exists,
    Filter,
    Not,
    OneOf,
    Or,
    PriceBand,
    SameAsSource,
    SameCategory,
    Under,
)

__all__ = [
    "ALL_FIELDS",
    "MAX_CLAUSES",
    "MAX_DEPTH",
    "MAX_TEXT",
    "MAX_VALUES",
    "And",
    "Attribute",
    "Between",
    "DifferentFromSource",
    "Equals",
    "Exists",
    "Filter",
    "Not",
    "OneOf",
    "Or",
    "PriceBand",
    "SameAsSource",
    "SameCategory",
    "Under",
    "allowed",
    "parse_filter",
    "parse_filter_text",
    "to_dict",
]

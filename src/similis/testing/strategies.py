"""Hypothesis strategies for what crosses package borders."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from hypothesis import strategies as st

from similis.arrays import Mask, Vectors
from similis.catalogue import Product

_WORDS = st.sampled_from((
    "running", "shoes", "cordless", "kettle", "500", "ml", "XPS-13", "FS105NA", "red", "42", "pack", "轻薄", "瑜伽裤", "黑色",
    "男士", "洁面乳",
    "120g", "【双11预售】", "5G", "手机", "&", "é", "（新款）",
))  # fmt: skip
_TEXTS = st.lists(_WORDS, min_size=1, max_size=8).map(" ".join)
_PRICES = st.decimals(min_value=Decimal("0.01"), max_value=Decimal("99999"), places=2)


@st.composite
def unit_vectors(draw: st.DrawFn, *, min_rows: int = 1, max_rows: int = 40, dim: int = 8, duplicates: bool = True) -> Vectors:
    """(n, dim) float32 rows of unit length, some of them repeated."""
    n_rows = draw(st.integers(min_rows, max_rows))
    rows = np.random.default_rng(draw(st.integers(0, 2**32 - 1))).standard_normal((n_rows, dim))
    if duplicates and n_rows > 1:
        for to, source in draw(st.lists(st.tuples(st.integers(0, n_rows - 1), st.integers(0, n_rows - 1)), max_size=4)):
            rows[to] = rows[source]
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def masks(n_rows: int) -> st.SearchStrategy[Mask]:
    """(n_rows,) bool, from none allowed to all."""
    return st.lists(st.booleans(), min_size=n_rows, max_size=n_rows).map(lambda flags: np.array(flags, np.bool_))


@st.composite
def products(draw: st.DrawFn, *, min_size: int = 1, max_size: int = 12) -> list[Product]:
    """Products with ids of their own; every other field may be missing."""

    def maybe(*values: str) -> st.SearchStrategy[str | None]:
        return st.none() | st.sampled_from(values)

    return [
        Product(
            id=f"P-{number}",
            title=draw(_TEXTS),
            description=draw(st.none() | _TEXTS),
            group_id=draw(maybe("g1", "g2", "g3")),
            brand=draw(maybe("Acme", "acme", "屿动", "Nord Haus")),
            category_path=draw(st.sampled_from(((), ("Shoes",), ("Shoes", "Running"), ("女装", "裤子", "瑜伽裤")))),
            mpn=draw(maybe("FS105NA", "XPS-13", "x")),
            price=draw(st.none() | _PRICES),
            currency=draw(maybe("EUR", "CNY")),
            availability=draw(maybe("in_stock", "out_of_stock", "preorder")),
            color=draw(maybe("red", "黑色")),
            gender=draw(maybe("female", "male", "unisex")),
            language=draw(maybe("en", "zh")),
            attributes=draw(st.dictionaries(st.sampled_from(("closure", "功能")), st.just(("laces",)) | st.just(("透气",)))),
        )
        for number in range(draw(st.integers(min_size, max_size)))
    ]

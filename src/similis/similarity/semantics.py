"""The semantic evidence: cosine after taking out what all the catalogue's products have in common.

Sentence encoders put every text into one narrow cone: two random products have a cosine of .8. With the catalogue's mean vector m taken
out, (x - m)·(y - m) / (|x - m||y - m|) is about 0 for unrelated products, and it still splits exactly into token pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from similis.arrays import Vectors
from similis.encoding import Encoder
from similis.errors import DimensionMismatch

Metric: TypeAlias = Literal["cosine", "euclidean"]
METRICS: tuple[Metric, ...] = ("cosine", "euclidean")

_REFERENCE = (
    "Men's running shoes, size 42, blue", "Stainless steel kettle 1.7 L", "USB-C charging cable 2 m", "Organic green tea, 50 bags",
    "Wooden dining chair, oak", "Wireless mouse with silent buttons", "Moisturising face cream 50 ml", "LED desk lamp, dimmable",
    "Dry dog food with chicken 10 kg", "Notebook A5, lined, 200 pages", "Cordless drill 18 V", "Baby stroller, foldable",
    "男士跑步鞋 42码 蓝色", "不锈钢电热水壶 1.7升",
    "Type-C充电线 2米", "绿茶 袋泡茶 50包", "实木餐椅 北欧", "无线静音鼠标", "保湿面霜50ml", "护眼台灯 可调光",
    "鸡肉味狗粮10kg",
    "A5横线笔记本 200页", "充电式电钻 18V", "折叠婴儿推车",
)  # fmt: skip
_REFERENCE_WEIGHT = 24.0


@dataclass(frozen=True, slots=True)
class Semantics:
    """How vectors are compared in one catalogue.

    mean: (dim,) float32; the mean vector of the catalogue. A few products say little about it, so it is mixed with the mean of fixed
        reference titles, which count as 24 products.
    """

    mean: Vectors

    @classmethod
    def fit(cls, vectors: Vectors, encoder: Encoder) -> Semantics:
        """Learn the mean of a catalogue's ``vectors``, (n, dim)."""
        reference = encoder.encode(_REFERENCE).mean(axis=0, dtype=np.float64)
        total = vectors.sum(axis=0, dtype=np.float64) + _REFERENCE_WEIGHT * reference
        return cls((total / (len(vectors) + _REFERENCE_WEIGHT)).astype(np.float32))

    def prepare(self, vectors: Vectors, metric: Metric) -> Vectors:
        """Vectors whose inner product is the evidence: centred cosine, or the Euclidean distance d as ``1 - d² / (2 (1 - |m|²))``.

        Both are about 0 for random products and 1 for equal texts.

        Raises:
            DimensionMismatch: vectors of another encoder.
        """
        if vectors.shape[1] != len(self.mean):
            raise DimensionMismatch(
                f"vectors have {vectors.shape[1]} dimensions, the generation {len(self.mean)}; build the shop again with this encoder"
            )
        centred = np.asarray(vectors, np.float32) - self.mean
        if metric == "cosine":
            length = np.linalg.norm(centred, axis=1, keepdims=True)
            return np.asarray(centred / np.maximum(length, 1e-6), np.float32)
        return np.asarray(vectors, np.float32)

    def finish(self, products: Vectors, metric: Metric) -> Vectors:
        """The evidence from inner products of prepared vectors."""
        if metric == "cosine":
            return products
        spread = max(1e-6, 1.0 - float(self.mean @ self.mean))
        return np.asarray(1.0 - (1.0 - products) / spread, np.float32)

"""``Segment``: some products as the arrays that evidence is computed from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from similis.arrays import Vectors
from similis.catalogue import Product
from similis.catalogue.quantities import size_key
from similis.encoding import Encoder
from similis.similarity.columns import Columns
from similis.similarity.identifiers import gtin_key, mpn_key
from similis.similarity.lexicon import LexicalRows, Lexicon
from similis.similarity.recipe import encoder_text


@dataclass(frozen=True, slots=True)
class Segment:
    """Products in rows.

    vectors:  (n, dim) float32 unit vectors, or None where the shop has no encoder.
    gtins, mpns, sizes, brands: comparable identifiers, size fields and brands, None where missing or wrong.
    """

    ids: tuple[str, ...]
    titles: tuple[str, ...]
    vectors: Vectors | None
    lexical: LexicalRows
    columns: Columns
    gtins: tuple[str | None, ...]
    mpns: tuple[str | None, ...]
    sizes: tuple[str | None, ...]
    brands: tuple[str | None, ...]

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def of(
        cls,
        products: Sequence[Product],
        lexicon: Lexicon,
        vectors: Vectors | None,
        *,
        like: Columns | None = None,
        lexical: LexicalRows | None = None,
    ) -> Segment:
        """Rows for ``products``, compared by the catalogue's ``lexicon`` and the codes of ``like``."""
        return cls(
            ids=tuple(product.id for product in products),
            titles=tuple(product.title for product in products),
            vectors=vectors,
            lexical=lexicon.transform(products) if lexical is None else lexical,
            columns=Columns.of(products, like=like),
            gtins=tuple(gtin_key(product.gtin) for product in products),
            mpns=tuple(mpn_key(product.mpn) for product in products),
            sizes=tuple(size_key(product.size) for product in products),
            brands=tuple(lexicon.brands.key(product) for product in products),
        )

    def take(self, rows: Sequence[int]) -> Segment:
        """Some of the rows, in the order given."""
        at = list(rows)
        return replace(
            self,
            ids=tuple(self.ids[row] for row in at),
            titles=tuple(self.titles[row] for row in at),
            vectors=None if self.vectors is None else np.asarray(self.vectors[at]),
            lexical=self.lexical.take(at),
            columns=self.columns.take(at),
            gtins=tuple(self.gtins[row] for row in at),
            mpns=tuple(self.mpns[row] for row in at),
            sizes=tuple(self.sizes[row] for row in at),
            brands=tuple(self.brands[row] for row in at),
        )


def encode(products: Sequence[Product], encoder: Encoder | None) -> Vectors | None:
    """The vectors of ``products``; None without an encoder."""
    if encoder is None:
        return None
    return encoder.encode([encoder_text(product) for product in products])

"""Vectors of products, encoded once: the store keeps them by the hash of what the encoder read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from similis.arrays import Vectors
from similis.catalogue import Product
from similis.encoding import Encoder
from similis.similarity.building import Progress
from similis.similarity.recipe import encoder_text
from similis.store import Store

_CHUNK = 2_000


class VectorCache:
    """The store's vectors for one encoder. ``encoded`` counts the products whose vector had to be computed."""

    def __init__(self, store: Store, encoder: Encoder | None) -> None:
        """Without an encoder there are no vectors."""
        self._store = store
        self._encoder = encoder
        self.encoded = 0

    def vectors(self, products: Sequence[Product], progress: Progress | None = None) -> Vectors | None:
        """(n, dim) float32, in the order of ``products``; what is missing is encoded and kept, chunk by chunk.

        ``progress`` is called with "encode", the products done and all of them.
        """
        if self._encoder is None:
            return None
        texts = [encoder_text(product) for product in products]
        keys = [_key(text) for text in texts]
        known = self._store.vectors(list(dict.fromkeys(keys)), self._encoder.fingerprint)
        missing = [at for at, key in enumerate(keys) if key not in known]
        self.encoded += len(missing)
        done = len(products) - len(missing)
        for start in range(0, len(missing), _CHUNK):
            chunk = missing[start : start + _CHUNK]
            text_of = {keys[at]: texts[at] for at in chunk if keys[at] not in known}
            if text_of:
                made = self._encoder.encode(list(text_of.values()))
                self._store.put_vectors(list(text_of), self._encoder.fingerprint, made)
                known.update(zip(text_of, made, strict=True))
            done += len(chunk)
            if progress is not None:
                progress("encode", done, len(products))
        return np.stack([known[key] for key in keys]).astype(np.float32, copy=False)

    def forget_unused(self, products: Sequence[Product]) -> None:
        """Drop the vectors that none of ``products`` needs."""
        if self._encoder is not None:
            self._store.prune_vectors(self._encoder.fingerprint, {_key(encoder_text(product)) for product in products})


def _key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

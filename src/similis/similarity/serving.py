"""What answers a shop's questions: its encoder, and the generation in service with everything written since."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from similis.catalogue import Product, product_from_row
from similis.catalogue.languages import detect_language
from similis.encoding import Encoder, open_encoder
from similis.errors import LimitExceeded, ModelUnavailable, NotBuilt, UnknownProduct, UsageError
from similis.generations import current_name
from similis.similarity import recipe
from similis.similarity.publishing import GENERATIONS, load_snapshot
from similis.similarity.questions import Question, checked_text
from similis.similarity.segment import Segment
from similis.similarity.snapshot import Snapshot
from similis.similarity.vectors import VectorCache
from similis.similarity.view import View
from similis.store import Store

MAX_EXAMPLES = 100


class Serving:
    """The encoder and the current view of one shop, each opened once and shared by all threads."""

    def __init__(self, folder: Path, encoder: Encoder | str | None) -> None:
        """``encoder`` is a model's folder or an ``Encoder``; None for the bundled one, where it can be had."""
        self._folder = folder
        self._wanted = encoder
        self._encoder: Encoder | None = encoder if encoder is not None and not isinstance(encoder, str) else None
        self._view: View | None = None
        self._lock = threading.RLock()

    def encoder(self) -> Encoder | None:
        """The encoder, opened once; None where the bundled model cannot be had and nobody asked for a model.

        Raises:
            ModelUnavailable: the model asked for cannot be opened.
        """
        with self._lock:
            if self._encoder is None:
                try:
                    name = self._wanted if isinstance(self._wanted, str) else "bundled"
                    self._encoder = open_encoder(name, max_tokens=recipe.MAX_TOKENS)
                except ModelUnavailable:
                    if self._wanted is not None:
                        raise
            return self._encoder

    def encoder_of(self, snapshot: Snapshot) -> Encoder | None:
        """The encoder, if the generation has vectors and this encoder made them.

        Raises:
            NotBuilt: another encoder made them.
        """
        if snapshot.semantics is None:
            return None
        encoder = self.encoder()
        found = "none" if encoder is None else encoder.fingerprint
        if found != snapshot.encoder:
            raise NotBuilt(
                f"generation {snapshot.name} was built with encoder {snapshot.encoder[:12]}, this one is {found[:12]}; "
                "run: similis build, or open the shop with the encoder it was built with"
            )
        return encoder

    def view(self, store: Store) -> View:
        """The generation in service plus everything written since.

        Raises:
            NotBuilt: nothing is built, or by another version or encoder. CorruptGeneration: none is whole.
        """
        seq, name = store.seq, current_name(self._folder / GENERATIONS)
        with self._lock:
            view = self._view
            if view is not None and view.seq == seq and view.snapshot.name == name:
                return view
            snapshot = view.snapshot if view is not None and view.snapshot.name == name else load_snapshot(self._folder)
            changes = store.changes(snapshot.seq)
            changed = [change.id for change in changes if not change.deleted]
            gone = [change.id for change in changes if change.deleted]
            fresh = self._rows(snapshot, store, store.get(changed)) if changed else None
            self._view = View.of(snapshot, seq, fresh, gone)
            return self._view

    def snapshot(self) -> Snapshot | None:
        """The generation in service without what was written since; None where nothing is built."""
        name = current_name(self._folder / GENERATIONS)
        if name is None:
            return None
        with self._lock:
            view = self._view
        return view.snapshot if view is not None and view.snapshot.name == name else load_snapshot(self._folder)

    def row(self, store: Store, view: View, id: str) -> Segment:
        """The one row of a product of the catalogue.

        Raises:
            UnknownProduct: no such id; the message names the ids most like it.
        """
        found = view.locate(id)
        if found is None:
            store.get([id])  # names the ids most like it
            raise UnknownProduct(f"product {id!r} was added a moment ago; ask again")
        part, row = found
        return part.segment.take([row])

    def question(
        self,
        store: Store,
        view: View,
        *,
        id: str | None,
        product: Product | Mapping[str, Any] | None,
        text: str | None,
        positive: tuple[str, ...],
        negative: tuple[str, ...],
    ) -> Question:
        """What is asked, as rows of the view; see ``Shop.similar``.

        Raises:
            UsageError: nothing to compare with, or several things at once. LimitExceeded: too many examples. UnknownProduct: no such id.
        """
        if sum(one is not None for one in (id, product, text)) > 1:
            raise UsageError("give one of id, product and text, not several; further examples go into positive and negative")
        if len(positive) + len(negative) > MAX_EXAMPLES:
            raise LimitExceeded(f"{len(positive) + len(negative)} examples; give at most {MAX_EXAMPLES}")
        attracting = [self.row(store, view, one) for one in ((id,) if id is not None else ()) + positive]
        label = id if id is not None else ", ".join(positive)
        outside = _from_outside(product, text)
        if outside is not None:
            label = outside.title
            attracting.insert(0, self._outside(view, outside))
        if not attracting:
            raise UsageError("nothing to compare with; give an id, a product, a text, or positive examples")
        repelling = [self.row(store, view, one) for one in negative]
        examples = attracting + repelling
        ids = frozenset(one.ids[0] for one in examples)
        return Question(label, tuple(examples), len(attracting), ids, len(attracting) == 1 and text is None)

    def _rows(self, snapshot: Snapshot, store: Store, products: Sequence[Product]) -> Segment:
        vectors = VectorCache(store, self.encoder_of(snapshot)).vectors(products)
        return Segment.of(products, snapshot.lexicon, vectors, like=snapshot.segment.columns)

    def _outside(self, view: View, product: Product) -> Segment:
        """A row for a product that is not in the catalogue; its vector is not kept."""
        snapshot = view.snapshot
        encoder = self.encoder_of(snapshot)
        vectors = None if encoder is None else encoder.encode([recipe.encoder_text(product)], role="query")
        return Segment.of([product], snapshot.lexicon, vectors, like=view.columns)


def _from_outside(product: Product | Mapping[str, Any] | None, text: str | None) -> Product | None:
    if text is not None:
        words = checked_text(text)
        return Product(id="", title=words, language=detect_language(words))
    if product is None or isinstance(product, Product):
        return product
    if not isinstance(product, Mapping):  # from Python anything may come
        raise UsageError(f"product is {product!r}; give a Product or a mapping with at least a title")
    return product_from_row(product, id=str(product.get("id") or "-"))

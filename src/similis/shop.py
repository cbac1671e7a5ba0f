"""``Shop``: the object a user holds. It wires the packages together and owns no logic of its own."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from similis.catalogue import ColumnMapping, FeedSource, Product, WriteReport, product_from_row, read_products, write_products
from similis.catalogue.brand_listing import BrandListing, checked_alias, list_brands, same_alias
from similis.catalogue.languages import detect_language
from similis.catalogue.quality import EXAMPLES, QualityReport, assess
from similis.encoding import Encoder, open_encoder
from similis.errors import LimitExceeded, ModelUnavailable, NoShop, NotBuilt, UnknownProduct, UsageError
from similis.generations import current_name, open_current
from similis.similarity import recipe
from similis.similarity.building import Progress
from similis.similarity.engine import answer, stored_answer
from similis.similarity.explanation import Explanation
from similis.similarity.exporting import ExportReport, write_neighbours
from similis.similarity.filters import Filter, parse_filter
from similis.similarity.matrix import Matrix, similarity_matrix
from similis.similarity.neighbours import LIST_LENGTH
from similis.similarity.pairing import explain_pair
from similis.similarity.publishing import GENERATIONS, BuildReport, load_snapshot, publish
from similis.similarity.questions import Options, Question, checked_ids, checked_text
from similis.similarity.results import Answer, Relation
from similis.similarity.segment import Segment
from similis.similarity.semantics import Metric
from similis.similarity.snapshot import Snapshot
from similis.similarity.vectors import VectorCache
from similis.similarity.view import View
from similis.similarity.vocabulary import PreparedText, prepared_text
from similis.similarity.weights import Weights, load_weights
from similis.store import DATABASE_FILE, AddReport, ImportEntry, ImportOptions, RejectsFile, Store, UndoReport

MAX_EXAMPLES = 100


@dataclass(frozen=True, slots=True)
class Status:
    """What a shop holds.

    fresh, deleted: products written and deleted since the generation was built; answers know them already.
    generation, built_at, encoder: None before the first build.
    """

    folder: str
    products: int
    seq: int
    generation: str | None
    built_at: str | None
    generation_seq: int | None
    fresh: int
    deleted: int
    encoder: str | None
    dim: int | None
    calibration: str
    disk_bytes: int

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


class Shop:
    """One shop in one folder: its products, its generations, and every question about them.

    Methods may be called from several threads. Nothing is written before the first ``add``.
    """

    def __init__(self, folder: Path, *, weights: Weights, encoder: Encoder | str | None, create: bool) -> None:
        """Use ``similis.open``."""
        self.folder = folder
        self._weights = weights
        self._wanted_encoder = encoder
        self._encoder: Encoder | None = encoder if encoder is not None and not isinstance(encoder, str) else None
        self._create = create
        self._store: Store | None = None
        self._view: View | None = None
        self._lock = threading.RLock()
        if not create or (folder / DATABASE_FILE).exists():
            self._store = Store.open(folder, create=False)

    def __repr__(self) -> str:
        return f"Shop({str(self.folder)!r})"

    def __enter__(self) -> Shop:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the shop's files."""
        if self._store is not None:
            self._store.close()

    # -- writing -------------------------------------------------------------------------------------------------------------------------

    def add(
        self,
        source: FeedSource,
        *,
        format: str | None = None,
        preset: str | None = None,
        mapping: ColumnMapping | Mapping[str, str] | None = None,
        member: str | None = None,
        sql: str | None = None,
        patch: bool = False,
        sync: bool = False,
        feed: str | None = None,
        withdraw_at_most: object = None,
        strict: bool = False,
        rejects: Path | str | None = None,
        dry_run: bool = False,
        name: str | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> AddReport:
        """Add or replace products by id; all rows of the source in one transaction.

        Args:
            source: Path, binary stream, data frame, Arrow table, iterable of mappings, or with ``sql`` a database.
            format, preset, mapping, member, sql: How to read it, see ``read_products``.
            patch: Each row changes only the fields it has, of a product that is there; prices and stock alone are known by their columns.
            sync: The source is the whole catalogue, or the whole of ``feed``: what it no longer has is deleted.
            feed: The name of the feed, where a shop has several.
            withdraw_at_most: The share a sync may delete, such as ``0.35`` or ``"35%"``; 20 % by default.
            strict: One rejected row, and nothing is taken.
            rejects: A CSV or JSON lines file for every rejected row; written also when the import is refused.
            dry_run: Read everything, write nothing, and report what would become of it.
            name: What the import is called; the file's name by default.
            progress: Called with the rows read so far.
        Returns:
            The counts, the mapping, and the first rejects with line and reason.
        Raises:
            UnreadableFeed, InvalidMapping, UsageError, ImportRefused, ShopLocked, ShopError.
        """
        file = None if rejects is None else RejectsFile(Path(rejects), feed=Path(source) if isinstance(source, (str, Path)) else None)
        reading = read_products(source, format=format, preset=preset, mapping=mapping, member=member, sql=sql, patch=patch)
        with reading as products:
            options = ImportOptions(products.is_patch, sync, feed, withdraw_at_most, strict, file, dry_run)
            with self._store_to_fill(dry_run) as store:
                return store.add(products, source=name or products.name, options=options, progress=progress)

    def delete(self, ids: Iterable[str]) -> int:
        """Delete products; returns how many there were. Answers leave them out at once."""
        return self._open_store().delete(ids)

    def imports(self, limit: int | None = None) -> list[ImportEntry]:
        """Every write of the shop (feeds, deletions, undos), newest first; the last ``limit`` of them."""
        return self._open_store().imports(limit)

    def undo(self, import_id: int | None = None) -> UndoReport:
        """Take an import back, by default the last one; products written again since stay as they are.

        Raises:
            UsageError: no such import, or undone already. ShopError: older than the last 20 writes, or nothing to take back.
        """
        return self._open_store().undo(import_id)

    def build(self, *, neighbours: int = LIST_LENGTH, full: bool = False, progress: Progress | None = None) -> BuildReport:
        """Encode what changed, index everything, compute neighbours, and put the new generation into service.

        Args:
            neighbours: Places of the default answer to compute ahead for every product; 0 leaves all to the moment of asking.
            full: Learn the catalogue's statistics and compute all neighbours anew, even after a small change.
            progress: Called with stage, done, total.
        Raises:
            NotBuilt: the shop has no products. ShopLocked: another build runs.
            LimitExceeded: ``neighbours`` is negative or above 1,000.
        """
        store, encoder = self._open_store(), self._load_encoder()
        return publish(self.folder, store, encoder, self._weights, neighbours=neighbours, full=full, progress=progress)

    # -- asking --------------------------------------------------------------------------------------------------------------------------

    def similar(
        self,
        id: str | None = None,
        *,
        product: Product | Mapping[str, Any] | None = None,
        text: str | None = None,
        positive: Sequence[str] = (),
        negative: Sequence[str] = (),
        k: int = 10,
        relation: Relation = "alike",
        filters: Filter | Mapping[str, Any] | None = None,
        threshold: float | None = None,
        exclude: Iterable[str] = (),
        metric: Metric = "cosine",
        in_stock: bool | None = None,
        explain: bool = True,
    ) -> Answer:
        """The products most similar to one product, a text, or several examples.

        Args:
            id: A product of the catalogue.
            product: One that is not: a ``Product`` or a mapping with at least a title.
            text: Words a customer might use.
            positive, negative: Ids whose like is wanted and not wanted, beside ``id``.
            k: How many, 1 to 1,000.
            relation: ``alike`` (same or substitute), ``same``, ``variant``, ``substitute`` or ``complement``.
            filters: A filter tree or its JSON form, see ``similis.similarity.filters``.
            threshold: Least probability.
            exclude: Ids never to return.
            metric: ``cosine`` or ``euclidean``, for the semantic part.
            in_stock: Leave out what cannot be bought; by default unless ``relation="same"``.
            explain: False leaves the evidence out of the results.
        Raises:
            UnknownProduct: no such id. NotBuilt: no generation yet. UsageError: see the message.
        """
        exclude, positive, negative = (
            checked_ids(name, given) for name, given in (("exclude", exclude), ("positive", positive), ("negative", negative))
        )
        id = None if id is None else str(id)  # data frames give numbers
        options = Options(
            k=k,
            relation=relation,
            filters=None if filters is None else parse_filter(filters),
            threshold=threshold,
            exclude=frozenset(exclude),
            metric=metric,
            in_stock=in_stock,
        )
        view, found = self._current_view(), None
        if id is not None and product is None and text is None and not positive and not negative:
            found = stored_answer(view, id, options, self._weights)
        if found is None:
            question = self._question(view, id, product, text, positive, negative)
            found = answer(view, question, options, self._weights)
        return found if explain else found.without_evidence()

    def similar_text(self, text: str, k: int = 10, **options: Any) -> Answer:  # Any: the options of `similar`, checked there
        """``similar(text=text)``."""
        return self.similar(text=text, k=k, **options)

    def explain(self, a: str, b: str, *, relation: Relation = "alike") -> Explanation:
        """Why two products of the catalogue are, or are not, in a relation; symmetric in the two.

        Raises:
            UnknownProduct: no such id. NotBuilt: no generation yet.
        """
        Options(relation=relation)
        view = self._current_view()
        left, right = (self._stored_row(view, id) for id in (a, b))
        products = self._open_store().get([a, b])
        return explain_pair(left, right, products, view.snapshot, self._encoder_of(view.snapshot), self._weights, relation)

    def export(
        self, path: Path | str, *, k: int = 10, relation: Relation = "alike", progress: Callable[[int], None] | None = None
    ) -> ExportReport:
        """Write the neighbours of every product to a Parquet, CSV or JSON lines file (``.gz`` too)."""
        ids = self._open_store().ids()
        return write_neighbours(Path(path), ((id, self.similar(id, k=k, relation=relation)) for id in ids), progress=progress)

    def prepare(self, text: str) -> PreparedText:
        """Every step from a text to the words it is compared by, with their ids in the vocabulary of the generation in service.

        Before the first build the ids are missing, and everything else is there.

        Raises:
            UsageError: the text is empty. LimitExceeded: it is too long. NotBuilt: another version of Similis built the generation.
        """
        return prepared_text(checked_text(text), self._snapshot_if_built())

    def export_products(self, path: Path | str, *, format: str | None = None, progress: Callable[[int], None] | None = None) -> WriteReport:
        """Write every product to a file that reads back as the same products; see ``catalogue.write_products``.

        Args:
            format: ``csv``, ``jsonl``, ``google``, ``google-xml`` or ``shopify``; told from the file's name where not given.
            progress: Called with the products written so far.
        Raises:
            UsageError: see the message. NoShop: there is no shop.
        """
        return write_products(path, self._open_store(), format=format, progress=progress)

    def get(self, id: str) -> Product:
        """One product.

        Raises:
            UnknownProduct: no such id; the message names the ids most like it.
        """
        return self._open_store().get([id])[0]

    def quality(
        self,
        source: FeedSource | None = None,
        *,
        format: str | None = None,
        preset: str | None = None,
        mapping: ColumnMapping | Mapping[str, str] | None = None,
        member: str | None = None,
        sql: str | None = None,
        name: str | None = None,
        examples: int = EXAMPLES,
    ) -> QualityReport:
        """What is missing, wrong or doubtful in a feed, or in the shop's products; nothing is written.

        Args:
            source, format, preset, mapping, member, sql, name: A feed, as ``add`` takes it; None for the shop's own products.
            examples: Products to name of each finding.
        Raises:
            NoShop: no source, and no shop. UnreadableFeed, InvalidMapping, UsageError, LimitExceeded.
        """
        own = {} if self._store is None else self._store.aliases("brand")
        if source is None:
            return assess(self._open_store(), source=name or str(self.folder), examples=examples, own_aliases=own)
        with read_products(source, format=format, preset=preset, mapping=mapping, member=member, sql=sql) as products:
            return assess(products, source=name or products.name, examples=examples, own_aliases=own)

    def brands(self) -> BrandListing:
        """The brands of the shop as they are written, how often, and what each is read as."""
        store = self._open_store()
        return list_brands(store, store.aliases("brand"))

    def set_brand_alias(self, alias: str, name: str | None) -> None:
        """Read the brand ``alias`` as ``name`` from the next full build on; None forgets the alias.

        Raises:
            UsageError: one names no brand, both are one spelling already, or the alias to forget is not there.
        """
        store = self._open_store()
        before = same_alias(alias, store.aliases("brand"))
        if name is None and before is None:
            raise UsageError(f"{alias!r} is no alias of this shop; similis brands lists them")
        fresh = None if name is None else checked_alias(alias, name)
        if before is not None:
            store.remove_alias("brand", before)
        if fresh is not None:
            store.set_alias("brand", *fresh)

    def status(self) -> Status:
        """What the shop holds, and how far its generation is behind."""
        store = self._open_store()
        generation = open_current(self.folder / GENERATIONS)
        facts = None if generation is None else generation.manifest.facts
        changes = [] if facts is None else store.changes(facts.seq)
        return Status(
            folder=str(self.folder),
            products=len(store),
            seq=store.seq,
            generation=None if generation is None else generation.name,
            built_at=None if facts is None else str(facts.created_at),
            generation_seq=None if facts is None else facts.seq,
            fresh=sum(not change.deleted for change in changes),
            deleted=sum(change.deleted for change in changes),
            encoder=None if facts is None else facts.encoder,
            dim=None if facts is None else facts.dim,
            calibration=self._weights.calibrated_on,
            disk_bytes=sum(file.stat().st_size for file in self.folder.rglob("*") if file.is_file()),
        )

    # -- wiring --------------------------------------------------------------------------------------------------------------------------

    def _open_store(self, *, write: bool = False) -> Store:
        with self._lock:
            if self._store is None:
                if not write:
                    raise NoShop(f"there is no shop in {self.folder}; add a feed first: similis add FEED --shop {self.folder}")
                self._store = Store.open(self.folder)
            return self._store

    @contextmanager
    def _store_to_fill(self, dry_run: bool) -> Iterator[Store]:
        """The store; for a dry run of a shop that is not there yet an empty one, gone afterwards."""
        if dry_run and self._store is None:
            with tempfile.TemporaryDirectory(prefix="similis-") as folder, Store.open(Path(folder)) as store:
                yield store
        else:
            yield self._open_store(write=True)

    def _load_encoder(self) -> Encoder | None:
        """The encoder, opened once; None where the bundled model cannot be had and nobody asked for a model."""
        with self._lock:
            if self._encoder is None:
                try:
                    name = self._wanted_encoder if isinstance(self._wanted_encoder, str) else "bundled"
                    self._encoder = open_encoder(name, max_tokens=recipe.MAX_TOKENS)
                except ModelUnavailable:
                    if self._wanted_encoder is not None:
                        raise
            return self._encoder

    def _encoder_of(self, snapshot: Snapshot) -> Encoder | None:
        """The encoder, if the generation has vectors and this encoder made them.

        Raises:
            NotBuilt: another encoder made them.
        """
        if snapshot.semantics is None:
            return None
        encoder = self._load_encoder()
        found = "none" if encoder is None else encoder.fingerprint
        if found != snapshot.encoder:
            raise NotBuilt(
                f"generation {snapshot.name} was built with encoder {snapshot.encoder[:12]}, this one is {found[:12]}; "
                "run: similis build, or open the shop with the encoder it was built with"
            )
        return encoder

    def _current_view(self) -> View:
        """The generation in service plus everything written since."""
        store = self._open_store()
        seq, name = store.seq, current_name(self.folder / GENERATIONS)
        with self._lock:
            view = self._view
            if view is not None and view.seq == seq and view.snapshot.name == name:
                return view
            snapshot = view.snapshot if view is not None and view.snapshot.name == name else load_snapshot(self.folder)
            changes = store.changes(snapshot.seq)
            changed = [change.id for change in changes if not change.deleted]
            gone = [change.id for change in changes if change.deleted]
            self._view = View.of(snapshot, seq, self._rows(snapshot, store.get(changed)) if changed else None, gone)
            return self._view

    def _snapshot_if_built(self) -> Snapshot | None:
        """The generation in service without what was written since; None where nothing is built."""
        name = current_name(self.folder / GENERATIONS)
        if name is None:
            return None
        with self._lock:
            view = self._view
        return view.snapshot if view is not None and view.snapshot.name == name else load_snapshot(self.folder)

    def _rows(self, snapshot: Snapshot, products: Sequence[Product]) -> Segment:
        encoder = self._encoder_of(snapshot)
        vectors = VectorCache(self._open_store(), encoder).vectors(products)
        return Segment.of(products, snapshot.lexicon, vectors, like=snapshot.segment.columns)

    def _question(
        self,
        view: View,
        id: str | None,
        product: Product | Mapping[str, Any] | None,
        text: str | None,
        positive: tuple[str, ...],
        negative: tuple[str, ...],
    ) -> Question:
        if sum(one is not None for one in (id, product, text)) > 1:
            raise UsageError("give one of id, product and text, not several; further examples go into positive and negative")
        if len(positive) + len(negative) > MAX_EXAMPLES:
            raise LimitExceeded(f"{len(positive) + len(negative)} examples; give at most {MAX_EXAMPLES}")
        attracting = [self._stored_row(view, one) for one in ((id,) if id is not None else ()) + positive]
        label = id if id is not None else ", ".join(positive)
        if text is not None:
            label = checked_text(text)
            attracting.insert(0, self._outside(view, Product(id="", title=label, language=detect_language(label))))
        elif product is not None:
            if not isinstance(product, (Product, Mapping)):
                raise UsageError(f"product is {product!r}; give a Product or a mapping with at least a title")
            given = product if isinstance(product, Product) else product_from_row(product, id=str(product.get("id") or "-"))
            label = given.title
            attracting.insert(0, self._outside(view, given))
        if not attracting:
            raise UsageError("nothing to compare with; give an id, a product, a text, or positive examples")
        repelling = [self._stored_row(view, one) for one in negative]
        examples = attracting + repelling
        ids = frozenset(one.ids[0] for one in examples)
        return Question(label, tuple(examples), len(attracting), ids, len(attracting) == 1 and text is None)

    def _stored_row(self, view: View, id: str) -> Segment:
        found = view.locate(id)
        if found is None:
            self._open_store().get([id])  # names the ids most like it
            raise UnknownProduct(f"product {id!r} was added a moment ago; ask again")
        part, row = found
        return part.segment.take([row])

    def _outside(self, view: View, product: Product) -> Segment:
        """A row for a product that is not in the catalogue; its vector is not kept."""
        snapshot = view.snapshot
        encoder = self._encoder_of(snapshot)
        vectors = None if encoder is None else encoder.encode([recipe.encoder_text(product)], role="query")
        return Segment.of([product], snapshot.lexicon, vectors, like=view.columns)


def open_shop(
    folder: Path | str = "shop",
    *,
    weights: Weights | Mapping[str, Any] | Path | str | None = None,
    encoder: Encoder | str | None = None,
    create: bool = True,
) -> Shop:
    """Open the shop in ``folder``.

    Args:
        folder: Created on the first ``add``.
        weights: A file or plain values in place of the shipped weights.
        encoder: A model's folder, or any object that is an ``Encoder``; the bundled multilingual model by default.
        create: False raises ``NoShop`` when there is none.
    Raises:
        NoShop, IncompatibleShop, UsageError.
    """
    return Shop(Path(folder), weights=load_weights(weights), encoder=encoder, create=create)


def matrix(texts: Sequence[str], *, metric: Metric = "cosine", encoder: Encoder | str | None = None) -> Matrix:
    """The similarity matrix of some texts: cosines of their vectors, or Euclidean distances.

    Raises:
        UsageError: fewer than two texts, or an unknown metric. ModelUnavailable: no encoder.
    """
    chosen = encoder if encoder is not None and not isinstance(encoder, str) else open_encoder(encoder or "bundled")
    return similarity_matrix(texts, chosen, metric)

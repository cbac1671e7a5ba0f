"""``Shop``: the object a user holds. It wires the packages together and owns no logic of its own."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from similis.catalogue import ColumnMapping, FeedSource, Product, WriteReport, read_products, write_products
from similis.catalogue.brand_listing import BrandListing, list_brands
from similis.catalogue.quality import EXAMPLES, QualityReport, assess
from similis.encoding import Encoder, open_encoder
from similis.errors import NoShop
from similis.generations import GenerationEntry
from similis.generations.backup import back_up
from similis.generations.backup_list import BackupReport
from similis.similarity.brands import rename_brand
from similis.similarity.building import Progress
from similis.similarity.engine import answer, stored_answer
from similis.similarity.explanation import Explanation
from similis.similarity.exporting import ExportReport, write_neighbours
from similis.similarity.filters import Filter, parse_filter
from similis.similarity.matrix import Matrix, similarity_matrix
from similis.similarity.neighbours import LIST_LENGTH
from similis.similarity.pairing import explain_pair
from similis.similarity.promoting import generations_of, promote, prune_generations
from similis.similarity.publishing import BuildReport, publish
from similis.similarity.questions import Options, checked_ids, checked_text
from similis.similarity.results import Answer, Relation
from similis.similarity.semantics import Metric
from similis.similarity.serving import Serving
from similis.similarity.status import Status
from similis.similarity.vocabulary import PreparedText, prepared_text
from similis.similarity.weights import Weights, load_weights
from similis.store import DATABASE_FILE, AddReport, ImportEntry, ImportOptions, RejectsFile, Store, UndoReport


class Shop:
    """One shop in one folder: its products, its generations, and every question about them.

    Methods may be called from several threads. Nothing is written before the first ``add``.
    """

    def __init__(self, folder: Path, *, weights: Weights, encoder: Encoder | str | None, create: bool) -> None:
        """Use ``similis.open``."""
        self.folder = folder
        self._weights = weights
        self._serving = Serving(folder, encoder)
        self._create = create
        self._store: Store | None = None
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

    def build(
        self, *, neighbours: int = LIST_LENGTH, full: bool = False, min_df: int | None = None, progress: Progress | None = None
    ) -> BuildReport:
        """Encode what changed, index everything, compute neighbours, and put the new generation into service.

        Args:
            neighbours: Places of the default answer to compute ahead for every product; 0 leaves all to the moment of asking.
            full: Learn the catalogue's statistics and compute all neighbours anew, even after a small change.
            min_df: Leave words and n-grams that stand in fewer products out of the vocabulary; as in the build before where not given,
                1 at first.
            progress: Called with stage, done, total.
        Raises:
            NotBuilt: the shop has no products. ShopLocked: another build runs.
            LimitExceeded: ``neighbours`` is negative or above 1,000, or ``min_df`` is not within 1 and 1,000.
        """
        store, encoder = self._open_store(), self._serving.encoder()
        return publish(self.folder, store, encoder, self._weights, neighbours=neighbours, full=full, min_df=min_df, progress=progress)

    # -- generations ---------------------------------------------------------------------------------------------------------------------

    def generations(self, *, verify: bool = False) -> list[GenerationEntry]:
        """The generations that are kept, newest first: each one's facts, its damage if any, and which one answers.

        Args:
            verify: Compare the SHA-256 of every file with its manifest; else only the sizes.
        """
        self._open_store()
        return generations_of(self.folder, verify=verify)

    def promote(self, name: str) -> GenerationEntry:
        """Let another generation answer, older or newer; what was written since it was built is merged into the answers.

        Raises:
            UsageError: there is no such generation. CorruptGeneration: it is damaged. ShopLocked: a build runs.
            NotBuilt: another version of Similis or another encoder built it. ShopError: it belongs to a later state of the shop.
        """
        return promote(self.folder, self._open_store(), self._serving, name)

    def roll_back(self) -> GenerationEntry:
        """``promote`` the generation before the one in service."""
        return promote(self.folder, self._open_store(), self._serving, None)

    def prune(self, *, keep: int = 2) -> list[str]:
        """Remove old generations, all but the one in service and ``keep - 1`` before it; returns their names, oldest first.

        Raises:
            UsageError: ``keep`` is below 1. ShopLocked: a build runs.
        """
        self._open_store()
        return prune_generations(self.folder, keep=keep)

    def backup(self, path: Path | str) -> BackupReport:
        """Back up the database and the generation in service to a new ``.tar``, or else a new folder; ``similis.restore`` reads it.

        Others may write meanwhile: it is the state of one moment, and there whole or not at all.

        Raises:
            UsageError: the path exists already, or cannot be a backup's. ShopError: the database is damaged, or the disk refused.
        """
        self._open_store()
        return back_up(self.folder, Path(path))

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
        store = self._open_store()
        view, found = self._serving.view(store), None
        if id is not None and product is None and text is None and not positive and not negative:
            found = stored_answer(view, id, options, self._weights)
        if found is None:
            question = self._serving.question(store, view, id=id, product=product, text=text, positive=positive, negative=negative)
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
        store = self._open_store()
        view = self._serving.view(store)
        left, right = (self._serving.row(store, view, id) for id in (a, b))
        encoder = self._serving.encoder_of(view.snapshot)
        return explain_pair(left, right, store.get([a, b]), view.snapshot, encoder, self._weights, relation)

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
        return prepared_text(checked_text(text), self._serving.snapshot())

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
        """Read the brand ``alias`` as ``name`` from the next build on; None forgets the alias.

        Raises:
            UsageError: one names no brand, both are one spelling already, or the alias to forget is not there.
        """
        rename_brand(self._open_store(), alias, name)

    def status(self) -> Status:
        """What the shop holds, and how far its generation is behind."""
        return Status.of(self.folder, self._open_store(), self._weights.calibrated_on)

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

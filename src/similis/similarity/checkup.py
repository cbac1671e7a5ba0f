"""The doctor: everything a shop is made of, looked at once, and put right where the truth allows it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from similis.encoding import Encoder
from similis.encoding.model_cache import MANIFEST, default_cache, verify
from similis.errors import CorruptModel, IncompatibleShop, ModelError, NoShop, ShopError
from similis.generations import names
from similis.similarity.neighbours import LIST_LENGTH
from similis.similarity.publishing import GENERATIONS, publish
from similis.similarity.serving import Serving
from similis.similarity.weights import Weights, load_weights
from similis.store import DATABASE_FILE, Store
from similis.store.backup import DatabaseFacts, check_database
from similis.store.migrations import LATEST

State: TypeAlias = Literal["good", "note", "repaired", "bad"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    state:   ``good``; ``note``, worth knowing but no fault; ``repaired`` just now; or ``bad``.
    way_out: what to do about it; None where there is nothing to do.
    """

    what: str
    state: State
    found: str
    way_out: str | None = None


@dataclass(frozen=True, slots=True)
class CheckupReport:
    """All checks of one shop, in the order they were made."""

    folder: str
    checks: tuple[Check, ...]

    @property
    def is_healthy(self) -> bool:
        """Nothing is bad, or not any more."""
        return all(check.state != "bad" for check in self.checks)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self) | {"healthy": self.is_healthy}


def doctor(
    folder: Path | str = "shop",
    *,
    repair: bool = False,
    encoder: Encoder | str | None = None,
    weights: Weights | Mapping[str, Any] | Path | str | None = None,
) -> CheckupReport:
    """Check everything the shop in ``folder`` is made of: database, generations, what crashes left, and the model cache.

    Args:
        repair: Remove leftovers and damaged generations, put the last good one into service, or build anew where none is good, and let
            damaged models be made again. Products are never changed, and nothing is where the database itself is damaged.
        encoder, weights: As in ``similis.open``; for the check of the encoder, and for building.
    Raises:
        NoShop: there is none. ShopLocked: a build runs, and ``repair`` would have to wait. ShopError: the disk refused.
    """
    from similis.similarity.generations_checkup import check_generations

    folder = Path(folder)
    serving, learned = Serving(folder, encoder), load_weights(weights)
    if not (folder / DATABASE_FILE).is_file() and not names(folder / GENERATIONS):
        raise NoShop(f"there is no shop in {folder}; name another folder, or add a feed first: similis add FEED --shop {folder}")
    facts, database = _database(folder)

    def rebuild() -> str:
        with Store.open(folder, create=False) as store:
            return publish(folder, store, serving.encoder(), learned, neighbours=LIST_LENGTH, full=True).generation

    checks = [database, *_models(repair)]
    try:
        # Without a sound truth nothing is touched: a generation may be the last copy of what it held.
        checks += check_generations(folder, facts, rebuild if repair and facts is not None else None)
    except OSError as error:
        raise ShopError(
            f"cannot repair {error.filename or folder}: {error.strerror or error}; check the disk and the permissions"
        ) from error
    checks += _encoder(folder, serving) if facts is not None else []
    return CheckupReport(str(folder), tuple(checks))


def _database(folder: Path) -> tuple[DatabaseFacts | None, Check]:
    """What the database holds, None where it is not sound."""
    way_out = "restore the shop from a backup: similis restore FILE --shop NEW"
    try:
        facts = check_database(folder / DATABASE_FILE)
    except NoShop:
        return None, Check("database", "bad", f"there is no {DATABASE_FILE}", way_out)
    except IncompatibleShop as error:
        return None, Check("database", "bad", str(error), "install a newer Similis")
    if facts.problems:
        return None, Check("database", "bad", "; ".join(facts.problems), way_out)
    found = f"{facts.products:,} products, last write {facts.seq:,}, schema {facts.schema}"
    if facts.schema < LATEST:
        return facts, Check("database", "note", f"{found} of {LATEST}", "nothing: it is brought up to date at the next use")
    return facts, Check("database", "good", found)


def _models(repair: bool) -> Iterator[Check]:
    cache = default_cache() / "models"
    for path in sorted(manifest.parent for manifest in cache.glob(f"*/{MANIFEST}")):
        try:
            verify(path)
        except CorruptModel as error:
            if repair:
                shutil.rmtree(path, ignore_errors=True)
            is_gone = not path.exists()
            what_now = "nothing: it is made again at the next use" if is_gone else f"delete the folder {path}"
            yield Check(f"model {path.name}", "repaired" if is_gone else "bad", str(error).partition(";")[0], what_now)
        else:
            yield Check(f"model {path.name}", "good", "every file is as its manifest says")


def _encoder(folder: Path, serving: Serving) -> Iterator[Check]:
    """Whether the generation in service and the encoder speak of the same vectors."""
    from similis.errors import CorruptGeneration, NotBuilt
    from similis.similarity.publishing import load_snapshot

    try:
        snapshot = load_snapshot(folder)
    except (CorruptGeneration, NotBuilt):  # told by the checks before
        return
    try:
        serving.encoder_of(snapshot)
    except (NotBuilt, ModelError) as error:
        found, _, way_out = str(error).partition("; ")
        yield Check("encoder", "bad", found, way_out or "run: similis build")
    else:
        yield Check(
            "encoder", "good", "the one the generation was built with" if snapshot.semantics else "none, the generation has no vectors"
        )

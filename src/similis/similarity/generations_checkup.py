"""The doctor's look at the generations: leftovers, damage, and whether the right one answers."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from similis.errors import CorruptGeneration, NotBuilt, ShopError, ShopLocked
from similis.generations import Generation, GenerationEntry, Manifest, current_name, list_generations
from similis.generations.folder import CURRENT_NAME, leftovers, make_current, number_of, remove
from similis.similarity.checkup import Check
from similis.similarity.promoting import usable
from similis.similarity.publishing import GENERATIONS
from similis.store import DATABASE_FILE, build_lock
from similis.store.backup import DatabaseFacts, last_write

REPAIR = "run: similis doctor --repair"


@dataclass(frozen=True, slots=True)
class _Findings:
    """What is wrong with each generation, by name.

    useless:  damaged, or of another state of the shop; it will never serve.
    outdated: whole, and of another version of Similis.
    """

    entries: list[GenerationEntry]
    current: str | None
    useless: Mapping[str, str]
    outdated: Mapping[str, str]

    @property
    def best(self) -> str | None:
        """What should answer: the current one; else the last good one before it; else the newest good one."""
        good = [entry.name for entry in self.entries if entry.name not in self.useless and entry.name not in self.outdated]  # newest first
        before = [name for name in good if self.current is None or number_of(name) <= number_of(self.current)]
        return next(iter([*before, *good]), None)


def check_generations(folder: Path, facts: DatabaseFacts | None, rebuild: Callable[[], str] | None) -> list[Check]:
    """Look at every generation of the shop in ``folder``, and at which one answers.

    Args:
        folder: The shop's.
        facts: Of its database; None where that is not sound.
        rebuild: Builds a generation from the truth and returns its name; None: look only, and change nothing.
    Raises:
        ShopLocked: a build runs, and there is something to be repaired.
    """
    generations = folder / GENERATIONS
    if not generations.is_dir():
        return [Check("in service", "note", "nothing was built yet", "run: similis build")]
    with build_lock(generations) if rebuild is not None else nullcontext():
        checks = _check_leftovers(generations, repair=rebuild is not None)
        found = _look(generations, facts)
        if rebuild is not None:
            for name in found.useless:  # one that is gone already is passed over
                remove(generations, name)
            if found.best is not None and found.best != found.current:
                make_current(generations, found.best)
    checks += [_check_one(entry, found, is_removed=rebuild is not None) for entry in found.entries]
    return [*checks, _check_service(generations, found, facts, rebuild)]


def _look(generations: Path, facts: DatabaseFacts | None) -> _Findings:
    """What is there, of one moment: where a build promotes another generation meanwhile, look again."""
    while True:
        current = current_name(generations)
        found = _look_once(generations, facts, current)
        if current_name(generations) == current:
            return found


def _look_once(generations: Path, facts: DatabaseFacts | None, current: str | None) -> _Findings:
    entries = list_generations(generations, contents=True)
    seq = 0 if facts is None else last_write(generations.parent / DATABASE_FILE)  # after the list: a build may have ended since ``facts``
    useless, outdated = {}, {}
    for entry in entries:
        if entry.damage is not None:
            useless[entry.name] = entry.damage.rpartition(";")[0] or entry.damage
        elif facts is not None:
            try:
                usable(Generation(generations / entry.name, Manifest.read(generations / entry.name)), seq)
            except NotBuilt as error:
                outdated[entry.name] = str(error).rpartition(";")[0]
            except (CorruptGeneration, ShopError) as error:
                useless[entry.name] = str(error).rpartition(";")[0]
    there = [entry for entry in entries if (generations / entry.name).exists()]  # a build prunes when it has ended
    return _Findings(there, current, useless, outdated)


def _check_leftovers(generations: Path, *, repair: bool) -> list[Check]:
    there = leftovers(generations)
    if not there:
        return []
    found = f"{len(there)} left by a crash: {', '.join(path.name for path in there[:3])}"
    if not repair:
        try:
            with build_lock(generations):
                if not leftovers(generations):  # of a build that has just ended
                    return []
        except ShopLocked:
            return [Check("leftovers", "note", "a build is running", None)]
        return [Check("leftovers", "bad", found, REPAIR)]
    for path in there:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    left = leftovers(generations)
    return [Check("leftovers", "bad" if left else "repaired", found, f"delete {left[0]}" if left else None)]


def _check_one(entry: GenerationEntry, found: _Findings, *, is_removed: bool) -> Check:
    what = f"generation {entry.name}"
    if entry.name in found.useless:
        reason = found.useless[entry.name]
        return Check(what, "repaired", f"{reason}; removed") if is_removed else Check(what, "bad", reason, REPAIR)
    if entry.name in found.outdated:
        return Check(what, "note", found.outdated[entry.name], "nothing: builds remove it in time")
    return Check(what, "good", f"{entry.products:,} products, write {entry.seq:,}, every file is as its manifest says")


def _check_service(generations: Path, found: _Findings, facts: DatabaseFacts | None, rebuild: Callable[[], str] | None) -> Check:
    what, best = "in service", found.best
    if not found.entries and not (generations / CURRENT_NAME).exists():
        return Check(what, "note", "nothing was built yet", "run: similis build")
    if best is not None and best == found.current:
        return Check(what, "good", best)
    wrong = f"{CURRENT_NAME} names {found.current or 'no generation'}" + (", which cannot serve" if found.current else "")
    if rebuild is None:
        what_now = REPAIR if facts is not None else "the database comes first"
        return Check(what, "bad", f"{wrong}; {f'{best} can' if best else 'and no other can'}", what_now)
    if best is not None:
        return Check(what, "repaired", f"{wrong}; {best} answers now")
    if facts is not None and facts.products:
        return Check(what, "repaired", f"{wrong}; built anew as {rebuild()}")
    (generations / CURRENT_NAME).unlink(missing_ok=True)
    return Check(what, "repaired", f"{wrong}; and there are no products to build from")

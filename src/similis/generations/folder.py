"""The folder of generations: which are there, which serves, which may go."""

from __future__ import annotations

import logging
import re
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from similis.errors import CorruptGeneration, UsageError
from similis.generations.durable import replace_text, sync_folder
from similis.generations.generation import Generation
from similis.generations.manifest import HASH_CHARACTERS

CURRENT_NAME = "CURRENT"
TEMPORARY_PREFIXES = (".draft-", ".pruned-")

_NAME = re.compile(rf"[0-9]{{6,12}}-[0-9a-f]{{{HASH_CHARACTERS}}}", re.ASCII)
_log = logging.getLogger(__name__)


def names(folder: Path) -> list[str]:
    """Names of the generations in ``folder``, oldest first; nothing is opened or verified."""
    if not folder.is_dir():
        return []
    return sorted((path.name for path in folder.iterdir() if _NAME.fullmatch(path.name)), key=number_of)


def current_name(folder: Path) -> str | None:
    """The name in CURRENT; None where there is no such file, or it does not hold a name.

    The generation it names may be damaged or missing: `open_current` looks.
    """
    try:
        name = (folder / CURRENT_NAME).read_bytes().decode("ascii", "replace").strip()
    except FileNotFoundError:
        return None
    return name if _NAME.fullmatch(name) else None


def open_current(folder: Path) -> Generation | None:
    """Open the current generation, every file of it verified; or the last good one before it.

    Falling back logs a warning and changes nothing on disk. Without a readable CURRENT the newest good generation is taken;
    with one, a generation newer than it never is: it was rolled back, or its promotion did not end.

    Returns:
        None when nothing was ever built: no CURRENT, no generation.
    Raises:
        CorruptGeneration: generations were built, and none is good; build again from the truth. The message names the file.
        IncompatibleShop: it was written by a newer version of Similis.
    """
    while True:
        wanted = current_name(folder)
        try:
            return _open_best(folder, wanted)
        except CorruptGeneration:
            # While we read, another process may have promoted a new one and pruned ours.
            if current_name(folder) == wanted:
                raise


def _open_best(folder: Path, wanted: str | None) -> Generation | None:
    there = names(folder)
    if wanted is None and not there:
        if not (folder / CURRENT_NAME).exists():
            return None
        raise CorruptGeneration(f"{folder / CURRENT_NAME} is damaged and no generation is there; build the shop again")
    older = [name for name in there if wanted is None or number_of(name) < number_of(wanted)]
    first_error: CorruptGeneration | None = None
    for name in [*([wanted] if wanted else []), *reversed(older)]:
        try:
            generation = Generation.open(folder / name)
        except CorruptGeneration as error:
            _log.warning("generation %s cannot be used: %s", name, error)
            first_error = first_error or error
            continue
        if name != wanted:
            _log.warning("%s names %s; serving generation %s instead", folder / CURRENT_NAME, wanted or "no generation", name)
        return generation
    raise first_error or CorruptGeneration(f"no generation in {folder} can be used; build the shop again")


def roll_back(folder: Path, name: str | None = None, *, check: Callable[[Generation], None] | None = None) -> Generation:
    """Make another generation current, after verifying it.

    Args:
        folder: The folder of generations.
        name: The generation to serve; by default the one before the current.
        check: Called with the generation when its files are verified; what it raises leaves the current one in service.
    Raises:
        UsageError: there is no such generation.
        CorruptGeneration: it is damaged; what was current stays so.
        IncompatibleShop: it was written by a newer version of Similis.
    """
    there = names(folder)
    if name is None:
        current = current_name(folder)
        name = next((other for other in reversed(there) if current and number_of(other) < number_of(current)), None)
    if name not in there:
        raise UsageError(f"there is no generation {name or 'before the current one'} in {folder}; there are: {', '.join(there) or 'none'}")
    generation = Generation.open(folder / name)
    if check is not None:
        check(generation)
    make_current(folder, name)
    return generation


def prune(folder: Path, *, keep: int = 2, before: str | None = None) -> list[str]:
    """Remove old generations; the current one and ``keep - 1`` before it stay, and so does any newer than it.

    Arrays that were loaded from a removed generation stay readable on POSIX systems.

    Args:
        folder: The folder of generations.
        keep: How many to keep, at least 1; with 1 there is nothing to fall back to.
        before: What served until now. Any between it and the current one had been rolled back, and goes too, so that the one before the
            current is always the one it took over from.
    Returns:
        The names removed, oldest first. Nothing is removed while CURRENT names no generation that is there.
    Raises:
        UsageError: ``keep`` is below 1.
    """
    if keep < 1:
        raise UsageError(f"keep is {keep}; at least 1 generation, the current one, stays")
    there = names(folder)
    current = current_name(folder)
    if current not in there:
        return []
    until = there[: there.index(current) + 1]
    rolled_back = until[until.index(before) + 1 : -1] if before in until else []
    line = [name for name in until if name not in rolled_back]
    removed = sorted([*line[: max(0, len(line) - keep)], *rolled_back], key=number_of)
    for name in removed:
        remove(folder, name)
    sync_folder(folder)
    return removed


def remove(folder: Path, name: str) -> None:
    """Remove one generation, whatever serves; nothing happens where it is gone already."""
    # Under another name at once, so that nobody takes a half-removed folder for a generation.
    doomed = folder / f"{TEMPORARY_PREFIXES[1]}{secrets.token_hex(8)}"
    try:
        (folder / name).rename(doomed)
    except FileNotFoundError:  # another process prunes too
        return
    shutil.rmtree(doomed, ignore_errors=True)


def leftovers(folder: Path) -> list[Path]:
    """What builds that crashed have left in ``folder``, and what a running one is writing."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.name.startswith((*TEMPORARY_PREFIXES, f"{CURRENT_NAME}.tmp")))


def make_current(folder: Path, name: str) -> None:
    """Let CURRENT name ``name``, in one step that is on disk when this returns."""
    replace_text(folder / CURRENT_NAME, f"{name}\n")


def next_number(folder: Path) -> int:
    """A number above every generation that is there or current."""
    taken = [*names(folder), current_name(folder)]
    return max((number_of(name) for name in taken if name), default=0) + 1


def number_of(name: str) -> int:
    """The number a generation's name begins with; later ones have higher ones."""
    return int(name.partition("-")[0])

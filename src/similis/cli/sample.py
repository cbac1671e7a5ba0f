"""``similis sample``: the sample catalogue as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from similis.cli.options import AsJson, Quiet
from similis.cli.output import print_json, remark, show
from similis.errors import SimilisError, UsageError


def sample(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write; made if missing.")],
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write the sample catalogue as files.

    Products in catalogue.jsonl, what is true of them in truth.json. Invented, CC0.

    \b
    similis sample here
    similis add here/catalogue.jsonl
    """
    from similis.sample import write_sample

    there = [name for name in ("catalogue.jsonl", "truth.json") if (folder / name).exists()]
    if there and not force:
        raise UsageError(f"{folder / there[0]} is there already; name another folder, or say --force")
    try:
        catalogue, truth = write_sample(folder)
    except OSError as error:
        raise SimilisError(f"cannot write to {folder}: {error.strerror or error}") from error
    if as_json:
        print_json({"catalogue": str(catalogue), "truth": str(truth)})
        return
    show(str(catalogue), str(truth))
    remark(f"next: similis add {catalogue}", quiet=quiet)

"""Options that several commands share, worded once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

DEFAULT_SHOP = Path("shop")

ShopFolder: TypeAlias = Annotated[Path, typer.Option("--shop", metavar="DIR", envvar="SIMILIS_SHOP", help="The shop's folder.")]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Quiet: TypeAlias = Annotated[bool, typer.Option("--quiet", "-q", help="Only results and errors: no progress, no remarks.")]


class Relation(StrEnum):
    """What to look for."""

    ALIKE = "alike"
    SAME = "same"
    VARIANT = "variant"
    SUBSTITUTE = "substitute"
    COMPLEMENT = "complement"


class Metric(StrEnum):
    """How vectors are compared."""

    COSINE = "cosine"
    EUCLIDEAN = "euclidean"


AskedRelation: TypeAlias = Annotated[
    Relation,
    typer.Option("--relation", "-r", metavar="RELATION", help="alike (same or substitute), same, variant, substitute or complement."),
]
Neighbours: TypeAlias = Annotated[int, typer.Option("-k", metavar="N", help="How many neighbours, at most 1,000.")]

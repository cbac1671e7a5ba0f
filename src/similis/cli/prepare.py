"""``similis prepare``: what becomes of a text on its way to the evidence."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from similis.cli.options import DEFAULT_SHOP, AsJson, Quiet, ShopFolder
from similis.cli.output import facts, print_json, remark, show

if TYPE_CHECKING:
    from rich.table import Table

    from similis.similarity.vocabulary import PreparedText


def prepare(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A title; - reads stdin.")],
    shop: ShopFolder = DEFAULT_SHOP,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Show how a text becomes words and numbers.

    Every step in its order: characters, traditional to simplified Chinese, promotions, words, stop words, codes and numbers; and in a shop
    that is built each word's id, in how many products it is, and how rare that makes it.

    \b
    similis prepare "【雙11預售】輕薄的瑜伽褲 PS-LX350H"
    similis prepare "Men's Running Shoes" --shop my-shop --json
    """
    import similis

    with similis.open(shop) as opened:
        prepared = opened.prepare(sys.stdin.read() if text == "-" else text)
    if as_json:
        print_json(prepared.to_dict())
        return
    show(facts(_steps(prepared)))
    if prepared.terms:
        show("", _terms(prepared))
        show("", "ids: " + " ".join("?" if id is None else str(id) for id in prepared.ids))
    if prepared.generation is None:
        remark(f"no vocabulary yet, so no ids: nothing is built in {shop}", quiet=quiet)


def _steps(made: PreparedText) -> list[tuple[str, object]]:
    steps = made.steps
    return [
        ("text", " ".join(made.text.split())),
        ("cleaned", made.cleaned),
        ("quantities", made.rewritten),
        ("folded", steps.folded),
        ("simplified", steps.simplified),
        ("no promotions", " ".join(steps.without_promotions.split())),
        ("segmented", " | ".join(steps.segmented)),
        ("stop words", " | ".join(steps.stop_words)),
        ("words", " | ".join(steps.words)),
        ("brands as names", " | ".join(made.named)),
        ("with digits", " | ".join(steps.digit_words)),
        ("codes", " | ".join(steps.codes)),
        ("numbers", " | ".join(steps.numbers)),
        ("characters", steps.characters.strip()),
    ]


def _terms(made: PreparedText) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    table.add_column("word", overflow="fold")
    for name in ("id", "products", "rarity"):
        table.add_column(name, justify="right", no_wrap=True)
    for term in made.terms:
        known = "unknown" if term.id is None else str(term.id)
        table.add_row(Text(term.word), known, f"{term.products:,}", f"{term.rarity:.2f}", style="yellow" if term.id is None else "")
    return table

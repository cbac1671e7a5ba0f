"""``similis explain``: why two products are as similar as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from similis.cli.options import DEFAULT_SHOP, AsJson, AskedRelation, Quiet, Relation, ShopFolder
from similis.cli.output import console, print_json, show

if TYPE_CHECKING:
    from rich.text import Text

    from similis.similarity.explanation import Explanation, TokenPairs
    from similis.similarity.quantities import QuantityPair

SHOWN_PAIRS = 8


def explain(
    a: Annotated[str, typer.Argument(metavar="A", help="A product.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another; the order makes no difference.")],
    shop: ShopFolder = DEFAULT_SHOP,
    relation: AskedRelation = Relation.ALIKE,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Show why two products are as similar as they are.

    What each piece of evidence adds; the pieces sum to the log-odds of the score exactly.

    \b
    similis explain SKU-1 SKU-2
    similis explain SKU-1 SKU-2 --relation same --json
    """
    import similis

    with similis.open(shop, create=False) as opened:
        explanation = opened.explain(a, b, relation=relation.value)
    if as_json:
        print_json(explanation.to_dict())
    else:
        _show(explanation)


def _show(explanation: Explanation) -> None:
    from rich.text import Text

    from similis.cli.listing import contributions, cut

    width = console().width
    for id, title in ((explanation.a, explanation.title_a), (explanation.b, explanation.title_b)):
        show(Text.assemble((id, "cyan"), cut(f"  {title}", max(8, width - len(id)))))
    claim = f"{explanation.asked}: probability {explanation.score:.3f}; most probably {explanation.relation}"
    show(Text(claim, style="bold"), "", contributions(explanation.evidence))
    for name, shared in (("shared codes", explanation.shared_codes), ("shared words", explanation.shared_words)):
        if shared:
            show(Text.assemble((f"{name}: ", "dim"), ", ".join(shared)))
    if explanation.quantities:
        show(Text.assemble(("quantities: ", "dim"), "; ".join(map(_side_by_side, explanation.quantities))))
    if explanation.tokens is not None:
        show("", _strongest_pairs(explanation.tokens))


_SIGNS = {"equal": "=", "close": "≈", "conflicting": "≠"}


def _side_by_side(pair: QuantityPair) -> str:
    a, b = (" + ".join(side) for side in (pair.a, pair.b))
    return f"{pair.kind} {a} {_SIGNS[pair.verdict]} {b}" if pair.verdict in _SIGNS else f"{pair.kind} {a or b} on one side only"


def _strongest_pairs(tokens: TokenPairs) -> Text:
    from rich.text import Text

    found = [(_piece(a), _piece(b), value) for a, b, value in tokens.strongest(25 * SHOWN_PAIRS)]
    pairs = [f"{a} × {b} {value:+.4f}" for a, b, value in found if _is_word(a) and _is_word(b)][:SHOWN_PAIRS]
    share = f"closest in meaning, token by token (all pairs sum to {tokens.total:.3f}): "
    return Text.assemble((share, "dim"), "; ".join(pairs))


def _is_word(piece: str) -> bool:
    return any(map(str.isalnum, piece))


def _piece(token: str) -> str:
    """A token as it stands in the text: without the tokenizer's mark for a space."""
    return token.replace("\u2581", "")

"""``similis similar``: the neighbours of a product, a text, or a product not in the catalogue."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from similis.cli.options import DEFAULT_SHOP, AsJson, AskedRelation, Metric, Neighbours, Quiet, Relation, ShopFolder
from similis.cli.output import console, print_json, remark, show
from similis.errors import UsageError

if TYPE_CHECKING:
    from similis.shop import Shop
    from similis.similarity.filters import Filter
    from similis.similarity.results import Answer


def similar(
    id: Annotated[str | None, typer.Argument(metavar="ID", help="A product of the catalogue.", show_default=False)] = None,
    shop: ShopFolder = DEFAULT_SHOP,
    text: Annotated[str | None, typer.Option(metavar="TEXT", help="Ask by words instead; - is stdin.")] = None,
    product: Annotated[str | None, typer.Option(metavar="JSON", help="Ask for a product not in the catalogue; - is stdin.")] = None,
    like: Annotated[list[str] | None, typer.Option(metavar="ID", help="An example of what is wanted; repeatable.")] = None,
    unlike: Annotated[list[str] | None, typer.Option(metavar="ID", help="An example of what is not; repeatable.")] = None,
    k: Neighbours = 10,
    relation: AskedRelation = Relation.ALIKE,
    filter: Annotated[
        list[str] | None, typer.Option(metavar="CLAUSE", help="For instance 'brand=Acme'; all must hold; repeatable.")
    ] = None,
    filters: Annotated[str | None, typer.Option(metavar="JSON", help="A filter tree, instead of or beside --filter.")] = None,
    threshold: Annotated[float | None, typer.Option(metavar="P", help="Leave out what scores below this probability.")] = None,
    exclude: Annotated[list[str] | None, typer.Option(metavar="ID", help="Leave this product out; repeatable.")] = None,
    metric: Annotated[Metric, typer.Option(help="How the meaning is compared.")] = Metric.COSINE,
    include_out_of_stock: Annotated[bool, typer.Option("--include-out-of-stock", help="Also what cannot be bought now.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show every contribution to every score.")] = False,
    weights: Annotated[Path | None, typer.Option(metavar="FILE", help="Weights to use instead of the shipped ones.")] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Show what is most similar, with score, relation and reasons.

    The score is the probability of the relation asked for. Ask by an id, by words, by a product that is not in the catalogue, or by
    examples. The product's own group is left out (ask --relation variant for it), other groups show one card.

    \b
    similis similar SKU-1
    similis similar SKU-1 --relation variant -k 20
    similis similar --text "轻薄的瑜伽裤" --filter "price=..200"
    similis similar --product '{"title": "Dyson V15 Detect", "brand": "Dyson"}' --relation same
    similis similar --like SKU-1 --like SKU-2 --unlike SKU-9 --filter "brand=Acme"
    """
    import similis

    asked: dict[str, Any] = {
        "product": None if product is None else _product(product),
        "text": sys.stdin.read().strip() if text == "-" else text,
        "positive": like or (),
        "negative": unlike or (),
    }
    settings: dict[str, Any] = {
        "threshold": threshold,
        "exclude": exclude or (),
        "metric": metric.value,
        "filters": _filters(filter or [], filters),
    }
    with similis.open(shop, weights=weights, create=False) as opened:
        answer = opened.similar(id, **asked, **settings, k=k, relation=relation.value, in_stock=False if include_out_of_stock else None)
        if as_json:
            print_json(answer.to_dict())
        else:
            _show(opened, answer, id, in_full=explain)
    for note in answer.notes if not as_json else ():
        remark(note, quiet=quiet)


def _show(shop: Shop, answer: Answer, id: str | None, *, in_full: bool) -> None:
    from similis.cli.listing import answer_table, details, heading, shared_codes

    query = None if id is None else shop.get(id)
    codes = {} if query is None else shared_codes(query, [shop.get(n.id) for n in answer])
    width = console().width
    show(heading(answer, query.title if query else None, width), answer_table(answer, width, codes=codes))
    if in_full:
        show(details(answer))


def _product(text: str) -> dict[str, Any]:
    raw = sys.stdin.read() if text == "-" else text
    value = _json(raw, "--product")
    if not isinstance(value, dict):
        raise UsageError('--product needs a JSON object; write for instance \'{"title": "…", "brand": "…"}\'')
    return value


def _filters(clauses: list[str], tree: str | None) -> Filter | None:
    from similis.similarity.filters import parse_filter, parse_filter_text

    if tree is None:
        return parse_filter_text(*clauses) if clauses else None
    return parse_filter({"and": [parse_filter(_json(tree, "--filters")), *map(parse_filter_text, clauses)]})


def _json(text: str, option: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise UsageError(f"{option} is no JSON: {error}") from error

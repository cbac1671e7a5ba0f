"""``truth.json``: what is true of the sample catalogue."""

from __future__ import annotations

from typing import Any

from .relations import Relations

ABOUT = (
    "The true relations of the Similis sample catalogue, derived from the tables that made it. "
    "'groups': ids of one listing's variants. "
    "'same': pairs of ids that are one variant of one product, listed twice (in two languages too). "
    "'substitutes': for one query per listing (and the demo products), every id of another product alike in kind, audience and use, "
    "at most three times dearer or cheaper, listed in the query's language. "
    "'complements': what fits it or is used with it. "
    "'look_alikes': pairs easily taken for the same that are not. "
    "'dirty': rows soiled on purpose, with what a careful reader makes of each. 'rejected': those without id or title."
)


def truth(relations: Relations, dirty: list[dict[str, Any]], demo: list[str]) -> dict[str, Any]:
    """The content of ``truth.json``; ``dirty`` are the records of ``dirt.soiled``."""
    languages = {offer.id: offer.item.kind.lang for offer in relations.offers}
    queries = {query.id: query for query in relations.queries()} | {offer.id: offer for offer in relations.offers if offer.id in demo}
    substitutes = {id: relations.substitutes(query) for id, query in queries.items()}
    complements = {id: relations.complements(query) for id, query in queries.items()}
    departments: dict[str, list[str]] = {}
    for offer in relations.offers:
        departments.setdefault(offer.item.kind.department, []).append(offer.id)
    return {
        "about": ABOUT,
        "licence": "CC0-1.0",
        "demo": demo,
        "groups": relations.groups(),
        "same": [list(pair) for pair in relations.same()],
        "substitutes": {id: found for id, found in substitutes.items() if found},
        "complements": {id: found for id, found in complements.items() if found},
        "look_alikes": [list(pair) for pair in relations.look_alikes()],
        "dirty": dirty,
        "rejected": [{"line": r["line"], "id": r["id"], "why": r["why"]} for r in dirty if r["expect"] == "rejected"],
        "departments": departments,
        "languages": languages,
    }

"""A small bilingual catalogue: whole neighbourhoods of the sample catalogue."""

from __future__ import annotations

import gzip
import json
from typing import Any

from similis.sample import read_truth, sample_catalogue_path

_MEMBERS, _COPIES, _SUBSTITUTES, _COMPLEMENTS = 6, 4, 5, 3


def small_catalogue(n_rows: int = 160) -> list[dict[str, Any]]:  # Any: raw rows, as JSON comes
    """The first ``n_rows`` of a fixed choice, in the order of the sample catalogue; half Chinese, half English.

    It begins with the six products of the demonstration, each with variants, copies of other sellers, substitutes and complements, so
    that the truth of the sample catalogue says something about most rows. No dirty rows.
    """
    truth = read_truth()
    with gzip.open(sample_catalogue_path(), "rt", encoding="utf-8") as file:
        rows = {row["id"]: row for row in map(json.loads, file)}
    for dirty in truth.dirty:
        rows.pop(dirty.id, None)
    chosen: dict[str, None] = {}
    for id in truth.demo:
        group = next((members for members in truth.groups.values() if id in members), ())
        copies = [one for pair in truth.same if id in pair for one in pair]
        near = (
            group[:_MEMBERS],
            copies[:_COPIES],
            truth.substitutes.get(id, ())[:_SUBSTITUTES],
            truth.complements.get(id, ())[:_COMPLEMENTS],
        )
        chosen.update(dict.fromkeys([id, *(one for ids in near for one in ids)]))
    for members in truth.departments.values():
        chosen.update(dict.fromkeys((members[0], members[-1])))
    for one, other in truth.same[3::7] + truth.same[1::7]:
        chosen.update(dict.fromkeys((one, other)))
    chosen.update(dict.fromkeys(rows))
    wanted = [id for id in chosen if id in rows][:n_rows]
    return [row for id, row in rows.items() if id in set(wanted)]

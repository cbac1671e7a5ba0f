"""Reasons add up to the score, for every neighbour, relation and way to ask."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from similis.shop import Shop
from similis.similarity.features import PIECES
from similis.similarity.results import Answer, Evidence, Neighbour, Relation, strongest

LEGGINGS, PHONE, RUNNERS, WATER = "ZH-YOGA-0001-BK-M", "ZH-PHONE-0001-BK-128GB", "EN-RUNM-0001-OR-EU43", "ZH-WATER-0001-02"
QUESTIONS: list[dict[str, Any]] = [
    {"id": LEGGINGS},
    {"id": PHONE, "exclude": ("no-such-id",)},
    {"id": RUNNERS, "metric": "euclidean"},
    {"text": "轻薄的瑜伽裤"},
    {"text": "men's running shoes"},
    {"product": {"title": "Pacer 4 Running Shoes", "brand": "Trailmark", "mpn": "TM-P4", "price": "80", "currency": "EUR"}},
    {"positive": (LEGGINGS, WATER), "negative": (PHONE,)},
    {"id": RUNNERS, "negative": (WATER,)},
]


@pytest.mark.parametrize("question", QUESTIONS, ids="-".join)
@pytest.mark.parametrize("relation", ["alike", "same", "variant", "substitute", "complement"])
def test_contributions_sum_to_the_log_odds(shop: Shop, question: dict[str, Any], relation: Relation) -> None:
    found = shop.similar(**question, k=200, relation=relation)
    if relation not in ("complement", "variant"):
        assert len(found) > 20
    for n in found:
        total = math.fsum(e.contribution for e in n.evidence)
        assert total == pytest.approx(n.log_odds, abs=1e-6)
        assert n.score == pytest.approx(1 / (1 + math.exp(-total)), abs=1e-9)
        assert math.log(n.score / (1 - n.score)) == pytest.approx(total, abs=1e-6)
        assert 0 < n.score < 1
        names = [e.name for e in n.evidence]
        assert names[-1] == "calibration"
        assert len(set(names)) == len(names)


def test_evidence_comes_in_one_order_with_its_unit(shop: Shop) -> None:
    for n in shop.similar(RUNNERS, k=20):
        assert [(e.name, e.unit) for e in n.evidence[:-1]] == [(piece.name, piece.unit) for piece in PIECES]


def test_what_one_side_does_not_say_has_no_value(shop: Shop) -> None:
    found = shop.similar(text="running shoes", k=20)
    for n in found:
        silent = {e.name: e.value for e in n.evidence if e.name in ("price", "gtin", "mpn", "category", "color", "size", "audience")}
        assert set(silent.values()) == {None}


def test_known_evidence_means_what_it_says(shop: Shop) -> None:
    source = shop.get(RUNNERS)
    by_id = {n.id: {e.name: e for e in n.evidence} for n in shop.similar(RUNNERS, k=500, relation="same")}
    equal = [id for id, evidence in by_id.items() if evidence["color"].value == 1.0]
    assert equal
    for id, evidence in by_id.items():
        other = shop.get(id)
        if other.color and source.color:
            assert evidence["color"].value == float(other.color.casefold() == source.color.casefold())
        semantic, characters = evidence["semantic"].value, evidence["characters"].value
        assert semantic is not None
        assert characters is not None
        assert -1 - 1e-5 <= semantic <= 1 + 1e-5
        assert -1e-5 <= characters <= 1 + 1e-5


# -- values --------------------------------------------------------------------------------------------------------------------------


def made(title: str = "<b>Tom & 裤</b>") -> Answer:
    evidence = (
        Evidence("semantic", 0.5, "cosine, centred", 1.5),
        Evidence("price", None, "|ln ratio|", 0.0),
        Evidence("calibration", None, "log-odds", -1.0),
    )
    neighbours = tuple(Neighbour(f"id-{rank}", 0.6, "substitute", evidence, rank, title, "category") for rank in (1, 2, 3))
    return Answer("<i>query</i>", "alike", neighbours, True, "default", "000001-x", 7)


def test_an_answer_is_a_sequence_of_its_neighbours() -> None:
    answer = made()
    assert len(answer) == 3
    assert answer[0].rank == 1
    assert answer[-1].rank == 3
    assert [n.rank for n in answer[1:]] == [2, 3]
    assert [n.rank for n in answer] == [1, 2, 3]
    assert answer[1] in answer
    assert [n.rank for n in reversed(answer)] == [3, 2, 1]
    with pytest.raises(IndexError):
        answer[3]


def test_equal_answers_are_equal_and_hash_alike() -> None:
    assert made() == made()
    assert hash(made()) == hash(made())
    assert made() != made("other")
    with pytest.raises(AttributeError):
        made()[0].score = 1.0  # type: ignore[misc]


def test_values_become_plain_json(shop: Shop) -> None:
    for answer in (made(), shop.similar(PHONE), shop.similar(text="手机"), shop.similar(RUNNERS, relation="complement")):
        plain = json.loads(json.dumps(answer.to_dict(), allow_nan=False))
        assert [n["id"] for n in plain["neighbours"]] == [n.id for n in answer]
        assert plain["seq"] == answer.seq
    neighbour = json.loads(json.dumps(made()[0].to_dict()))
    assert neighbour["evidence"][0] == {"name": "semantic", "value": 0.5, "unit": "cosine, centred", "contribution": 1.5}


def test_notebooks_get_a_table_in_which_markup_is_harmless() -> None:
    shown = made('<script>alert("x")</script>')._repr_html_()
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown
    assert "<i>" not in shown
    assert shown.startswith("<table")
    assert shown.count("<tr>") == 4
    assert "semantic +1.50" in shown


def test_without_evidence_keeps_everything_else() -> None:
    bare = made().without_evidence()
    assert [n.evidence for n in bare] == [(), (), ()]
    assert [n.score for n in bare] == [n.score for n in made()]


def test_the_strongest_reasons() -> None:
    evidence = [
        Evidence(name, None, "", amount) for name, amount in (("a", 0.1), ("b", -2.0), ("c", 0.001), ("calibration", -9.0), ("d", 1.0))
    ]
    assert [e.name for e in strongest(evidence)] == ["b", "d", "a"]
    assert [e.name for e in strongest(evidence, 1)] == ["b"]

"""What an answer holds, whatever the way it was computed: defaults, filters, relations, examples."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from similis.catalogue import Product
from similis.errors import LimitExceeded, UnknownProduct, UsageError
from similis.sample import read_truth
from similis.shop import Shop
from similis.similarity.defaults import PLAUSIBLE, STEPS
from similis.similarity.results import Answer, Relation

TRUTH = read_truth()
LEGGINGS, PHONE, RUNNERS, SHAMPOO = "ZH-YOGA-0001-BK-M", "ZH-PHONE-0001-BK-128GB", "EN-RUNM-0001-OR-EU43", "EN-SHAM-0001-500ML"
ALL = 1_000
NOBODY = ("no-such-id",)
"""Excluding an id that does not exist changes no answer, but makes the engine compute it afresh."""


def plain(answer: Answer) -> list[tuple[Any, ...]]:
    return [(n.rank, n.id, n.title, n.relation, n.step) for n in answer]


def amounts(answer: Answer) -> list[float]:
    return [amount for n in answer for amount in (n.score, *(e.contribution for e in n.evidence))]


def values(answer: Answer) -> list[float | None]:
    return [None if e.value is None else round(e.value, 5) for n in answer for e in n.evidence]


def ids_in(answer: Iterable[Any]) -> list[str]:
    return [n.id for n in answer]


# -- the stored lists are a cache ------------------------------------------------------------------------------------------------------


def assert_equal(stored: Answer, fresh: Answer) -> None:
    assert plain(stored) == plain(fresh)
    assert amounts(stored) == pytest.approx(amounts(fresh), abs=1e-5)
    assert values(stored) == pytest.approx(values(fresh), abs=2e-5)


@pytest.mark.parametrize("k", [1, 10, 50])
def test_an_answer_never_depends_on_the_stored_lists(shop: Shop, ids: list[str], k: int) -> None:
    for id in ids[::2]:
        assert_equal(shop.similar(id, k=k), shop.similar(id, k=k, exclude=NOBODY))


@pytest.mark.parametrize("threshold", [0.0, 0.05, 0.3, 0.6, 0.95, 1.0])
def test_nor_does_it_with_a_threshold(shop: Shop, ids: list[str], threshold: float) -> None:
    for id in ids[::8]:
        for k in (3, 10):
            assert_equal(shop.similar(id, k=k, threshold=threshold), shop.similar(id, k=k, threshold=threshold, exclude=NOBODY))


def test_more_places_begin_with_the_fewer(shop: Shop, ids: list[str]) -> None:
    for id in ids[::5]:
        assert plain(shop.similar(id, k=60))[:10] == plain(shop.similar(id, k=10))


def test_a_copy_from_outside_gets_the_answer_of_the_original(shop: Shop, ids: list[str]) -> None:
    for id in ids[::12]:
        inside, outside = shop.similar(id, k=8), shop.similar(product=shop.get(id), k=8)
        assert plain(inside) == plain(outside)
        assert amounts(inside) == pytest.approx(amounts(outside), abs=1e-5)


def test_without_reasons_the_answer_is_the_same(shop: Shop) -> None:
    full, bare = shop.similar(LEGGINGS), shop.similar(LEGGINGS, explain=False)
    assert plain(full) == plain(bare)
    assert [n.score for n in full] == [n.score for n in bare]
    assert all(n.evidence == () for n in bare)


# -- filters -------------------------------------------------------------------------------------------------------------------------


def price(product: Product) -> Decimal | None:
    found = [p for p in (product.price, product.sale_price) if p is not None]
    return min(found) if found else None


def between(low: int, high: int) -> Callable[[Product], bool]:
    return lambda p: (found := price(p)) is not None and low <= found <= high


FILTERS: dict[str, tuple[dict[str, Any], Callable[[Product], bool]]] = {
    "none": ({"brand": "nobody"}, lambda p: False),
    "one brand": ({"brand": "屿动"}, lambda p: p.brand == "屿动"),
    "two brands": ({"brand": ["trailmark", "ALDERMOOR"]}, lambda p: (p.brand or "") in ("Trailmark", "Aldermoor")),
    "half": ({"language": "zh"}, lambda p: p.language == "zh"),
    "category": ({"category": "Shoes"}, lambda p: p.category_path[:1] == ("Shoes",)),
    "category zh": ({"category": "女装 > 裤子"}, lambda p: p.category_path[:2] == ("女装", "裤子")),
    "price": ({"price": {"min": 50, "max": 150}}, between(50, 150)),
    "stock": ({"available": True}, lambda p: p.is_available),
    "all": ({"or": [{"language": "zh"}, {"not": {"language": "zh"}}]}, lambda p: True),
    "not": ({"not": {"brand": "屿动"}}, lambda p: p.brand != "屿动"),
    "and": ({"language": "en", "price": {"max": 40}}, lambda p: p.language == "en" and between(0, 40)(p)),
}


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("id", [LEGGINGS, RUNNERS])
def test_any_filter_equals_brute_force(shop: Shop, ids: list[str], name: str, id: str) -> None:
    filters, holds = FILTERS[name]
    everything = shop.similar(id, k=ALL, relation="same")
    may = {one for one in ids if holds(shop.get(one))}
    expected = [n for n in everything if n.id in may]
    for k in (1, 5, ALL):
        found = shop.similar(id, k=k, relation="same", filters=filters)
        assert ids_in(found) == ids_in(expected[:k])
        assert [n.score for n in found] == pytest.approx([n.score for n in expected[:k]], abs=1e-6)
        assert found.exact


@pytest.mark.parametrize("relation", ["alike", "substitute", "variant", "same", "complement"])
@pytest.mark.parametrize(("id", "color"), [(RUNNERS, "Black"), (LEGGINGS, "藏青色")])
def test_every_relation_keeps_to_the_filter(shop: Shop, relation: Relation, id: str, color: str) -> None:
    unfiltered = [n.id for n in shop.similar(id, k=ALL, relation=relation)]
    colors = {shop.get(one).color for one in unfiltered}
    found = shop.similar(id, k=ALL, relation=relation, filters={"color": color})
    assert {shop.get(n.id).color for n in found} <= {color}
    if relation in ("variant", "same") and color in colors:
        assert len(found)


def test_a_filter_may_refer_to_the_source(shop: Shop) -> None:
    mine = price(shop.get(RUNNERS))
    assert mine is not None
    band = shop.similar(RUNNERS, k=ALL, relation="same", filters={"price": {"ratio": [0.8, 1.25]}})
    assert len(band) > 1
    for n in band:
        theirs = price(shop.get(n.id))
        assert theirs is not None
        assert mine * Decimal("0.8") <= theirs <= mine * Decimal("1.25")


# -- defaults a merchant expects ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("relation", ["alike", "same", "variant", "substitute", "complement"])
def test_never_the_product_itself(shop: Shop, ids: list[str], relation: Relation) -> None:
    for id in ids[::9]:
        assert id not in ids_in(shop.similar(id, k=ALL, relation=relation, in_stock=False))


def test_the_own_group_is_left_out_and_others_show_one_card(shop: Shop, ids: list[str]) -> None:
    groups_left_out = 0
    for id in ids[::8]:
        own = shop.get(id).group_id
        found = [shop.get(n.id).group_id for n in shop.similar(id, k=ALL)]
        named = [group for group in found if group is not None]
        assert len(named) == len(set(named))
        assert own is None or own not in named
        groups_left_out += own is not None
    assert groups_left_out > 5


def test_what_cannot_be_bought_is_left_out_unless_asked_for(shop: Shop, ids: list[str]) -> None:
    gone = {id for id in ids if not shop.get(id).is_available}
    assert len(gone) > 3
    for id in ids[::8]:
        assert not gone & set(ids_in(shop.similar(id, k=ALL)))
    source = next(id for id in ids if id not in gone and shop.get(id).group_id is None)
    assert gone & set(ids_in(shop.similar(source, k=ALL, in_stock=False)))
    assert gone - {source} <= set(ids_in(shop.similar(source, k=ALL, relation="same")))
    assert not gone & set(ids_in(shop.similar(source, k=ALL, relation="same", in_stock=True)))


def test_the_same_category_comes_first_and_steps_never_fall_back(shop: Shop, ids: list[str]) -> None:
    used = set[str]()
    for id in ids[::6]:
        source = shop.get(id).category_path
        found = shop.similar(id, k=ALL)
        places = [STEPS.index(n.step) for n in found]
        assert places == sorted(places)
        used.update(n.step for n in found)
        for n in found:
            theirs = shop.get(n.id).category_path
            if n.step == "category":
                assert not theirs or not source or theirs[: len(source)] == source
            elif n.step == "parent":
                assert theirs[: len(source) - 1] == source[:-1]
            assert (n.step == "weak") == (n.log_odds < PLAUSIBLE)
        for one, next_one in pairwise(found):
            assert one.step != next_one.step or one.score >= next_one.score
    assert used == set(STEPS)


@pytest.mark.parametrize("explicit", [False, True])
def test_a_womans_product_never_meets_a_mans(shop: Shop, ids: list[str], explicit: bool) -> None:
    seen = set[str | None]()
    for id in ids:
        gender = shop.get(id).gender
        if gender not in ("female", "male"):
            continue
        other = {"female": "male", "male": "female"}[gender]
        found = {shop.get(n.id).gender for n in shop.similar(id, k=ALL, exclude=NOBODY if explicit else ())}
        assert other not in found
        seen |= found
    assert {"female", "male", "unisex", None} <= seen


@pytest.mark.parametrize("id", [LEGGINGS, PHONE, RUNNERS, SHAMPOO])
def test_variants_are_the_members_of_the_group_first(shop: Shop, ids: list[str], id: str) -> None:
    group = shop.get(id).group_id
    members = {one for one in ids if one != id and shop.get(one).group_id == group and shop.get(one).is_available}
    found = shop.similar(id, k=ALL, relation="variant")
    assert members
    assert set(ids_in(found[: len(members)])) == members
    assert {n.relation for n in found[: len(members)]} == {"variant"}
    assert all(n.score >= 0.5 for n in found)
    for k in range(1, len(members) + 1):
        assert set(ids_in(shop.similar(id, k=k, relation="variant"))) <= members


def test_complements_come_from_links_and_only_when_asked(shop: Shop, ids: list[str]) -> None:
    asked = [id for id in ids if len(shop.similar(id, k=ALL, relation="complement"))]
    assert len(asked) > 5
    for id in asked:
        found = shop.similar(id, k=ALL, relation="complement")
        assert {n.relation for n in found} == {"complement"}
        assert [e.name for e in found[0].evidence if e.contribution] == ["link"]
    assert all(n.relation != "complement" for id in asked for n in shop.similar(id, k=ALL))
    assert set(ids_in(shop.similar(RUNNERS, relation="complement"))) & set(TRUTH.complements[RUNNERS])
    lonely = shop.similar(next(id for id in ids if id not in asked), relation="complement")
    assert len(lonely) == 0
    assert "linked" in lonely.notes[0]


def test_complements_keep_to_threshold_and_k(shop: Shop) -> None:
    assert len(shop.similar(RUNNERS, relation="complement", k=1)) == 1
    assert len(shop.similar(RUNNERS, relation="complement", threshold=0.5)) >= 2
    assert len(shop.similar(RUNNERS, relation="complement", threshold=0.95)) == 0


def test_same_finds_the_true_copies(shop: Shop, ids: list[str]) -> None:
    here = set(ids)
    pairs = [(a, b) for one, other in TRUTH.same if {one, other} <= here for a, b in ((one, other), (other, one))]
    hits = {(a, b): b in ids_in(shop.similar(a, k=3, relation="same")) for a, b in pairs}
    assert len(hits) >= 60
    assert sum(hits.values()) / len(hits) >= 0.8
    for language in ("zh", "en"):
        of_language = [hit for (a, b), hit in hits.items() if TRUTH.languages[a] == TRUTH.languages[b] == language]
        assert len(of_language) >= 10
        assert sum(of_language) / len(of_language) >= 0.8


def test_substitutes_are_what_alike_calls_substitutes(shop: Shop, ids: list[str]) -> None:
    for id in (*ids[::8], LEGGINGS, RUNNERS, SHAMPOO):
        substitutes = shop.similar(id, k=ALL, relation="substitute")
        assert {n.relation for n in substitutes} <= {"substitute"}
        groups = {shop.get(n.id).group_id or n.id for n in substitutes}
        for n in shop.similar(id, k=ALL):
            if n.relation == "substitute":
                assert (shop.get(n.id).group_id or n.id) in groups


def test_true_substitutes_come_before_the_rest(shop: Shop, ids: list[str]) -> None:
    here, ranks = set(ids), list[int]()
    for id in (LEGGINGS, PHONE, RUNNERS, SHAMPOO, "EN-VAC-0002", "ZH-WATER-0001-02"):
        wanted = {shop.get(one).group_id or one for one in TRUTH.substitutes[id] if one in here and shop.get(one).is_available}
        found = [shop.get(n.id).group_id or n.id for n in shop.similar(id, k=ALL, relation="substitute")]
        ranks.extend(found.index(one) for one in wanted if one in found)
    assert len(ranks) >= 10
    assert sum(rank < 6 for rank in ranks) / len(ranks) >= 0.8


# -- other ways to ask -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("轻薄的瑜伽裤", "瑜伽"),
        ("大容量 饮用水 整箱", "水"),
        ("men's running shoes", "Running"),
        ("shampoo for oily hair", "Shampoo"),
        ("cordless vacuum cleaner", "Vacuum"),
        ("5G手机 128GB", "手机|Phone"),
    ],
)
def test_a_text_finds_what_it_names(shop: Shop, text: str, wanted: str) -> None:
    found = shop.similar(text=text, k=3)
    assert found.query == text
    texts = [" ".join((n.title, *shop.get(n.id).category_path)) for n in found]
    assert all(any(word in text for word in wanted.split("|")) for text in texts)
    assert {n.step for n in found} == {"score"}
    assert plain(shop.similar_text(text, k=3)) == plain(found)


def test_a_product_from_outside_is_recognised_by_its_codes(shop: Shop) -> None:
    phone = shop.get(PHONE)
    assert phone.gtin
    found = shop.similar(
        product={"title": "智能手机 全新", "brand": phone.brand, "gtin": phone.gtin, "mpn": phone.mpn}, relation="same", k=3
    )
    assert found[0].id == PHONE
    evidence = {e.name: e for e in found[0].evidence}
    assert evidence["gtin"].value == evidence["mpn"].value == 1.0
    assert evidence["gtin"].contribution > 0
    without = shop.similar(product={"title": "智能手机", "brand": phone.brand}, relation="same", k=ALL)
    assert found[0].score > next(n.score for n in without if n.id == PHONE)


def test_a_product_from_outside_with_a_group_of_its_own_vocabulary(shop: Shop) -> None:
    product = {
        "id": "new-1",
        "title": "Trail running shoes 男士",
        "brand": "Never Heard Of",
        "attributes": {"novel": "yes"},
        "color": "octarine",
    }
    found = shop.similar(product=product, k=5)
    assert len(found) == 5
    assert found.query == product["title"]
    assert {e.value for n in found for e in n.evidence if e.name == "color"} <= {None, 0.0}


def test_positive_examples_pull_and_negative_ones_push(shop: Shop, ids: list[str]) -> None:
    both = shop.similar(positive=(LEGGINGS, RUNNERS), k=ALL)
    assert not {LEGGINGS, RUNNERS} & set(ids_in(both))
    alone = {one: {n.id: n for n in shop.similar(one, k=ALL, relation="same")} for one in (LEGGINGS, RUNNERS)}
    mean = {n.id: n for n in shop.similar(positive=(LEGGINGS, RUNNERS), k=ALL, relation="same")}
    shared = set(mean) & set(alone[LEGGINGS]) & set(alone[RUNNERS])
    assert len(shared) > 50
    for one in shared:
        expected = (alone[LEGGINGS][one].log_odds + alone[RUNNERS][one].log_odds) / 2
        assert mean[one].log_odds == pytest.approx(expected, abs=1e-4)
    before = {n.id: n.score for n in shop.similar(SHAMPOO, k=ALL)}
    near = shop.similar(SHAMPOO, k=1)[0].id
    after = {n.id: n.score for n in shop.similar(SHAMPOO, negative=(near,), k=ALL)}
    assert near not in after
    like_it = [n.id for n in shop.similar(near, k=3) if n.id in after and n.id in before]
    assert like_it
    assert all(after[one] < before[one] for one in like_it)


def test_positive_alone_is_the_same_question_as_the_id(shop: Shop) -> None:
    assert plain(shop.similar(positive=(PHONE,))) == plain(shop.similar(PHONE))


def test_the_order_of_examples_does_not_matter(shop: Shop) -> None:
    one, other = shop.similar(positive=(PHONE, SHAMPOO), k=20), shop.similar(positive=(SHAMPOO, PHONE), k=20)
    assert ids_in(one) == ids_in(other)
    assert [n.score for n in one] == pytest.approx([n.score for n in other], abs=1e-6)


def test_the_euclidean_metric_changes_the_semantic_evidence_only(shop: Shop) -> None:
    cosine = {n.id: n for n in shop.similar(LEGGINGS, k=ALL, relation="same")}
    euclidean = {n.id: n for n in shop.similar(LEGGINGS, k=ALL, relation="same", metric="euclidean")}
    assert set(cosine) == set(euclidean)
    differs = 0
    for id, n in euclidean.items():
        for a, b in zip(cosine[id].evidence, n.evidence, strict=True):
            if a.name == "semantic":
                assert b.value is not None
                assert -1.5 < b.value <= 1.0 + 1e-5
                differs += a.value != b.value
            elif a.name != "calibration":
                assert a == b
    assert differs > len(euclidean) / 2
    order = sorted(euclidean.values(), key=lambda n: -(n.evidence[0].value or 0))
    assert "瑜伽" in order[0].title


@pytest.mark.parametrize("relation", ["alike", "same", "substitute"])
def test_a_threshold_cuts_at_the_score(shop: Shop, relation: Relation) -> None:
    everything = shop.similar(RUNNERS, k=ALL, relation=relation, threshold=0)
    found = shop.similar(RUNNERS, k=ALL, relation=relation, threshold=0.2)
    assert 0 < len(found) < len(everything)
    assert {n.id for n in everything if n.score >= 0.2} <= set(ids_in(found))
    assert all(n.score >= 0.2 for n in found)
    assert [n.rank for n in found] == list(range(1, len(found) + 1))


def test_excluded_products_make_room(shop: Shop) -> None:
    first = shop.similar(SHAMPOO, k=6)
    found = shop.similar(SHAMPOO, k=5, exclude=[first[0].id])
    assert first[0].id not in ids_in(found)
    assert len(found) == 5


# -- what cannot be asked --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", [0, -1, 1001])
def test_k_has_limits(shop: Shop, k: int) -> None:
    with pytest.raises(LimitExceeded, match=str(k)):
        shop.similar(LEGGINGS, k=k)


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ({"text": ""}, "empty"),
        ({"text": " \n"}, "empty"),
        ({}, "nothing to compare"),
        ({"negative": (PHONE,)}, "nothing to compare"),
        ({"id": PHONE, "text": "手机"}, "one of"),
        ({"id": PHONE, "relation": "similar"}, "relation"),
        ({"id": PHONE, "metric": "manhattan"}, "metric"),
        ({"id": PHONE, "threshold": 1.5}, "threshold"),
        ({"id": PHONE, "threshold": float("nan")}, "threshold"),
        ({"id": PHONE, "filters": {"no_such_field": 1}}, "no_such_field"),
        ({"product": {"brand": "屿动"}}, "title"),
    ],
)
def test_questions_without_sense_are_usage_errors(shop: Shop, question: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        shop.similar(**question)


def test_a_text_and_the_examples_have_limits(shop: Shop) -> None:
    with pytest.raises(LimitExceeded, match="32,001"):
        shop.similar(text="裤" * 32_001)
    with pytest.raises(LimitExceeded, match="101"):
        shop.similar(positive=(PHONE,) * 101)


@pytest.mark.parametrize(
    "question", [{"id": "ZH-PHONE-0001-BK-128G"}, {"positive": ("ZH-PHONE-0001-BK-128G",)}, {"id": PHONE, "negative": ("x",)}]
)
def test_an_unknown_id_names_the_ids_most_like_it(shop: Shop, question: dict[str, Any]) -> None:
    with pytest.raises(UnknownProduct) as error:
        shop.similar(**question)
    if "x" not in question.get("negative", ()):
        assert PHONE in str(error.value)


def test_an_answer_says_where_it_comes_from(shop: Shop) -> None:
    found, status = shop.similar(PHONE), shop.status()
    assert (found.query, found.asked, found.exact) == (PHONE, "alike", True)
    assert (found.generation, found.seq) == (status.generation, status.seq)
    assert found.calibration == status.calibration == "default"
    assert replace(found) == found

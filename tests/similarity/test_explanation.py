"""``explain``: symmetric, equal to what ``similar`` says, and split exactly into token pairs."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from similis.catalogue.quantities import canonical
from similis.errors import UnknownProduct, UsageError
from similis.shop import Shop
from similis.similarity.explanation import Explanation
from similis.similarity.recipe import encoder_text
from similis.similarity.results import Relation

LEGGINGS, PHONE, RUNNERS = "ZH-YOGA-0001-BK-M", "ZH-PHONE-0001-BK-128GB", "EN-RUNM-0001-OR-EU43"
PAIRS = [
    (LEGGINGS, "ZH-YOGA-0003-DP-M"),
    (LEGGINGS, "ZH-YOGA-0001-NV-M"),
    (LEGGINGS, "EN-LEGG-0001-BK-M"),
    (PHONE, "EN-PHONE-0001-BK-128GB"),
    (RUNNERS, "EN-RUNM-0002-BK-EU43"),
    (RUNNERS, "EN-SOCK-0001-WH-3PAIRS"),
    (RUNNERS, PHONE),
    ("EN-VAC-0002", "EN-VAC-0003"),
]


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_both_directions_say_the_same(shop: Shop, a: str, b: str) -> None:
    for relation in get_args(Relation):
        there, back = shop.explain(a, b, relation=relation), shop.explain(b, a, relation=relation)
        assert (there.a, there.b, there.title_a, there.title_b) == (back.b, back.a, back.title_b, back.title_a)
        assert there.evidence == back.evidence
        assert (there.score, there.log_odds, there.relation, there.asked) == (back.score, back.log_odds, back.relation, relation)
        assert (there.shared_words, there.shared_codes) == (back.shared_words, back.shared_codes)
    there, back = shop.explain(a, b), shop.explain(b, a)
    assert there.tokens is not None
    assert back.tokens is not None
    assert there.tokens.values == pytest.approx(back.tokens.values.T, abs=1e-12)
    assert (there.tokens.tokens_a, there.tokens.spans_a) == (back.tokens.tokens_b, back.tokens.spans_b)


@pytest.mark.parametrize("relation", ["alike", "same", "substitute", "variant"])
@pytest.mark.parametrize("id", [LEGGINGS, RUNNERS, PHONE])
def test_it_says_what_similar_says(shop: Shop, id: str, relation: Relation) -> None:
    for n in shop.similar(id, k=15, relation=relation):
        explained = shop.explain(id, n.id, relation=relation)
        assert explained.log_odds == pytest.approx(n.log_odds, abs=1e-6)
        assert explained.score == pytest.approx(n.score, abs=1e-6)
        assert explained.relation == n.relation
        assert [e.name for e in explained.evidence] == [e.name for e in n.evidence]


@pytest.mark.parametrize(("a", "b"), [*PAIRS, (PHONE, PHONE)])
def test_token_pairs_add_up_to_the_semantic_evidence(shop: Shop, a: str, b: str) -> None:
    explained = shop.explain(a, b)
    tokens = explained.tokens
    assert tokens is not None
    semantic = next(e for e in explained.evidence if e.name == "semantic")
    assert float(tokens.values.sum()) == pytest.approx(semantic.value, abs=1e-5)
    assert tokens.total == pytest.approx(semantic.value, abs=1e-5)
    assert tokens.values.shape == (len(tokens.tokens_a), len(tokens.tokens_b)) == (len(tokens.spans_a), len(tokens.spans_b))
    for id, spans in ((a, tokens.spans_a), (b, tokens.spans_b)):
        text = encoder_text(shop.get(id))
        assert all(0 <= start <= end <= len(text) for start, end in spans)


def test_the_strongest_token_pairs_are_text_in_falling_order(shop: Shop) -> None:
    tokens = shop.explain(LEGGINGS, "ZH-YOGA-0001-NV-M").tokens
    assert tokens is not None
    best = tokens.strongest(8)
    assert len(best) == 8
    assert [value for *_, value in best] == sorted((value for *_, value in best), reverse=True)
    assert any(a == b for a, b, _ in best)
    assert not any(special in pair for pair in best for special in ("<s>", "</s>"))
    assert len(tokens.strongest(10**6)) <= tokens.values.size


def test_a_product_is_most_like_itself(shop: Shop) -> None:
    explained = shop.explain(PHONE, PHONE, relation="same")
    evidence = {e.name: e.value for e in explained.evidence}
    assert explained.score > 0.95
    assert evidence["semantic"] == pytest.approx(1.0, abs=1e-5)
    assert evidence["characters"] == pytest.approx(1.0, abs=1e-5)


def test_shared_words_are_in_both_titles_rarest_first(shop: Shop) -> None:
    explained = shop.explain(PHONE, "EN-PHONE-0001-BK-128GB")
    assert "n5" in explained.shared_words
    assert "xyn5" in explained.shared_codes
    titles = (canonical(explained.title_a).lower(), canonical(explained.title_b).lower())
    assert all(word in title for word in explained.shared_words for title in titles)


def test_it_is_plain_json_and_harmless_html(shop: Shop) -> None:
    explained = shop.explain(LEGGINGS, RUNNERS)
    plain = json.loads(json.dumps(explained.to_dict(), allow_nan=False))
    assert (plain["a"], plain["b"]) == (LEGGINGS, RUNNERS)
    assert np.array(plain["tokens"]["values"]).sum() == pytest.approx(plain["tokens"]["total"], abs=1e-9)
    marked: Explanation = replace(explained, title_a="<script>x</script>", tokens=None)
    assert "<script" not in marked._repr_html_()
    assert marked.to_dict()["tokens"] is None


def test_what_cannot_be_explained(shop: Shop) -> None:
    with pytest.raises(UnknownProduct, match=PHONE):
        shop.explain(LEGGINGS, PHONE + "X")
    with pytest.raises(UsageError, match="relation"):
        shop.explain(LEGGINGS, PHONE, relation="like")  # type: ignore[arg-type]

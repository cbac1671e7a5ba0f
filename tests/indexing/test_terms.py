"""Terms weighted by rarity, worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from similis.indexing import TermIndex

BAGS = [{"fs105", "switch"}, {"switch", "瑜伽裤"}, {"switch"}]
# ln((n + 1) / (df + 0.5)) with n = 3
SWITCH, RARE, UNSEEN = math.log(4 / 3.5), math.log(4 / 1.5), math.log(4 / 0.5)


def test_rarities_by_hand() -> None:
    index = TermIndex.fit(BAGS)
    assert index.terms == ("fs105", "switch", "瑜伽裤")
    assert index.rarity == pytest.approx([RARE, SWITCH, RARE])
    assert index.ceiling == pytest.approx(UNSEEN)


def test_masses_by_hand() -> None:
    rows = TermIndex.fit(BAGS).transform([{"fs105", "switch"}, ["switch", "switch"], {"瑜伽裤", "new", "newer"}, set()])
    assert rows.mass == pytest.approx([RARE + SWITCH, SWITCH, RARE + 2 * UNSEEN, 0.0], rel=1e-6)
    assert rows.matrix.toarray() == pytest.approx(np.array([[RARE, SWITCH, 0], [0, SWITCH, 0], [0, 0, RARE], [0, 0, 0]]), rel=1e-6)


def test_the_mass_of_known_terms_is_the_sum_of_the_row() -> None:
    rows = TermIndex.fit(BAGS).transform(BAGS)
    assert rows.mass == pytest.approx(np.asarray(rows.matrix.sum(axis=1)).ravel(), rel=1e-6)


def test_a_batch_equals_its_bags_one_by_one() -> None:
    index = TermIndex.fit(BAGS)
    more = [*BAGS, {"unknown"}, set()]
    together = index.transform(more)
    alone = [index.transform([bag]) for bag in more]
    assert np.array_equal(together.matrix.toarray(), np.vstack([one.matrix.toarray() for one in alone]))
    assert np.array_equal(together.mass, np.concatenate([one.mass for one in alone]))


def test_named_reads_a_row_back() -> None:
    index = TermIndex.fit(BAGS)
    assert index.named(index.transform([{"瑜伽裤", "fs105", "unknown"}]).matrix) == ["fs105", "瑜伽裤"]


def test_an_index_put_together_again_is_the_same() -> None:
    index = TermIndex.fit(BAGS)
    again = TermIndex.of(index.terms, index.rarity, index.n_rows)
    assert np.array_equal(again.transform(BAGS).matrix.toarray(), index.transform(BAGS).matrix.toarray())
    assert again.ceiling == index.ceiling


def test_no_terms_at_all() -> None:
    rows = TermIndex.fit([set(), set()]).transform([{"a"}, set()])
    assert rows.mass == pytest.approx([math.log(6), 0.0])
    assert rows.matrix.nnz == 0


def test_rare_terms_left_out_count_as_unknown() -> None:
    bags = [{"yoga", "瑜伽裤"}, {"yoga", "fs105"}, {"yoga"}]
    index = TermIndex.fit(bags, min_df=2)
    assert index.terms == ("yoga",)
    everything, rows = TermIndex.fit(bags), index.transform(bags)
    assert rows.mass[0] == pytest.approx(float(everything.rarity[everything.terms.index("yoga")]) + index.ceiling)
    assert rows.mass[2] == everything.transform(bags).mass[2]
    assert TermIndex.fit(bags, min_df=1).terms == everything.terms


@pytest.mark.parametrize("min_df", [0, -1])
def test_a_least_frequency_below_one_is_refused(min_df: int) -> None:
    with pytest.raises(ValueError, match="min_df is"):
        TermIndex.fit(BAGS, min_df=min_df)


def test_ids_and_frequencies_of_terms() -> None:
    index = TermIndex.fit(BAGS)
    for term in index.terms:
        column = index.id_of(term)
        assert column is not None
        assert index.terms[column] == term
        assert index.frequency(column) == sum(term in bag for bag in BAGS)
    assert index.id_of("never seen") is None

"""Lists brought up to date equal lists computed afresh, as far as they are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import similis
from similis.similarity.neighbours import UNKNOWN, NeighbourLists, compute_lists
from similis.similarity.snapshot import Snapshot
from similis.similarity.weights import default_weights
from similis.testing import TinyEncoder, small_catalogue

Row = dict[str, Any]  # Any: a feed's row


def changed_rows(rows: list[Row], seed: int) -> list[Row]:
    """A few rows with another title, stock, price, group or category, chosen by ``seed``."""
    rng = np.random.default_rng(seed)
    picked = [dict(rows[int(at)]) for at in rng.choice(len(rows), 6, replace=False)]
    other = [rows[int(at)] for at in rng.choice(len(rows), 6, replace=False)]
    picked[0]["title"] += " Pro 2"
    picked[1]["availability"] = "out_of_stock"
    picked[2]["price"] = "1.00"
    picked[3]["group_id"] = other[3].get("group_id") or "new-group"
    picked[4]["category_path"] = other[4].get("category_path")
    picked[5]["title"], picked[5]["group_id"] = other[5]["title"], None
    return picked


def snapshot_of(shop: similis.Shop) -> Snapshot:
    shop.similar(text="shampoo")
    view = shop._serving._view
    assert view is not None
    return view.snapshot


def assert_known_places_equal(updated: NeighbourLists, fresh: NeighbourLists) -> int:
    open_places = 0
    for row in range(len(fresh)):
        known = updated.rows[row] != UNKNOWN
        open_places += int((~known).sum())
        assert updated.rows[row][known].tolist() == fresh.rows[row][known].tolist(), row
        assert updated.steps[row][known].tolist() == fresh.steps[row][known].tolist()
        assert updated.relations[row][known].tolist() == fresh.relations[row][known].tolist()
        np.testing.assert_allclose(updated.reasons(row, updated.k).parts[known], fresh.parts[row][known], atol=1e-6)
    return open_places


@pytest.mark.parametrize("seed", range(6))
def test_updated_lists_equal_lists_computed_afresh(tmp_path: Path, seed: int) -> None:
    rows = small_catalogue()
    with similis.open(tmp_path / "shop", encoder=TinyEncoder()) as shop:
        shop.add(rows)
        shop.build(neighbours=20)
        shop.add(
            [*changed_rows(rows, seed), {"id": "NEW-1", "title": rows[0]["title"] + " new", "category_path": rows[0].get("category_path")}]
        )
        shop.delete([rows[int(np.random.default_rng(seed + 100).integers(len(rows)))]["id"]])
        shop.build(neighbours=20)
        snapshot = snapshot_of(shop)
        assert snapshot.drift > 0, "the build learned everything anew, so nothing was updated"
        assert snapshot.neighbours is not None
        fresh = compute_lists(snapshot.target, default_weights(), k=20)
        open_places = assert_known_places_equal(snapshot.neighbours, fresh)
    assert open_places < 0.1 * fresh.rows.size


def test_a_full_build_learns_anew(tmp_path: Path) -> None:
    rows = small_catalogue()
    with similis.open(tmp_path / "shop", encoder=TinyEncoder()) as shop:
        shop.add(rows)
        shop.build(neighbours=5)
        shop.add(changed_rows(rows, 1)[:2])
        shop.build(neighbours=5, full=True)
        assert snapshot_of(shop).drift == 0


def test_many_changes_make_a_build_learn_anew(tmp_path: Path) -> None:
    rows = small_catalogue()
    with similis.open(tmp_path / "shop", encoder=TinyEncoder()) as shop:
        shop.add(rows)
        shop.build(neighbours=5)
        shop.add([{**row, "title": row["title"] + " x"} for row in rows[: len(rows) // 5]])
        shop.build(neighbours=5)
        assert snapshot_of(shop).drift == 0


def test_rows_carried_on_equal_rows_made_anew(tmp_path: Path) -> None:
    shop = similis.open(tmp_path / "shop")
    shop.add(small_catalogue(80))
    shop.build()
    kept = small_catalogue(80)[0]
    shop.add([{**kept, "title": "可乐 6×1.5L 整箱"}, {"id": "new", "title": "Cola 33cl pack of 24", "brand": "可口可乐"}])
    shop.delete([small_catalogue(80)[3]["id"]])
    shop.build()
    snapshot = shop._serving.snapshot()
    assert snapshot is not None
    assert snapshot.drift == 3
    products = shop._open_store().get(list(snapshot.segment.ids))
    carried, fresh = snapshot.segment.lexical, snapshot.lexicon.transform(products)
    for name in ("characters", "words", "digits", "codes", "numbers", "named", "brand"):
        one, other = getattr(carried, name), getattr(fresh, name)
        if name != "characters":
            assert one.mass.tolist() == other.mass.tolist(), name
            one, other = one.matrix, other.matrix
        assert (one != other).nnz == 0, name
    for field in ("starts", "kinds", "places", "is_stated", "pieces", "stated"):
        np.testing.assert_array_equal(getattr(carried.quantities, field), getattr(fresh.quantities, field), field)

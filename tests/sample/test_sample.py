"""The sample catalogue: made by its script, whole, and at peace with itself."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from similis.sample import Truth, read_truth, sample_catalogue_path, write_sample

ROOT = Path(__file__).parents[2]
COLUMNS = {
    *("id", "group_id", "title", "description", "brand", "category_path", "gtin", "mpn", "price", "sale_price", "currency", "availability"),
    *("stock", "condition", "color", "size", "material", "gender", "age_group", "attributes", "popularity", "seller", "source"),
    "cross_sell_ids",
}

Row = dict[str, Any]  # a feed row, as JSON has it


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    text = gzip.decompress(sample_catalogue_path().read_bytes()).decode("utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def truth() -> Truth:
    return read_truth()


@pytest.fixture(scope="module")
def good(rows: list[Row], truth: Truth) -> dict[str, Row]:
    """The rows an import keeps, by id; of an id given twice the later."""
    rejected = {row.line for row in truth.rejected}
    return {row["id"]: row for line, row in enumerate(rows, start=1) if line not in rejected}


def check_digit_is_right(gtin: str) -> bool:
    if len(gtin) != 13 or not gtin.isdigit():
        return False
    return sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(gtin)) % 10 == 0


def test_the_script_makes_what_is_committed(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "scripts.sample_catalogue", "--out", str(tmp_path)], cwd=ROOT, check=True, capture_output=True)
    for name in ("catalogue.jsonl.gz", "truth.json.gz"):
        made, committed = (tmp_path / name).read_bytes(), (sample_catalogue_path().parent / name).read_bytes()
        # What is packed, not the packing: another build of zlib packs the same bytes otherwise.
        assert gzip.decompress(made) == gzip.decompress(committed)
        assert made[:10] == committed[:10]
        assert committed[4:8] == b"\0\0\0\0"


def test_another_seed_makes_another_catalogue(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scripts.sample_catalogue", "--seed", "7", "--out", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    made = gzip.decompress((tmp_path / "catalogue.jsonl.gz").read_bytes())
    assert made != gzip.decompress(sample_catalogue_path().read_bytes())


def test_size_languages_and_departments(good: dict[str, Row], truth: Truth) -> None:
    assert 1200 <= len(good) <= 2000
    counts = Counter(truth.languages.values())
    assert set(counts) == {"zh", "en"}
    assert abs(counts["zh"] / len(truth.languages) - 0.5) <= 0.05
    assert len(truth.departments) >= 14
    languages = {name: {truth.languages[id] for id in ids} for name, ids in truth.departments.items()}
    assert all(found == {"zh", "en"} for found in languages.values()), languages


def test_every_id_of_the_truth_is_a_good_row(good: dict[str, Row], truth: Truth) -> None:
    named = {*truth.demo, *truth.languages, *(id for pair in (*truth.same, *truth.look_alikes) for id in pair)}
    for lists in (truth.groups, truth.departments):
        named |= {id for ids in lists.values() for id in ids}
    for lists in (truth.substitutes, truth.complements):
        named |= {*lists, *(id for ids in lists.values() for id in ids)}
    assert named == set(good)


def test_rows_have_feed_columns_only(rows: list[Row]) -> None:
    assert {column for row in rows for column in row} == COLUMNS
    described = sum("description" in row for row in rows) / len(rows)
    assert 0.7 <= described <= 0.9


def test_cross_sells_are_complements(good: dict[str, Row], truth: Truth) -> None:
    with_links = [row for row in good.values() if "cross_sell_ids" in row]
    assert len(with_links) >= 200
    assert all(id in good and id != row["id"] for row in with_links for id in row["cross_sell_ids"])
    assert all(
        set(good[query]["cross_sell_ids"]) <= set(ids) for query, ids in truth.complements.items() if "cross_sell_ids" in good[query]
    )


def test_groups_are_disjoint_and_as_in_the_feed(good: dict[str, Row], truth: Truth) -> None:
    members = [id for ids in truth.groups.values() for id in ids]
    assert len(members) == len(set(members))
    assert all(len(ids) >= 2 for ids in truth.groups.values())
    assert {id: row.get("group_id") for id, row in good.items() if "group_id" in row} == {
        id: group for group, ids in truth.groups.items() for id in ids
    }


def test_same_is_an_equivalence_that_never_joins_variants(truth: Truth) -> None:
    pairs = {frozenset(pair) for pair in truth.same}
    assert len(pairs) == len(truth.same)
    assert all(len(pair) == 2 for pair in pairs)
    neighbours: dict[str, set[str]] = {}
    for a, b in truth.same:
        neighbours.setdefault(a, set()).add(b)
        neighbours.setdefault(b, set()).add(a)
    assert all(frozenset(two) in pairs for near in neighbours.values() for two in combinations(near, 2))
    group = {id: name for name, ids in truth.groups.items() for id in ids}
    assert not [pair for pair in truth.same if pair[0] in group and group[pair[0]] == group.get(pair[1])]
    assert sum(truth.languages[a] != truth.languages[b] for a, b in truth.same) >= 24


def test_no_pair_has_two_relations(truth: Truth) -> None:
    same = {frozenset(pair) for pair in truth.same}
    look_alikes = {frozenset(pair) for pair in truth.look_alikes}
    variants = {frozenset(two) for ids in truth.groups.values() for two in combinations(ids, 2)}
    substitutes = {frozenset((query, id)) for query, ids in truth.substitutes.items() for id in ids}
    complements = {frozenset((query, id)) for query, ids in truth.complements.items() for id in ids}
    for a, b in combinations((same, variants, substitutes, complements), 2):
        assert not a & b
    assert not look_alikes & (same | variants)
    assert all(len(pair) == 2 for pair in substitutes | complements)


def test_substitutes_are_mutual_and_of_one_language(truth: Truth) -> None:
    assert len(truth.substitutes) >= 300
    assert {truth.languages[query] for query in truth.substitutes} == {"zh", "en"}
    for query, ids in truth.substitutes.items():
        assert len(set(ids)) == len(ids)
        assert {truth.languages[id] for id in ids} == {truth.languages[query]}
        assert all(query in truth.substitutes[id] for id in ids if id in truth.substitutes and query not in truth.demo)


def test_prices_fit_the_language(good: dict[str, Row], truth: Truth) -> None:
    dirty = {row.id for row in truth.dirty}
    for id, row in good.items():
        if id not in dirty:
            assert row["currency"] in ({"CNY"} if truth.languages[id] == "zh" else {"USD", "EUR"})
            assert 0 < float(row.get("sale_price", 0.01)) < float(row["price"])


def test_gtins_are_right_unless_marked(good: dict[str, Row], truth: Truth) -> None:
    dirty = {row.id for row in truth.dirty if "GTIN" in row.what}
    wrong = {id for id, row in good.items() if "gtin" in row and not check_digit_is_right(row["gtin"])}
    assert wrong == dirty
    codes = [row["gtin"] for id, row in good.items() if "gtin" in row and id not in dirty]
    assert all(code[0] == "2" or code[:2] in {"02", "04"} for code in codes)
    assert sum(code[0] == "0" for code in codes) >= 20


def test_one_gtin_means_one_product(good: dict[str, Row], truth: Truth) -> None:
    by_code: dict[str, list[str]] = {}
    for id, row in good.items():
        if "gtin" in row:
            by_code.setdefault(row["gtin"], []).append(id)
    same = {frozenset(pair) for pair in truth.same}
    assert all(frozenset(two) in same for ids in by_code.values() for two in combinations(ids, 2))


def test_dirty_rows_stand_where_the_truth_says(rows: list[Row], truth: Truth) -> None:
    assert 15 <= len(truth.dirty) <= 30
    assert {row.expect for row in truth.dirty} == {"accepted", "rejected"}
    assert all(rows[row.line - 1]["id"] == row.id for row in truth.dirty)
    for row in truth.rejected:
        assert not rows[row.line - 1]["id"] or rows[row.line - 1]["title"] in ("", "<br>&nbsp;")
    twice = [id for id, n in Counter(row["id"] for row in rows).items() if n > 1]
    assert sorted(twice) == sorted({row.id for row in truth.dirty if "twice" in row.what})


def test_demo_products_show_something(good: dict[str, Row], truth: Truth) -> None:
    assert Counter(truth.languages[id] for id in truth.demo) == {"zh": 3, "en": 3}
    paired = {id for pair in truth.same for id in pair}
    for id in truth.demo:
        assert id in paired
        assert len(truth.substitutes[id]) >= 3
        assert good[id]["availability"] == "in_stock"


def test_write_sample_unpacks(tmp_path: Path, rows: list[Row]) -> None:
    catalogue, truth = write_sample(tmp_path / "new")
    assert [json.loads(line) for line in catalogue.read_text("utf-8").splitlines()] == rows
    assert json.loads(truth.read_text("utf-8"))["licence"] == "CC0-1.0"

"""The labelled sets: what every one of them promises, and that nothing of another split gets in."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.matching_sets import TASKS
from scripts.learn_weights.datasets import LOADERS, NAMES, DataError, LabelledSet, load
from scripts.learn_weights.sets_labelled import bare, components, sample_of
from scripts.learn_weights.sets_reading import price_of, products_of, read_json_lines, read_table
from scripts.learn_weights.sets_wdc_titles import clean_title

from similis.catalogue import Product

NEEDS_NO_DATA = ("sample-same", "sample-variant", "sample-alike")


@pytest.mark.parametrize("name", LOADERS)
def test_every_set_is_sound_and_the_same_each_time(name: str, data: Path) -> None:
    [found] = load([name], data)
    assert found.name == name
    assert name in NAMES[found.relation]
    assert found.licence
    assert found.split
    assert len({product.id for product in found.items}) == len(found.items)
    assert all(not product.title.isspace() for product in found.items)
    row_of = {product.id: row for row, product in enumerate(found.items)}
    for query, right, out in zip(found.queries, found.positives, found.excluded, strict=True):
        assert right
        assert not right & out
        if query.id in row_of:
            assert row_of[query.id] in out  # a product is no answer to itself
    [again] = load([name], data)
    assert again == found


@pytest.mark.parametrize("name", ["abt-buy", "amazon-google"])
def test_no_pair_of_valid_or_test_is_used(name: str, data: Path) -> None:
    [found] = load([name], data)
    row_of = {product.id: row for row, product in enumerate(found.items)}
    answers = {query.id: (right, out) for query, right, out in zip(found.queries, found.positives, found.excluded, strict=True)}
    for split in ("valid", "test"):
        for pair in read_table(data / name / f"{split}.csv", ("ltable_id", "rtable_id", "label")):
            if f"a{pair['ltable_id']}" in answers:
                right, out = answers[f"a{pair['ltable_id']}"]
                row = row_of[f"b{pair['rtable_id']}"]
                assert row in out
                assert row not in right


def test_amazon_google_has_its_descriptions_back(data: Path) -> None:
    [found] = load(["amazon-google"], data)
    assert sum(product.description is not None for product in found.items) > len(found.items) / 2


@pytest.mark.parametrize("category", ["cameras", "watches"])
def test_titles_of_the_wdc_test_files_are_left_out(category: str, data: Path) -> None:
    [found] = load([f"wdc-{category}"], data)
    test = read_table(data / "wdc-lspc-v2" / f"{category}_test.csv.gz", ("title_left", "title_right"))
    held_back = {bare(clean_title(row[side])) for row in test for side in ("title_left", "title_right")}
    assert not held_back & {bare(product.title) for product in found.items}


@pytest.mark.parametrize("name", NEEDS_NO_DATA)
def test_the_sample_sets_need_no_data_and_hide_the_groups(name: str, tmp_path: Path) -> None:
    [found] = load([name], tmp_path)
    assert {product.group_id for product in (*found.items, *found.queries)} == {None}


def test_the_sample_is_halved_by_whole_families(tmp_path: Path) -> None:
    from similis.sample import read_truth

    kept = {product.id for product in load(["sample-same"], tmp_path)[0].items}
    truth = read_truth()
    for ids in (*truth.groups.values(), *truth.same):
        assert len({id in kept for id in ids}) == 1


def test_another_seed_gives_another_sample(data: Path) -> None:
    [one], [other] = load(["icecat-views"], data, seed=0), load(["icecat-views"], data, seed=1)
    assert one.queries != other.queries


@pytest.mark.parametrize("name", ["abt-buy", "pricerunner", "fashion-alike", "zh-taobao-views"])
def test_a_missing_set_says_what_to_do(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"is missing; give the folder of the data sets with --data or SIMILIS_DATA"):
        load([name], tmp_path)


def test_an_unknown_name_lists_the_known(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no set is called abt; there are abt-buy"):
        load(["abt"], tmp_path)


def test_a_file_of_another_shape_is_an_error(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("id,name\n1,a\n")
    with pytest.raises(DataError, match="no column title"):
        read_table(table, ("id", "title"))
    table.write_text("id,title\n1,a,b\n")
    with pytest.raises(DataError, match="too few or too many cells"):
        read_table(table, ("id", "title"))
    packed = tmp_path / "p.csv.gz"
    packed.write_bytes(b"no gzip")
    with pytest.raises(DataError, match="fetch the data set again"):
        read_table(packed, ("id",))
    lines = tmp_path / "l.jsonl"
    lines.write_text('{"a": 1}\n{"a"\n')
    with pytest.raises(DataError, match="after line 1"):
        read_json_lines(lines)
    with pytest.raises(DataError, match="has no title"):
        products_of([{"id": "1", "title": "a"}, {"id": "2", "title": ""}])


@pytest.mark.parametrize(
    ("positives", "excluded"),
    [((frozenset(),), (frozenset(),)), ((frozenset({0}),), (frozenset({0}),)), ((frozenset({9}),), (frozenset(),)), ((), ())],
)
def test_a_set_refuses_answers_that_make_no_sense(positives: tuple[frozenset[int], ...], excluded: tuple[frozenset[int], ...]) -> None:
    product = Product(id="1", title="a")
    with pytest.raises(DataError):
        LabelledSet(
            name="x", licence="CC0-1.0", split="all", relation="same",
            items=(product, product), queries=(product,) if positives else (), positives=positives, excluded=excluded,
        )  # fmt: skip


def test_small_parts() -> None:
    import numpy as np

    assert components(6, [(0, 3), (3, 5), (1, 2)]) == [0, 1, 1, 0, 4, 0]
    assert sample_of(np.random.default_rng(0), [4, 2, 9], 5) == [4, 2, 9]
    assert [price_of(text) for text in ("$1,024.50", "399", "0.0", "", "call")] == [1024.5, 399.0, None, None, None]
    assert bare("EF-S 55/250mm ") == bare("efs 55250MM")


@pytest.mark.parametrize(
    ("name", "n_items", "n_questions"),
    [("abt-buy", 1076, 1076), ("amazon-google", 3039, 1103), ("pricerunner", 35311, 29937), ("zh-tmall-cosmetics", 3497, 710)],
)
def test_the_matching_tasks_have_the_sizes_of_their_sources(name: str, n_items: int, n_questions: int, data: Path) -> None:
    task = TASKS[name](data, 0, None)
    assert (len(task.items), len(task.questions)) == (n_items, n_questions)
    ids = {row["id"] for row in task.items}
    assert len(ids) == n_items
    for question in task.questions:
        assert question.right
        assert question.right <= ids
        assert question.key not in question.right
        assert (question.key in ids) == question.is_stored

"""A shop over time: writes are seen at once, a rebuild encodes what changed, another process sees the new generation."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

import similis
from similis.catalogue import Product
from similis.errors import LimitExceeded, ModelError, NoShop, NotBuilt, UnknownProduct, UsageError
from similis.shop import Shop
from similis.testing import EncoderContract, TinyEncoder, products, small_catalogue

LEGGINGS, RUNNERS = "ZH-YOGA-0001-BK-M", "EN-RUNM-0001-OR-EU43"
NEW: dict[str, Any] = {
    "id": "NEW-1",
    "title": "屿动 轻薄透气高腰瑜伽裤女 提臀健身紧身裤 黑色，M 升级款",
    "brand": "屿动",
    "category_path": "女装 > 裤子 > 瑜伽裤",
    "price": "119.00",
    "currency": "CNY",
    "gender": "female",
    "attributes": {"never seen before": ["一", "二"]},
}


class TestTinyEncoder(EncoderContract):
    make = TinyEncoder


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built shop to copy; an encoder without a model makes it in a moment."""
    folder = tmp_path_factory.mktemp("template") / "shop"
    with similis.open(folder, encoder=TinyEncoder()) as made:
        assert made.add(small_catalogue()).accepted == 160
        made.build()
    return folder


@pytest.fixture
def shop(template: Path, tmp_path: Path) -> Iterator[Shop]:
    """A built shop of one's own."""
    shutil.copytree(template, tmp_path / "shop")
    with similis.open(tmp_path / "shop", encoder=TinyEncoder()) as opened:
        yield opened


def ids_of(shop: Shop, id: str, **options: Any) -> list[str]:
    return [n.id for n in shop.similar(id, k=1_000, **options)]


def row_of(id: str, **changes: Any) -> dict[str, Any]:
    return {**next(row for row in small_catalogue() if row["id"] == id), **changes}


# -- writes are seen at once -------------------------------------------------------------------------------------------------------------


def test_a_new_product_is_found_by_the_next_call(shop: Shop) -> None:
    report = shop.add([NEW])
    assert (report.accepted, report.updated, report.rejected) == (1, 0, 0)
    assert shop.similar(LEGGINGS, k=1, relation="same")[0].id == "NEW-1"
    assert "NEW-1" in [n.id for n in shop.similar(LEGGINGS, k=5)]
    assert LEGGINGS in [n.id for n in shop.similar("NEW-1", k=3, relation="same")]
    assert "NEW-1" in [n.id for n in shop.similar(text="轻薄透气高腰瑜伽裤 升级款", k=2)]
    assert shop.similar(LEGGINGS).seq == report.seq


def test_a_new_product_is_told_apart_and_explained(shop: Shop) -> None:
    shop.add([NEW, {**NEW, "id": "NEW-2", "price": "125.00", "brand": "Brand Unheard Of"}])
    there, back = shop.explain("NEW-1", LEGGINGS), shop.explain(LEGGINGS, "NEW-1")
    assert there.evidence == back.evidence
    assert there.log_odds == pytest.approx(next(n.log_odds for n in shop.similar(LEGGINGS, k=100) if n.id == "NEW-1"), abs=1e-6)
    assert {"NEW-1", "NEW-2"} & set(ids_of(shop, "NEW-1")) == {"NEW-2"}
    brand = next(e for e in shop.explain("NEW-1", "NEW-2").evidence if e.name == "brand")
    assert brand.value == 0.0
    with_attributes = next(e for e in shop.explain("NEW-1", "NEW-2").evidence if e.name == "attributes")
    assert with_attributes.value is not None
    assert with_attributes.value > 0


def test_fresh_rows_answer_as_built_ones_do(shop: Shop) -> None:
    """Whether a product was written before the build or after it, its structured evidence is the same."""
    shop.add([NEW])
    fresh = {n.id: n for n in shop.similar("NEW-1", k=1_000, relation="same")}
    shop.build()
    built = {n.id: n for n in shop.similar("NEW-1", k=1_000, relation="same")}
    assert set(fresh) == set(built)
    for id, n in built.items():
        for a, b in zip(fresh[id].evidence, n.evidence, strict=True):
            if a.name in ("price", "category", "color", "size", "material", "audience", "gtin", "mpn"):
                assert a == b


def test_a_changed_price_is_respected_at_once(shop: Shop) -> None:
    near = next(n.id for n in shop.similar(RUNNERS, k=30) if shop.get(n.id).price)
    shop.add([row_of(near, price="7777.00", sale_price=None)])
    assert near not in ids_of(shop, RUNNERS, filters={"price": {"max": 7000}})
    assert near in ids_of(shop, RUNNERS, relation="same", filters={"price": {"min": 7777, "max": 7777}})
    assert ids_of(shop, RUNNERS, relation="same").count(near) == 1


def test_changed_stock_is_respected_at_once(shop: Shop) -> None:
    near = shop.similar(RUNNERS)[0].id
    shop.add([row_of(near, stock=0, availability="out_of_stock")])
    assert near not in ids_of(shop, RUNNERS)
    assert near in ids_of(shop, RUNNERS, relation="same")
    assert near not in ids_of(shop, RUNNERS, relation="same", in_stock=True)
    shop.add([row_of(near, stock=3, availability="in_stock")])
    assert near in ids_of(shop, RUNNERS)


def test_a_deleted_product_is_gone_at_once(shop: Shop) -> None:
    near = shop.similar(RUNNERS)[0].id
    assert shop.delete([near, "no-such-id"]) == 1
    for relation in ("alike", "same", "variant", "substitute", "complement"):
        assert near not in ids_of(shop, RUNNERS, relation=relation, in_stock=False)
    with pytest.raises(UnknownProduct):
        shop.similar(near)
    with pytest.raises(UnknownProduct):
        shop.explain(near, RUNNERS)
    shop.add([row_of(near)])
    assert near in ids_of(shop, RUNNERS)


def test_a_fresh_product_deleted_again_is_gone(shop: Shop) -> None:
    before = ids_of(shop, LEGGINGS)
    shop.add([NEW])
    shop.delete(["NEW-1"])
    assert ids_of(shop, LEGGINGS) == before


def test_a_changed_product_keeps_its_complements(shop: Shop) -> None:
    before = ids_of(shop, RUNNERS, relation="complement")
    assert before
    shop.add([row_of(before[0], price="9.99")])
    assert set(ids_of(shop, RUNNERS, relation="complement")) == set(before)


def test_adding_the_same_twice_changes_nothing(shop: Shop) -> None:
    seq, before = shop.status().seq, shop.similar(LEGGINGS)
    report = shop.add(small_catalogue())
    assert (report.unchanged, report.accepted, report.updated) == (160, 0, 0) or report.unchanged == 160
    assert shop.similar(LEGGINGS).neighbours == before.neighbours
    assert shop.status().fresh == 0
    assert shop.status().seq >= seq


def test_status_counts_what_the_generation_does_not_know(shop: Shop) -> None:
    near = shop.similar(RUNNERS)[0].id
    shop.add([NEW, row_of(LEGGINGS, title="瑜伽裤")])
    shop.delete([near])
    status = shop.status()
    assert (status.products, status.fresh, status.deleted) == (160, 2, 1)
    assert status.generation_seq is not None
    assert status.generation_seq < status.seq
    shop.build()
    status = shop.status()
    assert (status.products, status.fresh, status.deleted, status.generation_seq) == (160, 0, 0, status.seq)
    assert (status.dim, status.encoder) == (64, "tiny-64")


# -- rebuilding --------------------------------------------------------------------------------------------------------------------------


def test_a_rebuild_encodes_only_what_changed(shop: Shop) -> None:
    assert shop.build().encoded == 0
    shop.add([row_of(LEGGINGS, title="轻薄瑜伽裤 全新标题")])
    report = shop.build()
    assert (report.products, report.encoded, report.reused) == (160, 1, 159)
    shop.add([row_of(LEGGINGS, title="轻薄瑜伽裤 全新标题", price="1.00")])
    assert shop.build().encoded == 0


def test_another_encoder_encodes_everything_anew(shop: Shop) -> None:
    with similis.open(shop.folder, encoder=TinyEncoder(dim=32)) as other:
        assert other.build().encoded == 160
        assert other.status().dim == 32
        assert len(other.similar(LEGGINGS)) == 10


def test_progress_names_the_stages(shop: Shop) -> None:
    shop.add([row_of(LEGGINGS, title="别的标题")])
    seen: list[tuple[str, int, int]] = []
    shop.build(progress=lambda stage, done, total: seen.append((stage, done, total)))
    assert list(dict.fromkeys(stage for stage, *_ in seen)) == ["encode", "neighbours"]
    assert seen[-1] == ("neighbours", 160, 160)


def test_without_lists_computed_ahead_the_answers_are_the_same(shop: Shop) -> None:
    before = {id: shop.similar(id).neighbours for id in (LEGGINGS, RUNNERS, "EN-VAC-0002")}
    shop.build(neighbours=0)
    for id, neighbours in before.items():
        after = shop.similar(id).neighbours
        assert [(n.id, n.relation, n.step) for n in after] == [(n.id, n.relation, n.step) for n in neighbours]
        assert [n.score for n in after] == pytest.approx([n.score for n in neighbours], abs=1e-6)


@pytest.mark.parametrize("neighbours", [-1, 1001])
def test_the_lists_computed_ahead_have_limits(shop: Shop, neighbours: int) -> None:
    with pytest.raises(LimitExceeded, match=str(neighbours)):
        shop.build(neighbours=neighbours)


def test_another_shop_object_sees_the_new_generation_without_reopening(shop: Shop) -> None:
    with similis.open(shop.folder, encoder=TinyEncoder()) as reader:
        old = reader.similar(LEGGINGS)
        shop.add([NEW])
        assert "NEW-1" in [n.id for n in reader.similar(LEGGINGS)]
        assert reader.similar(LEGGINGS).generation == old.generation
        report = shop.build()
        for _ in range(3):
            shop.add([row_of("EN-VAC-0002", price="1.00")])
            report = shop.build()
        new = reader.similar(LEGGINGS)
        assert new.generation == report.generation != old.generation
        assert new.seq == shop.status().seq


def test_a_running_process_sees_the_new_generation(shop: Shop) -> None:
    script = (
        "import sys, similis\nfrom similis.testing import TinyEncoder\n"
        "shop = similis.open(sys.argv[1], encoder=TinyEncoder())\n"
        f"for line in sys.stdin:\n    a = shop.similar({LEGGINGS!r}, k=100); "
        "print(a.generation, 'NEW-1' in [n.id for n in a], flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(shop.folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def ask() -> list[str]:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write("?\n")
            process.stdin.flush()
            return process.stdout.readline().split()

        first = shop.status().generation
        assert ask() == [first, "False"]
        shop.add([NEW])
        assert ask() == [first, "True"]
        report = shop.build()
        assert ask() == [report.generation, "True"]
        process.stdin.close()


def test_threads_may_ask_while_one_writes(shop: Shop) -> None:
    errors: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(15):
                assert len(shop.similar(LEGGINGS, k=5)) == 5
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for price in range(5):
        shop.add([{**NEW, "price": str(100 + price)}])
    for thread in threads:
        thread.join()
    assert errors == []


# -- opening -------------------------------------------------------------------------------------------------------------------------


def test_no_shop(tmp_path: Path) -> None:
    with pytest.raises(NoShop):
        similis.open(tmp_path / "none", create=False)
    shop = similis.open(tmp_path / "none")
    for call in (lambda: shop.similar("x"), shop.status, shop.build, lambda: shop.get("x"), lambda: shop.delete(["x"])):
        with pytest.raises(NoShop, match="similis add"):
            call()
    assert not (tmp_path / "none").exists()  # asking writes nothing


def test_not_built(tmp_path: Path) -> None:
    with similis.open(tmp_path / "shop", encoder=TinyEncoder()) as shop:
        shop.add([NEW])
        for call in (lambda: shop.similar("NEW-1"), lambda: shop.similar(text="裤"), lambda: shop.explain("NEW-1", "NEW-1")):
            with pytest.raises(NotBuilt, match="similis build"):
                call()
        status = shop.status()
        assert (status.products, status.generation, status.fresh) == (1, None, 0)
        shop.delete(["NEW-1"])
        with pytest.raises(NotBuilt, match="no products"):
            shop.build()


def test_a_catalogue_of_one_product(tmp_path: Path) -> None:
    with similis.open(tmp_path / "shop", encoder=TinyEncoder()) as shop:
        shop.add([NEW])
        shop.build()
        assert len(shop.similar("NEW-1")) == 0
        assert shop.similar(text="瑜伽裤")[0].id == "NEW-1"
        assert shop.explain("NEW-1", "NEW-1").score > 0.5


@settings(
    max_examples=8,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(items=products(max_size=8), more=products(max_size=4))
def test_any_catalogue_keeps_the_laws(tmp_path_factory: pytest.TempPathFactory, items: list[Product], more: list[Product]) -> None:
    later = [product.to_dict() | {"id": f"L{product.id}"} for product in more]
    with similis.open(tmp_path_factory.mktemp("any") / "shop", encoder=TinyEncoder()) as shop:
        shop.add([product.to_dict() for product in items])
        shop.build()
        for rows in ([], later):
            if rows:
                shop.add(rows)
            for id in [product.id for product in items] + [row["id"] for row in rows]:
                stored, fresh = shop.similar(id), shop.similar(id, exclude=["nobody"])
                assert [(n.id, n.relation, n.step) for n in stored] == [(n.id, n.relation, n.step) for n in fresh]
                for n in fresh:
                    assert n.id != id
                    assert shop.get(n.id).is_available
                    assert shop.explain(n.id, id).log_odds == pytest.approx(n.log_odds, abs=1e-6)


def test_weights_given_as_values_or_as_a_file(shop: Shop, tmp_path: Path) -> None:
    import json
    from importlib import resources

    text = resources.files("similis.similarity").joinpath("weights.json").read_text("utf-8")
    changed = json.loads(text)
    changed["heads"]["alike"]["calibration"]["intercept"] += 1.0
    (tmp_path / "mine.json").write_text(json.dumps(changed), "utf-8")
    before = {n.id: n.log_odds for n in shop.similar(LEGGINGS, k=1_000)}
    for weights in (changed, tmp_path / "mine.json", str(tmp_path / "mine.json")):
        with similis.open(shop.folder, encoder=TinyEncoder(), weights=weights) as other:
            # The lists of the build were computed with other weights, so they must not answer.
            after = {n.id: n.log_odds for n in other.similar(LEGGINGS, k=1_000)}
            assert after == pytest.approx({id: odds + 1.0 for id, odds in before.items()}, abs=1e-5)
    nonsense: list[Any] = [{}, tmp_path / "none.json", {"knots": {}, "heads": {}}]
    for bad in nonsense:
        with pytest.raises(UsageError, match="weights"):
            similis.open(shop.folder, weights=bad)


def test_an_encoder_that_does_not_exist_is_a_model_error(shop: Shop, tmp_path: Path) -> None:
    with similis.open(shop.folder, encoder=str(tmp_path / "no-model")) as other, pytest.raises(ModelError):
        other.build()


def test_asking_with_another_encoder_than_the_generation_was_built_with(shop: Shop) -> None:
    with similis.open(shop.folder, encoder=TinyEncoder(dim=32)) as other, pytest.raises(NotBuilt, match=r"tiny-64.*tiny-32"):
        other.similar(text="瑜伽裤")


@pytest.mark.parametrize(
    "asked",
    [
        {"exclude": "NEW-1"},
        {"positive": LEGGINGS},
        {"positive": [{"title": "x"}]},
        {"k": "5"},
        {"k": 2.5},
        {"threshold": "high"},
    ],
)
def test_options_of_the_wrong_kind_are_refused_in_words(shop: Shop, asked: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=next(iter(asked))):
        shop.similar(LEGGINGS, **asked)


@pytest.mark.parametrize(("title", "other"), [("Red dress", "Red dress"), ("红色连衣裙", "红色连衣裙")])
def test_equal_listings_are_the_same_product_and_not_variants(tmp_path: Path, title: str, other: str) -> None:
    with similis.open(tmp_path / "two", encoder=TinyEncoder()) as two:
        two.add([{"id": 1, "title": title}, {"id": 2, "title": other}])
        two.build()
        assert two.explain("1", "2").relation == "same"
        assert [n.relation for n in two.similar(1)] == ["same"]  # type: ignore[arg-type]  # a data frame's ids are numbers

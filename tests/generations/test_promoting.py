"""Another generation in service: answers stay those of the shop as it is, what cannot serve is refused, and builds go on from it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import similis
from similis.errors import CorruptGeneration, NotBuilt, ShopError, ShopLocked, UsageError
from similis.shop import Shop
from similis.store import build_lock
from similis.testing import TinyEncoder, small_catalogue

ROWS = small_catalogue(40)
IDS = [str(row["id"]) for row in ROWS]
WORDS = ("轻薄 透气 高腰 瑜伽裤", "running shoes men road", "升级款", "new colour black")


class OtherEncoder(TinyEncoder):
    """Makes the same vectors, and says that it does not."""

    @property
    def fingerprint(self) -> str:
        """Another encoder's."""
        return "other/1"


def open_shop(folder: Path) -> Shop:
    return similis.open(folder, encoder=TinyEncoder())


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop built once, of Chinese and English products."""
    folder = tmp_path_factory.mktemp("template") / "shop"
    with open_shop(folder) as shop:
        shop.add(ROWS)
        shop.build()
    return folder


@pytest.fixture
def twice(template: Path, tmp_path: Path) -> Path:
    """A shop with two generations."""
    folder = shutil.copytree(template, tmp_path / "shop")
    with open_shop(folder) as shop:
        shop.add([{**ROWS[0], "id": "第二", "title": "第二代 瑜伽裤"}])
        shop.build()
    return folder


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


Write = tuple[str, str, str]
WRITES = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from([*IDS[:6], "新-1", "NEW-2"]), st.sampled_from(WORDS)),
        st.tuples(st.just("delete"), st.sampled_from([*IDS[3:9], "新-1"]), st.just("")),
    ),
    max_size=5,
)


def apply(shop: Shop, writes: list[Write]) -> None:
    for kind, id, title in writes:
        if kind == "add":
            shop.add([{**ROWS[2], "id": id, "title": f"{ROWS[2]['title']} {title}"}])
        else:
            shop.delete([id])


def answers(shop: Shop) -> dict[str, Any]:
    ids = [str(product.id) for product in shop._open_store()]
    return {id: [(n.id, n.score, n.relation) for n in shop.similar(id, k=8)] for id in [*ids[:12], *ids[-4:]]}


@settings(max_examples=6)  # each builds three times
@given(before=WRITES, after=WRITES)
def test_after_a_roll_back_answers_are_as_if_the_later_build_had_never_been(
    template: Path, before: list[Write], after: list[Write]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folders = [shutil.copytree(template, Path(name) / which) for which in ("rolled", "never")]
        with open_shop(folders[0]) as rolled, open_shop(folders[1]) as never:
            first = rolled.generations()[0].name
            for shop, builds in ((rolled, True), (never, False)):
                apply(shop, before)
                if builds:
                    shop.build()
                    answers(shop)
                    assert shop.roll_back().name == first
                apply(shop, after)
            assert answers(rolled) == answers(never)
            assert rolled.build().generation > first
            never.build()
            assert answers(rolled) == answers(never)


def test_what_was_rolled_back_never_serves_again(twice: Path) -> None:
    with open_shop(twice) as shop:
        left, good = (entry.name for entry in shop.generations())
        shop.roll_back()
        third = shop.build().generation
        assert [entry.name for entry in shop.generations()] == [third, good], "the one it took over from is kept"
        assert third[:6] == "000003"
        assert shop.roll_back().name == good
        with pytest.raises(UsageError):
            shop.promote(left)


def test_the_list_says_what_each_is_and_which_serves(twice: Path) -> None:
    with open_shop(twice) as shop:
        newest, oldest = shop.generations(verify=True)
        assert (newest.products, newest.seq, newest.in_service, newest.is_whole) == (41, 2, True, True)
        assert (oldest.products, oldest.seq, oldest.in_service, oldest.is_whole) == (40, 1, False, True)
        assert newest.encoder == TinyEncoder().fingerprint
        assert newest.bytes == sum(path.stat().st_size for path in (twice / "generations" / newest.name).iterdir())
        assert shop.roll_back().name == oldest.name
        assert [entry.in_service for entry in shop.generations()] == [False, True]
        assert shop.status().generation == oldest.name
        assert shop.promote(newest.name).in_service
        assert shop.status().generation == newest.name


def test_damage_is_listed_and_what_serves_instead(twice: Path) -> None:
    with open_shop(twice) as shop:
        newest, oldest = (entry.name for entry in shop.generations())
        damage(twice / "generations" / newest / "vectors.npy")
        assert [entry.is_whole for entry in shop.generations()] == [True, True], "sizes alone"
        listed = shop.generations(verify=True)
        assert [(entry.is_whole, entry.in_service) for entry in listed] == [(False, False), (True, True)]
        assert "vectors.npy" in str(listed[0].damage)
        (twice / "generations" / newest / "vectors.npy").unlink()
        assert [(entry.name, entry.in_service) for entry in shop.generations()] == [(newest, False), (oldest, True)]
        (twice / "generations" / oldest / "manifest.json").write_text("{}")
        assert [(entry.products, entry.in_service) for entry in shop.generations()] == [(41, False), (None, False)]


def test_what_cannot_serve_is_refused_and_nothing_changes(twice: Path) -> None:
    with open_shop(twice) as shop:
        newest, oldest = (entry.name for entry in shop.generations())
        with pytest.raises(UsageError, match=oldest):
            shop.promote("000099-0123456789ab")
        with pytest.raises(UsageError):
            shop.promote("../../etc")
        damage(twice / "generations" / oldest / "segment.json")
        for attempt in (shop.roll_back, lambda: shop.promote(oldest)):
            with pytest.raises(CorruptGeneration, match=r"segment\.json"):
                attempt()
        assert shop.status().generation == newest


def test_another_encoders_generation_is_refused(twice: Path) -> None:
    with similis.open(twice, encoder=OtherEncoder()) as shop:
        before = shop.status().generation
        with pytest.raises(NotBuilt, match="encoder"):
            shop.roll_back()
        assert shop.status().generation == before


def test_a_generation_of_a_later_state_is_refused(template: Path, twice: Path) -> None:
    with open_shop(twice) as shop:
        shop.roll_back()
        newest = shop.generations()[0].name
    shutil.copyfile(template / "shop.sqlite", twice / "shop.sqlite")  # as after an older database was put back by hand
    with open_shop(twice) as shop, pytest.raises(ShopError, match="knows write 2"):
        shop.promote(newest)


def test_not_beside_a_build(twice: Path) -> None:
    with open_shop(twice) as shop, build_lock(twice / "generations"):
        for attempt in (shop.roll_back, shop.prune):
            with pytest.raises(ShopLocked):
                attempt()


def test_prune_keeps_what_serves(twice: Path) -> None:
    with open_shop(twice) as shop:
        newest, oldest = (entry.name for entry in shop.generations())
        assert shop.prune() == []
        (twice / "generations" / newest / "vectors.npy").unlink()
        with pytest.raises(CorruptGeneration, match="doctor"):
            shop.prune(keep=1)
        assert shop.status().generation == oldest
        shop.build()
        assert shop.prune(keep=1) == [newest]
        with pytest.raises(UsageError, match="at least 1"):
            shop.prune(keep=0)


def test_a_shop_that_was_never_built(tmp_path: Path) -> None:
    with open_shop(tmp_path / "shop") as shop:
        shop.add(ROWS[:3])
        assert shop.generations() == []
        assert shop.prune() == []
        with pytest.raises(UsageError, match="there are: none"):
            shop.roll_back()
        assert not (tmp_path / "shop" / "generations").exists()

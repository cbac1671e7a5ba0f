"""The shop's own aliases in the store."""

from __future__ import annotations

from pathlib import Path

import pytest

from similis.errors import UsageError
from similis.store import Store


def test_aliases_are_kept_by_kind(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        before = store.seq
        store.set_alias("brand", "惠普", "Hewlett")
        store.set_alias("brand", "惠普", "HP")
        store.set_alias("colour", "惠普", "蓝'; DROP TABLE aliases; --")
        assert store.seq == before
    with Store.open(tmp_path, create=False) as store:
        assert store.aliases("brand") == {"惠普": "HP"}
        assert store.aliases("colour") == {"惠普": "蓝'; DROP TABLE aliases; --"}
        assert store.aliases("size") == {}
        assert store.remove_alias("brand", "惠普")
        assert not store.remove_alias("brand", "惠普")
        assert store.aliases("brand") == {}
        assert len(store.aliases("colour")) == 1


@pytest.mark.parametrize(("alias", "name"), [("", "HP"), ("惠普", "  ")])
def test_an_empty_alias_is_refused(tmp_path: Path, alias: str, name: str) -> None:
    with Store.open(tmp_path) as store, pytest.raises(UsageError, match="neither may be empty"):
        store.set_alias("brand", alias, name)

"""Traditional characters read as simplified."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from similis.hanzi import has_ideographs, simplified


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("輕薄瑜伽褲", "轻薄瑜伽裤"),
        ("乾隆年製 乾燥花", "乾隆年制 干燥花"),
        ("皇后麵包 頭髮 發光", "皇后面包 头发 发光"),
        ("日式の輕薄被", "日式の轻薄被"),
        ("ドライヤー 髪を乾かす", "ドライヤー 髪を乾かす"),
        ("Café 24 oz", "Café 24 oz"),
        ("갤럭시", "갤럭시"),
        ("", ""),
    ],
)
def test_characters(text: str, expected: str) -> None:
    assert simplified(text) == expected


@pytest.mark.parametrize("text", ["轻薄瑜伽裤 面膜 干发帽 后视镜 系带 只装 余额 台灯", "著名 着装 瞭望"])
def test_simplified_text_stays(text: str) -> None:
    assert simplified(text) == text


@given(st.text(max_size=40))
def test_text_without_ideographs_stays(text: str) -> None:
    if not has_ideographs(text):
        assert simplified(text) == text


def test_from_several_threads() -> None:
    source = "import concurrent.futures as c; from similis.hanzi import simplified; "
    source += "print(set(c.ThreadPoolExecutor(8).map(simplified, ['輕薄瑜伽褲'] * 64)))"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)
    assert done.stdout.strip() == "{'轻薄瑜伽裤'}", done.stderr
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(simplified, ["電腦", "手機"] * 50)) == {"电脑", "手机"}

"""The quality report as a page."""

from __future__ import annotations

from decimal import Decimal
from html.parser import HTMLParser

import pytest

from similis.catalogue import Product
from similis.catalogue.quality import assess, quality_page
from similis.catalogue.quality.page import percent

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=y>"


class _Reader(HTMLParser):
    """What tags there are, their attributes, and whether they close."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attributes
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


@pytest.fixture(scope="module")
def page() -> str:
    products = [Product(id=f"{n}", title=f"钢制水壶 {n}", brand=HOSTILE * 3, category_path=(HOSTILE, "水壶")) for n in range(20)]
    products += [Product(id=HOSTILE, title=f"{HOSTILE} &nbsp", price=Decimal(0), currency=HOSTILE, description="锟斤拷")]
    return quality_page(assess(products, source=HOSTILE))


def test_every_text_is_escaped(page: str) -> None:
    reader = read(page)
    assert "script" not in reader.tags
    assert "img" not in reader.tags
    assert reader.text.count("<script>alert(1)</script>") > 3
    assert "钢制水壶" in reader.text


def test_nothing_is_loaded(page: str) -> None:
    reader = read(page)
    assert not {"link", "iframe", "img", "object", "embed"} & set(reader.tags)
    assert not [name for name, _ in reader.attributes if name in ("src", "href", "srcset") or name.startswith("on")]
    assert "url(" not in page
    assert "@import" not in page
    assert "default-src 'none'" in page


def test_tables_are_accessible_and_both_schemes_are_there(page: str) -> None:
    reader = read(page)
    assert reader.tags.count("caption") == reader.tags.count("table") > 2
    assert reader.tags.count("th") == sum(name == "scope" for name, _ in reader.attributes)
    assert ("lang", "en") in reader.attributes
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page


def test_a_report_without_findings_says_so() -> None:
    assert "There are no products to look at." in read(quality_page(assess([], source="empty.csv"))).text


@pytest.mark.parametrize(
    ("share", "text"), [(0.0, "0 %"), (0.0001, "<0.1 %"), (0.5, "50.0 %"), (0.9999, ">99.9 %"), (1.0, "100 %"), (0.123, "12.3 %")]
)
def test_shares_for_people(share: float, text: str) -> None:
    assert percent(share) == text

"""XML feeds: RSS, Atom and plain lists become rows; a broken product costs itself; bombs and foreign entities are refused unread."""

from __future__ import annotations

import contextlib
import io
import time
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.catalogue.reading import OneWay, mutated, outcomes, rows, values

from similis.catalogue import RawRow, Reject, read_products, read_rows
from similis.catalogue.readers import markup
from similis.errors import UnreadableFeed

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>\n<title>A shop</title>\n'
)
TAIL = "</channel></rss>\n"
GOOGLE = (
    HEAD
    + """<item>
<g:id>SKU-1</g:id><title>Dress</title><g:title><![CDATA[连衣裙 <b>red</b> & blue]]></g:title><link>https://shop.example/1?a=1&amp;b=2</link>
<g:price>19.90 EUR</g:price><g:gtin>04006381333931</g:gtin>
<g:additional_image_link>https://shop.example/a.jpg</g:additional_image_link>
<g:additional_image_link>https://shop.example/b.jpg</g:additional_image_link>
<g:shipping><g:country>DE</g:country><g:price>4.90 EUR</g:price></g:shipping>
<g:shipping><g:country>FR</g:country></g:shipping>
<g:product_detail><g:section_name>General</g:section_name><g:attribute_name>Fit</g:attribute_name>
  <g:attribute_value>slim</g:attribute_value></g:product_detail>
<g:empty/>
</item>
<item><g:id>SKU-2</g:id><g:title>帽子</g:title></item>
"""
    + TAIL
).encode()


def feed(*items: str) -> bytes:
    return (HEAD + "".join(f"{item}\n" for item in items) + TAIL).encode()


def test_a_google_feed_is_read_item_by_item() -> None:
    found = rows(GOOGLE)
    assert [row.line for row in found] == [4, 15]
    first, second = values(GOOGLE)
    assert first == {
        "id": "SKU-1",
        "title#2": "Dress",
        "title": "连衣裙 <b>red</b> & blue",
        "link": "https://shop.example/1?a=1&b=2",
        "price": "19.90 EUR",
        "gtin": "04006381333931",
        "additional_image_link": ["https://shop.example/a.jpg", "https://shop.example/b.jpg"],
        "shipping": [{"country": "DE", "price": "4.90 EUR"}, {"country": "FR"}],
        "product_detail": {"section_name": "General", "attribute_name": "Fit", "attribute_value": "slim"},
        "empty": "",
    }
    assert second == {"id": "SKU-2", "title": "帽子"}


def test_atom_entries_links_and_unescaped_markup() -> None:
    atom = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"><title>shop</title>
      <entry><g:id>1</g:id><title>a</title><link rel="alternate" type="text/html" href="https://a"/><link rel="enclosure" href="https://b"/>
      <content type="xhtml"><div>One <b>two</b><p>three</p></div></content></entry></feed>"""
    assert values(atom.encode()) == [
        {"id": "1", "title": "a", "link": "https://a", "link enclosure": "https://b", "content": "One two three"}
    ]


@pytest.mark.parametrize(
    "text",
    [
        '<products><product id="1"><name>a</name></product><product id="2"><name>b</name></product></products>',
        '<catalog><shop>x</shop><goods><product id="1"><name>a</name></product><product id="2"><name>b</name></product></goods></catalog>',
        '<list><thing id="1"><name>a</name></thing><thing id="2"><name>b</name></thing></list>',
        '<s:list xmlns:s="x"><s:row><s:id>1</s:id><s:name>a</s:name></s:row><s:row><s:id>2</s:id><s:name>b</s:name></s:row></s:list>',
        '<商品列表><商品 id="1"><name>a</name></商品><商品 id="2"><name>b</name></商品></商品列表>',
    ],
)
def test_plain_lists_of_products_are_recognised(text: str) -> None:
    assert values(text.encode()) == [{"id": "1", "name": "a"}, {"id": "2", "name": "b"}]


def test_attributes_of_values_are_kept() -> None:
    text = """<offers><offer id="7" available="true"><price currency="CNY">12</price><param name="颜色">红</param>
      <param name="Weight" unit="kg">1.5</param><size system="EU">42</size><available>false</available></offer></offers>"""
    assert values(text.encode()) == [
        {
            "price": {"value": "12", "currency": "CNY"},
            "size": "42",
            "size@system": "EU",
            "available": "false",
            "attributes": [{"name": "颜色", "value": "红"}, {"name": "Weight", "value": "1.5 kg"}],
            "id": "7",
            "@available": "true",
        }
    ]


@pytest.mark.parametrize(
    "text", ["<a><b><c>1</c></b><d><c>2</c></d></a>", "<a><b x='1'/><b x='2'/><c x='1'/><c x='2'/></a>", "<a>text</a>"]
)
def test_what_could_be_read_in_two_ways_is_not_guessed_at(text: str) -> None:
    with pytest.raises(UnreadableFeed, match="call each of them <product>"):
        rows(text.encode(), format="xml")


def test_a_shop_without_items_has_no_rows() -> None:
    assert rows(feed()) == []


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ('<?xml version="1.0" encoding="{}"?><p><item><id>1</id><t>红色连衣裙，真丝</t></item></p>', "gb2312"),
        ('<?xml version="1.0" encoding="{}"?><p><item><id>1</id><t>红色连衣裙，真丝</t></item></p>', "gbk"),
        ('<?xml version="1.0" encoding="{}"?><p><item><id>1</id><t>紅色連衣裙</t></item></p>', "big5"),
        ('<?xml version="1.0" encoding="{}"?><p><item><id>1</id><t>Crème brûlée</t></item></p>', "iso-8859-1"),
        ('<?xml version="1.0" encoding="{}"?><p><item><id>1</id><t>Платье</t></item></p>', "windows-1251"),
        ('<?xml version="1.0" encoding="{}"?><p><item><id>1</id><t>红色连衣裙</t></item></p>', "utf-16"),
        ('<?xml version="1.0" encoding="nonsense"?><p><item><id>1</id><t>红色连衣裙</t></item></p>', "utf-8"),
        ('<?xml version="1.0" encoding="gb2312"?><p><item><id>1</id><t>红色连衣裙</t></item></p>', "utf-8"),
        ('<?xml version="1.0" encoding="utf-8"?><p><item><id>1</id><t>红色连衣裙，真丝面料</t></item></p>', "gb18030"),
        ("<p><item><id>1</id><t>红色连衣裙</t></item></p>", "utf-8-sig"),
    ],
)
def test_the_encoding_is_the_declared_one_unless_the_bytes_say_otherwise(text: str, encoding: str) -> None:
    title = text.partition("<t>")[2].partition("</t>")[0]
    assert values(text.format(encoding).encode(encoding)) == [{"id": "1", "t": title}]


def test_dirt_that_xml_forbids_costs_no_row() -> None:
    data = feed(
        "<item><g:id>1</g:id><title>a&nbsp;b\x0b&eacute;\x00&unknown;</title></item>", "<item><g:id>2</g:id><title>@</title></item>"
    )
    assert values(data.replace(b"@", b"caf\xe9")) == [{"id": "1", "title": "a\xa0bé&unknown;"}, {"id": "2", "title": "café"}]


def test_prefixes_nobody_declared_are_no_mistake() -> None:
    assert values(b"<rss><channel><item><g:id>1</g:id><x:y>2</x:y></item></channel></rss>") == [{"id": "1", "y": "2"}]


def test_a_broken_item_is_rejected_and_the_next_is_read() -> None:
    data = feed(
        "<item><g:id>1</g:id><title>fine</title></item>",
        "<item><g:id>2</g:id><title>Tom & Jerry</title></item>",
        "<item><g:id>3</g:id><title>never\nclosed</title>",
        "<item><title>an id that is never read</titel><g:id>4</g:id></item>",
        "<item><g:id>5</g:id><title>open title</item>",
        "<item></item>",
        "<item><g:id>6</g:id><title>fine</title></item>",
        "<item><g:id>7</g:id><title>a < b</title></item>",
    )
    assert outcomes(data) == [
        (4, "1", "ok"),
        (5, "2", "bad_xml"),
        (6, "3", "bad_xml"),
        (8, None, "bad_xml"),
        (9, "5", "bad_xml"),
        (10, None, "not_a_record"),
        (11, "6", "ok"),
        (12, "7", "bad_xml"),
    ]


def test_the_message_names_the_place_and_the_way_out() -> None:
    broken = next(row for row in rows(feed("<item><g:id>1</g:id>\n<title>Tom & Jerry</title></item>")) if isinstance(row, Reject))
    assert "line 5, column 13" in broken.message
    assert "write & as &amp;" in broken.message


def test_mistakes_far_into_a_long_feed_are_counted_exactly() -> None:
    count = 30_000
    bad = {100, 9_999, 10_000, 29_998}
    items = [f"<item>\n<g:id>{number}</g:id>\n<g:title>{'R&D' if number in bad else '标题'}</g:title>\n</item>" for number in range(count)]
    found = outcomes(feed(*items))
    assert found == [(4 + 4 * number, str(number), "bad_xml" if number in bad else "ok") for number in range(count)]


def test_a_feed_cut_off_gives_its_whole_items_and_then_says_so() -> None:
    for cut in (GOOGLE[:-40], GOOGLE[: GOOGLE.index(b"<item><g:id>SKU-2")], GOOGLE[:-10]):
        opened = read_rows(OneWay(cut))
        first = next(opened.rows)
        assert isinstance(first, RawRow)
        assert first.values["id"] == "SKU-1"
        with opened.closing, pytest.raises(UnreadableFeed, match="ends early"):
            list(opened.rows)


def test_a_mistake_between_items_is_rejected_and_costs_none_of_them() -> None:
    good = [f"<item><g:id>{number}</g:id></item>" for number in range(3)]
    damaged = feed(good[0], "</nonsense>", good[1], "<itm><g:id>lost</g:id></item>", good[2], "<item <g:id>lost</g:id></item>")
    assert outcomes(damaged) == [
        (4, "0", "ok"),
        (5, None, "bad_xml"),
        (6, "1", "ok"),
        (7, None, "bad_xml"),
        (8, "2", "ok"),
        (9, None, "bad_xml"),
    ]
    assert outcomes(feed(*good).replace(b"A shop", b"Tom & Jerry")) == [(3, None, "bad_xml"), *((4 + n, str(n), "ok") for n in range(3))]
    assert [one[1] for one in outcomes(feed(*good) + feed(*good))] == ["0", "1", "2", None, "0", "1", "2"]


def test_a_feed_cut_off_before_its_first_item_is_not_an_empty_one() -> None:
    for data in (HEAD.encode(), HEAD.encode() + b"<description>", HEAD.encode() + b"<item", b"<feed xmlns='x'><title>a"):
        with pytest.raises(UnreadableFeed, match="ends early"):
            rows(data)
    assert values(HEAD.encode() + b"<!--" + b"x" * 400_000 + b"--><item><id>1</id></item></channel></rss>") == [{"id": "1"}]


LAUGHS = "<!DOCTYPE x [<!ENTITY l0 'lol'>" + "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 30)) + "]>"


@pytest.mark.parametrize(
    "doctype",
    [
        LAUGHS,
        "<!DOCTYPE x [<!ENTITY a '" + "a" * 100_000 + "'>]>",
        "<!DOCTYPE x [<!ENTITY xxe SYSTEM 'file:///etc/passwd'>]>",
        "<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x.dtd'>",
        "<!DOCTYPE x [<!ENTITY % p SYSTEM 'http://127.0.0.1:9/x.dtd'> %p;]>",
    ],
)
def test_document_types_are_refused_at_once(doctype: str) -> None:
    data = f"<?xml version='1.0'?>{doctype}<rss><channel><item><id>&l29;&xxe;</id></item></channel></rss>".encode()
    started = time.perf_counter()
    for encoded in (data, data.decode().encode("utf-16")):
        with pytest.raises(UnreadableFeed, match="<!DOCTYPE"):
            rows(encoded)
    assert time.perf_counter() - started < 5


def test_one_enormous_field_rejects_its_item_only() -> None:
    big = "x" * (markup.MAX_ELEMENT + 1)
    data = feed(
        f"<item><g:id>1</g:id><d>{big}</d></item>", f"<item><g:id>2</g:id><d>{big[:10_000_000]}</d></item>", "<item><g:id>3</g:id></item>"
    )
    assert outcomes(data) == [(4, "1", "record_too_long"), (5, "2", "ok"), (6, "3", "ok")]


def test_endless_tags_and_towers_of_elements_are_stopped() -> None:
    with pytest.raises(UnreadableFeed, match="tag or comment above"):
        rows(feed("<item><g:id>1</g:id></item>", "<!--" + "x" * (2 * markup.MAX_ELEMENT)))
    with pytest.raises(UnreadableFeed, match="deep"):
        rows(feed("<item>" + "<a>" * 100_000))


def test_depth_costs_no_time() -> None:
    depth = 40
    deep = "".join(f"<g:a{level}>" for level in range(depth)) + "x" + "".join(f"</g:a{level}>" for level in reversed(range(depth)))
    started = time.monotonic()
    row: Any = values(feed(f"<item><g:id>1</g:id>{deep}</item>"))[0]
    assert time.monotonic() - started < 5
    for level in range(depth):
        row = row[f"a{level}"]
    assert row == "x"


def test_a_spreadsheet_in_xml_is_named() -> None:
    text = '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
    with pytest.raises(UnreadableFeed, match=r"save it as \.xlsx"):
        rows(text.encode())


def test_every_item_becomes_one_product_or_reject() -> None:
    found = read_products(OneWay(GOOGLE.replace(b"<item><g:id>SKU-2</g:id>", b"<item><g:id>SKU-2</g:id><x>&</x>")))
    outcome = list(found)
    assert (found.rows, found.rejected) == (2, 1)
    assert getattr(outcome[0], "title", None) == "连衣裙 red & blue"


edits = st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 255)), max_size=5)


@given(edits=edits, cut=st.integers(0, 80))
def test_a_damaged_feed_is_rows_or_unreadable(edits: list[tuple[int, int]], cut: int) -> None:
    with contextlib.suppress(UnreadableFeed):
        assert all(isinstance(row, (RawRow, Reject)) for row in rows(mutated(GOOGLE, edits, cut), format="xml"))


@given(data=st.binary(max_size=200) | st.text(alphabet="<>/!?-[]&;= \"'abgitem:\n中", max_size=200).map(str.encode))
def test_anything_read_as_xml_is_rows_or_unreadable(data: bytes) -> None:
    for start in (b"", b"<rss><channel><item>", b"<?xml version='1.0'?>"):
        with contextlib.suppress(UnreadableFeed):
            rows(start + data, format="xml")


texts = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn")), min_size=1, max_size=30).map(str.strip).filter(bool)


@given(titles=st.lists(texts, min_size=1, max_size=5), unit=texts)
def test_what_is_escaped_reads_back(titles: list[str], unit: str) -> None:
    items = [f"<item><g:id>{number}</g:id><t unit={quoteattr(unit)}>{escape(title)}</t></item>" for number, title in enumerate(titles)]
    assert values(io.BytesIO(feed(*items))) == [{"id": str(n), "t": title, "t@unit": unit} for n, title in enumerate(titles)]


junk = st.sampled_from(["&", "<", "</wrong>", "<b>", "</item>x</item>", "<b c=d>", "&#0;", "]]>", "<b a='1' a='2'>", "\x00&&"])


@given(broken=st.dictionaries(st.integers(0, 30), st.tuples(junk, st.integers(0, 400)), max_size=6), padding=st.integers(0, 9_000))
def test_broken_items_never_cost_the_others(broken: dict[int, tuple[str, int]], padding: int) -> None:
    def item(number: int) -> str:
        dirt, repeats = broken.get(number, ("", 0))
        return f"<item><g:id>{number}</g:id><g:title>{'标' * padding}{dirt}{' ' * repeats}</g:title></item>"

    found = outcomes(feed(*(item(number) for number in range(31))))
    read = [one[1] for one in found if one[2] == "ok"]
    assert len(read) == len(set(read))
    assert all(str(number) in read for number in range(31) if number not in broken)

"""Workbooks: cells become the text they stand for, the right sheet and header are found, damage is told in words."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.catalogue.reading import OneWay, members_of, mutated, rows, values, zipped

from similis.catalogue import Product, RawRow, read_products, read_rows
from similis.catalogue.readers import opening
from similis.errors import UnreadableFeed, UsageError


def workbook(*sheets: tuple[str, list[list[Any]]], then: Callable[[Any], None] | None = None) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, lines in sheets:
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
    if then:
        then(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def edited(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    return zipped({name: change(content) if name == part else content for name, content in members_of(data).items()})


SIMPLE = workbook(("Sheet", [["id", "title"], ["1", "连衣裙"], ["2", "dress"]]))
SHEET = "xl/worksheets/sheet1.xml"


def test_cells_are_the_text_they_stand_for() -> None:
    cells: dict[str, Any] = {
        "id": 1.0,
        "title": "连衣裙",
        "price": 19.99,
        "sum": 0.1 + 0.2,
        "gtin": 6901234567892,
        "isbn": 9.787302511e12,
        "when": datetime(2024, 1, 2),
        "moment": datetime(2024, 1, 2, 3, 4, 5),
        "day": date(2023, 12, 31),
        "time": time(8, 30),
        "yes": True,
        "no": False,
        "error": "#N/A",
        "wrong": "#DIV/0!",
        "nothing": None,
        "spaces": "  a  ",
        "text": "00012345",
        "small": -0.5,
    }
    assert values(workbook(("S", [list(cells), list(cells.values())]))) == [
        {
            "id": "1",
            "title": "连衣裙",
            "price": "19.99",
            "sum": "0.3",
            "gtin": "6901234567892",
            "isbn": "9787302511000",
            "when": "2024-01-02",
            "moment": "2024-01-02T03:04:05",
            "day": "2023-12-31",
            "time": "08:30:00",
            "yes": "true",
            "no": "false",
            "error": "",
            "wrong": "",
            "nothing": "",
            "spaces": "  a  ",
            "text": "00012345",
            "small": "-0.5",
        }
    ]


def test_a_workbook_as_spreadsheet_programs_write_it() -> None:
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'''<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/>
            <Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>
            <Override PartName="/xl/sharedStrings.xml" ContentType="{kinds}.sharedStrings+xml"/>
            <Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kinds}.worksheet+xml"/></Types>''',
        "_rels/.rels": f'''<Relationships xmlns="{package}/relationships">
            <Relationship Id="rId1" Type="{relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>''',
        "xl/workbook.xml": f'''<workbook {main} xmlns:r="{relation}">
            <sheets><sheet name="商品" sheetId="1" r:id="rId1"/></sheets></workbook>''',
        "xl/_rels/workbook.xml.rels": f'''<Relationships xmlns="{package}/relationships">
            <Relationship Id="rId1" Type="{relation}/worksheet" Target="worksheets/sheet1.xml"/>
            <Relationship Id="rId2" Type="{relation}/sharedStrings" Target="sharedStrings.xml"/></Relationships>''',
        "xl/styles.xml": f"""<styleSheet {main}><fonts><font/></fonts><fills><fill/></fills><borders><border/></borders>
            <cellStyleXfs><xf/></cellStyleXfs><cellXfs><xf/></cellXfs></styleSheet>""",
        "xl/sharedStrings.xml": f"<sst {main}><si><t>id</t></si><si><t>title</t></si><si><r><t>连衣</t></r><r><t>裙</t></r></si></sst>",
        "xl/worksheets/sheet1.xml": f"""<worksheet {main}><sheetData>
            <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="str"><f>"pri"&amp;"ce"</f><v>price</v></c></row>
            <row r="2"><c r="A2"><v>6.901234567892E12</v></c><c r="B2" t="s"><v>2</v></c><c r="C2"><v>19.989999999999998</v></c></row>
            <row r="4"><c r="B4" t="s"><v>2</v></c><c r="C4" t="e"><v>#REF!</v></c></row>
            </sheetData></worksheet>""",
    }
    found = rows(zipped({name: xml.encode() for name, xml in parts.items()}))
    assert [(row.line, row.values) for row in found if isinstance(row, RawRow)] == [
        (2, {"id": "6901234567892", "title": "连衣裙", "price": "19.99"}),
        (4, {"id": "", "title": "连衣裙", "price": ""}),
    ]


def test_numbers_shown_with_leading_zeros_keep_them() -> None:
    def as_codes(book: Any) -> None:
        book.worksheets[0]["A2"].number_format = "0000000000000"
        book.worksheets[0]["B2"].number_format = "0.00"

    assert values(workbook(("S", [["gtin", "price"], [12345678905, 5]]), then=as_codes)) == [{"gtin": "0012345678905", "price": "5"}]


def test_the_header_lies_below_blank_rows_and_a_title_and_lines_are_the_sheets_own() -> None:
    lines: list[list[Any]] = [[], ["商品目录 2024"], [], ["编号", "商品名称"], ["1", "连衣裙"], [], [None, None], ["2", "帽子"]]
    found = rows(workbook(("S", lines)))
    assert [(row.line, row.values) for row in found if isinstance(row, RawRow)] == [
        (5, {"编号": "1", "商品名称": "连衣裙"}),
        (8, {"编号": "2", "商品名称": "帽子"}),
    ]


def test_a_filled_row_above_the_header_does_not_pass_for_one() -> None:
    lines: list[list[Any]] = [["exported", "2024-01-02"], ["id", "title", "price"], ["1", "a", 2]]
    assert values(workbook(("S", lines))) == [{"id": "1", "title": "a", "price": "2"}]
    foreign: list[list[Any]] = [["Artikelnr", "Bezeichnung"], ["color", "size"]]
    assert values(workbook(("S", foreign))) == [{"Artikelnr": "color", "Bezeichnung": "size"}]


def test_the_first_visible_sheet_with_a_header_is_read_unless_one_is_named() -> None:
    def hide(book: Any) -> None:
        book["Old"].sheet_state = "hidden"
        book["Older"].sheet_state = "veryHidden"

    sheets = [
        ("Cover", [["Our products"], ["Contact", "Bob"]]),
        ("Old", [["id", "title"], ["old", "x"]]),
        ("Older", [["id", "title"], ["older", "x"]]),
        ("商品", [["id", "title"], ["1", "x"]]),
        ("Later", [["id", "title"], ["2", "x"]]),
    ]
    data = workbook(*sheets, then=hide)
    assert [row["id"] for row in values(data)] == ["1"]
    assert [row["id"] for row in values(data, member="Later")] == ["2"]
    assert [row["id"] for row in values(data, member="Old")] == ["old"]
    with pytest.raises(UnreadableFeed, match="no sheet 'New'; it has: Cover, Old, Older, 商品, Later"):
        read_rows(OneWay(data), member="New")


def test_a_workbook_in_an_archive_is_read_and_its_sheet_can_be_named() -> None:
    book = workbook(("A", [["id", "title"], ["1", "a"]]), ("B", [["id", "title"], ["2", "b"]]))
    assert values(zipped({"book.xlsx": book})) == [{"id": "1", "title": "a"}]
    assert values(zipped({"book.xlsx": book}), member="B") == [{"id": "2", "title": "b"}]
    assert values(zipped({"book.xlsx": book, "x.csv": b"id\n"}), member="book.xlsx/B") == [{"id": "2", "title": "b"}]


def test_what_is_merged_downwards_stands_in_each_row_but_for_ids() -> None:
    def merge(book: Any) -> None:
        for cells in ("A1:E1", "A3:A4", "B3:B5", "C2:C2", "D2:D3", "E4:E9"):
            book.worksheets[0].merge_cells(cells)

    lines: list[list[Any]] = [
        ["商品清单", "", "", "", ""],
        ["编号", "品牌", "标题", "价格", "颜色"],
        ["1", "优衣库", "T恤", "", "白"],
        ["", "", "牛仔裤", "9", "蓝"],
        ["3", "", "帽子", "8", ""],
        ["4", "安踏", "鞋", "7", ""],
        ["", "", "", "", ""],
    ]
    assert [list(row.values()) for row in values(workbook(("S", lines), then=merge))] == [
        ["1", "优衣库", "T恤", "价格", "白"],
        ["", "优衣库", "牛仔裤", "9", "蓝"],
        ["3", "优衣库", "帽子", "8", "蓝"],
        ["4", "安踏", "鞋", "7", "蓝"],
    ]


def test_a_header_of_two_rows_is_one() -> None:
    def merge(book: Any) -> None:
        for cells in ("A1:A2", "B1:B2", "C1:D1"):
            book.worksheets[0].merge_cells(cells)

    lines: list[list[Any]] = [["编号", "标题", "价", ""], ["", "", "原价", "现价"], ["1", "T恤", "9", "8"]]
    assert values(workbook(("S", lines), then=merge)) == [{"编号": "1", "标题": "T恤", "原价": "9", "现价": "8"}]


def test_merged_cells_and_cells_beside_the_table_cost_nothing() -> None:
    def merge(book: Any) -> None:
        book.worksheets[0].merge_cells("B2:B3")

    lines: list[list[Any]] = [
        ["id", "title", "", "title"],
        ["1", "a", "x", "b"],
        ["2", "lost by merging", "", "c"],
        ["3", "d", "", "", "", "a remark"],
    ]
    assert values(workbook(("S", lines), then=merge)) == [
        {"id": "1", "title": "a", "column_3": "x", "title#2": "b"},
        {"id": "2", "title": "a", "column_3": "", "title#2": "c"},
        {"id": "3", "title": "d", "column_3": "", "title#2": "", "column_6": "a remark"},
    ]


def test_wrong_dimensions_in_the_file_lose_no_rows() -> None:
    wrong = edited(SIMPLE, SHEET, lambda xml: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:A1"', xml))
    assert wrong != SIMPLE
    assert values(wrong) == values(SIMPLE) == [{"id": "1", "title": "连衣裙"}, {"id": "2", "title": "dress"}]


def test_right_to_left_and_unseen_characters_do_no_harm() -> None:
    data = workbook(("S", [["\u200bid", "\u202btitle\u202c"], ["1", "שלום\u200f \u200d连衣裙"]]))
    (product,) = read_products(OneWay(data))
    assert isinstance(product, Product)
    assert (product.id, product.title) == ("1", "שלום 连衣裙")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), r"\.xls workbook.*save it as \.xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "password"),
        (workbook(("S", [])), "no header"),
        (workbook(("S", [["", None]])), "no header"),
        (edited(SIMPLE, SHEET, lambda xml: xml[:-40]), "no whole workbook"),
        (edited(SIMPLE, SHEET, lambda xml: b""), "no whole workbook"),
        (edited(SIMPLE, "xl/workbook.xml", lambda xml: b"<x/>"), "names no sheets"),
        (edited(SIMPLE, SHEET, lambda xml: b'<!DOCTYPE x [<!ENTITY a "b">]>' + xml), "document type in 'xl/worksheets/sheet1.xml'"),
        (
            edited(SIMPLE, "xl/styles.xml", lambda xml: '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x><x/>'.encode("utf-16")),
            "document type",
        ),
        (edited(SIMPLE, SHEET, lambda xml: xml.replace(b'<row r="3"', b'<row r="2000000000"')), "beyond 1,048,576"),
        (edited(SIMPLE, "xl/styles.xml", lambda xml: xml + b" " * (opening.RATIO_FLOOR + 1)), "100 times"),
        (workbook(("S", [["id"] * 5_000, ["1"]])), "5000 columns"),
    ],
)
def test_what_is_no_good_workbook_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFeed, match=reason):
        rows(data)


def test_a_format_that_does_not_fit_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFeed, match="is a workbook, not csv"):
        rows(SIMPLE, format="csv")
    with pytest.raises(UnreadableFeed, match="is no workbook"):
        rows(b"id,title\n", format="excel")
    path = tmp_path / "feed.xlsx"
    path.write_bytes(b"id,title\n1,a\n")
    assert values(path) == [{"id": "1", "title": "a"}]
    with pytest.raises(UsageError, match="leave it out"):
        rows(path, member="Sheet")


def test_columns_and_rows_reach_products_with_their_lines() -> None:
    data = workbook(("S", [["sku", "name", "price"], ["1", "a", 1.5], [None, "no id", 2]]))
    feed = read_products(OneWay(data))
    outcomes = list(feed)
    assert (feed.rows, feed.rejected) == (2, 1)
    assert [getattr(one, "line", None) for one in outcomes] == [None, 3]


edits = st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 255)), min_size=1, max_size=4)


@given(edits=edits, cut=st.integers(0, 30))
def test_a_damaged_workbook_is_rows_or_unreadable(edits: list[tuple[int, int]], cut: int) -> None:
    with contextlib.suppress(UnreadableFeed, UsageError):
        assert all(isinstance(row, RawRow) for row in rows(mutated(SIMPLE, edits, cut)))


@given(part=st.sampled_from(sorted(members_of(SIMPLE))), edits=edits, cut=st.integers(0, 30))
def test_a_workbook_with_a_damaged_part_is_rows_or_unreadable(part: str, edits: list[tuple[int, int]], cut: int) -> None:
    data = edited(SIMPLE, part, lambda xml: mutated(xml, edits, cut))
    with contextlib.suppress(UnreadableFeed):
        assert all(isinstance(row, RawRow) for row in rows(data))


cells = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=20)


@given(table=st.lists(st.tuples(cells, cells), min_size=1, max_size=5))
def test_what_openpyxl_writes_reads_back(table: list[tuple[str, str]]) -> None:
    plain = [[cell if not cell.startswith(("=", "#")) else f"'{cell}" for cell in line] for line in table]
    expected = [{"id": left, "title": right} for left, right in plain if left or right]
    found = [{"id": "", "title": "", **row} for row in values(workbook(("S", [["id", "title"], *plain])))]
    assert found == expected


@given(
    number=st.integers(-(10**14), 10**14) | st.decimals(-(10**6), 10**6, places=2).map(float),
    day=st.dates(date(1900, 3, 1), date(9999, 12, 31)),
    moment=st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 31)).map(lambda one: one.replace(microsecond=0)),
    clock=st.times().map(lambda one: one.replace(microsecond=0)),
    is_1904=st.booleans(),
)
def test_numbers_and_dates_come_as_they_were_typed(number: float, day: date, moment: datetime, clock: time, is_1904: bool) -> None:
    def calendar(book: Any) -> None:
        if is_1904:
            book.epoch = datetime(1904, 1, 1)

    def written(book: Any) -> None:
        calendar(book)
        for place, cell in enumerate((number, day, moment, clock), start=1):
            book.worksheets[0].cell(2, place, cell)

    if is_1904:
        day, moment = max(day, date(1905, 1, 1)), max(moment, datetime(1905, 1, 1))
    (row,) = values(workbook(("S", [["number", "day", "moment", "clock"]]), then=written))
    assert float(row["number"]) == number
    assert row["day"] == day.isoformat()
    assert row["moment"] == (moment.isoformat() if moment.time() != time() else moment.date().isoformat())
    assert row["clock"] == clock.isoformat()


@pytest.mark.parametrize(
    ("code", "number", "text"),
    [
        ('yyyy"年"m"月"d"日"', 45293, "2024-01-02"),
        ("yyyy年m月d日", 45293, "2024-01-02"),
        ("[$-804]yyyy/m/d", 45293, "2024-01-02"),
        ("mmm", 45293, "2024-01-02"),
        ("dd.mm.yyyy hh:mm", 45293.5, "2024-01-02T12:00:00"),
        ("h:mm AM/PM", 0.75, "18:00:00"),
        ("yyyy-mm-dd", -5, "-5"),
        ("yyyy-mm-dd", 1, "1900-01-01"),
        ("yyyy-mm-dd", 99999999, "99999999"),
        ("General", 45293, "45293"),
        ("#,##0.00 [$€-407]", 1234.5, "1234.5"),
        ('"¥"#,##0.00', 1234.5, "1234.5"),
        ("[Red]0.00", 2.5, "2.5"),
        (r"0\d", 3, "3"),
        ("0%", 0.15, "0.15"),
        ("0.00E+00", 6901234567892, "6901234567892"),
        ("00000", 123, "00123"),
        ("00000", 1.5, "1.5"),
        ("@", 5, "5"),
    ],
)
def test_formats_decide_between_numbers_and_dates(code: str, number: float, text: str) -> None:
    def formatted(book: Any) -> None:
        book.worksheets[0]["B2"] = number
        book.worksheets[0]["B2"].number_format = code

    assert values(workbook(("S", [["id", "x"], ["1"]]), then=formatted)) == [{"id": "1", "x": text}]


def test_parts_written_in_other_ways_are_the_same_workbook() -> None:
    prefixed = re.compile(rb"<(/?)([a-zA-Z])")
    other = {
        name.replace("/", "\\"): prefixed.sub(rb"<\1x:\2", content).replace(b"xmlns=", b"xmlns:x=") if "sheet1" in name else content
        for name, content in members_of(SIMPLE).items()
    }
    assert values(zipped(other)) == values(SIMPLE)
    unsorted = edited(SIMPLE, SHEET, lambda xml: re.sub(rb'(<row r="2".*?</row>)(<row r="3".*?</row>)', rb"\2\1", xml))
    assert unsorted != SIMPLE
    assert [row.line for row in rows(unsorted)] == [3, 2]
    unnumbered = edited(SIMPLE, SHEET, lambda xml: re.sub(rb' r="[A-Z]*[0-9]+"', b"", xml))
    assert values(unnumbered) == values(SIMPLE)
    odd_style = edited(
        SIMPLE, "xl/styles.xml", lambda xml: xml.replace(b"<fills", b'<fills odd="1"><nonsense rgb="no colour"/></fills><fills')
    )
    assert values(odd_style) == values(SIMPLE)


def test_escaped_characters_of_texts_are_themselves() -> None:
    escaped = edited(SIMPLE, SHEET, lambda xml: xml.replace(b"dress", b"a_x000A_b_x005F_x000A_"))
    assert values(escaped)[1]["title"] == "a\nb_x000A_"

"""Feeds with every kind of dirt: thousands of rows, good and broken ones mixed, and what must become of each.

Everything is made by the seed. Rows that are good stay good whatever stands around them; for a broken row the outcome is told where it is
certain. Nothing here knows how feeds are read.
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal, TypeAlias

Outcome: TypeAlias = Literal["product", "reject", "either", "nothing"]
"""``either``: a product or a reject, but one of them; ``nothing``: no row at all, as an empty line is none."""

COLUMNS = ("id", "title", "brand", "category", "price", "currency", "description")
ROWS = 20_000
_GOOD_FIRST = 30
"""Rows before the first broken one, so that delimiter, encoding and columns are told from what the shop meant."""
_CSV_FIELD = 131_072
_CSV_LINE = 4_000_000
_JSON_LINE = 16_000_000
_LONGEST_ID = 256
_RARE: Mapping[str, int] = {"huge line": 2, "huge field": 40, "large field": 40, "long title": 40, "too deep": 20}
"""How often a kind of large rows comes at most, so that the feed stays some megabytes."""


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """One row of the feed and what must become of it.

    line:  the line it starts on, the first line is 1; every ``\\r\\n``, ``\\n`` and ``\\r`` ends one in CSV, every ``\\n`` in JSON lines.
    id, title, price: of the product, cleaned; ``title`` is None where it is not certain. Only to be looked at where a product comes out.
    """

    line: int
    kind: str
    outcome: Outcome
    id: str
    title: str | None
    price: Decimal | None

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.kind == "good"


@dataclass(frozen=True, slots=True)
class BrokenFeed:
    """A feed's bytes, its rows in order, and the format they are in."""

    format: Literal["csv", "jsonl"]
    content: bytes
    rows: tuple[BrokenRow, ...]

    def expected(self) -> Iterator[BrokenRow]:
        """The rows that must come out, in order."""
        return (row for row in self.rows if row.outcome != "nothing")


@dataclass(slots=True)
class _Draft:
    """A row on its way: its values, or the bytes that stand for it, and what is expected."""

    values: dict[str, Any]  # Any: JSON values
    expected: BrokenRow
    raw: bytes | None = None

    def expect(self, **changes: Any) -> _Draft:
        self.expected = replace(self.expected, **changes)
        return self


_Break: TypeAlias = Callable[[_Draft, random.Random], _Draft]


def broken_csv(rows: int = ROWS, seed: int = 0, *, without: Collection[str] = ()) -> BrokenFeed:
    """A CSV feed in UTF-8, delimited by commas, with a header; rows of the kinds ``without`` are left out."""
    rng = random.Random(f"csv {seed}")
    parts = [(",".join(COLUMNS) + "\n").encode()]
    line, made = 2, []
    for draft in _drafts(rows, rng, _kinds(_CSV_BREAKS, without)):
        raw = draft.raw if draft.raw is not None else _csv_record([str(draft.values[name]) for name in COLUMNS])
        end = rng.choices((b"\n", b"\r\n", b"\r"), (6, 3, 1))[0] if raw else b"\r\n"  # a lone \n would join the \r before it
        made.append(replace(draft.expected, line=line))
        parts.append(raw + end)
        line += len(re.findall(rb"\r\n|\r|\n", raw + end))
    return BrokenFeed("csv", b"".join(parts), tuple(made))


def broken_jsonl(rows: int = ROWS, seed: int = 0, *, without: Collection[str] = ()) -> BrokenFeed:
    """A feed of one JSON object a line in UTF-8; rows of the kinds ``without`` are left out."""
    rng = random.Random(f"jsonl {seed}")
    parts, made = [], []
    for number, draft in enumerate(_drafts(rows, rng, _kinds(_JSON_BREAKS, without)), start=1):
        raw = draft.raw if draft.raw is not None else _json_record(draft.values, rng)
        made.append(replace(draft.expected, line=number))
        parts.append(raw + rng.choices((b"\n", b"\r\n", b" \n"), (7, 2, 1))[0])
    return BrokenFeed("jsonl", b"".join(parts), tuple(made))


def _kinds(own: Mapping[str, _Break], without: Collection[str]) -> dict[str, _Break]:
    return {kind: broken for kind, broken in {**_VALUE_BREAKS, **own}.items() if kind not in without}


_PRODUCTS = (
    ("Canvas sneakers low", "Norvik", "Shoes > Sneakers", "USD"), ("Steel water bottle 750 ml", "Kestrel", "Kitchen > Bottles", "USD"),
    ("Cordless drill 18V", "Calder", "Tools > Drills", "EUR"), ("Basmati rice 5 kg", "Juniper", "Food > Rice", "EUR"),
    ("轻薄透气瑜伽裤女 黑色", "山川集", "服饰 > 裤子", "CNY"), ("保湿爽肤水 150ml", "沐晨", "美妆 > 护肤", "CNY"),
    ("五常大米5kg真空装", "禾田道", "食品 > 大米", "CNY"), ("金属U盘128GB高速", "星河里", "数码 > 存储", "CNY"),
)  # fmt: skip


def _drafts(rows: int, rng: random.Random, breaks: Mapping[str, _Break]) -> Iterator[_Draft]:
    """Good rows, and between them broken ones, each kind as often as any other."""
    waiting: list[str] = []
    made: Counter[str] = Counter()
    for number in range(rows):
        title, brand, category, currency = rng.choice(_PRODUCTS)
        price = f"{rng.randint(1, 99_999) / 100:.2f}"
        values = {
            "id": f"SKU-{number:06d}",
            "title": f"{title} {number}",
            "brand": brand,
            "category": category,
            "price": price,
            "currency": currency,
            "description": rng.choice(
                ("", "Two years of warranty, free returns.", "七天无理由退换，全国联保。", "He said “fine”; so be it")
            ),
        }
        draft = _Draft(values, BrokenRow(0, "good", "product", values["id"], values["title"], Decimal(price)))
        if number >= _GOOD_FIRST and rng.random() < 0.5:
            if not waiting:
                left = sorted(kind for kind in breaks if made[kind] < _RARE.get(kind, rows))
                waiting = rng.sample(left, len(left))
            kind = waiting.pop()
            made[kind] += 1
            draft = breaks[kind](draft.expect(kind=kind), rng)
        yield draft


def _csv_record(cells: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().removesuffix("\r\n").encode("utf-8", "surrogatepass")


def _json_record(values: Mapping[str, Any], rng: random.Random) -> bytes:
    text = json.dumps(values, ensure_ascii=rng.random() < 0.3)
    return text.encode("utf-8", "surrogatepass")


# -- values that are broken in any format -------------------------------------------------------------------------------------------------


def _titled(dirty: Callable[[str], str], clean: Callable[[str], str] | None) -> _Break:
    """The title is changed by ``dirty`` and must come out as ``clean`` has it; None: not certain."""

    def broken(draft: _Draft, rng: random.Random) -> _Draft:
        title = draft.values["title"]
        draft.values["title"] = dirty(title)
        return draft.expect(title=None if clean is None else clean(title))

    return broken


def _inside(text: str, extra: str) -> str:
    return f"{text[:3]}{extra}{text[3:]}"


def _valued(field: str, *options: str, outcome: Outcome = "product") -> _Break:
    """The field holds one of the options. A price that cannot be one is left out of its product."""

    def broken(draft: _Draft, rng: random.Random) -> _Draft:
        draft.values[field] = rng.choice(options)
        return draft.expect(outcome=outcome, price=None if field == "price" else draft.expected.price)

    return broken


def _same(text: str) -> str:
    return text


def _duplicate(draft: _Draft, rng: random.Random) -> _Draft:
    draft.values["id"] = f"TWICE-{rng.randint(1, 60)}"
    return draft.expect(id=draft.values["id"])


_VALUE_BREAKS: Mapping[str, _Break] = {
    "nul": _titled(lambda text: _inside(text, "\x00"), _same),
    "controls": _titled(lambda text: f"\x02{_inside(text, chr(27))}\x1a\x7f\x9f", _same),
    "zero width": _titled(lambda text: _inside(text, "\u200b\u2060\u00ad"), _same),
    "byte order mark inside": _titled(lambda text: f"\ufeff{text}", _same),
    "right to left": _titled(lambda text: f"\u202e{text}\u202c مرحبا\u200f", lambda text: f"{text} مرحبا"),
    "emoji": _titled(lambda text: f"{text} 👟🎉", lambda text: f"{text} 👟🎉"),
    "joined emoji": _titled(lambda text: f"{text} 👩\u200d🔬", None),
    "half surrogate": _titled(lambda text: f"{text} \ud83d", None),
    "private characters": _titled(lambda text: f"{text} \ue000\U000f1234\uffff", None),
    "html": _titled(lambda text: f"<b>{text}</b> &amp; more<script>alert(1)</script>", lambda text: f"{text} & more"),
    "html left open": _titled(lambda text: f"<p>{text}<br>new<!-- never ends", lambda text: f"{text} new"),
    "formula": _titled(lambda text: f"=HYPERLINK('http://e.example';{text})", lambda text: f"=HYPERLINK('http://e.example';{text})"),
    "formula of a command": _titled(lambda text: f"@SUM(1+1)*cmd|' /C calc'!A0 {text}", lambda text: f"@SUM(1+1)*cmd|' /C calc'!A0 {text}"),
    "spaces": _titled(lambda text: f"\u3000\t{text}\u00a0 \u2003", _same),
    "lines in the title": _titled(lambda text: f"{text}\r\n\nsecond\rline", lambda text: f"{text} second line"),
    "title of spaces": _valued("title", " ", "\u3000\u00a0", "\u200b", outcome="reject"),
    "title is null": _valued("title", "null", "N/A", "NaN", outcome="reject"),
    "no title": _valued("title", "", outcome="reject"),
    "no id": _valued("id", "", " ", "\u200b", "null", outcome="reject"),
    "long id": _valued("id", "x" * (_LONGEST_ID + 44), outcome="reject"),
    "price is no number": _valued("price", "NaN", "nan", "call us", "12..5", "暂无"),
    "price is infinite": _valued("price", "inf", "-inf", "Infinity"),
    "price is too large": _valued("price", "1e308", "9" * 40, "1e400"),
    "price below zero": _valued("price", "-1", "-0.01", "−5"),
    "price is a range": _valued("price", "10-20", "99元起"),
    "duplicate id": _duplicate,
}


# -- what only CSV can have ---------------------------------------------------------------------------------------------------------------


def _cells(draft: _Draft) -> list[str]:
    return [str(draft.values[name]) for name in COLUMNS]


def _short(draft: _Draft, rng: random.Random) -> _Draft:
    draft.raw = _csv_record(_cells(draft)[: rng.choice((2, 3, 4))])
    return draft.expect(price=None)


def _id_alone(draft: _Draft, rng: random.Random) -> _Draft:
    draft.raw = _csv_record(_cells(draft)[:1])
    return draft.expect(outcome="reject")


def _long(draft: _Draft, rng: random.Random) -> _Draft:
    draft.raw = _csv_record([*_cells(draft), "one", "too many"])
    return draft.expect(outcome="reject")


def _long_but_empty(draft: _Draft, rng: random.Random) -> _Draft:
    draft.raw = _csv_record([*_cells(draft), "", ""])
    return draft


def _unclosed(draft: _Draft, rng: random.Random) -> _Draft:
    before, *after = _cells(draft)
    draft.raw = f'{before},"{",".join(after)}'.replace("“", "").replace("”", "").encode()
    return draft.expect(outcome="reject")


def _huge_field(draft: _Draft, rng: random.Random) -> _Draft:
    draft.values["description"] = "long " * (_CSV_FIELD // 5 + 1_000)
    return draft.expect(outcome="reject")


def _huge_line(draft: _Draft, rng: random.Random) -> _Draft:
    draft.values["description"] = "长" * (_CSV_LINE + 10)
    return draft.expect(outcome="reject")


def _large_field(draft: _Draft, rng: random.Random) -> _Draft:
    draft.values["description"] = "words " * 12_000
    return draft


def _second_header(draft: _Draft, rng: random.Random) -> _Draft:
    draft.raw = ",".join(COLUMNS).encode()
    return draft.expect(outcome="either", id="id", title=None, price=None)


def _empty_line(draft: _Draft, rng: random.Random) -> _Draft:
    draft.raw = rng.choice((b"", b",,,,,,", b",,"))
    return draft.expect(outcome="nothing")


def _in_encoding(name: str, title: str) -> _Break:
    """The title in another encoding than the rest of the feed."""

    def broken(draft: _Draft, rng: random.Random) -> _Draft:
        before, _, *after = _cells(draft)
        draft.raw = b",".join((before.encode(), title.encode(name), _csv_record(after)))
        return draft.expect(title=title)

    return broken


def _cut_character(draft: _Draft, rng: random.Random) -> _Draft:
    before, title, *after = _cells(draft)
    draft.raw = b",".join((before.encode(), title.encode() + "鞋".encode()[:2], _csv_record(after)))
    return draft.expect(title=None)


def _id_in_bytes(draft: _Draft, rng: random.Random) -> _Draft:
    draft.raw = b"SKU\xff\xfe," + _csv_record(_cells(draft)[1:])
    return draft.expect(outcome="reject")


_CSV_BREAKS: Mapping[str, _Break] = {
    "short row": _short,
    "id alone": _id_alone,
    "long row": _long,
    "long row of empty cells": _long_but_empty,
    "unclosed quote": _unclosed,
    "huge line": _huge_line,
    "huge field": _huge_field,
    "large field": _large_field,
    "second header": _second_header,
    "empty line": _empty_line,
    "title in GB18030": _in_encoding("gb18030", "保暖羊毛围巾女冬季新款"),
    "title in Windows-1252": _in_encoding("cp1252", "Crème brûlée à la carte"),
    "character cut off": _cut_character,
    "id in no encoding": _id_in_bytes,
}


# -- what only JSON can have --------------------------------------------------------------------------------------------------------------


def _raw(*options: str, outcome: Outcome = "reject") -> _Break:
    """The line is one of the options; ``ID`` and ``TITLE`` in it are the row's."""

    def broken(draft: _Draft, rng: random.Random) -> _Draft:
        text = rng.choice(options).replace("ID", draft.values["id"]).replace("TITLE", draft.values["title"])
        draft.raw = text.encode("utf-8", "surrogatepass")
        return draft.expect(outcome=outcome, price=None)

    return broken


def _cut_off(draft: _Draft, rng: random.Random) -> _Draft:
    text = json.dumps(draft.values, ensure_ascii=False)
    draft.raw = text[: rng.randint(5, len(text) - 1)].encode()
    return draft.expect(outcome="reject")


def _bytes_inside(draft: _Draft, rng: random.Random) -> _Draft:
    text = json.dumps({**draft.values, "title": "@"}, ensure_ascii=False)
    title = "保暖羊毛围巾女冬季新款"
    draft.raw = text.encode().replace(b'"@"', b'"' + title.encode("gb18030") + b'"')
    return draft.expect(title=title)


def _long_title(draft: _Draft, rng: random.Random) -> _Draft:
    draft.values["title"] = "long " * 40_000
    return draft.expect(title=None)


def _long_line(draft: _Draft, rng: random.Random) -> _Draft:
    draft.values["description"] = "l" * (_JSON_LINE + 10)
    return draft.expect(outcome="reject")


def _raw_controls(draft: _Draft, rng: random.Random) -> _Draft:
    title = draft.values["title"]
    draft.raw = json.dumps({**draft.values, "title": "@"}).encode().replace(b'"@"', f'"{_inside(title, chr(0))}\x01\t\x0b"'.encode())
    return draft


def _deep(draft: _Draft, rng: random.Random) -> _Draft:
    draft.raw = f'{{"id": "{draft.values["id"]}", "title": {"[" * 50_000}'.encode()
    return draft.expect(outcome="reject")


_JSON_BREAKS: Mapping[str, _Break] = {
    "cut off": _cut_off,
    "comma at the end": _raw('{"id": "ID", "title": "TITLE",}'),
    "no JSON": _raw("id,title,price", "{'id': 'ID'}", "<xml/>", "// a comment"),
    "no object": _raw("7", '"ID"', "null", "[1, 2]", "true"),
    "two objects": _raw('{"id": "ID", "title": "TITLE"} {"id": "ID", "title": "TITLE"}'),
    "id is a list": _raw('{"id": ["ID", "b"], "title": "TITLE"}', '{"id": {"a": "ID"}, "title": "TITLE"}'),
    "no values": _raw("{}", '{"id": null, "title": null}', '{"other": 1}'),
    "key twice": _raw('{"id": "lost", "id": "ID", "title": "lost", "title": "TITLE"}', outcome="product"),
    "price NaN": _raw(
        '{"id": "ID", "title": "TITLE", "price": NaN}', '{"id": "ID", "title": "TITLE", "price": Infinity}', outcome="product"
    ),
    "price object": _raw('{"id": "ID", "title": "TITLE", "price": {"a": [1, {"b": null}]}}', outcome="product"),
    "huge number": _raw(
        '{"id": "ID", "title": "TITLE", "price": 1e308}', f'{{"id": "ID", "title": "TITLE", "price": {"9" * 5_000}}}', outcome="product"
    ),
    "mark before": _raw('\ufeff{"id": "ID", "title": "TITLE"}', outcome="product"),
    "escaped half surrogate": _raw(
        '{"id": "ID", "title": "TITLE", "brand": "\\ud83d", "description": "\\udc00\\u0000"}', outcome="product"
    ),
    "empty line": _raw("", " ", outcome="nothing"),
    "title in GB18030": _bytes_inside,
    "huge line": _long_line,
    "long title": _long_title,
    "controls as they are": _raw_controls,
    "too deep": _deep,
}

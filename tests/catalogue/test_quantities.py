"""Numbers with units, packs and sizes: what real titles write, what only looks like it, and one way of writing for all."""

from __future__ import annotations

import math
import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from similis.catalogue import Product
from similis.catalogue.quantities import KINDS, Quantity, canonical, find, quantities_of, size_key, written
from similis.catalogue.quantities.finding import MAX_LOOKED_AT, normal
from similis.catalogue.quantities.units import UNITS


def said(text: str) -> list[tuple[str, float]]:
    return [(quantity.kind, round(quantity.value, 4)) for quantity in find(text)]


MEASURES = [
    # volume
    ("Coca-Cola 330ml", "volume", 330),
    ("Cola 33cl can", "volume", 330),
    ("可乐 0.33升", "volume", 330),
    ("可樂 330毫升", "volume", 330),
    ("牛奶1L", "volume", 1000),
    ("Milk 1.5 litres", "volume", 1500),
    ("Wine 7.5 dl", "volume", 750),
    ("Mouthwash 16 fl oz", "volume", 473.176),
    ("Orange juice 12 oz", "volume", 354.882),
    ("Paint 1 gallon", "volume", 3785.41),
    ("Measuring jug 2 pints", "volume", 946.352),
    ("Fridge 18 cu. ft", "volume", 509702.4),
    ("Öl 1,5 l", "volume", 1500),
    ("洗衣液２Ｌ", "volume", 2000),
    # mass
    ("坚果500g", "mass", 500),
    ("面粉2斤", "mass", 1000),
    ("面粉两斤", "mass", 1000),
    ("牛肉两斤半", "mass", 1250),
    ("茶叶半斤装", "mass", 250),
    ("茶叶2兩", "mass", 100),
    ("大米10公斤", "mass", 10_000),
    ("大米十公斤", "mass", 10_000),
    ("Rice 5 kgs", "mass", 5000),
    ("Vitamin D 500mcg", "mass", 0.0005),
    ("Ibuprofen 200 mg", "mass", 0.2),
    ("Steak 8 oz", "mass", 226.796),
    ("Dumbbell 10 lbs", "mass", 4535.92),
    ("Flour 1½ lb", "mass", 680.388),
    ("Flour 1 1/2 lb", "mass", 680.388),
    ("Sugar 1,500 g", "mass", 1500),
    ("铜1吨", "mass", 1e6),
    # length and area
    ("Cable 2m", "length", 2000),
    ("床1.8米", "length", 1800),
    ("车长4米2", "length", 4200),
    ("Ruler 12 inches", "length", 304.8),
    ("Rope 50 ft", "length", 15240),
    ("花边5码布", "length", 4572),
    ("Lace 10 yards", "length", 9144),
    ("铅芯0.5毫米", "length", 0.5),
    ("紫外线手电筒365nm", "length", 0.0004),
    ("膜厚5丝厚", "length", 0.05),
    ('23 1/2" shelf', "length", 596.9),
    ("地毯3平方米", "area", 3),
    ("Rug 12 sqm", "area", 12),
    ("电缆400平方毫米", "area", 0.0004),
    # screens
    ('Monitor 15.6"', "length", 396.24),
    ("Laptop 15.6 inch", "length", 396.24),
    ("Laptop 15.6-inch", "length", 396.24),
    ("笔记本15.6英寸", "length", 396.24),
    ("筆電15.6吋", "length", 396.24),
    ("TV 55in 4K", "length", 1397),
    # storage
    ("手机128G", "storage", 128_000),
    ("iPhone 13 128GB", "storage", 128_000),
    ("硬盘1TB", "storage", 1e6),
    ("Thumb drive 512 MB", "storage", 512),
    ("SSD 1024GB", "storage", 1e6),
    # power, energy, charge, voltage, frequency
    ("电饭煲900W", "power", 900),
    ("电吹风2千瓦", "power", 2000),
    ("Heater 1.5 kW", "power", 1500),
    ("空调大1.5匹", "cooling", 1.5),
    ("Battery 63Wh", "energy", 63),
    ("储能电源2度电", "energy", 2000),
    ("储能电池2度", "energy", 2000),
    ("充电宝2万毫安", "charge", 20_000),
    ("充電寶20000mAh", "charge", 20_000),
    ("Battery 100Ah", "charge", 100_000),
    ("AC 220V adapter", "voltage", 220),
    ("变压器220伏", "voltage", 220),
    ("Charger 2.4 amps", "current", 2.4),
    ("Xeon 2.66 GHz", "frequency", 2.66e9),
    ("显示器144赫兹", "frequency", 144),
    ("DDR4 3200MHz", "frequency", 3.2e9),
    ("Switch 1 Gbps", "bit rate", 1000),
    # time and age
    ("Timer 24 hours", "time", 86_400),
    ("保温24小时", "time", 86_400),
    ("会员12个月", "time", 31_556_952),
    ("会员一年", "time", 31_556_952),
    ("Warranty 2 years", "time", 63_113_904),
    ("鸡蛋 保质期30天", "time", 2_592_000),
    ("积木6周岁", "age", 6),
    # pixels and the rest
    ("Camera 12.1 MP", "pixels", 12.1),
    ("单反2030万像素", "pixels", 20.3),
    ("酒精75%", "percent", 75),
    ("纸巾3层", "layers", 3),
    ("纸巾三層", "layers", 3),
    ("Toilet paper 3-ply", "layers", 3),
    ("CPU 8核", "cores", 8),
    ("双核处理器", "cores", 2),
    ("Hub 4-Port", "ports", 4),
    ("防晒霜SPF50+", "spf", 50),
    ("钻石1.3克拉", "carat", 1.3),
]


@pytest.mark.parametrize(("text", "kind", "value"), MEASURES)
def test_measures(text: str, kind: str, value: float) -> None:
    assert (kind, value) in said(text)
    assert kind in KINDS


PACKS = [
    ("Water pack of 12", 12),
    ("Socks, Pack Of Three", 3),
    ("AA batteries 24-pack", 24),
    ("Toothbrush twin pack", 2),
    ("Pens 12 ct", 12),
    ("Diapers 84 Count", 84),
    ("Labels 2,100 pcs", 2100),
    ("Eggs, one dozen", 12),
    ("Roses 2 dozen", 24),
    ("Eggs half dozen", 6),
    ("Socks 3 pairs", 6),
    ("Set of 4 plates", 4),
    ("Refills 5/Pack", 5),
    ("Pouches, 100 per box", 100),
    ("Erasers, 2 packs of 8", 16),
    ("矿泉水一箱12瓶", 12),
    ("矿泉水12瓶/箱", 12),
    ("矿泉水12瓶装", 12),
    ("礦泉水12罐裝", 12),
    ("护肤三件套", 3),
    ("餐具六件套裝", 6),
    ("袜子5双", 10),
    ("襪子五雙", 10),
    ("铅笔两打", 24),
    ("面膜10片", 10),
    ("抽纸整箱20包", 20),
    ("面膜十二片装", 12),
    ("可乐6×1.5L", 6),
    ("可乐1.5L*6瓶", 6),
    ("香皂100g6块", 6),
    ("香皂100g*4", 4),
    ("Soap 4 x 100 g", 4),
    ("啤酒330mlx24", 24),
]


@pytest.mark.parametrize(("text", "pieces"), PACKS)
def test_packs(text: str, pieces: float) -> None:
    packs = [quantity.value for quantity in find(text) if quantity.kind == "pack"]
    assert packs == [pieces]


SIZES = [
    ("Sneakers EU 42", "size", 42),
    ("Sneakers 42 EU", "size", 42),
    ("运动鞋42码", "size", 42),
    ("運動鞋42碼", "size", 42),
    ("Shoes size 42", "size", 42),
    ("运动鞋 42.5码", "size", 42.5),
    ("Shoes US 9.5", "size us", 9.5),
    ("Shoes UK 8", "size uk", 8),
    ("粉底液 21号", "size", 21),
    ("T-shirt XXL", "size letter", 3),
    ("T恤2XL", "size letter", 3),
    ("T-shirt XX-Large", "size letter", 3),
    ("T-shirt, Black, M", "size letter", 0),
    ("T恤 M码", "size letter", 0),
    ("连衣裙 中码", "size letter", 0),
    ("帽子均码", "size letter", 99),
    ("Hat one size fits all", "size letter", 99),
    ("裤子165/88A", "size body", 165_088),
    ("Jeans W36 L30", "size jeans", 36_030),
    ("Jeans 36W x 30L", "size jeans", 36_030),
    ("文胸 75B", "size bra", 75.2),
    ("Bra 80C", "size bra", 80.3),
    ("AA alkaline battery", "battery", 5),
    ("5号电池", "battery", 5),
    ("7号碱性电池", "battery", 7),
    ("童装 110码", "length", 1100),
]


@pytest.mark.parametrize(("text", "kind", "value"), SIZES)
def test_sizes(text: str, kind: str, value: float) -> None:
    assert (kind, value) in said(text)


NONE = [
    "",
    "Yoga mat",
    "Sony KDL-32W5",
    "5G手机",
    "4g无线远程监控",
    "iPhone XS",
    "Tesla Model S",
    "3M Tape",
    "三只松鼠",
    "2024年新款",
    "买2送1",
    "满300减40",
    "11.11",
    "双11",
    "5 in 1 brush",
    "H2O 3-in-1 SIM Card",
    "Windows 7",
    "Sony PS-LX350H",
    "Sony KD55X8500G",
    "Canon CLI-221 Color",
    "千层面膜",
    "大码女装",
    "Casio F-200W-1ADF",
    "Casio SHE-5017L-4ADF",
    "Brother DCP-7030/7040/7045W",
    "Lipstick 05M",
    "HD15 M/M",
    "骁龙660双卡双摄",
    "尼康nx1000套机",
    "ZenFone 3 Max 4G",
    "Pen, Medium Point",
    "16年12月产",
    "tempered glass 9H",
    "第一",
    "半身裙",
    "一字肩",
]


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_quantity(text: str) -> None:
    assert said(text) == []
    assert canonical(text) == text


def test_feet_that_may_be_inches_are_left_alone() -> None:
    assert said("LCD 24' black") == []
    assert said("Rug 5' x 8'") != []


EQUAL = [
    ("Cola 33cl", "Cola 330 ml", "Cola 0.33升"),
    ("面粉 2斤", "面粉 1 kg", "面粉 1公斤", "面粉 1000克", "面粉 两斤", "面粉 ２斤"),
    ('屏幕 15.6"', "屏幕 15.6 inch", "屏幕 15.6英寸", "屏幕 15.6吋", "屏幕 15.6-inch", "屏幕 15.6″"),
    ("水 一箱12瓶", "水 12瓶装", "水 pack of 12", "水 12瓶/箱", "水 twelve pack", "水 12-pack", "水 十二瓶"),
    ("鞋 EU 42", "鞋 42码", "鞋 size 42", "鞋 42碼"),
    ("手机 128G", "手机 128GB", "手机 128 gb"),
    ("photo 8.5 x 11 in", 'photo 8.5" x 11"', "photo 8.5 x 11-Inches", "photo 8.5英寸×11英寸".replace("×", " x ")),
    ("shirt 2XL", "shirt XXL", "shirt XX-Large"),
    ("香水 30/50ml", "香水 30ml / 50 ml"),
    ("裤 三件套", "裤 3件套", "裤 3 pcs"),
    ("桌 1.2m", "桌 120cm", "桌 1200mm", "桌 1.2米", "桌 120公分"),
]


@pytest.mark.parametrize("texts", EQUAL, ids=lambda texts: texts[0])
def test_equal_quantities_are_equal_letters(texts: tuple[str, ...]) -> None:
    def letters(text: str) -> str:
        return re.sub(r"\s", "", canonical(text))

    assert {letters(text) for text in texts} == {letters(texts[0])}
    assert letters(texts[0]) != letters(texts[0].translate(str.maketrans("0123456789一三X", "1234567890二四S")))


def test_the_amounts_of_sides_lists_and_packs() -> None:
    assert said("Mat 30x40cm") == [("length", 300), ("length", 400)]
    assert said("Tape 3/4 x 650 Inches") == [("length", 19.05), ("length", 16510)]
    assert said("香氛 30/50/100ml") == [("volume", 30), ("volume", 50), ("volume", 100)]
    assert said("女童1/2/3/4岁") == [("age", 1), ("age", 2), ("age", 3), ("age", 4)]
    assert said("手机 6/128GB") == [("storage", 6_000), ("storage", 128_000)]
    assert said("镜头 18-55mm") == [("length", 18), ("length", 55)]
    assert said("霜80g*3+120g*2") == [("mass", 80), ("pack", 3), ("mass", 120), ("pack", 2)]


# -- laws ------------------------------------------------------------------------------------------------------------------------------

SIGNS = (
    "0123456789.,/-–~x×*'\"%+() "
    + "一二两三十百千半双0½⅓万个箱瓶件套斤升米寸码号打对mlkgcMLKGXSsizepackofdozen\u200b\ufeff\ud800\udc00١४１Ａ°μ℃²"
)
PIECES = (
    "可乐", "Cola", "运动鞋", "手机", "shoes", "黑色", "black", "新款", "女装", "bottle", "电池", "内衣", "A4", "USB", "3M", "5G",
    *(str(case[0]) for case in (*MEASURES, *PACKS, *SIZES)), *NONE,
)  # fmt: skip
TITLES = st.lists(st.sampled_from(PIECES), max_size=5).map("，".join)


@given(st.text() | st.text(alphabet=SIGNS, max_size=80) | TITLES)
@example("1" * 400)
@example("\ud800" + "½ 1½")
def test_any_text_has_orderly_quantities(text: str) -> None:
    found, looked_at = find(text), normal(text)[:MAX_LOOKED_AT]
    at = 0
    for quantity in found:
        assert quantity.kind in KINDS
        assert at <= quantity.start < quantity.end <= len(looked_at)
        at = quantity.end
        assert math.isfinite(quantity.value)
        assert quantity.value > 0 or quantity.kind == "size letter"
        assert quantity.text.startswith(looked_at[quantity.start : quantity.end])
        assert written(quantity).strip()
    if not found:
        assert canonical(text) == text
    assert find(text) == found


@given(TITLES)
def test_writing_twice_changes_nothing(text: str) -> None:
    once = canonical(text)
    assert canonical(once) == once


@given(TITLES)
@example("Steak 8 oz，啤酒330mlx24")
@example("香皂100g6块，文胸 75B")
def test_writing_keeps_kinds_and_values(text: str) -> None:
    def sums(quantities: tuple[Quantity, ...]) -> dict[str, float]:
        return {kind: sum(q.value for q in quantities if q.kind == kind) for kind in sorted({q.kind for q in quantities})}

    before, after = sums(find(text)), sums(find(canonical(text)))
    assert after == pytest.approx(before, rel=6e-3, abs=1e-5)


ADVERSARIES = [
    "1 ", "1x", "1x1x", "…", "12/", "a-", "1", "1,", "1,000,", "一", "十百", "双", "1箱", "x", "xl ", "extra ", "1-", "1 1/2 ", "½", "1½",
    "dozen ", "half ", "size ", "us ", '"', '1"', "5'", "pack of ", "S ", "36码", "１", "١", "w32 ", " ", "1 x ", "6×1.5L", ".", "1.",
    "one ", "a pair ", "in ", "1 in ", "每箱", "1g", "1w ", "2 packs of ", "1/2/", "8-",
]  # fmt: skip


@pytest.mark.parametrize("end", ["", "ml", "包"])
def test_time_stays_linear(end: str) -> None:
    for piece in ADVERSARIES:
        text = (piece * 32_000)[:32_000] + end
        start = time.perf_counter()
        canonical(text)
        assert time.perf_counter() - start < 0.5, piece


def alternatives(pattern: str) -> list[str]:
    """Those at the pattern's top level."""
    inside = re.compile(r"\([^()]*\)|\[[^\]]*\]")
    while found := inside.search(pattern):
        hidden = found[0].translate(str.maketrans("()[]|", "\1\2\3\4\5"))
        pattern = pattern[: found.start()] + hidden + pattern[found.end() :]
    return [part.translate(str.maketrans("\1\2\3\4\5", "()[]|")) for part in pattern.split("|")]


def spellings() -> list[tuple[str, str, float]]:
    """Every spelling in the table of units that is a plain word."""
    found = []
    for unit in UNITS:
        for spelling in (*alternatives(unit.latin), *alternatives(unit.signs)):
            plain = re.sub(r"([a-z])\?", r"\1", re.sub(r"\(\?[!=].*", "", spelling))
            if re.fullmatch(r"[a-z]+|[\u4e00-\u9fff]+", plain):
                found.append((plain, unit.kind, unit.factor))
    return found


ONLY_IN_CONTEXT = {"g", "m", "安", "度", "倍", "丝", "pixels", "像素", "colors", "口", "h", "in"}


@pytest.mark.parametrize(("spelling", "kind", "factor"), [case for case in spellings() if case[0] not in ONLY_IN_CONTEXT])
@pytest.mark.parametrize("number", ["7", "2.5"])
def test_every_unit_has_its_worth(spelling: str, kind: str, factor: float, number: str) -> None:
    for text in (f"{number}{spelling}", f"{number} {spelling}") if spelling.isascii() else (f"{number}{spelling}",):
        found = find(text)
        assert [quantity.kind for quantity in found] == [kind], text
        assert found[0].value == pytest.approx(float(number) * factor), text


@given(st.integers(1, 9_999).filter(lambda n: n % 1024))
def test_digits_and_decimal_marks_agree(number: int) -> None:
    assert said(f"米 {number:,} kg") == said(f"米 {number} kg") == [("mass", number * 1000)]
    if number < 100:
        assert said(f"油 {number},5 l") == said(f"油 {number}.5 l") == [("volume", number * 1000 + 500)]


# -- products --------------------------------------------------------------------------------------------------------------------------


def test_a_product_says_each_kind_in_the_first_place_that_names_it() -> None:
    product = Product(
        id="1", title="可乐 330ml", size="L", attributes={"净含量": ("500ml",), "内存": ("8GB",), "Colour": ("9 kg",), "Pack": ("6 pcs",)}
    )
    stated = {(q.kind, q.value) for q in quantities_of(product) if not q.is_worked_out}
    assert stated == {("volume", 330), ("size letter", 1), ("storage", 8000), ("pack", 6)}
    assert [(q.kind, q.value) for q in quantities_of(product) if q.is_worked_out] == [("volume", 1980)]


def test_the_content_in_all_is_worked_out_where_it_is_plain() -> None:
    def in_all(title: str) -> list[tuple[str, float]]:
        return [(q.kind, q.value) for q in quantities_of(Product(id="1", title=title)) if q.is_worked_out]

    assert in_all("Cola 6 x 1.5 L") == [("volume", 9000)]
    assert in_all("Cola 1.5 L") == []
    assert in_all("霜80g*3+120g*2") == []
    assert in_all("拖鞋 一双 300g") == []


@pytest.mark.parametrize(
    "sizes",
    [("EU 42", "42码", "42", " 42 ", "４２"), ("XXL", "2XL", "xx-large"), ("M", "m", "M码", "Medium"), ("均码", "One Size", "Free Size")],
)
def test_size_fields_in_one_spelling(sizes: tuple[str, ...]) -> None:
    assert len({size_key(size) for size in sizes}) == 1
    assert size_key(None) is None
    assert size_key(sizes[0]) != size_key("EU 43")

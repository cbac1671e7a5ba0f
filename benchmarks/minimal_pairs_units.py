"""Measures for the minimal pairs: units, their spellings in both languages, and exact conversions.

The tables stand on their own and share nothing with what Similis reads quantities by: the benchmark is its oracle.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of a dimension.

    factor: how much of the dimension's first unit it is.
    words: its spellings by language, with the gap to the number; ``(s)`` is an s after anything but 1.
    low, high: the numbers shops write before it.
    is_rounded: whether its numbers are rounded to three digits, as shops do between inches, pounds and the metric units.
    """

    name: str
    factor: Fraction
    words: Mapping[str, tuple[str, ...]]
    low: Fraction
    high: Fraction
    is_rounded: bool = False


def _unit(name: str, factor: str, low: str, high: str, en: str, zh: str, *, is_rounded: bool = False) -> Unit:
    """``en`` and ``zh`` are spellings between ``|``, gaps kept."""
    words = {"en": tuple(word for word in en.split("|") if word), "zh": tuple(word for word in zh.split("|") if word)}
    return Unit(name, Fraction(factor), words, Fraction(low), Fraction(high), is_rounded)


_MOST_CHARACTERS = 5
"""Of a number in a title; the longest are 10000, 0.375 and 1.125."""
_INCH = 'inch| inch|-inch| inches|"|in| in|″'
_INCH_ZH = '英寸|寸|"|inch| 英寸|吋'
DIMENSIONS: Mapping[str, tuple[Unit, ...]] = {
    "volume": (
        _unit("ml", "1", "1", "9000", "ml| ml|mL| mL| milliliters", "ml|毫升|ML| ml|mL"),
        _unit("cl", "10", "1", "200", "cl| cl", "cl|厘升"),
        _unit("l", "1000", "0.05", "900", "l| l|L| L| litre(s)| liter(s)|ltr", "L|升|l| L|公升"),
        _unit("floz", "29.5735", "1", "128", " fl oz| fl. oz|fl oz| fluid ounces", "", is_rounded=True),
        _unit("gal", "3785.41", "1", "100", " gallon(s)| gal", "加仑", is_rounded=True),
    ),
    "mass": (
        _unit("g", "1", "0.5", "9000", "g| g| grams", "g|克|公克| g|G"),
        _unit("mg", "1/1000", "0.5", "5000", "mg| mg", "mg|毫克| mg"),
        _unit("kg", "1000", "0.05", "900", "kg| kg|KG| kilo(s)| kilograms", "kg|千克|公斤|KG| kg"),
        _unit("jin", "500", "0.5", "200", "", "斤|市斤"),
        _unit("lb", "453.592", "0.5", "200", " lb|lb| lbs| pound(s)", "磅", is_rounded=True),
        _unit("oz", "28.3495", "1", "64", " oz|oz| ounces", "盎司", is_rounded=True),
    ),
    "length": (
        _unit("mm", "1", "0.5", "9000", "mm| mm", "mm|毫米| mm"),
        _unit("cm", "10", "0.5", "900", "cm| cm| centimetres", "cm|厘米|公分| cm|CM"),
        _unit("m", "1000", "0.05", "900", "m| m| metre(s)| meter(s)", "米|m|公尺| m"),
        _unit("inch", "25.4", "1", "100", _INCH, '英寸|"|inch', is_rounded=True),
        _unit("ft", "304.8", "1", "200", "ft| ft| feet|-foot| foot", "英尺", is_rounded=True),
    ),
    "screen": (
        _unit("inch", "25.4", "1", "110", _INCH, _INCH_ZH),
        _unit("cm", "10", "3", "280", "cm| cm", "cm|厘米| cm|公分", is_rounded=True),
    ),
    "storage": (
        _unit("GB", "1", "0.5", "4096", "GB| GB|gb| gb| GByte| gigabytes|G| G", "GB|G| GB|gb|g"),
        _unit("MB", "1/1000", "1", "2048", "MB| MB|mb| megabytes", "MB|M|兆|mb"),
        _unit("TB", "1000", "0.5", "40", "TB| TB|tb| terabyte(s)", "TB|T| TB|tb"),
        _unit("TB", "1024", "0.5", "16", "TB| TB|tb| terabyte(s)", "TB|T| TB|tb"),
    ),
    "power": (
        _unit("W", "1", "0.5", "9000", "W| W|w| watt(s)|-watt| Watt", "W|瓦|w| W|瓦特"),
        _unit("kW", "1000", "0.2", "60", "kW| kW|kw| kilowatts", "kW|千瓦|KW|kw"),
    ),
    "charge": (
        _unit("mAh", "1", "20", "60000", "mAh| mAh|mah| MAH", "mAh|毫安|毫安时|mah| mAh"),
        _unit("Ah", "1000", "0.2", "300", "Ah| Ah|AH", "Ah|安时|AH|安"),
    ),
    "energy": (
        _unit("Wh", "1", "1", "6000", "Wh| Wh|wh| watt-hours", "Wh|瓦时|wh| Wh"),
        _unit("kWh", "1000", "0.1", "60", "kWh| kWh|kwh", "kWh|千瓦时|度|度电"),
    ),
    "voltage": (
        _unit("V", "1", "0.5", "480", "V| V|v| volt(s)|-volt| Volt", "V|伏|v| V|伏特"),
        _unit("kV", "1000", "1", "50", "kV| kV", "kV|千伏"),
    ),
    "frequency": (
        _unit("Hz", "1", "10", "9000", "Hz| Hz|hz| hertz", "Hz|赫兹|赫|hz| Hz"),
        _unit("kHz", "1000", "1", "900", "kHz| kHz|khz", "kHz|千赫|千赫兹|KHz"),
        _unit("MHz", "1000000", "1", "9000", "MHz| MHz|mhz| megahertz", "MHz|兆赫|兆赫兹|mhz"),
        _unit("GHz", "1000000000", "0.2", "90", "GHz| GHz|ghz| gigahertz", "GHz|吉赫|吉赫兹|ghz"),
    ),
    "time": (
        _unit("min", "1", "0.5", "900", "min| min|-minute| minutes| mins", "分钟|min| 分钟|分"),
        _unit("h", "60", "0.25", "200", "h| h| hours|hr| hrs|-hour", "小时|h|个小时| 小时"),
        _unit("s", "1/60", "1", "600", " s|s| seconds| sec|-second", "秒|s|秒钟"),
        _unit("d", "1440", "1", "60", " day(s)|-day", "天|日"),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measure:
    """A number and its unit, as spelt: ``number`` + ``word``. ``word`` begins with its gap."""

    dimension: str
    unit: Unit
    number: str
    word: str

    @property
    def amount(self) -> Fraction:
        """In the dimension's first unit, exactly."""
        return number_value(self.number) * self.unit.factor

    @property
    def text(self) -> str:
        """As it stands in a title."""
        return self.number + self.word

    def with_number(self, number: str) -> Measure:
        """The same unit, spelt the same way, after another number."""
        word = self.word
        if (plural := re.fullmatch(r"( (?:litre|liter|kilo|pound|gallon|metre|meter|watt|volt|terabyte|day))s?", word)) is not None:
            word = plural[1] if number == "1" else plural[1] + "s"
        return replace(self, number=number, word=word)


def number_value(text: str) -> Fraction:
    """What a plain number stands for: ``1.5``, ``1500``."""
    return Fraction(text)


def plain(value: Fraction, places: int = 3) -> str | None:
    """The number as digits with at most so many decimals; None where that is not exact."""
    scaled = value * 10**places
    if scaled.denominator != 1 or value <= 0:
        return None
    whole, rest = divmod(scaled.numerator, 10**places)
    return f"{whole}.{rest:0{places}d}".rstrip("0").rstrip(".") if rest else str(whole)


def rounded(value: Fraction) -> str | None:
    """The number with two or three significant digits, whichever is within .5 % of it first."""
    for digits in (2, 3):
        number = plain(Fraction(f"{float(value):.{digits - 1}e}"))
        if number is not None and abs(Fraction(number) / value - 1) <= Fraction(1, 200):
            return number
    return None


def spellings(amount: Fraction, dimension: str, language: str) -> Iterator[Measure]:
    """Every way a shop may write the amount: exactly, or rounded within .5 % between inches, pounds or ounces and the metric units."""
    units = DIMENSIONS[dimension]
    is_foreign = any(unit.is_rounded and plain(amount / unit.factor, 2) for unit in units)
    for unit in units:
        value = amount / unit.factor
        number = plain(value, 1 if dimension == "storage" else 3)  # 512 GB is half a terabyte, nobody sells .512
        if (unit.is_rounded or is_foreign) and (number is None or len(number.replace(".", "")) > 3):
            number = rounded(value)
        if number is None or len(number) > _MOST_CHARACTERS or not unit.low <= Fraction(number) <= unit.high:
            continue
        for word in unit.words[language]:
            yield Measure(dimension, unit, number, word.replace("(s)", "" if number == "1" else "s"))


def parse(text: str, dimension: str, language: str) -> Measure | None:
    """The measure that ``text`` spells, by this module's own words; None when it spells none."""
    found = re.fullmatch(r"(0|[1-9][0-9]*)(\.[0-9]+)?([^0-9].*)", text)
    if found is None:
        return None
    number, word = found[1] + (found[2] or ""), found[3]
    for unit in DIMENSIONS[dimension]:
        known = {form.replace("(s)", end) for form in unit.words[language] for end in ("", "s")}
        if word in known or word.lower() in {form.lower() for form in known}:
            return Measure(dimension, unit, number, word)
    return None

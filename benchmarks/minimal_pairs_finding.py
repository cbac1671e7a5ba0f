"""Quantities in real titles: found by strict patterns, and only where nothing else in the title could mean the same.

A title is used when its quantity is the only one of its dimension, its number occurs once, and it stands free: no range, product or code
around it. Every number must be one that shops write before its unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial

import numpy as np

from benchmarks.minimal_pairs_edits import Edit, edit_measure
from benchmarks.minimal_pairs_finding_forms import find_multipacks, find_notations, find_packs, find_sides, find_sizes
from benchmarks.minimal_pairs_notation import edit_notation
from benchmarks.minimal_pairs_patterns import AFTER, BEFORE, NUMBER, WRITTEN, Found, is_lone
from benchmarks.minimal_pairs_units import DIMENSIONS, Measure, number_value, parse

_SCREENS = re.compile(
    r"\b(?:tv|lcd|led|oled|monitor|display|laptop|notebook|tablet|macbook|screen|ips|ultrabook|chromebook|hdtv|touchscreen|netbook)\b",
    re.IGNORECASE,
)
_LENSES = re.compile(r"\blens|camera|camcorder|\bcanon\b|\bnikon|\bf/", re.IGNORECASE)
"""Beside these, millimetres are a focal length, which nobody converts."""
_NOT_MEASURED = re.compile(r"^(?:19[89]\d|20[0-3]\d)$")
_RISKY: Mapping[str, tuple[str, str]] = {
    # In Chinese: numbers and words beside which the unit means something else (memory, networks, body weight, units of medicine).
    "g": (r"[1-8]|5\.8|16|32|64|128|256|512", "内存|硬盘|优盘|u盘|手机|ssd|网络|显|电脑|主机|平板|图传|无线|胖"),
    "斤": (r"[12]00", "胖|体重|大码|满|以上|已上"),
    "米": (r"[12]", "大米|小米"),
    "m": (r"\d{3,}", "内存|硬盘"),
    "l": (r"0", "大码|羽绒|尿裤"),
    "w": (r"0|\d{3}[1-9]", "单位|金币|元宝"),
    "v": (r"0", "宝可梦|精灵|口袋妖怪"),
}
_BESIDE: Mapping[str, str] = {
    # In English: words one of which must stand in the title where letter and number touch, for models are called 205W and 158L too.
    "l": r"fridge|freezer|microwave|oven|kettle|washer|bag|cooler|capacity|coffee|jug|bottle|tank|refriger|bin|island",
    "w": r"charger|adapt[eo]r|supply|lamp|bulb|microwave|oven|speaker|kettle|iron|amplifier|ups\b|grill|blender|vacuum|tdp|toast|heater",
    "v": r"battery|adapter|adaptor|charger|cable|ups\b|lamp|bulb|supply|power|volt",
    "m": r"cable|cord|lead|hdmi|usb|patch|adapter|extension|hose",
}


def find(title: str, language: str) -> Iterator[Found]:
    """Every quantity of the title that can be edited without doubt, at most one of a kind."""
    for dimension in WRITTEN[language]:
        yield from _measures(title, dimension, language)
    yield from find_sides(title, language)
    yield from find_multipacks(title, language)
    yield from find_packs(title, language)
    yield from find_sizes(title, language)
    yield from find_notations(title, language)


def _any_mention(dimension: str, language: str) -> re.Pattern[str]:
    """Anything that could be one more quantity of the dimension, however it is written."""
    words = {re.escape(word.replace("(s)", "").strip(" -")) for unit in DIMENSIONS[dimension] for word in unit.words[language]}
    words |= {re.escape(word) for word in ("G", "g")} if dimension == "storage" else set()
    end = "s?(?![a-z])" if language == "en" else ""
    return re.compile(rf"[0-9.]+[ -]?(?:{'|'.join(sorted(words, key=len, reverse=True))}){end}", re.IGNORECASE)


_MENTIONS = {(language, dimension): _any_mention(dimension, language) for language, known in WRITTEN.items() for dimension in known}
_PATTERNS = {
    (language, dimension): re.compile(f"{BEFORE[language]}({NUMBER})({words}){AFTER[language]}")
    for language, known in WRITTEN.items()
    for dimension, words in known.items()
}


def _measures(title: str, dimension: str, language: str) -> Iterator[Found]:
    matches = list(_PATTERNS[language, dimension].finditer(title))
    if len(matches) != 1 or len(_MENTIONS[language, dimension].findall(title)) != 1:
        return
    start, end = matches[0].span()
    number, word = matches[0].groups()
    if not is_lone(title, number) or _NOT_MEASURED.match(number):
        return
    if re.search(r"\d $", title[:start]):
        return  # 220 240 v; washes 7, dries 4 kg
    if language == "zh" and word == "m" and not re.match(r"[\u4e00-\u9fff]", title[end:]):
        return
    kind = dimension
    if dimension in ("length", "screen") and word.strip(" -").lower() in ('"', "in", "inch", "寸", "英寸", "吋"):
        kind = dimension = "screen"
        if language == "en" and not _SCREENS.search(title):
            kind = dimension = "length"
    measure = parse(number + word, dimension, language)
    if measure is None or not measure.unit.low <= number_value(number) <= measure.unit.high or not _is_usual(measure, title, language):
        return
    reported = {"energy": "charge"}.get(kind, kind)
    yield Found(reported, start, end, partial(edit_measure, measure, language))
    if "." in number if language == "en" else len(title) % 8 == 0:  # in Chinese any number will do, and would crowd out the number words
        yield Found("notation", start, end, partial(_renoted, measure, language))


def _renoted(measure: Measure, language: str, rng: np.random.Generator) -> Edit | None:
    """The real title keeps its plain number; the notation changes in ``same``."""
    for _ in range(20):
        edit = edit_notation(measure.text, language, rng)
        if edit is not None and edit.anchor == measure.text:
            return edit
    return None


def _is_usual(measure: Measure, title: str, language: str) -> bool:
    unit = measure.word.strip(" -").lower()
    if language == "zh":
        numbers, beside = _RISKY.get(unit, ("", ""))
        return not numbers or not (re.fullmatch(numbers, measure.number) or re.search(beside, title))
    if unit == "mm" and _LENSES.search(title):
        return False
    value = number_value(measure.number)
    if unit in _BESIDE and measure.word.lower() == unit:
        return value <= {"l": 700, "m": 100, "v": 240, "w": 3000}[unit] and re.search(_BESIDE[unit], title, re.IGNORECASE) is not None
    return value <= 60 or unit not in ('"', "in") or measure.dimension != "length"

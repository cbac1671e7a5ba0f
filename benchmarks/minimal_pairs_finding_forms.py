"""Counts, sides, sizes and notations in real titles, as strict as ``minimal_pairs_finding``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

import numpy as np

from benchmarks.minimal_pairs_counts import PACK_FORMS, SET_FORMS, Pack, edit_count, edit_multipack
from benchmarks.minimal_pairs_edits import Edit
from benchmarks.minimal_pairs_notation import edit_notation
from benchmarks.minimal_pairs_patterns import AFTER, BEFORE, NUMBER, WRITTEN, Found, is_lone
from benchmarks.minimal_pairs_sizes import LETTERS, ONE_SIZE, edit_sides, edit_size
from benchmarks.minimal_pairs_units import number_value, parse

_COUNTERS = "瓶|支|片|袋|包(?!邮)|盒|罐|粒|条|双|枚|只|贴|张|块|个(?!月)"
_GARMENT = re.compile(
    r"glove|shirt|jacket|polo|hat\b|sock|band|vest|trouser|sleeve|sport|coat|jersey|watch|helmet|brace|nitrile", re.IGNORECASE
)
_LETTERS_EN = re.compile(
    r"(?<![\w-])(XL|XXL|XXXL|2XL|3XL|4XL|Small|Medium|X-Large|XX-Large|Large|Extra Large)(?![\w'&/-]| second| date| format| screen)",
    re.IGNORECASE,
)
_LETTERS_ZH = re.compile(r"(?<![A-Za-z0-9])([2-4]?x{1,3}l码?)(?![A-Za-z0-9-])", re.IGNORECASE)
_OTHER_SIZES = re.compile(r"(?<![a-z])[sml][码号]|[sml][-~/]", re.IGNORECASE)
_NUMBER_WORDS = "二三四五六七八九十"


def find_sides(title: str, language: str) -> Iterator[Found]:
    """``30x40cm``; not ``2 x 5 m``, which are two cables."""
    unit = {"en": "mm|cm|m", "zh": "mm|cm|m|米|厘米|毫米|公分"}[language]
    pattern = rf"{BEFORE[language]}{NUMBER}(?: ?[xX×*] ?{NUMBER}){{1,2}} ?(?:{unit}){AFTER[language]}"
    matches = list(re.finditer(pattern, title))
    others = re.findall(r"[0-9] ?[xX×*] ?[0-9]", title)
    if len(matches) == 1 and len(others) <= 2 and not re.search(r"[0-9][\"″] ?x", title):
        text = matches[0].group()
        numbers = re.findall(NUMBER, text)
        may_be_cables = language == "en" and text.endswith("m") and text[-2] not in "mc"
        if not may_be_cables and all(is_lone(title, number) for number in set(numbers)):
            yield Found("dimensions", *matches[0].span(), partial(edit_sides, text, language))


def find_multipacks(title: str, language: str) -> Iterator[Found]:
    """``6 x 330 ml``, ``330ml*6瓶``."""
    for dimension in ("volume", "mass"):
        words = WRITTEN[language][dimension]
        words += r"|g| g" if language == "en" and dimension == "mass" else ""
        if language == "en":
            pattern = rf"{BEFORE['en']}(?P<n>[1-9][0-9]?)(?P<x> ?[x×] ?)(?P<q>{NUMBER}(?:{words})){AFTER['en']}"
        else:
            pattern = rf"{BEFORE['zh']}(?P<q>{NUMBER}(?:{words}))(?P<x>[*x×])(?P<n>[1-9][0-9]?)(?P<c>{_COUNTERS})?(?![0-9A-Za-z*/×+.])"
        matches = list(re.finditer(pattern, title))
        if len(matches) != 1:
            continue
        found = matches[0]
        measure, n = parse(found["q"], dimension, language), int(found["n"])
        counter = (found["c"] or "") if language == "zh" else ""
        if measure is None or n < 2 or not measure.unit.low <= number_value(measure.number) <= measure.unit.high:
            continue
        if language == "en" and measure.word == "L":  # 10x42L is a lens
            continue
        form = found.group()
        for name in sorted("qn", key=lambda name: -found.start(name)):  # used at once
            start, end = (place - found.start() for place in found.span(name))
            form = form[:start] + "{" + name + "}" + form[end:]
        yield Found(
            "multipack", *found.span(), partial(edit_multipack, n, measure, Pack(counter), language, anchor_form=form)
        )  # fmt: skip


def find_packs(title: str, language: str) -> Iterator[Found]:
    """``pack of 6``, ``6片装``, ``3件套``."""
    if language == "en":
        pattern = (
            rf"(?i:(?P<what>pack|set|box) of )(?P<a>[1-9]\d{{0,2}})(?!\w|[.,/]\d)"
            rf"|{BEFORE['en']}(?P<b>[1-9]\d{{0,2}})(?i:[- ]?(?:pack|pk|count|ct|pcs|pieces)|[- ](?P<set>piece|pc) set)(?![\w-])"
        )
    else:
        counted = rf"(?P<b>[1-9]\d{{0,2}})(?P<c>{_COUNTERS}|(?P<set>件套))装?"
        pattern = rf"(?<![一{_NUMBER_WORDS}两第]){BEFORE['zh']}{counted}(?![A-Za-z0-9*×/+])(?!包邮|起|折)"
    matches = list(re.finditer(pattern, title))
    if len(matches) != 1:
        return
    found = matches[0]
    groups = found.groupdict()
    number = groups.get("a") or found["b"]
    if int(number) < 2 or not is_lone(title, number):
        return
    is_set = bool(groups.get("set")) or (groups.get("what") or "").lower() == "set"
    start = found.start("a" if groups.get("a") else "b") - found.start()
    form = found.group()[:start] + "{n}" + found.group()[start + len(number) :]
    forms = (SET_FORMS if is_set else PACK_FORMS)[language]
    pack = Pack(groups.get("c") or "") if not is_set else Pack()
    yield Found("pack", *found.span(), partial(edit_count, int(number), forms, pack, language, anchor_form=form))


def find_sizes(title: str, language: str) -> Iterator[Found]:
    """``XL`` of what is worn, ``均码``, ``42码``."""
    if language == "zh" or _GARMENT.search(title):
        found = list((_LETTERS_EN if language == "en" else _LETTERS_ZH).finditer(title))
        known = {form.lower(): letter for letter, forms in LETTERS.items() for form in forms[language]}
        if len(found) == 1 and found[0].group().lower() in known and not (language == "zh" and _OTHER_SIZES.search(title)):
            text = found[0].group()
            yield Found("size", *found[0].span(), partial(edit_size, known[text.lower()], language, anchor=text))
    if language == "en":
        return
    for pattern, size in ((ONE_SIZE["zh"][0], "one"), (r"(?<![0-9\-~/.])(3[4-9]|4[0-6])码(?![0-9])", "eu")):
        matches = list(re.finditer(pattern, title))
        if len(matches) == 1:
            text = matches[0].group()
            asked = size if size == "one" else f"eu {text[:-1]}"
            yield Found("size", *matches[0].span(), partial(edit_size, asked, "zh", anchor=text))


def find_notations(title: str, language: str) -> Iterator[Found]:
    """``10,000 mAh`` in a real title; and Chinese number words before a measure word."""
    if language == "en":
        found = list(re.finditer(r"(?<![\w.,])([1-9][0-9]?,[0-9]{3})((?: |-)?(?:mAh|sheets|pages|BTU|rpm|RPM|Hz|lumens))(?!\w)", title))
        if len(found) == 1:
            plain, word = found[0][1].replace(",", ""), found[0][2]
            yield Found("notation", *found[0].span(), partial(_kept, found[0].group(), plain + word, language))
        return
    found = list(
        re.finditer(
            rf"(?<![一{_NUMBER_WORDS}百])([两{_NUMBER_WORDS}]|十[{_NUMBER_WORDS}]?)(件套|片装|支装|瓶装|双装|盒装|条装|斤装|只装)", title
        )
    )
    if len(found) == 1 and not re.search(r"[0-9](?:件套|片|支|瓶|双|盒|条|斤|只)", title):
        yield Found("notation", *found[0].span(), partial(_kept, found[0].group(), f"{_value(found[0][1])}{found[0][2]}", language))


def _value(said: str) -> int:
    """What 两, 三 or 十二 stands for."""
    if said == "两":
        return 2
    if said.startswith("十"):
        return 10 + (_NUMBER_WORDS.index(said[1]) + 2 if len(said) == 2 else 0)
    return _NUMBER_WORDS.index(said) + 2


def _kept(anchor: str, quantity: str, language: str, rng: np.random.Generator) -> Edit | None:
    """An edit that keeps the notation of the real title."""
    for _ in range(40):
        edit = edit_notation(quantity, language, rng)
        if edit is not None and edit.anchor == anchor:
            return edit
    return None

"""Sizes of shoes and clothes, cells of batteries, sun protection: numbers and letters that name a place on a scale."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from similis.catalogue.quantities.context import ABOUT_BATTERIES, ABOUT_BRAS, ABOUT_SHOES
from similis.catalogue.quantities.quantity import Quantity
from similis.catalogue.quantities.units import SIZE

ONE_SIZE = 99.0
_EDGE, _END = r"(?<![A-Za-z0-9.,])", r"(?![A-Za-z0-9]|\.\d)"
_D = r"\d{1,2}(?:\.5|\.0)?"
_Made = tuple[str, float] | None


def _european(found: re.Match[str], text: str) -> _Made:
    value = float(found[1])
    return (SIZE, value) if 15 <= value <= 70 else None


def _foreign(system: str) -> Callable[[re.Match[str], str], _Made]:
    def made(found: re.Match[str], text: str) -> _Made:
        number = found[1]
        is_size = "." in number or ABOUT_SHOES.search(text) is not None
        return (f"size {system}", float(number)) if is_size and 0 < float(number) <= 20 else None

    return made


def _chinese(found: re.Match[str], text: str) -> _Made:
    """码 and the bare word size: shoes and clothes up to 60, a child's height in centimetres up to 200, a foot in millimetres above."""
    value = float(found[1])
    if value > 60:
        return ("length", value * (10 if value <= 200 else 1)) if 66 <= value <= 320 else None
    return (SIZE, value)


def _numbered(found: re.Match[str], text: str) -> _Made:
    """号: a cell where batteries are meant, else a size or a shade."""
    value = float(found[1])
    if value in (5, 7) and ABOUT_BATTERIES.search(text):
        return ("battery", value)
    return (SIZE, value)


_RANKS = {"xxxs": -4.0, "3xs": -4.0, "xxs": -3.0, "2xs": -3.0, "xs": -2.0, "s": -1.0, "m": 0.0, "l": 1.0, "xl": 2.0}
_WORDS = {"small": "s", "medium": "m", "large": "l", "小": "s", "中": "m", "大": "l", "加大": "xl", "特大": "2xl", "加加大": "2xl"}


def _letter(found: re.Match[str], text: str) -> _Made:
    if _NO_SIZE.search(text, max(0, found.start(1) - 12), found.start(1)):
        return None
    word = re.sub(r"[\s\-]", "", found[1].lower())
    word = re.sub(r"extra", "x", word)
    for long in ("small", "medium", "large"):
        word = word.replace(long, _WORDS[long])
    if crosses := re.fullmatch(r"(x+|\d+x)l", word):
        times = len(crosses[1]) if crosses[1][0] == "x" else int(crosses[1][:-1])
        return ("size letter", 1.0 + times) if times <= 10 else None
    return ("size letter", _RANKS[word]) if word in _RANKS else None


def _han_letter(found: re.Match[str], text: str) -> _Made:
    """大码 alone is not among them: it names clothes for the stout, not one size."""
    return ("size letter", _RANKS.get(_WORDS[found[0][:-1]], 3.0))


def _one_size(found: re.Match[str], text: str) -> _Made:
    return ("size letter", ONE_SIZE)


def _bra(found: re.Match[str], text: str) -> _Made:
    return ("size bra", float(found[1]) + (ord(found[2].lower()) - 96) / 10) if ABOUT_BRAS.search(text) else None


def _pair(of: str) -> Callable[[re.Match[str], str], _Made]:
    """Two numbers that make one size, such as height and chest."""
    return lambda found, text: (f"size {of}", 1_000 * float(found[1]) + float(found[2]))


def _cell(found: re.Match[str], text: str) -> _Made:
    return ("battery", 7.0 if found[1].lower() == "aaa" else 5.0)


def _protection(found: re.Match[str], text: str) -> _Made:
    return ("spf", float(found[1]))


_NO_SIZE = re.compile(r"(?:model|type|series|class|mark|note|galaxy|iphone|型号?|系列|苹果)\s?$", re.IGNORECASE)
"""Words before a letter that is a name: Model S, iPhone XS."""
_NO_SIZES_OF = (
    r"[\s\-](?:point|tip|duty|brown|blue|blonde?|oak|gr[ea]y|roast|weight|firm|heat|grit|format|density|parts|business|office|animals?|"
    r"dogs?|breeds?|capacity|print|screen|display|rare|to\b|or\b|&|and\b)"
)
"""After medium, large and small: what is not the size of the product."""
_LETTERS = r"[2-9]\s?xl|x{1,4}[\s\-]?l|x{1,3}[\s\-]?s|(?:x{1,4}|extra|\dx)[\s\-]?(?:extra[\s\-]?)?(?:large|small)"
_RULES: tuple[tuple[tuple[str, ...], re.Pattern[str], Callable[[re.Match[str], str], _Made]], ...] = tuple(
    (needs, re.compile(pattern, re.IGNORECASE), rule)
    for needs, pattern, rule in (
        (
            (
                "eu",
                "欧",
                "法码",
            ),
            rf"{_EDGE}(?:size[\s:]*)?(?:eur?|欧洲?码?|法码)[\s:.\-]*({_D}){_END}(?:码|碼|号)?",
            _european,
        ),
        (
            (
                "eu",
                "欧码",
            ),
            rf"{_EDGE}({_D})\s?(?:eur?|欧码){_END}",
            _european,
        ),
        (
            (
                "us",
                "u.s.",
                "美",
            ),
            rf"{_EDGE}(?:size[\s:]*)?(?:us|u\.s\.|美国?码?)[\s:.\-]*(?:men'?s|women'?s|size|m|w)?[\s:.]*({_D}){_END}(?:码|碼)?",
            _foreign("us"),
        ),
        (
            (
                "us",
                "美码",
            ),
            rf"{_EDGE}({_D})\s?(?:us|美码){_END}",
            _foreign("us"),
        ),
        (
            (
                "uk",
                "英",
            ),
            rf"{_EDGE}(?:size[\s:]*)?(?:uk|英国?码?)[\s:.\-]*(?:size)?[\s:.]*({_D}){_END}(?:码|碼)?",
            _foreign("uk"),
        ),
        (
            (
                "uk",
                "英码",
            ),
            rf"{_EDGE}({_D})\s?(?:uk|英码){_END}",
            _foreign("uk"),
        ),
        (
            (*"abcy",),
            r"(?<![A-Za-z0-9.,/])(?:身高)?(1[3-9]\d)\s?[/\-]?\s?(?:胸围|腰围)?(\d{2,3})\s?\(?[abcy]\)?(?![A-Za-z0-9])",
            _pair("body"),
        ),
        (
            ("w",),
            r"(?<![A-Za-z0-9.,])(?:w|waist)[\s:]*(\d{2})[\s/x×,\-]*(?:l|length|inseam|leg)[\s:]*(\d{2})(?![A-Za-z0-9])",
            _pair("jeans"),
        ),
        (("w",), r"(?<![A-Za-z0-9.,])(\d{2})\s?w\s?[x×/\s]\s?(\d{2})\s?l(?![A-Za-z0-9])", _pair("jeans")),
        ((*"码碼",), r"(?<![A-Za-z0-9.,])(\d{1,3}(?:\.5)?)\s?(?:码|碼)(?!率|头|字|表|分|数|流|农|布)", _chinese),
        ((*"号號",), r"(?<![A-Za-z0-9.,])(\d{1,2}(?:\.5)?)\s?(?:号|號)(?!线|楼|房|店|公|链|机|车|院|航)", _numbered),
        (
            (
                "size",
                "sz",
                "码",
                "尺寸",
            ),
            rf"\b(?:size|sz\.?|尺码|尺寸|码数|鞋码)[\s:#\-]*(?:no\.?\s?)?({_D}|1\d\d){_END}(?!\s?(?:mm|cm|m|inch|in|ft|x|×|ml|oz|\"))",
            _chinese,
        ),
        (
            (
                "xl",
                "xs",
                "x-",
                "x l",
                "x s",
                "xx",
                "large",
                "small",
            ),
            rf"{_EDGE}({_LETTERS}){_END}(?!-\d)(?:码|碼|号)?",
            _letter,
        ),
        (
            (
                *"码碼号號",
                "size",
            ),
            r"(?<![A-Za-z0-9])([sml])\s?(?:码|碼|号|號|size\b)",
            _letter,
        ),
        (
            (
                "size",
                "尺码",
                "码数",
                "规格",
            ),
            r"(?:\bsize|尺码|码数|规格)[\s:：\-]*([sml])(?![A-Za-z0-9'])",
            _letter,
        ),
        ((), r"(?:(?<![\d.])[\s,(/|\-]|(?<=[\u4e00-\u9fff]))(?<!\b[A-Za-z]/)(?-i:([SML]))\s?\)?\s*$", _letter),
        (
            (
                "small",
                "medium",
                "large",
            ),
            rf"\b(small|medium|large)(?:[\s\-]size)?\b(?!{_NO_SIZES_OF})",
            _letter,
        ),
        ((*"码碼号號",), r"(?:(?:加加大|特大|加大|中|小)(?:码|碼|号|號)|大(?:号|號))(?!女|装|男)", _han_letter),
        (
            (
                "size",
                "均",
                "通码",
                "单一尺码",
            ),
            r"\b(?:one|free)[\s\-]?size(?:[\s\-]fits[\s\-](?:all|most))?\b|均码|均碼|通码|单一尺码",
            _one_size,
        ),
        ((*"abcdefg",), r"(?<![A-Za-z0-9])(6[05]|7[05]|8[05]|9[05]|100)\s?([a-f]|(?-i:G))(?:杯|[\s\-]cup)?(?![A-Za-z0-9])", _bra),
        (("aa",), r"(?<![A-Za-z0-9])(aaa|aa)(?![A-Za-z0-9])", _cell),
        (("spf",), r"spf\s?(\d{1,3})\+*", _protection),
    )
)
"""Each after what a text in small letters must hold, one of it, to be worth searching."""


def sizes(text: str) -> Iterator[Quantity]:
    """Every size in a text (Unicode NFKC); overlapping ones too, in order of preference."""
    lower = text.lower()
    for needs, pattern, rule in _RULES:
        if needs and not any(need in lower for need in needs):
            continue
        for found in pattern.finditer(text):
            if (made := rule(found, text)) is not None:
                yield Quantity(*made, *found.span())

"""Words with a fixed set of meanings, codes, dates, lists and category paths, in both languages."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any


def _table(**meanings: str) -> dict[str, str]:
    return {word: meaning for meaning, words in meanings.items() for word in words.split("|")}


_AVAILABILITY = _table(
    in_stock="in stock|instock|available|yes|true|y|1|on stock|in_stock|limited availability|limitedavailability|low stock|few left|in "
    "store only|"
    "instoreonly|onlineonly|有货|有|现货|有库存|在售|充足|库存充足|库存紧张|少量库存|仅剩少量|上架|是",
    out_of_stock="out of stock|outofstock|oos|sold out|soldout|unavailable|not available|no|false|n|0|discontinued|none left|缺货|无货|"
    "没货|售罄|已售罄|断货|"
    "无库存|下架|已下架|停产|停售|暂时缺货|否",
    preorder="preorder|pre order|presale|pre sale|coming soon|预售|预订|预定|即将上市",
    backorder="backorder|back order|on backorder|onbackorder|available for order|补货中|可预订|到货通知|订货",
)
_GENDER = _table(
    male="male|m|man|men|mens|men's|boy|boys|gentleman|gentlemen|he|男|男士|男性|男款|男式|男装|男生|男童|男孩|男人",
    female="female|f|w|woman|women|womens|women's|girl|girls|lady|ladies|she|女|女士|女性|女款|女式|女装|女生|女童|女孩|女人",
    unisex="unisex|u|all|both|any|neutral|中性|通用|男女|男女通用|男女同款|不限|情侣",
)
_AGE_GROUP = _table(
    newborn="newborn|new born|0-3 months|新生儿|初生儿",
    infant="infant|infants|baby|babies|3-12 months|婴儿|宝宝|婴童",
    toddler="toddler|toddlers|1-5 years|幼儿|婴幼儿|小童",
    kids="kids|kid|child|children|youth|teen|teens|junior|juniors|boys|girls|儿童|童|童装|孩子|小孩|青少年|中大童|大童|学生",
    adult="adult|adults|grown-up|men|women|成人|成年|成年人|大人|青年|中年|中老年|老年",
)
_CONDITION = _table(
    new="new|brand new|newcondition|全新|新|新品",
    refurbished="refurbished|renewed|reconditioned|refurbishedcondition|翻新|官翻|官方翻新",
    used="used|second hand|secondhand|pre-owned|preowned|open box|usedcondition|二手|旧|闲置|九成新|95新|99新",
)
WORDS = {"availability": _AVAILABILITY, "gender": _GENDER, "age_group": _AGE_GROUP, "condition": _CONDITION}
_TRUE = frozenset(("1", "true", "yes", "y", "t", "是", "有"))
_FALSE = frozenset(("0", "false", "no", "n", "f", "否", "无"))
_DATE = re.compile(
    r"(?P<year>[0-9]{4})[-/.年](?P<month>[0-9]{1,2})[-/.月](?P<day>[0-9]{1,2})日?"
    r"(?:[T ]*(?P<hour>[0-9]{1,2})[:时](?P<minute>[0-9]{2})分?(?::?(?P<second>[0-9]{2})秒?)?)?"
)
_DAY_FIRST = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_MAX_DEPTH = 12
_STRONG = re.compile(r"\s*(?:>|＞|›|»|→|\\)+\s*")
_PIPE = re.compile(r"\s*[|｜]+\s*")
_SPACED_SLASH = re.compile(r"\s+/+\s*|\s*/+\s+|\s*／+\s*")
_SLASH = re.compile(r"/+")


@lru_cache(maxsize=16_384)
def word_meaning(field: str, text: str) -> str | None:
    """What a shop's word means for ``availability``, ``gender``, ``age_group`` or ``condition``; None when the word is not known."""
    word = unicodedata.normalize("NFKC", text).strip().casefold()
    word = word.rsplit("schema.org/", 1)[-1] if "schema.org/" in word else word
    table = WORDS[field]
    found = table.get(word) or table.get(re.sub(r"[\s_-]+", " ", word)) or table.get(re.sub(r"[\s_-]+", "", word))
    if found is None and field == "availability" and re.fullmatch(r"[0-9]{1,12}(?:\.[0-9]+)?", word):
        return "in_stock" if float(word) > 0 else "out_of_stock"
    return found


def parse_boolean(text: str) -> bool | None:
    """Yes or no in both languages; None when it is neither."""
    word = text.strip().casefold()
    return True if word in _TRUE else False if word in _FALSE else None


@lru_cache(maxsize=4_096)
def parse_datetime(text: str) -> datetime | None:
    """A moment from ISO 8601, ``2016/11/14``, ``2016年11月14日``, ``14.11.2016`` or Unix seconds or milliseconds; UTC where no zone is
    given.

    None when it is none of these; ``11/14/2016`` and ``14/11/2016`` are refused, since the two conventions cannot be told apart.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        if re.fullmatch(r"[0-9]{10}(?:[0-9]{3})?", plain):
            return datetime.fromtimestamp(int(plain[:10]), UTC)
        if found := _DATE.fullmatch(plain):
            parts = [int(found[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")]
            return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]  # six ints, which mypy cannot count
        if found := _DAY_FIRST.fullmatch(plain):
            return datetime(int(found[3]), int(found[2]), int(found[1]), tzinfo=UTC)
        moment = datetime.fromisoformat(plain) if len(plain) >= 10 else None
        if moment is None:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def gtin_digits(text: str) -> str | None:
    """The digits of a GTIN, EAN, UPC or ISBN-13 with their leading zeros; spaces, hyphens, a leading ``'`` and the ``.0`` of a number go.
    None when it is no such code."""
    digits = re.sub(r"[\s\-'`\u2010-\u2015]+|\.0+$", "", unicodedata.normalize("NFKC", text))
    return digits if digits.isascii() and digits.isdigit() and 6 <= len(digits) <= 18 else None


def has_valid_check_digit(digits: str) -> bool:
    """Whether the digits are a GTIN-8, -12, -13 or -14 whose last digit is right. Source: GS1 General Specifications, 7.9."""
    if len(digits) not in (8, 12, 13, 14):
        return False
    total = sum(int(digit) * (3 if position % 2 == 0 else 1) for position, digit in enumerate(reversed(digits[:-1])))
    return (10 - total % 10) % 10 == int(digits[-1])


def split_category(text: str, *, slash_separates: bool = True) -> tuple[str, ...]:
    """A category path from one text, cleaned already: ``A > B``, ``A | B``, ``A / B``, ``A/B``.

    The strongest mark present separates, so ``Audio/Video > TV`` has two steps. A slash without spaces separates only if
    ``slash_separates``; a feed decides that by its own rows (see ``mapping``). Of several paths (``A > B; C > D``, or ``A > B, A`` with a
    common root) the longest is taken. Equal neighbours become one.
    """
    if _STRONG.search(text):
        steps = _longest_path(text)
    elif "|" in text or "｜" in text:
        steps = _PIPE.split(text)
    elif _SPACED_SLASH.search(text):
        steps = _SPACED_SLASH.split(text)
    elif "/" in text and (slash_separates or text.startswith("/")):
        steps = _SLASH.split(text)
    else:
        steps = [text]
    return tidy_path(steps)


def _longest_path(text: str) -> list[str]:
    paths = [_STRONG.split(path) for path in re.split(r"\s*[;；]\s*", text)]
    pieces = [_STRONG.split(piece) for piece in re.split(r"\s*[,，]\s*", text)]
    longest = max(pieces, key=len)
    if len(paths) == 1 and all(piece[0] in longest for piece in pieces):  # "A > B, A": paths; "Food, Drink > Tea": a name with a comma
        return longest
    return max(paths, key=len)


def tidy_path(steps: list[str]) -> tuple[str, ...]:
    """Steps without empty ones and repeats of the one before, twelve at most."""
    out: list[str] = []
    for step in steps:
        step = step.strip()
        if step and (not out or out[-1] != step):
            out.append(step)
    return tuple(out[:_MAX_DEPTH])


def json_value(text: str) -> Any:
    """The list or object a text holds as JSON, leaves as text; None when it holds none."""
    if (text[:1], text[-1:]) not in (("[", "]"), ("{", "}")):
        return None
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None


def split_list(text: str) -> list[str]:
    """The parts of a list written as one text: JSON, else separated by commas, semicolons or bars."""
    value = json_value(text)
    if isinstance(value, list):
        return [part for part in value if isinstance(part, str) and part]
    return [part for part in (piece.strip() for piece in re.split(r"[,;|，；、]", text)) if part]

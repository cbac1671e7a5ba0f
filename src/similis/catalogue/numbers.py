"""Prices, counts and other numbers as shops write them."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

MAX_PRICE = Decimal(10) ** 12
_AMBIGUOUS = frozenset(("$", "¥", "kr", "rs", "rs."))
_CURRENCIES = {
    "$": "USD", "us$": "USD", "usd": "USD", "美元": "USD", "美金": "USD", "dollars": "USD", "dollar": "USD",
    "¥": "CNY", "元": "CNY", "块": "CNY", "人民币": "CNY", "rmb": "CNY", "cn¥": "CNY", "yuan": "CNY",
    "€": "EUR", "欧元": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "英镑": "GBP",
    "円": "JPY", "日元": "JPY", "jp¥": "JPY", "₩": "KRW", "韩元": "KRW", "₹": "INR", "rs": "INR", "rs.": "INR",
    "hk$": "HKD", "港币": "HKD", "港元": "HKD", "nt$": "TWD", "新台币": "TWD", "台币": "TWD", "a$": "AUD", "au$": "AUD", "c$": "CAD",
    "ca$": "CAD", "s$": "SGD", "r$": "BRL", "₽": "RUB", "руб": "RUB", "руб.": "RUB", "zł": "PLN", "kč": "CZK", "kr": "SEK", "฿": "THB",
    "₫": "VND", "₺": "TRY", "₪": "ILS", "₴": "UAH",
}  # fmt: skip
_CODES_TEXT = (
    "AED AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR ISK JPY KRW KWD KZT MAD MOP MXN MYR NGN NOK "
    "NZD PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB TRY TWD UAH USD VND ZAR"
)
_CODES = frozenset(_CODES_TEXT.split())
_PLAIN = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")
_TYPED = re.compile(r"[0-9]+(?:\.[0-9]+)?e[+-]?[0-9]{1,3}", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9](?:[0-9.,'’ ]*[0-9])?")
_AROUND = re.compile(
    r"(?:价格|售价|现价|原价|特价|price|only|incl\.?|excl\.?|vat|含税|/?(?:件|个|只|瓶|盒|袋|双|套|台|each|pc|pcs))|[:.,\-\s]|整",
    re.IGNORECASE,
)
_RANGE = re.compile(r"[0-9]\s*(?:元|€|円)?\s*(?:-|–|—|~|～|至|到|to|bis)\s*[^0-9]{0,3}[0-9]|起|from\b|\bab\b|以上|以下|\+$", re.IGNORECASE)
_COUNT = re.compile(
    r"[>≥约]?\s*([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(?:\.0*)?\s*(?:\+|件|个|只|套|台|pcs|pieces|units|in stock|left|有货)?", re.IGNORECASE
)


class BadNumber(ValueError):
    """A text that is no number of the wanted kind; ``code`` says in one word why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Price(NamedTuple):
    """An exact amount, the ISO 4217 code if the text named one, and whether its sign is shared by several currencies ($, ¥)."""

    amount: Decimal
    currency: str | None
    is_ambiguous: bool


@lru_cache(maxsize=65_536)
def parse_price(text: str) -> Price:
    """One price, as ``1,299.00 元``, ``$12.99``, ``12,99 €``, ``￥88``, ``1.299,00``, ``1.2万``.

    Of comma and point the later one is the decimal mark; a single comma before exactly three digits groups thousands, a single point does
    so only beside ``€``. ``¥`` reads as CNY, ``$`` as USD unless the feed's currency column says otherwise.

    Raises:
        BadNumber: with code ``price_range``, ``negative_price``, ``price_too_large`` or ``bad_price``. Ranges and "from" prices are
        refused:
            no single amount is meant.
    """
    if _PLAIN.fullmatch(text):
        return Price(_bounded(Decimal(text), text), None, False)
    plain = unicodedata.normalize("NFKC", text).strip().replace("\u2212", "-").replace("￥", "¥")
    if len(plain) > 64:
        raise BadNumber("bad_price", f"{text[:40]!r}… is too long for a price")
    if _TYPED.fullmatch(plain):
        amount = _bounded(Decimal(plain), text)
        if amount.is_zero() or amount < Decimal("1e-9"):
            raise BadNumber("bad_price", f"{text!r} is too small for a price")
        return Price(Decimal(f"{amount:f}"), None, False)
    if _RANGE.search(plain):
        raise BadNumber("price_range", f"{text!r} names no single price; give one amount")
    numbers = _NUMBER.findall(plain)
    if len(numbers) != 1:
        raise BadNumber("bad_price", f"{text!r} is no price; write it like 1299.00")
    before, _, after = plain.partition(numbers[0])
    currency, is_ambiguous, factor = _unit(before, after, text)
    amount = Decimal(_decimal_text(numbers[0], currency)) * factor if factor != 1 else Decimal(_decimal_text(numbers[0], currency))
    return Price(_bounded(amount, text), currency, is_ambiguous)


def _bounded(amount: Decimal, text: str) -> Decimal:
    if amount > MAX_PRICE:
        raise BadNumber("price_too_large", f"{text[:40]!r} is above {MAX_PRICE:,}; no price is")
    return amount


def _unit(before: str, after: str, text: str) -> tuple[str | None, bool, int]:
    """Currency, whether its sign is ambiguous, and the factor of 万, from what stands around the number."""
    if before.rstrip(" $€£¥").endswith("-") or (before.lstrip().startswith("(") and after.rstrip().endswith(")")):
        raise BadNumber("negative_price", f"{text!r} is below zero")
    after = after.strip()
    factor = 1
    if after.startswith("万"):
        factor, after = 10_000, after[1:]
    currency: str | None = None
    is_ambiguous = False
    for part in (before, after):
        word = _AROUND.sub("", part).casefold()
        found = currency_code(word) or currency_code(part.strip().casefold())
        if word and found is None:
            raise BadNumber("bad_price", f"{text!r} is no price: {part.strip()!r} is no currency known here; write it like 1299.00 CNY")
        if found and (currency is None or is_ambiguous):
            currency, is_ambiguous = found, word in _AMBIGUOUS
    return currency, is_ambiguous, factor


def currency_code(text: str) -> str | None:
    """The ISO 4217 code of a currency's code, sign or name; None when it is not known."""
    word = text.strip().casefold()
    if word.upper() in _CODES:
        return word.upper()
    return _CURRENCIES.get(word.replace("￥", "¥"))


def _decimal_text(number: str, currency: str | None) -> str:
    number = re.sub(r"(?<=[0-9])[ '’](?=[0-9]{3}(?![0-9]))", "", number)
    if re.search(r"[ '’]", number):
        raise BadNumber("bad_price", f"{number!r} is more than one number")
    comma, point = number.rfind(","), number.rfind(".")
    if comma >= 0 and point >= 0:
        mark = "," if comma > point else "."
    elif comma < 0 and point < 0:
        return number
    else:
        mark = "," if comma >= 0 else "."
        groups = number.count(mark) > 1 or (
            len(number) - number.rfind(mark) == 4 and not number.startswith("0") and (mark == "," or currency == "EUR")
        )
        if groups:
            return _grouped(number, mark)
    whole, _, fraction = number.rpartition(mark)
    if mark in whole:
        raise BadNumber("bad_price", f"{number!r} has more than one decimal mark")
    other = "." if mark == "," else ","
    return f"{_grouped(whole, other)}.{fraction}"


def _grouped(number: str, mark: str) -> str:
    head, *groups = number.split(mark)
    if groups and (not head or len(head) > 3 or len(groups[-1]) != 3 or any(len(group) not in (2, 3) for group in groups)):
        raise BadNumber("bad_price", f"{number!r} is not grouped like a number; write it like 1299.00")
    return head + "".join(groups)


@lru_cache(maxsize=16_384)
def parse_count(text: str) -> int:
    """A number of pieces, as ``15``, ``1,200``, ``15.0``, ``15件``, ``>10``. Below zero (oversold) counts as 0.

    Raises:
        BadNumber: with code ``bad_count``.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if re.fullmatch(r"-[0-9]{1,15}(?:\.0*)?", plain):
        return 0
    found = _COUNT.fullmatch(plain)
    if not found:
        raise BadNumber("bad_count", f"{text[:40]!r} is no number of pieces; write it like 15")
    return int(found[1].replace(",", ""))


def parse_float(text: str) -> float:
    """A finite number, as ``0.25``, ``1,200``, ``2.3万``, ``1万+``.

    Raises:
        BadNumber: with code ``bad_number``.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace(",", "").rstrip("+")
    factor = 1.0
    if plain.endswith("万"):
        plain, factor = plain[:-1], 10_000.0
    try:
        value = float(plain) * factor
    except ValueError:
        value = float("nan")
    if "_" in plain or value != value or value in (float("inf"), float("-inf")):
        raise BadNumber("bad_number", f"{text[:40]!r} is no finite number")
    return value

"""How each field of one value reads its column, and the table of all readers."""

from __future__ import annotations

import re
from collections.abc import Callable

from similis.catalogue import field_lists, numbers, values
from similis.catalogue.cleaning import clean_line, clean_text
from similis.catalogue.columns import COMPLEMENTS_FIELD
from similis.catalogue.draft import Draft
from similis.catalogue.field_texts import Reader, one_text
from similis.catalogue.rows import RawValue

_MONEY = ("price", "sale_price", "cost")
_LANGUAGES = {
    "中文": "zh",
    "汉语": "zh",
    "简体中文": "zh",
    "繁体中文": "zh",
    "chinese": "zh",
    "cn": "zh",
    "英文": "en",
    "英语": "en",
    "english": "en",
}


def _brief(draft: Draft, column: str, value: RawValue, clean: Callable[[str], str] = clean_text) -> str:
    """A text short enough to be a number, a date or a word; a longer one ends in an ellipsis, and so is none of them."""
    text = one_text(draft, column, value, clean)
    return text if len(text) <= 200 else text[:200] + "…"


def _text_reader(name: str, clean: Callable[[str], str] = clean_text) -> Reader:
    def read(draft: Draft, column: str, value: RawValue) -> None:
        if text := one_text(draft, column, value, clean):
            draft.fields[name] = text

    return read


def _money_reader(name: str) -> Reader:
    def read(draft: Draft, column: str, value: RawValue) -> None:
        if isinstance(value, dict):
            code = numbers.currency_code(str(value.get("currency", "")))
            value = f"{value.get('value') or value.get('amount') or ''} {code or ''}"
        text = _brief(draft, column, value, clean_line)
        if not text:
            return
        try:
            price = numbers.parse_price(text if "<" not in text and "&" not in text else clean_text(text))
        except numbers.BadNumber as error:
            draft.refuse(column, value, error.code, str(error))
            return
        draft.fields[name] = price.amount
        if price.currency is not None:
            draft.currencies.append((column, price.currency, price.is_ambiguous))

    return read


def _word_reader(name: str) -> Reader:
    def read(draft: Draft, column: str, value: RawValue) -> None:
        text = _brief(draft, column, value)
        if not text:
            return
        meaning = values.word_meaning(name, text)
        if meaning is None:
            known = ", ".join(dict.fromkeys(values.WORDS[name].values()))
            draft.refuse(column, value, f"unknown_{name}", f"{text[:40]!r} is no {name} known here; use one of: {known}")
        else:
            draft.fields[name] = meaning

    return read


def _date_reader(name: str) -> Reader:
    def read(draft: Draft, column: str, value: RawValue) -> None:
        text = _brief(draft, column, value, clean_line)
        if not text:
            return
        moment = values.parse_datetime(text)
        if moment is None:
            draft.refuse(column, value, "bad_date", f"{text[:40]!r} is no date; write it like 2026-01-31")
        else:
            draft.fields[name] = moment

    return read


def _read_currency(draft: Draft, column: str, value: RawValue) -> None:
    text = _brief(draft, column, value)
    code = numbers.currency_code(text) if text else None
    if code is not None:
        draft.fields["currency"] = code
    elif text:
        draft.refuse(column, value, "unknown_currency", f"{text[:40]!r} is no currency known here; use a code such as CNY")


def _read_stock(draft: Draft, column: str, value: RawValue) -> None:
    text = _brief(draft, column, value)
    if not text:
        return
    try:
        draft.fields["stock"] = numbers.parse_count(text)
    except numbers.BadNumber as error:
        meaning = values.word_meaning("availability", text)
        if meaning is None:
            draft.refuse(column, value, error.code, str(error))
        else:
            draft.fields.setdefault("availability", meaning)


def _read_popularity(draft: Draft, column: str, value: RawValue) -> None:
    text = _brief(draft, column, value, clean_line)
    if not text:
        return
    try:
        draft.fields["popularity"] = numbers.parse_float(text)
    except numbers.BadNumber as error:
        draft.refuse(column, value, error.code, str(error))


def _read_gtin(draft: Draft, column: str, value: RawValue) -> None:
    codes = value if isinstance(value, list) else values.json_value(value) if isinstance(value, str) else None
    if isinstance(codes, list) and len(codes) > 1:
        draft.keep(column, value)
    text = _brief(draft, column, str(codes[0]) if isinstance(codes, list) and codes else value, clean_line)
    if not text:
        return
    digits = values.gtin_digits(text)
    if digits is None:
        draft.refuse(column, value, "bad_gtin", f"{text[:40]!r} is no GTIN; write its digits as text, leading zeros too")
        return
    draft.fields["gtin"] = digits
    if not values.has_valid_check_digit(digits):
        draft.note(column, "gtin_check_digit", f"{digits} is kept, but its length or check digit is wrong; compare it with the package")


def _read_link(draft: Draft, column: str, value: RawValue) -> None:
    text = one_text(draft, column, value, clean_line)
    if not text:
        return
    scheme = re.match(r"([a-zA-Z][a-zA-Z0-9+.-]*):(?!//|[0-9])|([a-zA-Z][a-zA-Z0-9+.-]*)://", text)
    if scheme and (scheme[1] or scheme[2]).lower() not in ("http", "https"):
        draft.refuse(column, value, "bad_link", f"{text[:40]!r} is no web address; use http or https")
    else:
        draft.fields["link"] = text


def _read_language(draft: Draft, column: str, value: RawValue) -> None:
    text = _brief(draft, column, value).casefold()
    code = _LANGUAGES.get(text) or re.split(r"[-_]", text)[0]
    if re.fullmatch(r"[a-z]{2,3}", code):
        draft.fields["language"] = code
    elif text:
        draft.refuse(column, value, "unknown_language", f"{text[:40]!r} is no language code; use one such as zh or en")


READERS: dict[str, Reader] = {
    **{name: _text_reader(name) for name in ("title", "description", "brand", "color", "size", "material", "seller", "source")},
    **{name: _text_reader(name, clean_line) for name in ("mpn", "group_id")},
    **{name: _money_reader(name) for name in _MONEY},
    **{name: _word_reader(name) for name in values.WORDS},
    **{name: _date_reader(name) for name in ("created_at", "updated_at")},
    "currency": _read_currency,
    "stock": _read_stock,
    "popularity": _read_popularity,
    "gtin": _read_gtin,
    "image_links": field_lists.read_images,
    "link": _read_link,
    "language": _read_language,
    "attributes": field_lists.read_attributes,
    "extra": field_lists.read_own_extra,
    COMPLEMENTS_FIELD: field_lists.read_complements,
}
"""One reader per field; the id is read first by the converter, the category path by ``category_reader``."""

"""The spelling of brands: what of it matters, and where one field holds two."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from similis.hanzi import simplified

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_MARKS = re.compile("[®™©℠\u200b-\u200f\ufeff]|\\((?:r|tm|c)\\)", re.IGNORECASE)
_ACCENTS = re.compile("[\u0300-\u036f]")
_APOSTROPHES = re.compile("['’‘`ʼ´]")
_DOTS = re.compile(r"(?<=\w)\.(?=\w|\s|$)")
_OTHER = re.compile(r"[\W_]+")
_LEGAL_FORMS = "inc incorporated ltd limited llc llp plc co corp corporation company gmbh ag sa sas srl bv nv ab oy kg kk pte pty and"
_LEGAL = frozenset(_LEGAL_FORMS.split())
_SHOP = re.compile(
    r"(?:股份|科技|技术|贸易|实业|电子|集团|控股|中国|化妆品|食品|服饰|用品)*\s*有限(?:责任)?公司$|集团$|"
    r"(?:官方|海外|品牌|天猫|京东)*(?:旗舰店|专卖店|专营店|自营店|官方店|直营店|企业店)$|官方$"
)
_CHINA = re.compile(r"[(（]\s*中国\s*[)）]")
_SEPARATORS = re.compile(r"\s*[/|｜／()（）\[\]【】,，、·]\s*|\s+[-–—]\s+")
_SCRIPT_RUN = re.compile(rf"[{_HAN}]+(?:[\s·]*[{_HAN}]+)*|[^{_HAN}]+")
_IS_HAN = re.compile(rf"[{_HAN}]")
_PIECE = re.compile(rf"[{_HAN}]+|[^\s{_HAN}]+")
MAX_LENGTH = 200
"""Characters of a brand that are looked at."""
_LITTLE = frozenset(("and", "the", "of", "by"))


@lru_cache(maxsize=16_384)
def plain_brand(text: str) -> str:
    """The brand in lower case, without accents, marks, punctuation, legal forms and words for a shop; never emptied by that.

    >>> [plain_brand(one) for one in ("L’Oréal S.A.", "Dolce&Gabbana", "TP-LINK®", "耐克官方旗舰店", "蘭蔻")]
    ['loreal', 'dolce and gabbana', 'tp link', '耐克', '兰蔻']
    """
    text = _CHINA.sub("", _MARKS.sub("", text[:MAX_LENGTH]))
    text = _DOTS.sub("", _APOSTROPHES.sub("", _without_accents(text)))
    text = _OTHER.sub(" ", text.replace("&", " and ")).strip()
    kept = _SHOP.sub("", text).strip() or text
    words = kept.split()
    while len(words) > 1 and words[-1] in _LEGAL and words[:-1] != ["the"]:
        words.pop()
    return " ".join(words)


def brand_key(text: str) -> str:
    """``plain_brand`` without spaces: what two spellings of a brand share."""
    return plain_brand(text).replace(" ", "")


def telling_words(brand: str) -> list[str]:
    """The words of a brand that titles are compared by: ``bath body works``; all of them where none is left."""
    words = _PIECE.findall(plain_brand(brand))
    return [word for word in words if word not in _LITTLE] or words


def is_separated(text: str) -> bool:
    """Whether a brand field has a slash, brackets or the like in it."""
    return _SEPARATORS.search(unicodedata.normalize("NFKC", text[:MAX_LENGTH]).strip()) is not None


def plain_words(text: str) -> str:
    """A title's word as brands are spelt: without accents."""
    return text if text.isascii() else _without_accents(text)


def both_spellings(text: str) -> tuple[str, ...]:
    """The parts of a brand field that holds a brand twice, ``Nike/耐克`` or ``SK-II（美之奥）``: the one in Latin letters first.

    Empty when it does not, or when a part is too short to be a name.
    """
    text = unicodedata.normalize("NFKC", _CHINA.sub("", _MARKS.sub("", text[:MAX_LENGTH]))).strip()
    parts = [part for part in _SEPARATORS.split(_without_shop(text)) if part]
    if len(parts) == 1:
        parts = [run.strip() for run in _SCRIPT_RUN.findall(parts[0]) if run.strip()]
    if len(parts) != 2:
        return ()
    is_han = [bool(_IS_HAN.search(part)) for part in parts]
    if is_han[0] == is_han[1] or any(len(brand_key(part)) < 2 for part in parts):
        return ()
    return (parts[1], parts[0]) if is_han[0] else (parts[0], parts[1])


def title_run(words: Sequence[str]) -> str:
    """Words as one text: spaces only between words that are not Chinese."""
    out = ""
    for word in words:
        plain = plain_words(word)
        out += f" {plain}" if out and not (_IS_HAN.match(plain) or _IS_HAN.match(out[-1])) else plain
    return out


def title_forms(alias: str) -> set[str]:
    """How the words of a title show an alias, as ``title_run`` joins them: as one word or several, with and without little words.

    Not as single letters (``h m``) and numbers with a word behind (``7 up``), which titles have for other reasons.
    """
    forms: set[str] = set()
    for text in _written(alias):
        words = _PIECE.findall(plain_brand(text))
        if not words:
            continue
        kept = [word for word in words if word not in _LITTLE]
        forms.update(title_run(one) for one in (words, kept if len(kept) > 1 else words))
        if len(words) > 1 and all(word not in _LITTLE for word in words) and len("".join(words)) > 3:
            forms.add("".join(words))
    return {form for form in forms if " " not in form or not (form[0].isdigit() or max(map(len, form.split())) == 1)}


def _written(alias: str) -> Iterator[str]:
    """An alias, with dots as spaces, and without possessives: titles are cut at dots and lose their ``'s``."""
    yield alias
    if "." in alias.rstrip("."):
        yield alias.replace(".", " ")
    if "'s" in alias:
        yield alias.replace("'s", "")


def _without_shop(text: str) -> str:
    return _SHOP.sub("", text).strip() or text


@lru_cache(maxsize=16_384)
def _without_accents(text: str) -> str:
    text = simplified(unicodedata.normalize("NFKC", text)).casefold()
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))

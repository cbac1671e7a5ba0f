"""One brand in all its spellings: 惠普, HP and Hewlett-Packard; ``Nike/耐克``; L'Oréal and LOREAL Paris."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from similis.catalogue.brand_spelling import (
    both_spellings,
    brand_key,
    is_separated,
    plain_brand,
    plain_words,
    telling_words,
    title_forms,
    title_run,
)
from similis.catalogue.brand_table import BrandTable, shipped_brands

NO_ALIASES: Mapping[str, str] = {}
_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class _Reading:
    """What an alias is read as.

    plain: the name as it is compared; ``shown`` as people write it.
    """

    plain: str
    shown: str


@dataclass(frozen=True, slots=True)
class BrandAliases:
    """What a shop's brands are called, by the shipped table and by the shop's own aliases. Look-ups only; may be used from several threads.

    Made by ``of``.
    """

    _readings: Mapping[str, _Reading]
    _titles: Mapping[str, tuple[str, ...]]
    _beginnings: frozenset[str]
    _placeholders: frozenset[str]
    _known: dict[str, _Reading | None] = field(default_factory=dict)

    @classmethod
    def of(cls, own: Mapping[str, str] = NO_ALIASES, fields: Iterable[str] = ()) -> BrandAliases:
        """The aliases of a shop.

        Args:
            own: The shop's own, alias to name; they win over the shipped table. Names may be aliases themselves.
            fields: Brand fields of the shop. Such as hold two spellings (``Acme/屿动``) teach an alias, where both halves stand in no other
                pair; it is used for brand fields, not in titles.
        """
        table = shipped_brands()
        readings = _resolved(table, own, _learned(table, fields))
        titles: dict[str, tuple[str, ...]] = {}
        for alias in (*table.aliases, *own):
            reading = readings[brand_key(alias)]
            if not {plain_brand(alias), reading.plain} & table.everyday:
                name = tuple(telling_words(reading.plain))
                titles.update((form, name) for form in title_forms(alias) if form not in table.everyday)
        beginnings = frozenset(form[:end] for form in titles for end in range(1, len(form) + 1))
        return cls(readings, titles, beginnings, table.placeholders)

    def canonical(self, brand: str | None) -> str | None:
        """The brand as it is compared: lower case, without accents, punctuation and legal forms, a known alias as its first name.

        None without a brand, and for words that stand for none, such as ``Generic`` and 无品牌.

        >>> brands = BrandAliases.of({"屿动": "Yudong"})
        >>> [brands.canonical(one) for one in ("惠普（中国）有限公司", "L'ORÉAL Paris", "Nike/耐克", "屿动旗舰店", "Foo GmbH", "N/A")]
        ['hp', 'loreal', 'nike', 'yudong', 'foo', None]
        """
        reading = self._read(brand)
        return None if reading is None else reading.plain

    def shown(self, brand: str | None) -> str | None:
        """The brand as people write it: a known alias as its first name, any other as it is."""
        reading = self._read(brand)
        return None if reading is None else reading.shown

    def words_in(self, words: Sequence[str]) -> list[str]:
        """A title's words, each run that is a known alias replaced by the words of the name it stands for.

        Everyday words that are brands too (苹果, Gap) stay.

        Args:
            words: As ``indexing.text.words`` gives them.

        >>> BrandAliases.of().words_in(["雅诗", "兰黛", "小", "棕瓶", "hewlett", "packard", "苹果"])
        ['estee', 'lauder', '小', '棕瓶', 'hp', '苹果']
        """
        out: list[str] = []
        at = 0
        while at < len(words):
            name, taken = self._alias_at(words, at)
            out.extend(name)
            at += taken
        return out

    def _alias_at(self, words: Sequence[str], at: int) -> tuple[Sequence[str], int]:
        """The name of the longest alias that starts at a word, and how many words it takes; the word itself where there is none."""
        found: tuple[Sequence[str], int] = (words[at : at + 1], 1)
        run = plain_words(words[at])
        end = at + 1
        while run in self._beginnings:
            name = self._titles.get(run)
            if name is not None:
                found = (name, end - at)
            if end == len(words):
                break
            run = title_run((run, words[end]))
            end += 1
        return found

    def _read(self, brand: str | None) -> _Reading | None:
        if not brand:
            return None
        if brand in self._known:
            return self._known[brand]
        reading = self._look_up(brand)
        if len(self._known) < _REMEMBERED:
            self._known[brand] = reading
        return reading

    def _look_up(self, brand: str) -> _Reading | None:
        key = brand_key(brand)
        if not key or key in self._placeholders:
            return None
        if (whole := self._readings.get(key)) is not None:
            return whole
        spellings = both_spellings(brand)
        found = {reading.plain: reading for part in spellings if (reading := self._readings.get(brand_key(part))) is not None}
        if len(found) == 1:
            return next(iter(found.values()))
        if spellings and not found:
            return _Reading(plain_brand(spellings[0]), spellings[0])
        return _Reading(plain_brand(brand), brand.strip())


def _resolved(table: BrandTable, own: Mapping[str, str], learned: Mapping[str, str]) -> dict[str, _Reading]:
    """What each alias is read as in the end, following aliases of aliases."""
    steps = {brand_key(alias): name for alias, name in table.aliases.items()}
    steps = {**{key: name for key, name in learned.items() if key not in steps}, **steps}
    steps |= {brand_key(alias): name for alias, name in own.items()}
    return {key: _Reading(plain_brand(name), name) for key in steps for name in (_end_of(key, steps),)}


def _end_of(key: str, steps: Mapping[str, str]) -> str:
    """The name at the end of a chain of aliases; of a circle, which is one brand, the first name in the alphabet."""
    passed: dict[str, str] = {}
    while key in steps and key not in passed:
        passed[key] = name = steps[key]
        key = brand_key(name)
    if key not in passed:
        return list(passed.values())[-1]
    keys = list(passed)
    return min(passed[one] for one in keys[keys.index(key) :])


def _learned(table: BrandTable, fields: Iterable[str]) -> dict[str, str]:
    """Alias key to name, from brand fields with two spellings that each stand in one pair only."""
    partners: dict[str, set[str]] = {}
    names: dict[str, str] = {}
    for text in set(fields):
        pair = both_spellings(text) if is_separated(text) else ()
        if pair and brand_key(pair[0]) not in table.placeholders:
            latin, han = (brand_key(part) for part in pair)
            partners.setdefault(latin, set()).add(han)
            partners.setdefault(han, set()).add(latin)
            names[han] = min(pair[0], names.get(han, pair[0]))
    known = {brand_key(alias) for alias in table.aliases}
    return {
        han: name for han, name in names.items() if len(partners[han]) == 1 and len(partners[brand_key(name)]) == 1 and han not in known
    }

"""How many are in the pack, in both languages: packs, sets, and packs of measures such as 6 × 1.5 L."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from benchmarks.minimal_pairs_edits import Edit, bare, choose, differ, near_misses, other_spelling
from benchmarks.minimal_pairs_units import Measure, spellings

_DIGITS = "零一二三四五六七八九"
_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

PACK_FORMS: Mapping[str, tuple[str, ...]] = {
    "en": ("pack of {n}", "{n}-pack", "{n} pack", "{n}pk", "{n} ct", "{n} count", "{n}ct", "{n} pcs", "{n}pcs", "{n} pieces", "box of {n}",
           "{n}-count", "Pack of {n}", "{w}-pack", "pack of {w}", "{d} dozen", "{double} pack"),
    "zh": ("{n}{c}装", "{n}{c}", "{n} {c}装", "{z}{c}装", "{z}{c}", "{n}{c}/{k}", "一{k}{n}{c}", "1{k}{n}{c}", "每{k}{n}{c}", "共{n}{c}",
           "整{k}{n}{c}", "{z}{c}/{k}", "双{c}装", "{d}打"),
}  # fmt: skip
SET_FORMS: Mapping[str, tuple[str, ...]] = {
    "en": ("set of {n}", "{n}-piece set", "{n} piece set", "{n}pc set", "{n} pc set", "set of {w}", "{w}-piece set", "{n}-pc set"),
    "zh": ("{n}件套", "{z}件套", "{n}件套装", "{z}件套装", "{n}件/套", "一套{n}件", "套装{n}件"),
}
PAIR_FORMS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "en": (("{n} pairs", "{w} pairs", "{n}-pair pack", "{n} prs"), ("{m} pcs", "{m} pieces", "set of {m}")),
    "zh": (("{n}双", "{z}双", "{n}双装", "{z}双装", "{n}对"), ("{m}只", "{m}只装", "共{m}只")),
}
"""Pairs, and what they hold counted one by one."""
MULTI_FORMS: Mapping[str, tuple[str, ...]] = {
    "en": ("{n} x {q}", "{n}x{q}", "{n} × {q}", "{n}×{q}", "{q} x {n}", "{q} × {n}", "{n} pack {q}", "{n}-pack {q}", "{q} (pack of {n})",
           "{q}, {n}-pack", "{q}, pack of {n}", "{n} pcs of {q}", "{q} {n} pack"),
    "zh": ("{q}*{n}{c}", "{q}×{n}{c}", "{q}x{n}{c}", "{q}*{n}", "{q}×{n}", "{n}{c}×{q}", "{n}{c}*{q}", "{q} {n}{c}装", "{q}{n}{c}",
           "{q}*{z}{c}", "{q}*{n}{c}/{k}", "{q}*{n}{c}整{k}", "{n}×{q}", "{n}*{q}", "一{k}{n}{c} 每{c}{q}"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pack:
    """What is counted: in Chinese a measure word (瓶, 支) and a container (箱, 盒)."""

    counter: str = ""
    container: str = ""


def chinese_number(n: int, *, counting: bool = True) -> str:
    """A whole number below 10,000 in characters; 2 before a measure word is 两."""
    if n == 2 and counting:
        return "两"
    text, rest, has_gap = "", n, False
    for power, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, rest = divmod(rest, power)
        if digit:
            text += ("零" if has_gap and text else "") + _DIGITS[digit] + name
        has_gap = not digit
    return text.removeprefix("一") if text.startswith("一十") else text


def english_number(n: int) -> str | None:
    """A whole number up to 12 in words."""
    return _WORDS[n] if n < len(_WORDS) else None


def fill(form: str, n: int, pack: Pack, language: str, q: str = "") -> str | None:
    """The form with its number in it; None where it does not say this number."""
    needs = {
        "{w}": english_number(n),
        "{z}": chinese_number(n) if n < 100 else None,
        "{d}": (str(n // 12) if language == "en" else chinese_number(n // 12, counting=True)) if n % 12 == 0 and n <= 60 else None,
        "{double}": {2: "twin", 3: "triple"}.get(n),
        "{c}": pack.counter or None,
        "{k}": (pack.container or None) if n > 3 else None,
        "{n}": str(n),
        "{m}": str(2 * n),
        "{q}": q,
    }
    if form.startswith("双") and n != 2:
        return None
    if "{d}" in form and language == "zh" and pack.counter not in ("支", "个", "条", "双", "枚"):
        return None  # other things are not sold by the dozen
    for slot, value in needs.items():
        if slot in form:
            if value is None:
                return None
            form = form.replace(slot, value)
    return form


def near_counts(n: int, rng: np.random.Generator) -> int:
    """Another count that shops sell: half, double, one more, ten times, digits turned round."""
    options = {n + 1, n - 1, 2 * n, n // 2, n + 2, n - 2, 10 * n, n + 10, int(str(n)[::-1])}
    if n > 12:
        options |= {n + 6, n - 6, n + 12, n - 4}
    return choose(rng, sorted(other for other in options if other > 1 and differ(Fraction(other), Fraction(n)) and other < 2000))


def edit_count(
    n: int, forms: tuple[str, ...], pack: Pack, language: str, rng: np.random.Generator, *, anchor_form: str | None = None
) -> Edit | None:
    """An edit of a pack's count: another form with the same number; the anchor's form with another number."""
    said = {form: text for form in forms if (text := fill(form, n, pack, language)) is not None}
    start = anchor_form or choose(rng, sorted(said))
    anchor = fill(start, n, pack, language)
    others = sorted(text for text in said.values() if anchor is not None and bare(text) != bare(anchor))
    if anchor is None or not others:
        return None
    for _ in range(20):
        other = near_counts(n, rng)
        form = start if rng.random() < 0.8 else choose(rng, sorted(said))
        different = fill(form, other, pack, language)
        if different is not None and (made := Edit(anchor, choose(rng, others), different)).is_sound:
            return made
    return None


def edit_pairs(n: int, language: str, rng: np.random.Generator) -> Edit | None:
    """Three pairs are six pieces. ``different`` says as many pieces as there are pairs, or another number of pairs."""
    pairs, pieces = PAIR_FORMS[language]
    blank = Pack()
    start = choose(rng, [text for form in pairs if (text := fill(form, n, blank, language))])
    same = choose(rng, [text for form in pieces if (text := fill(form, n, blank, language))])
    other = near_counts(n, rng)
    wrong = [fill(form, other, blank, language) for form in pairs if form.startswith("{n}")]
    wrong += [form.replace("{m}", str(n)) for form in pieces] if n > 1 else []
    made = Edit(start, same, choose(rng, [text for text in wrong if text]))
    return made if made.is_sound else None


def edit_multipack(
    n: int, each: Measure, pack: Pack, language: str, rng: np.random.Generator, *, anchor_form: str | None = None
) -> Edit | None:
    """An edit of a pack of measures. ``different`` changes the count or the measure, or says the count twice."""
    forms = MULTI_FORMS[language]
    start = anchor_form or choose(rng, forms)
    anchor = fill(start, n, pack, language, each.text)
    reworded = other_spelling(each, language, rng) if rng.random() < 0.4 else None
    said = [fill(form, n, pack, language, (reworded or each).text) for form in forms if form != start]
    options = [text for text in said if text]
    if anchor is None or not options:
        return None
    same = choose(rng, options)
    measures = [other for other in near_misses(each, language) if differ(other.amount, each.amount)]
    twice = each.with_number(str(n))
    if differ(twice.amount, each.amount) and any(twice == other for other in spellings(twice.amount, each.dimension, language)):
        measures += [twice] * 3
    if rng.random() < 0.5 or not measures:
        different = fill(start, near_counts(n, rng), pack, language, each.text)
    else:
        different = fill(start, n, pack, language, choose(rng, measures).text)
    made = Edit(anchor, same, different or "")
    return made if made.is_sound and different else None

"""Fields that hold more than one value: categories, images, attributes, links to other products."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from similis.catalogue import values
from similis.catalogue.cleaning import MAX_TEXT, clean_line, clean_text, is_missing
from similis.catalogue.columns import clean_attribute_name
from similis.catalogue.complements import COMPLEMENTS
from similis.catalogue.draft import Draft
from similis.catalogue.field_texts import Reader, leaf, one_text, read_extra
from similis.catalogue.rows import RawValue
from similis.catalogue.texts import as_one_text

# A comma may be part of an address: it separates before a space, an address or the name of another picture.
_BETWEEN_IMAGES = re.compile(
    r"[,;，；]?[|\s]+|[,;，；](?=(?:https?:)?//|$)|"
    r"(?:(?<=\.jpg|\.png|\.gif)|(?<=\.jpeg|\.webp|\.avif))[,;，；](?=[^,;，；\s]+\.(?:jpe?g|png|gif|webp|avif)(?:[,;，；\s]|$))",
    re.IGNORECASE,
)


def category_reader(slash_separates: bool) -> Reader:
    """Reads category paths as one text, or as a list of steps or of paths."""

    def path_of(value: Any) -> tuple[str, ...]:
        if isinstance(value, list):
            inner = [path_of(part) if isinstance(part, list) or ">" in leaf(part) else () for part in value]
            deepest = max(inner, key=len, default=())
            return deepest if deepest else path_of_steps(value)
        text = leaf(value)
        nested = values.json_value(text.strip())
        if isinstance(nested, list):
            return path_of(nested)
        return values.split_category(clean_text(text), slash_separates=slash_separates)

    seen: dict[str, tuple[str, ...]] = {}

    def read(draft: Draft, column: str, value: RawValue) -> None:
        path = seen.get(value) if isinstance(value, str) else None
        if path is None:
            try:
                path = path_of_steps(path_of(value))
            except RecursionError:
                draft.refuse(column, "", "bad_category", "the category is nested too deeply; write it like A > B > C")
                return
            if isinstance(value, str) and len(value) < 300 and len(seen) < 50_000:
                seen[value] = path
        if path:
            draft.fields["category_path"] = path

    return read


def path_of_steps(steps: Iterable[Any]) -> tuple[str, ...]:
    """A path whose steps are given one by one: cleaned, at most 1,000 characters each, empty ones left out."""
    cleaned = (clean_text(leaf(step))[:1_000] for step in steps)
    return values.tidy_path([step for step in cleaned if not is_missing(step)])


def read_images(draft: Draft, column: str, value: RawValue) -> None:
    """Image addresses, as a list or one text."""
    if isinstance(value, list):
        parts = [leaf(part) for part in value]
    else:
        text = one_text(draft, column, value, clean_line)
        nested = values.json_value(text)
        parts = [leaf(part) for part in nested] if isinstance(nested, list) else _BETWEEN_IMAGES.split(text)
    links = tuple(dict.fromkeys(link for part in parts if not is_missing(link := clean_line(part)) and len(link) <= 4_000))
    if links:
        draft.fields["image_links"] = links[:50]


def attribute_reader(name: str) -> Reader:
    """Reads a column that holds one attribute."""

    seen: dict[str, tuple[str, ...]] = {}

    def read(draft: Draft, column: str, value: RawValue) -> None:
        if isinstance(value, str) and len(value) < 100 and value.isprintable():
            found = seen.get(value)
            if found is None:
                text = one_text(draft, column, value)
                found = (text,) if text else ()
                if len(seen) < 10_000:
                    seen[value] = found
            if found:
                draft.attributes[name] = (*draft.attributes[name], *found) if name in draft.attributes else found
        else:
            _add_attribute(draft, column, name, value)

    return read


def _add_attribute(draft: Draft, column: str, name: str, value: Any) -> None:
    parts = value if isinstance(value, list) else [value]
    found = tuple(text for part in parts if (text := one_text(draft, column, part if isinstance(part, str) else leaf(part))))
    if found:
        draft.attributes[name] = (*draft.attributes.get(name, ()), *found)


def read_attributes(draft: Draft, column: str, value: RawValue) -> None:
    """Names and values as an object, a list of name and value, or ``name: value; name: value``."""
    nested: Any = values.json_value(value.strip()) if isinstance(value, str) else value
    if isinstance(nested, dict):
        pairs = list(nested.items())
    elif isinstance(nested, list) and all(isinstance(part, dict) and "name" in part and "value" in part for part in nested):
        pairs = [(leaf(part["name"]), part["value"]) for part in nested]
    elif isinstance(value, str) and (pieces := [piece for piece in re.split(r"[;；|\n]+", value) if piece.strip()]):
        split = [re.split(r"\s*[:：=]\s*", piece.strip(), maxsplit=1) for piece in pieces]
        pairs = [(part[0], part[1]) for part in split if len(part) == 2]
        if len(pairs) < len(split):
            pairs = []
    else:
        pairs = []
    if not pairs and not is_missing(as_one_text(value)):
        draft.refuse(column, value, "bad_attributes", "attributes are read from an object, or from text like name: value; name: value")
    for name, inner in pairs:
        if cleaned := clean_attribute_name(str(name)):
            _add_attribute(draft, column, cleaned, inner)


def read_own_extra(draft: Draft, column: str, value: RawValue) -> None:
    """What an earlier export kept in ``extra``."""
    nested = values.json_value(value.strip()) if isinstance(value, str) else value
    if isinstance(nested, dict):
        for name, inner in nested.items():
            ids = values.json_value(inner) if name == COMPLEMENTS and isinstance(inner, str) and len(inner) > MAX_TEXT else None
            if isinstance(ids, list):  # many ids are no text to be clipped
                read_complements(draft, name, ids)
            else:
                read_extra(draft, name, inner)
    else:
        read_extra(draft, column, value)


def read_complements(draft: Draft, column: str, value: RawValue) -> None:
    """Ids that go with the product, as a list or one text."""
    parts = (
        [leaf(part) for part in value]
        if isinstance(value, list)
        else values.split_list(one_text(draft, column, as_one_text(value), clean_line))
    )
    ids = list(dict.fromkeys(text for part in parts if not is_missing(text := clean_line(part)) and len(text) <= 256))
    if ids:
        draft.extra[COMPLEMENTS] = json.dumps(ids[:1_000], ensure_ascii=False)

"""JSON-LD as it is found in the wild: names with and without their prefix, values wrapped or not, one or many."""

from __future__ import annotations

import re
from typing import Any, TypeAlias

from similis.catalogue.rows import RawValue

Node: TypeAlias = dict[str, Any]
"""A JSON object with the names of ``named``. Any: what JSON holds."""

_PREFIX = re.compile(r"(?:https?://(?:www\.)?schema\.org/|schema:)")
_PLAIN_DEPTH = 8
# UN/CEFACT common codes, as in unitCode.
_UNITS = {
    "KGM": "kg", "GRM": "g", "MGM": "mg", "LBR": "lb", "ONZ": "oz", "TNE": "t", "MMT": "mm", "CMT": "cm", "MTR": "m", "KMT": "km",
    "INH": "in", "FOT": "ft", "LTR": "l", "MLT": "ml", "CLT": "cl", "WTT": "W", "KWT": "kW", "VLT": "V", "AMP": "A", "HTZ": "Hz",
    "KWH": "kWh", "CEL": "°C", "P1": "%", "C62": "", "H87": "",
}  # fmt: skip


def local(name: str) -> str:
    """A name or an address of schema.org without what stands before the word.

    >>> local("https://schema.org/InStock"), local("schema:name"), local("name")
    ('InStock', 'name', 'name')
    """
    return _PREFIX.sub("", name, count=1) if "schema" in name else name


def named(node: dict[str, Any]) -> Node:
    """The object with its own names reduced to schema.org's words; inner objects stay."""
    out: Node = {}
    for name, value in node.items():
        out.setdefault(local(name), value)
    return out


def types_of(value: Any) -> frozenset[str]:
    """The words of ``@type``."""
    found = value.get("@type") if isinstance(value, dict) else None
    return frozenset(local(one).rstrip("/") for one in (found if isinstance(found, list) else [found]) if isinstance(one, str))


def many(value: Any) -> list[Any]:
    """The values of a property: none, one or a list; wrapped ones unwrapped, objects with names reduced."""
    out = []
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            one = named(one)
            if "@value" in one:
                one = one["@value"]
            elif isinstance(one.get("@list"), list):
                out += many(one["@list"])
                continue
        if one is not None and one != "":
            out.append(one if isinstance(one, (str, dict)) else str(one))
    return out


def term(node: Node, name: str) -> str:
    """A property that is one text, else the empty text."""
    value = node.get(name)
    return value.strip() if isinstance(value, str) else ""


def text_of(value: Any) -> str:
    """The first value as text; of an object its name or value."""
    for one in many(value):
        if isinstance(one, str):
            if one.strip():
                return one.strip()
            continue
        for key in ("name", "value", "codeValue", "legalName"):
            inner = one.get(key)
            if text := text_of(inner) if not isinstance(inner, dict) or "@value" in inner else "":
                return text
        if "@id" in one and not types_of(one) and isinstance(one["@id"], str):
            return one["@id"]
    return ""


def quantity(value: Any) -> str:
    """A ``QuantitativeValue`` or ``PropertyValue`` with its unit, as ``1.5 kg`` or ``10-20 cm``; text as it is."""
    if not isinstance(value, dict):
        return value.strip() if isinstance(value, str) else ""
    text = text_of(value.get("value"))
    low, high = text_of(value.get("minValue")), text_of(value.get("maxValue"))
    text = (
        text or ("-".join(filter(None, (low, high))) if low != high else low) or ("" if "unitCode" in value else text_of(value.get("name")))
    )
    code = text_of(value.get("unitCode"))
    unit = text_of(value.get("unitText")) or _UNITS.get(code, code)
    return f"{text} {unit}".strip() if text else ""


def plain(value: Any, depth: int = _PLAIN_DEPTH) -> RawValue:
    """Any value without JSON-LD's own words, for what is kept but not understood."""
    if depth == 0:
        return str(value)
    if isinstance(value, list):
        inner = [plain(one, depth - 1) for one in value]
        return inner[0] if len(inner) == 1 else list(inner)
    if isinstance(value, dict):
        if "@value" in value:
            return plain(value["@value"], depth - 1)
        kept = {local(name): plain(one, depth - 1) for name, one in value.items() if name not in ("@type", "@context")}
        return kept["@id"] if list(kept) == ["@id"] else kept
    return value if isinstance(value, str) else ""

"""Options and attributes that shop systems keep in pairs of columns, a name and a value: which of them are fields of a product."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from similis.catalogue.columns import SYNONYMS, normal_name
from similis.catalogue.rows import RawValue

OPTION_FIELDS = ("color", "size", "material")
_MORE_NAMES = {
    "颜色分类": "color",
    "色号": "color",
    "尺码大小": "size",
    "尺寸大小": "size",
    "colours": "color",
    "colors": "color",
    "sizes": "size",
}
_FIELD_OF = {
    **{name: field for field in OPTION_FIELDS for name in SYNONYMS[field]},
    **_MORE_NAMES,
}


def field_of_option(name: str) -> str | None:
    """``color``, ``size`` or ``material`` for an option that is named so, in English or Chinese; None for any other.

    >>> field_of_option("Colour"), field_of_option("尺寸"), field_of_option("Flavor")
    ('color', 'size', None)
    """
    return _FIELD_OF.get(normal_name(name))


def split_options(options: Iterable[tuple[str, list[str]]], columns: Mapping[str, str], rest: str) -> dict[str, RawValue]:
    """Options as columns: a single value named like a field goes to that field's column, all others are attributes, in column ``rest``."""
    out: dict[str, RawValue] = {}
    attributes: dict[str, list[str]] = {}
    for name, values in options:
        field = field_of_option(name)
        if field is not None and len(values) == 1 and columns[field] not in out:
            out[columns[field]] = values[0]
        elif values:
            attributes.setdefault(name, []).extend(values)
    if attributes:
        out[rest] = {name: values for name, values in attributes.items()}  # noqa: C416  # a copy of the wider type
    return out

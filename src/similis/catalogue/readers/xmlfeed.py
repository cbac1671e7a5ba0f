"""XML feeds: RSS 2.0 and Atom as Google Merchant takes them, and plain lists of products."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TextIO

from similis.catalogue.readers.markup import Broken, Element, Path, elements, outline
from similis.catalogue.readers.names import cleanly_named, id_among
from similis.catalogue.rows import RawRow, RawValue, Reject
from similis.errors import UnreadableFeed

_ITEMS_TEXT = "item entry product offer row record sku good goods article shopitem listing 商品 产品 宝贝 货品"
_ITEMS = frozenset(_ITEMS_TEXT.split())
_ROWS_OF = {"rss": ("channel", "item"), "rdf": ("item",), "feed": ("entry",)}
_ADDRESS_ATTRIBUTES = ("href", "url", "src", "value", "term")
# Tags of text that was put into the feed without escaping it.
_TAGS_TEXT = "p br div span b i u em strong ul ol li h1 h2 h3 h4 h5 h6 a img table tbody tr td th font hr small sup sub"
_TEXT_TAGS = frozenset(_TAGS_TEXT.split())


def read_xml(text: TextIO, name: str, sample: str) -> Iterator[RawRow | Reject]:
    """One row per ``item`` (RSS), ``entry`` (Atom) or repeated element of a plain list; columns are its children, without prefixes.

    A child that occurs again makes its column a list; one with children of its own is an object; attributes are columns of their own
    (``price@currency``). Elements such as ``<param name="Colour">red</param>`` become ``attributes``. An element that is not well formed
    is rejected (``bad_xml``) and the next is read; so is what stands broken between two of them.

    Raises:
        UnreadableFeed: a document type, or no repeated element, or several. Iterating raises it too, for an early end.
    """
    return _rows(elements(text, name, _item_path(sample, name)))


def _rows(found: Iterator[Element | Broken]) -> Iterator[RawRow | Reject]:
    for element in found:
        if isinstance(element, Broken):
            yield Reject(element.line, id_among(_values(element.seen)), None, element.code, element.message)
        elif values := _values(element):
            yield RawRow(element.line, cleanly_named(values))
        else:
            message = f"the {element.name} holds no elements; write each field as an element in it"
            yield Reject(element.line, None, None, "not_a_record", message)


def _item_path(sample: str, name: str) -> Path:
    """Where the rows are: the outermost element called like a product, else the outermost one that repeats and holds others.

    Raises:
        UnreadableFeed: nothing is either, or several things repeat.
    """
    counts: Counter[Path] = Counter()
    holds_others: set[Path] = set()
    root = ""
    for path, element in outline(sample, name):
        root = root or element.name
        if "urn:schemas-microsoft-com:office:spreadsheet" in element.attributes.values():
            raise UnreadableFeed(f"{name} is an XML spreadsheet of 2003; save it as .xlsx or CSV")
        counts[path] += 1
        holds_others.add(path[:-1])
        if element.attributes:
            holds_others.add(path)
    usual = _ROWS_OF.get(_local(root).casefold())
    known = [path for path in counts if len(path) > 1 and _local(path[-1]).casefold() in (usual[-1:] if usual else _ITEMS)]
    if usual:
        return min(known, key=len, default=(root, *usual))
    known = [path for path in known if path in holds_others] or known
    known = [path for path in known if counts[path] > 1 or not any(other[:-1] == path for other in known)]  # not <goods><product>
    if known:
        return _only([path for path in known if len(path) == min(map(len, known))], name)
    if not root:
        raise UnreadableFeed(f"{name} is no XML that can be read; write it again, starting with its root element")
    repeated = [path for path, count in counts.items() if len(path) > 1 and count > 1 and path in holds_others]
    return _only([path for path in repeated if len(path) == min(map(len, repeated))], name)


def _only(paths: list[Path], name: str) -> Path:
    if len(paths) != 1:
        which = f"several elements repeat ({', '.join(path[-1] for path in paths[:8])})" if paths else "no element repeats"
        raise UnreadableFeed(f"{name}: {which}, so its products cannot be told; call each of them <product>, and nothing else beside them")
    return paths[0]


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _values(element: Element) -> dict[str, RawValue]:
    """An element's children and attributes by name; the ``g:`` one of two that differ in their prefix alone keeps the name."""
    gathered: dict[str, list[RawValue]] = {}
    parameters: list[RawValue] = []
    # Each value is made once: made anew on every level it would cost twice as much with every level of depth.
    children = [(part, _value(part)) for part in element.content if isinstance(part, Element)]
    google = {_local(child.name): value for child, value in children if child.name.startswith("g:")}
    for child, value in children:
        name = _local(child.name)
        if name in google and not child.name.startswith("g:"):
            if value == google[name]:
                continue
            name = f"{name}#2"
        if not child.attributes:
            gathered.setdefault(name, []).append(value)
            continue
        attributes = _attributes(child)
        if "name" in attributes and isinstance(value, str) and value:
            parameters.append({"name": attributes["name"], "value": f"{value} {attributes.get('unit', '')}".strip()})
            continue
        relation = attributes.pop("rel", "alternate")
        if relation != "alternate":
            name = f"{name} {relation}"
        if not value and (address := next((key for key in _ADDRESS_ATTRIBUTES if attributes.get(key)), None)):
            value = attributes.pop(address)
        if isinstance(value, str) and value and (currency := attributes.pop("currency", "")):
            value = {"value": value, "currency": currency}
        gathered.setdefault(name, []).append(value)
        for attribute, text in attributes.items():
            gathered.setdefault(f"{name}@{attribute}", []).append(text)
    values: dict[str, RawValue] = {name: found[0] if len(found) == 1 else found for name, found in gathered.items()}
    if parameters:
        values["attributes" if "attributes" not in values else "attributes#2"] = parameters
    for attribute, text in _attributes(element).items():
        values[attribute if attribute not in values else f"@{attribute}"] = text
    return values


def _attributes(element: Element) -> dict[str, str]:
    """Its attributes but for those that say how the text is written."""
    return {
        _local(name): value.strip()
        for name, value in element.attributes.items()
        if not name.startswith(("xmlns", "xml:")) and name not in ("type", "isPermaLink")
    }


def _value(element: Element) -> RawValue:
    content = element.content
    if len(content) == 1 and isinstance(content[0], str):
        return content[0].strip()
    inner = [part for part in content if isinstance(part, Element)]
    if not inner:
        return "".join(part for part in content if isinstance(part, str)).strip()
    has_text = any(isinstance(part, str) and part.strip() for part in content)
    if has_text or all(_local(part.name).casefold() in _TEXT_TAGS for part in inner):
        return " ".join(_all_text(element).split())
    return dict(_values(element))  # a copy of the wider type


def _all_text(element: Element) -> str:
    return " ".join(part if isinstance(part, str) else _all_text(part) for part in element.content)

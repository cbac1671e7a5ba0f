"""What finding quantities in real titles is made of: what a number and a unit look like there, and what may stand around them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.minimal_pairs_edits import Edit

NUMBER = r"(?:0|[1-9][0-9]{0,4})(?:\.[0-9]{1,3})?"
BEFORE = {"en": r"(?:(?<=[\s(\[])|^)", "zh": r"(?<![A-Za-z0-9.,/+*×~\-:：=])"}
AFTER = {
    "en": r"(?![\w/²³+*×\"'-]|\.\d| ?[x×*+/-] ?\d| ?1\b)",
    "zh": r"(?![A-Za-z0-9/²³+*×~&-]| ?[x×*] ?\d|毫升|升|克|伏|瓦|公斤|英?寸|以上|已上|半)",
}
WRITTEN: Mapping[str, Mapping[str, str]] = {
    "en": {
        "volume": r"ml|mL|ML| ml| mL| ML|cl|CL| cl|l|L| L| litres?| liters?|-liter| Litres?| fl\.? ?oz",
        "mass": r"kg|KG|Kg| kg| Kg| KG| lbs?|lbs|lb| mg|mg",
        "length": r"mm|cm|m|ft| mm| cm| m| ft| feet|-foot| Feet| foot| meters?| metres?|\"|in|-in|-inch| inch| Inch|-Inch",
        "storage": r"GB|TB|MB|gb|tb|mb| GB| TB| MB| gb| tb| mb",
        "power": r"W|w|kW| W| w| kW| watts?| Watts?|-watt|-Watt",
        "charge": r"mAh| mAh|mah| mah|MAH| Ah|Ah",
        "energy": r"Wh| Wh|wh| wh",
        "voltage": r"V| V|v| v|-volt| volts?| Volts?|-Volt",
        "frequency": r"GHz|MHz|Hz|ghz|mhz| GHz| MHz| Hz| ghz| mhz|Ghz|Mhz",
        "time": r" hours?| Hours?|-Hour|-hour|hrs?| hrs?|min| min| minutes| mins|-minute",
    },
    "zh": {
        "volume": r"ml|mL|ML|毫升|升|L|l| ml| ML",
        "mass": r"kg|KG|Kg|千克|公斤|斤|g|G|克|mg|毫克| g| kg",
        "length": r"mm|cm|m|毫米|厘米|公分|米|CM",
        "screen": r"寸|英寸|吋|\"",
        "storage": r"gb|GB|tb|TB|mb|MB",
        "power": r"w|W|瓦|kw|kW|千瓦",
        "charge": r"mah|mAh|毫安|毫安时|安时|ah|Ah",
        "energy": r"wh|Wh",
        "voltage": r"v|V|伏",
        "frequency": r"ghz|GHz|mhz|MHz|hz|Hz",
        "time": r"小时|个小时|分钟",
    },
}


@dataclass(frozen=True, slots=True)
class Found:
    """A quantity in a title: what it is about, where it stands, and how to edit it."""

    kind: str
    start: int
    end: int
    edit: Callable[[np.random.Generator], Edit | None]


def is_lone(title: str, number: str) -> bool:
    """Whether the number occurs once, whatever stands behind it."""
    return len(re.findall(rf"(?<![0-9.]){re.escape(number)}(?![0-9]|\.[0-9])", title)) == 1

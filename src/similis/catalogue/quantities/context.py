"""Words that tell what a letter after a number means: 128G in a phone's title are gigabytes, 12 oz of juice a volume."""

from __future__ import annotations

import re

# What a quantity is written as must tell the same as the quantity did: a text is to be read alike before and after.
ABOUT_STORAGE = re.compile(
    r"手机|手機|平板|内存|內存|运存|运行|存储|储存|闪存|硬盘|硬碟|固态|u盘|优盘|随身碟|显卡|笔记本电脑|笔记本|笔电|电脑|主机|全网通|内存卡|存储卡|tf卡|sd卡|学习机|"
    r"\d\s?[gt]b|\b(?:ssd|hdd|ram|rom|ddr\d?|nvme|iphone|ipad|ipod|macbook|galaxy|redmi|laptop|notebook|smartphone|phone|tablet|memory|"
    r"storage|flash|usb|micro\s?sd|sdhc|sdxc|hard (?:drive|disk)|nas|ps[345]|xbox|kindle|thinkpad|pixel)\b",
    re.IGNORECASE,
)
ABOUT_DRINKS = re.compile(
    r"\b(?:bottles?|beverages?|drinks?|juice|soda|cola|coke|water|beer|wine|vodka|whisk(?:e)?y|shampoo|conditioner|lotion|liquid|cleaner|"
    r"cleanser|spray|mugs?|cups?|tumblers?|glass(?:es)?|detergent|oil|syrup|sauce|serum|toner|mouthwash|softener|milk|latte)\b|\d\s?[mcd]?l(?![a-wyz])|毫升|升(?![级級降])",
    re.IGNORECASE,
)
ABOUT_BATTERIES = re.compile(r"电池|電池|储能|蓄电|电瓶|batter(?:y|ies)|alkaline|碱性", re.IGNORECASE)
ABOUT_SHOES = re.compile(
    r"鞋|靴|\b(?:shoes?|sneakers?|boots?|sandals?|trainers?|heels?|loafers?|slippers?|cleats|size(?!\s[sml]\b)|sz)\b|码|\d\s?[号號]|\beur?[\s.:\-]*\d\d",
    re.IGNORECASE,
)
ABOUT_BRAS = re.compile(r"文胸|胸罩|内衣|\bbras?\b|bralette", re.IGNORECASE)
NAMES = re.compile(
    r"三只松鼠|三隻松鼠|七匹狼|六个核桃|两面针|三顿半|一叶子|百草味|九阳|九牧|三枪|五粮液|四季沐歌|千层|百层|三精|五谷|八宝|十月|"
    r"7-?up|7 ?for all|3m(?=[\s™®])|11[.\-/]11|12[.\-/]12|6[.\-/]18(?!\d)",
    re.IGNORECASE,
)
"""Names that look like quantities."""
PROMOTION_BEFORE = re.compile(r"(?:满|滿|买|買|第|送|减|前|赠|贈|拍|任选|任選|限)\s?$")
"""What stands before a number that belongs to an offer, not to the product."""

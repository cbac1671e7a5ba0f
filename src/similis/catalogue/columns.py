"""The names under which shops export each field, in order of preference.

Names are compared after ``normal_name``: case, spaces, hyphens, camelCase and Google's ``g:`` prefix make no difference.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from similis.catalogue.cleaning import clean_text

MAX_ATTRIBUTE_NAME = 200

OWN_COLUMN = "similis"
"""A column of this name holds an object of our own fields, which override what the other columns say; see ``own_words``."""

COMPLEMENTS_FIELD = "complements"
"""Not a field of ``Product``: ids the feed names as going with the product, kept in ``extra``."""

_NAMES: dict[str, str] = {
    "id": (
        "id|product id|item id|sku|sku id|variant sku|offer id|product code|item code|item number|article number|asin|uid|uuid|code|"
        "handle|num iid|num id|outer id|编号|商品编号|商品id|商品编码|产品编号|产品id|产品编码|宝贝id|货号|商品货号|sku编码|sku编号|"
        "skuid|数字id|商家编码|商家外部编码|外部编码"
    ),
    "title": (
        "title|product title|item title|offer title|name|product name|item name|product display name|display name|offer name|标题|"
        "商品标题|商品名称|商品名|产品名称|产品标题|产品名|宝贝标题|宝贝名称|sku名称|品名|名称"
    ),
    "description": (
        "description|product description|item description|long description|body html|body|full description|details|desc|content|"
        "short description|summary|描述|商品描述|产品描述|宝贝描述|详情|商品详情|产品详情|详细描述|简介|商品简介|介绍"
    ),
    "brand": (
        "brand|brand name|manufacturer|manufacturer name|vendor|supplier|maker|品牌|商品品牌|品牌名称|品牌名|厂商|制造商|生产厂家|供应商"
    ),
    "category_path": (
        "category path|product type|category|categories|product category|category name|google product category|taxonomy|department|"
        "type|类目|商品类目|类目路径|分类|商品分类|产品分类|类别|商品类别|品类|所属分类|所属类目|宝贝类目|宝贝分类|店铺类目"
    ),
    "gtin": (
        "gtin|gtin13|gtin14|gtin12|gtin8|ean|ean13|ean code|upc|upc code|barcode|bar code|variant barcode|jan|isbn|isbn13|"
        "gtin upc ean or isbn|条码|条形码|商品条码|商品条形码|国际条码|国条码|69码"
    ),
    "mpn": "mpn|manufacturer part number|part number|part no|model number|model no|model|型号|产品型号|商品型号|规格型号|厂家型号|款号",
    "price": (
        "price|regular price|variant price|selling price|current price|unit price|list price|msrp|rrp|价格|商品价格|售价|销售价|"
        "销售价格|一口价|单价|零售价|价格元|宝贝价格|京东价|原价|市场价|吊牌价"
    ),
    "sale_price": (
        "sale price|discount price|discounted price|special price|promo price|促销价|活动价|特价|现价|折扣价|优惠价|到手价|券后价|"
        "折后价|拼单价|团购价"
    ),
    "currency": "currency|currency code|price currency|币种|货币|货币单位",
    "availability": "availability|stock status|in stock|is in stock|instock|available|库存状态|供货状态|是否有货|有无货|商品状态",
    "stock": (
        "stock|stock quantity|stock qty|inventory|inventory quantity|inventory qty|variant inventory qty|current stock|"
        "quantity in stock|qty in stock|quantity|qty|库存|库存数量|库存量|可售库存|总库存|宝贝数量|宝贝库存|数量"
    ),
    "condition": "condition|item condition|product condition|新旧程度|新旧|成色|商品成色",
    "color": "color|colour|color name|colour name|base color|base colour|颜色|颜色分类|商品颜色|色系",
    "size": "size|size name|product size|尺码|尺寸|规格|大小|码数",
    "material": "material|materials|fabric|composition|材质|面料|材料|材质成分|面料材质",
    "gender": "gender|sex|target gender|gender affinity|性别|适用性别|适用人群性别",
    "age_group": "age group|age range|target age|年龄段|适用年龄|年龄组|适用年龄段",
    "image_links": (
        "image links|image link|image urls|image url|image src|images|image|img|img high|picture|pictures|photo|main image|thumbnail|"
        "图片|商品图片|主图|图片链接|主图链接|图片地址|宝贝图片|宝贝主图|商品主图"
    ),
    "link": "link|url|product url|product link|item url|permalink|canonical url|链接|商品链接|产品链接|网址|商品网址|宝贝链接|宝贝网址",
    "source": "source|feed|来源|数据来源",
    "seller": (
        "seller|seller name|merchant|merchant name|shop|shop name|store|store name|seller id|merchant id|店名|店铺|店铺名称|店铺名|"
        "卖家|商家|商家名称|掌柜|卖家旺旺"
    ),
    "cost": "cost|cost price|cost per item|cost of goods sold|unit cost|成本|成本价|进价|进货价",
    "popularity": "popularity|sales count|sale count|sales volume|units sold|sold|sales|销量|月销量|总销量|销售量|销售件数|人气|热度",
    "created_at": (
        "created at|created|date created|creation date|date added|date released|release date|created on|创建时间|创建日期|上架时间|"
        "上架日期|发布时间|发布日期|上市时间|上市日期"
    ),
    "updated_at": (
        "updated at|updated|update time|date modified|last modified|modified at|modified|last updated|更新时间|更新日期|修改时间"
    ),
    "language": "language|content language|lang|locale|语言|语种",
    "group_id": (
        "group id|item group id|product group id|parent id|parent sku|parent asin|parent|spu|spu id|style id|model group|handle|商品组|"
        "款式编号|spu编码|父商品编号|主商品编号|商品组编号"
    ),
    "attributes": "attributes|specifications|specs|features map|属性|商品属性|产品属性|宝贝属性|规格参数|商品参数|参数",
    "extra": "extra",
    COMPLEMENTS_FIELD: (
        "complements|complement ids|cross sell ids|cross sells|cross sell|crosssells|cross sell skus|accessories|accessoryids|"
        "related complements|goes with|搭配商品|搭配|配件|关联商品|关联配件|搭配推荐"
    ),
}

FEED_FIELDS: tuple[str, ...] = tuple(_NAMES)
"""Everything a column can be mapped to, in the order in which fields choose their columns."""

_ATTRIBUTE = re.compile(r"(?:attr_|attribute:|attributes?\.|属性[:：]|规格[:：])\s*(.+)", re.IGNORECASE)


@lru_cache(maxsize=8_192)
def normal_name(column: str) -> str:
    """A column name reduced to what matters when comparing.

    >>> normal_name("g:item_group_id"), normal_name("productDisplayName"), normal_name("Body (HTML)"), normal_name("价格(元)")
    ('item group id', 'product display name', 'body html', '价格元')
    """
    name = unicodedata.normalize("NFKC", column).strip()
    name = re.sub(r"^g:", "", name)
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    name = re.sub(r"[()（）]", "" if re.search("[\u4e00-\u9fff]", name) else " ", name)
    return " ".join(re.sub(r"[\s_\-./,?:]+", " ", name).casefold().split())


SYNONYMS: Mapping[str, tuple[str, ...]] = {field: tuple(names.split("|")) for field, names in _NAMES.items()}


def attribute_name(column: str) -> str | None:
    """The attribute a wide table's column holds, for names that start with ``attr_``, ``attribute:`` or ``attributes.``; else None."""
    found = _ATTRIBUTE.fullmatch(column.strip())
    return clean_attribute_name(found[1]) or None if found else None


def clean_attribute_name(name: str) -> str:
    """An attribute's name as products carry it: clean text, at most 200 characters; empty when nothing is left."""
    return clean_text(name)[:MAX_ATTRIBUTE_NAME].strip()


def is_own_column(column: str) -> bool:
    """Whether the column is ``similis``, ``g:similis``, or a continuation of either (``similis#2``)."""
    name, _, number = column.removeprefix("g:").partition("#")
    return name == OWN_COLUMN and (not number or number.isdigit())

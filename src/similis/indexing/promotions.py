"""Promotional phrases: words about the offer, not about the product.

Marketplace titles carry campaign names, shipping promises and praise. They tie together everything one seller lists on one day, and they
differ between two listings of one product, so the lexical evidence does not look at them. The encoder sees the title as it is.
"""

from __future__ import annotations

import re

_CAMPAIGN = (
    r"双11|双12|双十一|双十二|双ii|11[.\-/]11|12[.\-/]12|预售|抢先|包邮|买\d+件?[送赠减]\d*|满\d+元?[减送赠]\d*|领券|专享|聚划算|特价|清仓|秒杀"
    r"|抢购|限时|现货|正品|官方|专柜|旗舰店|新品|上市|首发|热卖|爆款|促销|特惠|优惠|到手价|顺丰|下单|加赠|狂欢|仅限|天猫"
    r"|free shipping|sale|new arrival|best ?seller|limited|in stock|% off"
)
_OPEN, _CLOSE = r"【\[(《「", r"】\])》」"
_IN_BRACKETS = re.compile(rf"[{_OPEN}][^{_OPEN}{_CLOSE}]{{0,30}}?(?:{_CAMPAIGN})[^{_OPEN}{_CLOSE}]{{0,30}}[{_CLOSE}]")
_BARE = re.compile(
    r"双(?:11|12|十一|十二|ii)|买\d+件?[送赠减]\d+|领券满?\d*减?\d*|满\d+元?[减送赠]\d+|包邮|聚划算|限时(?:抢购|特价|特惠)|专柜正品|官方正品|正品|新品上市"
    r"|热卖|爆款|当天专享|天猫首发|现货|\b(?:free shipping|hot sale|new arrivals?|best ?sellers?|clearance sale|limited offer"
    r"|100% (?:authentic|genuine)|big sale)\b"
)


def without_promotions(text: str) -> str:
    """``text`` (already lower case) without campaign brackets and phrases; brackets that say something about the product stay.

    >>> without_promotions("【双11预售】洁面乳120g【男士】 包邮").strip()
    '洁面乳120g【男士】'
    """
    return _BARE.sub(" ", _IN_BRACKETS.sub(" ", text))

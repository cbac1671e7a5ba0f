"""The units shops use, by kind: how they are spelt in Chinese and English, and what they are worth in the kind's base unit.

Sources: the SI brochure (2019) and NIST Handbook 44, appendix C, for factors; a market 斤 is 500 g, a 两 50 g; a pound is the avoirdupois
pound, pints, quarts and gallons are those of the United States.
"""

from __future__ import annotations

from dataclasses import dataclass

PACK = "pack"
"""The kind of "how many pieces": packs, sets, pairs, dozens."""
SIZE = "size"
"""The kind of numbered sizes, European and Chinese alike; ``size us``, ``size uk`` and ``size letter`` stand beside it."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit.

    factor: base units in one of it.
    latin: its spellings that must end at a word's end, as a regular expression.
    signs: those that need not: Chinese words and marks.
    """

    kind: str
    factor: float
    latin: str = ""
    signs: str = ""


_INCHES = (
    r"in\b(?!-(?:\d|one\b))\.?(?<!\sin)(?!\s?1(?!\d))|in\b(?!-(?:\d|one\b))\.?(?=\s*(?:$|[,.;:\x29\x5d/\"|x×*-]|(?:w|h|d|l|wide|high|deep|long|tall|thick|diameter|dia|round|"
    r"square|monitor|display|screen|lcd|led|oled|hd|full|ips|touch\w*|laptop|notebook|tablet|tv|television|widescreen|blade|hose|pipe|"
    r"drive|chef|cast|non|frame|by)\b))"
)
"""``in`` for inches: written right after the number, or before something that has a length; never the ``in`` of "5 in 1" and "3-in-1"."""
_FEET = r"['′’](?=\s?(?:\d{1,2}(?:\.\d+)?\s?(?:\"|''|″|”)|[x×*]|[wlhd]\b|(?:cable|cord|hose|ladder|rug|rope|wire|extension)\b))"
"""``'`` for feet: before inches, another side, or something measured in feet; many shops write 24' for 24 inches."""

UNITS: tuple[Unit, ...] = (
    Unit("volume", 1, r"ml|mls|millilit(?:er|re)s?|cc", "毫升|西西"),
    Unit("volume", 10, r"cl|centilit(?:er|re)s?", "厘升"),
    Unit("volume", 100, r"dl|decilit(?:er|re)s?", "分升"),
    Unit("volume", 1000, r"l|lt|lts|ltr|ltrs|lit(?:er|re)s?", "公升|立升|升(?![级級降])"),
    Unit("volume", 29.5735, r"fl\.?[\s\-]?oz|floz|fluid[\s\-]ounces?", "液体盎司|液量盎司|液盎司"),
    Unit("volume", 473.176, r"pints?", "品脱"),
    Unit("volume", 946.353, r"quarts?|qt|qts", "夸脱"),
    Unit("volume", 3785.41, r"gallons?|gal", "加仑|加侖"),
    Unit("volume", 28316.8, r"cu\.?[\s\-]?f(?:ee|oo)?t\b\.?|cubic[\s\-]f(?:ee|oo)t|cuft", "立方英尺"),
    Unit("mass", 1e-6, r"mcg|ug|μg|micrograms?", "微克"),
    Unit("mass", 0.001, r"mg|mgs|milligrams?", "毫克"),
    Unit("mass", 1, r"g|gm|gms|gr|grs|grams?|grammes?", "公克|克(?!拉)"),
    Unit("mass", 1000, r"kg|kgs|kilos?|kilograms?|kilogrammes?", "公斤|千克"),
    Unit("mass", 500, "", "市斤|斤"),
    Unit("mass", 50, "", "两(?![用件套只个支瓶罐盒袋包片层口])|兩(?![用件套隻個支瓶罐盒袋包片層口])"),
    Unit("mass", 1e6, r"tonnes?|metric tons?", "吨|噸"),
    Unit("mass", 28.3495, r"oz|ozs|ounces?", "盎司"),
    Unit("mass", 453.592, r"lb|lbs|pounds?", "磅"),
    Unit("carat", 1, r"carats?", "克拉"),
    Unit("length", 0.001, r"um|μm|microns?|micromet(?:er|re)s?", "微米"),
    Unit("length", 0.01, "", "丝(?=[厚加])"),
    Unit("length", 1e-6, r"(?-i:nm)|nanomet(?:er|re)s?", "纳米(?!材|技|科|银|离|级|喷|海|水|补)"),
    Unit("length", 1, r"mm|millimet(?:er|re)s?", "毫米|公厘"),
    Unit("length", 10, r"cm|cms|centimet(?:er|re)s?", "厘米|公分|釐米"),
    Unit("length", 100, r"dm|decimet(?:er|re)s?", "分米"),
    Unit("length", 1000, r"m|mtr|mtrs|met(?:er|re)s?", "公尺|米(?![饭糊粉线色老白])"),
    Unit("length", 1e6, r"km|kilomet(?:er|re)s?", "公里|千米"),
    Unit("length", 25.4, r"inch|inches|inchs|ins", rf"英寸|英吋|吋|寸|\"|''|′′|″|”|“|{_INCHES}"),
    Unit("length", 304.8, r"ft|feet|foot", rf"英尺|呎|{_FEET}"),
    Unit("length", 914.4, r"yards?|yds?", "码布"),
    Unit("area", 1, r"m2(?!\.\d)|sqm|sq\.?\s?m|square met(?:er|re)s?", "平方米|平米|平方(?!毫米|厘米|英尺)"),
    Unit("area", 1e-4, r"cm2|sqcm|sq\.?\s?cm", "平方厘米"),
    Unit("area", 1e-6, r"mm2|sqmm|sq\.?\s?mm", "平方毫米"),
    Unit("area", 0.092903, r"sq\.?\s?ft|sqft|square f(?:ee|oo)t", "平方英尺"),
    Unit("storage", 0.001, r"kb|kilobytes?"),
    Unit("storage", 1, r"mb|megabytes?|mbytes?"),
    Unit("storage", 1000, r"gb|gib|gigs?|gigabytes?|gbytes?"),
    Unit("storage", 1e6, r"tb|tib|terabytes?|tbytes?"),
    Unit("power", 1, r"w|watts?", "瓦特|瓦(?!时|時)"),
    Unit("power", 1000, r"kw|kilowatts?", "千瓦(?!时|時)"),
    Unit("cooling", 1, r"(?-i:hp)(?<=\dhp)", "匹(?!配|克)"),
    Unit("energy", 1, r"wh|watt[\s\-]?hours?", "瓦时|瓦時"),
    Unit("energy", 1000, r"kwh|kilowatt[\s\-]?hours?", "千瓦时|千瓦時|度电|度電"),
    Unit("charge", 1, r"mah|milliamp(?:ere)?[\s\-]?hours?", "毫安时|毫安時|毫安"),
    Unit("charge", 1000, r"ah|amp(?:ere)?[\s\-]?hours?", "安时|安時|安(?![全卓装心静踏神利慕耐德佳琪吉])"),
    Unit("voltage", 1, r"v|volts?|vdc|vac", "伏特|伏(?!特加)"),
    Unit("voltage", 1000, r"kv", "千伏"),
    Unit("current", 1, r"amps?|amperes?", "安培"),
    Unit("current", 0.001, r"ma|milliamps?"),
    Unit("frequency", 1, r"hz|hertz", "赫兹|赫(?![本拉])"),
    Unit("frequency", 1e3, r"khz|kilohertz", "千赫兹|千赫"),
    Unit("frequency", 1e6, r"mhz|megahertz", "兆赫兹|兆赫"),
    Unit("frequency", 1e9, r"ghz|gigahertz", "吉赫"),
    Unit("bit rate", 1, r"mbps|mbit/s", "兆宽带"),
    Unit("bit rate", 1000, r"gbps|gbit/s|gigabit"),
    Unit("transfer", 1, r"mb/s"),
    Unit("transfer", 1000, r"gb/s"),
    Unit("time", 1, r"sec|secs|seconds?", "秒"),
    Unit("time", 60, r"min|mins|minutes?", "分钟|分鐘"),
    Unit("time", 3600, r"(?-i:h|(?<=[0-9]{2})H|(?<=[0-9]{2}\s)H)|hr|hrs|hours?", "个小时|小时|小時|个钟头"),
    Unit("time", 86_400, r"days?", "天"),
    Unit("time", 604_800, r"weeks?|wks?", "周(?!岁|歲|年)|星期"),
    Unit("time", 2_629_746, r"months?|mths?|mos", "个月|個月"),
    Unit("time", 31_556_952, r"years?|yrs?", "年(?![代级級轻輕款春夏秋冬新]|[0-9]{1,2}月)"),
    Unit("age", 1, r"years? old|yrs? old", "周岁|岁|歲"),
    Unit("temperature", 1, r"°\s?c|deg(?:rees)?\s?c", "摄氏度|°c|度(?!数|假|身|日|量|娘)"),
    Unit("percent", 1, r"percent", "%|％"),
    Unit("pixels", 1, r"mp|mpx|megapixels?|mega[\s\-]pixels?", "百万像素|百萬像素"),
    Unit("pixels", 1e-6, r"pixels", "像素"),
    Unit("light", 1, r"lm|lumens?", "流明"),
    Unit("speed", 1, r"rpm", "转/分钟?|转/分"),
    Unit("resolution", 1, r"dpi"),
    Unit("frames", 1, r"fps", "帧"),
    Unit("loudness", 1, r"db|decibels?", "分贝"),
    Unit("pressure", 1, r"bar|bars", "公斤压力"),
    Unit("pressure", 0.0689476, r"psi"),
    Unit("heat", 1, r"btu"),
    Unit("torque", 1, r"(?-i:N\.?m)|newton[\s\-]met(?:er|re)s?", "牛米"),
    Unit("cores", 1, r"[\s\-]?cores?", "核(?!桃|心|仁|磁)"),
    Unit("layers", 1, r"ply|layers?", "层|層"),
    Unit("colours", 1, r"colou?rs?", "色(?!号|系)"),
    Unit("thread", 1, r"thread count|tc", "支纱|支棉|针"),
    Unit("persons", 1, r"persons?|people|seater|place settings?", "人份|人位|人座"),
    Unit("zoom", 1, r"x (?:optical )?zoom", "倍(?=变焦|光学|放大|望远|数码)"),
    Unit("speeds", 1, r"[\s\-]?speeds?", "档|檔|段速"),
    Unit("ports", 1, r"[\s\-]?ports?", "口(?![味红紅罩腔水香服径])|孔"),
)

KINDS: tuple[str, ...] = (*dict.fromkeys(unit.kind for unit in UNITS), "spf", "battery",
                          SIZE, "size us", "size uk", "size letter", "size bra", "size body", "size jeans", PACK)  # fmt: skip
"""All kinds a quantity can have. A position is used in stored generations only together with this list."""

WRITTEN: dict[str, tuple[tuple[str, float], ...]] = {
    "volume": (("l", 1e3), ("ml", 1)),
    "mass": (("kg", 1e3), ("g", 1), ("mg", 1e-3), ("mcg", 1e-6)),
    "carat": (("carat", 1),),
    "length": (("km", 1e6), ("m", 1e4), ("cm", 100), ("mm", 0.01), ("um", 1e-3), ("nm", 1e-6)),
    "area": (("sqm", 0.01), ("sqcm", 1e-4), ("sqmm", 1e-6)),
    "storage": (("tb", 1e6), ("gb", 1e3), ("mb", 1)),
    "power": (("kw", 1e4), ("w", 1)),
    "cooling": (("hp", 1),),
    "energy": (("kwh", 1e4), ("wh", 1)),
    "charge": (("mah", 1),),
    "voltage": (("v", 1),),
    "current": (("amp", 1), ("ma", 1e-3)),
    "frequency": (("ghz", 1e9), ("mhz", 1e6), ("khz", 1e3), ("hz", 1)),
    "bit rate": (("gbps", 1e3), ("mbps", 1)),
    "transfer": (("mb/s", 1),),
    "temperature": (("°c", 1),),
    "percent": (("%", 1),),
    "pixels": (("mp", 1),),
    "light": (("lumen", 1),),
    "speed": (("rpm", 1),),
    "resolution": (("dpi", 1),),
    "frames": (("fps", 1),),
    "loudness": (("db", 1),),
    "pressure": (("bar", 1),),
    "heat": (("btu", 1),),
    "torque": (("Nm", 1),),
    "cores": (("core", 1),),
}
"""How a kind is written in a canonical text: the units, and from how many base units on each is used. Where the two differ in other
kinds than these, the word after the number stays, and only the number is written in digits."""
IN_UNIT: dict[str, float] = {"m": 1e3, "cm": 10, "mm": 1, "sqm": 1, "kw": 1e3, "kwh": 1e3}
"""Base units in one of a unit above, where that is not where its use begins."""

_COUNTED = (
    r"packs?|pks?|pcks?|packets?|pcs|pc|pieces?|counts?|ct|cts|units|bottles?|cans?|tins|jars?|tubes?|boxes|bags|sachets?|pouches|rolls?|"
    r"sheets?|tablets?|tabs|capsules?|caps|softgels?|gummies|pods|wipes|bars|sticks|refills?|cartridges|sets?|items|tiles|tea ?bags|"
    r"diapers|nappies|masks|pens|pencils|markers|cards|labels|envelopes|plates|cups|forks|candles|batteries|bulbs|lamps|towels|pads|"
    r"filters|blades|screws|clips|hangers|servings|loads|washes|skeins|balls|cigars|eggs"
)
LATIN_COUNTERS = _COUNTED
"""Things that are counted, after a number."""

HAN_COUNTERS = (
    "件套|件装|件裝|件|套装|套(?!机|筒)|只装|隻裝|只|隻|个装|個裝|个(?!月|小时|钟)|個(?!月|小時)|支装|支|枝|瓶装|瓶|罐装|罐|听装|听|聽|盒装|盒|袋装|袋|包装(?=$)|连包|"
    "包(?!邮|裹|包|臀|郵)|片装|片|粒装|粒|颗装|颗|顆|枚|张装|张|張|条装|条|條|卷装|卷|捲|块装|块|塊|本装|本|把装|把|根装|根|副|台|臺|提装|提|桶装|桶|杯装|杯|"
    "抽|朵|入装|入|束|节装|节(?!能|日|庆)|節|盘|板|管|碗|箱|组|組|贴(?![片合身纸膜])|枚装|对装|贴装"
)
"""Measure words after a number: pieces, bottles, sheets, and whatever else is counted one by one."""
HAN_PAIRS = "双装|双(?![卡核肩面层人模频系摄击屏用拼色飞层镜温])|雙|对装|对(?![比付抗话讲流])|對"
"""Measure words that count pairs."""
HAN_CONTAINERS = "箱|盒|袋|包|提|组|組|套|打|桶|件|排|条|盘|板"
"""What may hold several pieces, as in 一箱12瓶 and 12瓶/箱."""

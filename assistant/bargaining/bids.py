"""The price that a shopper names when bargaining."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from knowledge.text import fold

# A number below this share of the price is a quantity or a size; above, nobody bargains with it.
LEAST_SHARE, MOST_SHARE = Decimal("0.35"), Decimal("1.2")

_N: Final = r"(\d+(?:\.\d+)?)"
_ZHE = re.compile(r"([1-9](?:\.\d)?|[一二三四五六七八九])\s*折")
_PERCENT_OFF = re.compile(rf"{_N}\s*%\s*(?:off|discount)|(?:discount of|knock off)\s*{_N}\s*%")
_LESS = re.compile(
    rf"(?:便宜|减|少|优惠|让|抹掉?)\s*{_N}(?!\s*(?:折|%))"
    rf"|(?:take|knock)\s*\$?{_N}\s*off|\$?{_N}\s*(?:dollars? )?(?:off|less)\b"
)
_OTHER_UNIT: Final = (
    r"\s*(?:%|percent|per cent|折|cm|mm|kg|kilo|lb|公斤|千克|斤|克|厘米|公分|毫升|米|码|岁|件|条|个|天|ml|inch"
    r"|of (?:the|those|these|them|your|each)\b|(?:pair|piece|pc|pack|set|boxe?|bottle|jar)s?\b)"
)
_PRICE = re.compile(rf"(?<![a-z0-9.%-]){_N}(?![a-z0-9%-]|\.\d|{_OTHER_UNIT})")
_HAN_DIGIT: Final = {character: value for value, character in enumerate("零一二三四五六七八九")}


_COUNTS: Final = {"two": 2, "both": 2, "three": 3, "four": 4, "five": 5, "six": 6, "两": 2, "俩": 2}
_COUNTS_HAN: Final = {character: value for character, value in _HAN_DIGIT.items() if value > 1}
# "Two coats for 300", "300 for 2", 两件500, 500两件: a count beside the sum that is named.
_SEVERAL = re.compile(
    r"\b(two|both|three|four|five|six|[2-9])\b(?!\s*(?:%|off|dollars?|bucks))"
    r"|([两俩二三四五六七八九2-9])\s*(?:件|条|个|双|套|只|支|瓶|盒|把|张|块(?!钱))"
)
_EACH = re.compile(
    r"\b(?:each|apiece|a piece|per (?:item|piece|unit)|one of them)\b|每|单价|一[件条个双套只支瓶盒把张]|各"
)
# "Is it really $200?", 399贵不贵: asks about a price, and names none to be agreed on.
_ASKS_PRICE_EN = re.compile(
    r"^\W*(?:so|and|wait|hm+|ok)?\W*(?:is|are|was|were|isn't|does|did)\b"
    r"(?!.*\b(?:ok|okay|possible|fine|acceptable|a deal|enough|negotiable|good|agree|accept)\b)"
    # "That's the one that's 79, right": what was read somewhere is to be confirmed.
    r"|\b(?:it'?s|that'?s|is|was|costs?|listed|says|said)\b[^?]*\d\D{0,12}\b"
    r"(?<!all )(?:right|correct|huh|isn'?t it)\W*$"
)
_ASKS_PRICE_ZH = re.compile(
    r"贵不贵|贵吗|贵么|值不值|值吗|(?:真的?|是不是|原价|现价|标价|售价|价格是)[^，,。！!]{0,8}\d[^，,。！!]{0,6}(?:吗|么|吧|\?|？)?$"
)
_AGREE_ZH = re.compile(r"卖|行|可以|成不|成吗|给我|拿|包邮|同意")


def asks_price(text: str) -> bool:
    """Tell whether a message asks what something costs, or whether that is much; the number in it is no bid."""
    folded = fold(text).strip()
    if _ASKS_PRICE_EN.search(folded):
        return True
    return _ASKS_PRICE_ZH.search(folded) is not None and _AGREE_ZH.search(folded) is None


_IN_MONEY = re.compile(rf"[$¥￥€£]\s*\d|{_N}\s*(?:dollars?\b|bucks?\b|usd\b|rmb\b|cny\b|yuan\b|元|块|刀|美元)|贵|值")


def names_price(text: str, price: Decimal) -> bool:
    """Tell whether a number of a message may be a price of a product of this price, and no length or share."""
    folded = fold(text)
    return _IN_MONEY.search(folded) is not None or parse_bid(text, price) is not None


def parse_bid(text: str, price: Decimal) -> Decimal | None:
    """Return the price that is named for one piece of a product of this price; None when none is.

    A sum for several pieces is a bid for each: an offer is for one, and "two for the price of one"
    is half.
    """
    folded = fold(text)
    count = 1 if _EACH.search(folded) else _count(folded)
    if count > 1:
        sums = [Decimal(match[1]) for match in _PRICE.finditer(folded)]
        likely = [amount / count for amount in sums if LEAST_SHARE * price <= amount <= MOST_SHARE * price * count]
        return likely[-1] if likely else None
    if match := _ZHE.search(folded):
        tenths = _HAN_DIGIT.get(match[1])
        return price * (Decimal(tenths) if tenths is not None else Decimal(match[1])) / 10
    if match := _PERCENT_OFF.search(folded):
        return price * (1 - Decimal(match[1] or match[2]) / 100)
    if match := _LESS.search(folded):
        less = Decimal(next(group for group in match.groups() if group))
        return price - less if less < price else None
    named = [Decimal(match[1]) for match in _PRICE.finditer(folded)]
    plausible = [amount for amount in named if price * LEAST_SHARE <= amount <= price * MOST_SHARE]
    return plausible[-1] if plausible else None


def _count(folded: str) -> int:
    """Return how many pieces the message is about; 1 when it does not say."""
    match = _SEVERAL.search(folded)
    if match is None:
        return 1
    word = match[1] or match[2]
    return int(word) if word.isdigit() else _COUNTS.get(word) or _COUNTS_HAN[word]

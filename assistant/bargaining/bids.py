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
_OTHER_UNIT: Final = r"\s*(?:%|折|cm|mm|kg|斤|码|岁|件|条|个|天|ml|inch)"
_PRICE = re.compile(rf"(?<![a-z0-9.%-]){_N}(?![a-z0-9%-]|\.\d|{_OTHER_UNIT})")
_HAN_DIGIT: Final = {character: value for value, character in enumerate("零一二三四五六七八九")}


def parse_bid(text: str, price: Decimal) -> Decimal | None:
    """Return the price that is named for a product of this price; None when none is."""
    folded = fold(text)
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

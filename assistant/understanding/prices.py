"""The price that a shopper has in mind for what they look for: "under 200", 300左右, 三百多的."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from assistant.amounts import han_number
from knowledge.text import fold, has_han

# "About 300" in a shop means nobody is cross at 240 or 360.
ABOUT: Final = Decimal("0.2")

_UNIT = r"(?:元|块钱|块|rmb|cny|yuan|usd|dollars?|euros?|bucks|刀|美元|￥|¥|\$|€|£)"
_HAN = "一二两三四五六七八九十百千万零"
# 300, 1,299.50, 3千, 一千五百: whole numbers as they stand there, no share (百分之三) and no guess (几百).
_NUMBER = (
    rf"(?<![\d.,{_HAN}几])(?:\d+(?:,\d{{3}})*(?:\.\d+)?[百千万]?|[{_HAN}]*[十百千万][{_HAN}]*)"
    rf"(?![\d{_HAN}]|分之)"
)
_N = rf"{_UNIT}?\s*({_NUMBER})\s*{_UNIT}?"
_BETWEEN = re.compile(rf"(?:between\s+)?{_N}\s*(?:-|–|~|～|到|至|and|to)\s*{_N}")
_MOST = re.compile(
    rf"(?:under|below|(?<!no )(?<!not )less than|up to|at most|not? (?:more than|over|above)|max(?:imum)?(?: of)?"
    rf"|cheaper than|within|不超过|不高于|最多|(?<!不)低于|(?<!不)少于|预算)"
    rf"\s*(?:of\s*)?{_N}|{_N}\s*(?:以内|以下|之内|内|or less|or under|max\b|封顶)"
)
_LEAST = re.compile(
    rf"(?:(?<!not )over|(?<!not )above|(?<!no )(?<!not )more than|not? less than|at least|from"
    rf"|(?<!不)高于|(?<!不)超过|不低于|不少于|至少)"
    rf"\s*{_N}|{_N}\s*(?:以上|or more|and up|起)"
)
_ABOUT = re.compile(
    rf"(?:around|about|roughly|approximately)\s*{_N}|{_N}\s*(?:左右|上下|around)|({_NUMBER})来(?:块钱|块|元)"
)
_HAS_UNIT = re.compile(_UNIT)
# 三百多的, 300多块: from so much up to the next of its last digit that is no zero.
_AND_MORE = re.compile(rf"({_NUMBER})多(?:块钱|块|元|的(?!人|能|可以|穿|脚|个子))")
# In which a price stands that is demanded.
PRICES: Final = (_BETWEEN, _MOST, _LEAST, _ABOUT, _AND_MORE)
_UNITS: Final = {"百": 100, "千": 1_000, "万": 10_000}
_BELOW: Final = {"百": "十", "千": "百", "万": "千"}
_BODY = re.compile(r"身高|体重|胸围|腰围|臀围|脚长|厘米|公分|cm|kg|公斤|斤|码|岁|\bsize|tall|weigh")


def parse_price(text: str) -> tuple[Decimal | None, Decimal | None]:
    """Return lowest and highest price that the shopper names; None for an open side."""
    # The Chinese comma never groups digits, but folds into one that does: "身高170，200元以内".
    folded = fold(text.replace("，", "， "))
    if (match := _BETWEEN.search(folded)) and (_is_price(match, folded) or _names_range(match, folded)):
        low, high = _number(match[1]), _number(match[2])
        return (low, high) if low < high else (None, None)
    if match := _ABOUT.search(folded):
        if _is_price(match, folded) or (_plausible(match, folded) and not _BODY.search(folded)):
            middle = _number(match[1] or match[2] or match[3])
            return middle * (1 - ABOUT), middle * (1 + ABOUT)
        return None, None
    if (match := _AND_MORE.search(folded)) and not _BODY.search(folded):
        lowest = _number(match[1])
        return lowest, lowest + _step_above(lowest) - 1
    most, least = _MOST.search(folded), _LEAST.search(folded)
    high_price = _number(most[1] or most[2]) if most and (_is_price(most, folded) or _plausible(most, folded)) else None
    low_price = _number(least[1] or least[2]) if least and _is_price(least, folded) else None
    return low_price, high_price


def _number(told: str) -> Decimal:
    if not has_han(told):
        return Decimal(told.replace(",", ""))
    if told[0].isdigit():
        return (Decimal(told[:-1].replace(",", "")) * _UNITS[told[-1]]).normalize() + 0
    # 一千五 is said for 一千五百.
    shortened = len(told) > 2 and told[-2] in _BELOW and told[-1] not in "十百千万零"
    return Decimal(han_number(told + _BELOW[told[-2]] if shortened else told))


def _is_price(match: re.Match[str], _folded: str) -> bool:
    return _HAS_UNIT.search(match[0]) is not None


def _plausible(match: re.Match[str], folded: str) -> bool:
    """Tell a budget from "within 30 days" and "under 5 kg"."""
    following = folded[match.end() :].lstrip()[:10]
    return not re.match(
        r"(?:business |working )?days?|hours?|hrs?\b|min(?:ute)?s?\b|weeks?|months?|years?|kg|kilo|lbs?|pounds?|oz"
        r"|cm|mm|m\b|inch|feet|ft|people|persons?|pieces?|items?|pairs?|times|percent|%"
        r"|个?(?:天|小时|分钟|日|周|月|年|工作日|星期)|公斤|千克|克|斤|厘米|公分|毫米|米|岁|人|位|件|双|条|个|折|次"
        r"|ml|g\b|w\b|mah",
        following,
    )


def _names_range(match: re.Match[str], folded: str) -> bool:
    """Tell "200到300的裙子" from a range of heights or weights."""
    return re.match(r"\s*(?:的|之间|价位)", folded[match.end() :]) is not None and not _BODY.search(folded)


def _step_above(number: Decimal) -> Decimal:
    """Return what the last digit that is no zero counts: 100 of 300, 10 of 350."""
    zeros = len(str(number)) - len(str(number).rstrip("0"))
    return Decimal(10) ** zeros

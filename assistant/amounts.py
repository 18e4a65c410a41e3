"""Numbers with what they count, in one writing for both languages: ``30 天`` and ``thirty days`` are the same.

A number without a unit fits any: tables and typed values often name theirs elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from knowledge.text import fold, has_han

BARE: Final = ""
# Working days are no days, and a discount of 八折 is no 8 %. A "pound" may be money or weight: it tells nothing.
_SPELLINGS: Final[Mapping[str, str]] = {
    "money": "元,块,块钱,yuan,rmb,cny,usd,eur,gbp,cad,aud,hkd,dollar,dollars,bucks,euro,euros",
    "percent": "%,percent,per cent",
    "discount": "折",
    "workday": "工作日,个工作日,working days,working day,business days,business day,workdays,workday",
    "day": "天,日,days,day",
    "hour": "小时,个小时,hours,hour,hrs,hr,h",
    "minute": "分钟,minutes,minute,mins,min",
    "week": "周,星期,个星期,weeks,week",
    "month": "月,个月,months,month",
    "year": "年,years,year",
    "cm": "厘米,公分,cm,centimetres,centimeters",
    "mm": "毫米,mm",
    "metre": "米,m,metres,metre,meters,meter",
    "inch": "英寸,寸,inches,inch,in",
    "kg": "公斤,千克,kg,kgs,kilos,kilograms",
    "gram": "克,g,grams,gram",
    "jin": "斤",
    "lb": "磅,lb,lbs",
    "ounce": "盎司,oz,ounces,ounce",
    "ml": "毫升,ml",
    "litre": "升,l,litres,litre,liters,liter",
}
_UNIT_OF: Final = {spelling: unit for unit, spellings in _SPELLINGS.items() for spelling in spellings.split(",")}


def _ended(spelling: str) -> str:
    """Return the pattern of a spelling: one of letters ends where the word does, and "5 in stock" is no length."""
    if spelling == "in":
        return r"in(?![a-z]|\s+[a-z])"
    return re.escape(spelling) + (r"(?![a-z])" if spelling.isascii() and spelling != "%" else "")


_SUFFIX: Final = "|".join(_ended(spelling) for spelling in sorted(_UNIT_OF, key=len, reverse=True))
_HAN_SUFFIX: Final = "|".join(sorted({*filter(has_han, _UNIT_OF), "件", "岁", "次"}, key=len, reverse=True))
_PREFIX: Final = r"[¥￥$€£]|\b(?:rmb|cny|usd|eur|gbp)"
_DIGITS: Final = r"\d+(?:[.,]\d+)*"
_HAN: Final = "[零〇一二两三四五六七八九十百千万]+"
_WORD_VALUES: Final[Mapping[str, int]] = {
    **dict(zip(("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), range(2, 11), strict=True)),
    **dict(zip(("eleven", "twelve", "thirteen", "fourteen", "fifteen"), range(11, 16), strict=True)),
    **dict(zip(("twenty", "thirty", "forty", "fifty", "sixty", "ninety"), (20, 30, 40, 50, 60, 90), strict=True)),
    "twenty-four": 24,
    "forty-eight": 48,
}
_WORD: Final = "|".join(sorted(_WORD_VALUES, key=len, reverse=True))
_TO: Final = r"\s*(?:[-–—~～到至]|to|or|或)\s*"
# A bare numeral of letters is a word as often as a number (一定, "two of them"): only one with a unit is a claim.
_AMOUNT: Final = re.compile(
    rf"(?P<prefix>{_PREFIX})?\s*(?P<digits>{_DIGITS})(?:{_TO}(?P<upper>{_DIGITS}))?(?:\s*-?\s*(?P<unit>{_SUFFIX}))?"
    rf"|百分之\s*(?P<share>{_HAN})"
    rf"|(?P<han>{_HAN})(?:{_TO}(?P<han_upper>{_HAN}))?\s*(?P<han_unit>{_HAN_SUFFIX})"
    rf"|\b(?P<word>{_WORD})(?:{_TO}(?P<word_upper>{_WORD}))?[\s-]+(?P<word_unit>{_SUFFIX})"
)
_HAN_DIGITS: Final = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_UNITS: Final = {"十": 10, "百": 100, "千": 1000}
_MYRIAD: Final = 10_000
# The facts of a shop stand behind one reply after the other.
READ_TEXTS: Final = 8_192


class Amount(NamedTuple):
    """A number as a text tells it.

    Attributes:
        number: Without group separators and trailing zeros.
        unit: What it counts; `BARE` where the text does not say.
    """

    number: str
    unit: str


@lru_cache(maxsize=READ_TEXTS)
def amounts_in(text: str) -> tuple[Amount, ...]:
    """Return the numbers of a text with their units; of a range both, with its unit."""
    return tuple(_amounts_in(text))


def _amounts_in(text: str) -> Iterator[Amount]:
    # The Chinese comma never groups digits, but folds into one that does: "170，52公斤" are two numbers.
    for found in _AMOUNT.finditer(fold(text.replace("，", " "))):
        if found["digits"]:
            unit = "money" if found["prefix"] else _UNIT_OF.get(found["unit"] or "", BARE)
            yield from (Amount(_canonical(number), unit) for number in (found["digits"], found["upper"]) if number)
        elif found["share"]:
            yield Amount(str(han_number(found["share"])), "percent")
        elif found["han"]:
            unit = _UNIT_OF.get(found["han_unit"], BARE)
            yield from (Amount(str(han_number(n)), unit) for n in (found["han"], found["han_upper"]) if n)
        else:
            unit = _UNIT_OF[found["word_unit"]]
            words = (found["word"], found["word_upper"])
            yield from (Amount(str(_WORD_VALUES[word]), unit) for word in words if word)


def without_amounts(text: str) -> str:
    """Return the folded text without its numbers and their units: what is said in words."""
    return _AMOUNT.sub(" ", fold(text))


class KnownAmounts:
    """What may be repeated: numbers, each with the units it was told with."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._units: dict[str, set[str]] = {}
        for text in texts:
            for amount in amounts_in(text):
                self._units.setdefault(amount.number, set()).add(amount.unit)

    def has(self, amount: Amount) -> bool:
        """Tell whether an amount was told: the number, and its unit where both sides name one."""
        units = self._units.get(amount.number)
        return units is not None and (amount.unit == BARE or amount.unit in units or BARE in units)


def _canonical(number: str) -> str:
    """Return a number without group separators and trailing zeros."""
    cleaned = re.sub(r",(?=\d{3}(?:\D|$))", "", number).replace(",", ".")
    if cleaned.count(".") > 1:
        return cleaned
    return f"{Decimal(cleaned).normalize():f}"


def han_number(text: str) -> int:
    """Return the number that Chinese numerals tell: 三百二十, and digit by digit 二〇二五."""
    if all(character in _HAN_DIGITS for character in text):  # read out digit by digit: 二〇二五年, 八五折
        return int("".join(str(_HAN_DIGITS[character]) for character in text))
    myriads, total, digit = 0, 0, 0
    for character in text:
        if character == "万":
            myriads, total, digit = (total + digit) * _MYRIAD, 0, 0
        elif character in _HAN_UNITS:
            total += (digit or 1) * _HAN_UNITS[character]
            digit = 0
        else:
            digit = _HAN_DIGITS[character]
    return myriads + total + digit

"""Deliberately wrong replies: right sentences of a turn, each with one thing made false.

A right sentence is one that the assistant itself has written for a shipped question, or a plain
statement of a typed fact that the turn has read. Every way to falsify knows the shop's own values,
so that the false ones are as likely as any: another product's price, the neighbour's size.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from assistant.fact_check import numbers_in
from assistant.facts import FactKind, price_text, product_facts
from knowledge.catalog import Product
from knowledge.text import Lang

_NUMBER: Final = re.compile(r"(?<![\d.A-Za-z-])\d+(?:\.\d+)?(?![\d.A-Za-z]|-\d)")
_MONEY: Final = re.compile(r"([¥$€£]\s*)(\d[\d,]*(?:\.\d+)?)|(\d+(?:\.\d+)?)(\s*元)")
_DATE: Final = re.compile(r"\d{4}-\d{2}-(\d{2})|\d{1,2}\s*月\s*(\d{1,2})\s*日")
_DURATION: Final = re.compile(r"(\d+)(\s*)(小时|天|个工作日|hours|days|business days)")
_OTHER_UNIT: Final = {
    "小时": "天",
    "天": "小时",
    "个工作日": "小时",
    "hours": "days",
    "days": "hours",
    "business days": "hours",
}
# The longer stands first, so that taking the denial away is tried before adding one.
_DENIALS: Final[dict[Lang, tuple[tuple[str, str], ...]]] = {
    "zh": (("支持", "不支持"), ("可以", "不可以"), ("能", "不能"), ("需要", "不需要"), ("会", "不会")),
    "en": ((" can ", " cannot "), (" are ", " are not "), (" is ", " is not "), (" do ", " do not ")),
}
_LONG_ENOUGH: Final = 5


@dataclass(frozen=True, slots=True)
class Told:
    """A right sentence with what is needed to make it false.

    Attributes:
        about: The product that it names, when it names one.
        others: Products of the shop that differ from it.
        known: Numbers that the turn has read: a false one is none of them.
    """

    text: str
    lang: Lang
    about: Product | None
    others: Sequence[Product]
    known: frozenset[str]


Falsify = Callable[[Told, random.Random], str | None]


def plain_statements(product: Product, lang: Lang) -> Iterator[str]:
    """Yield sentences as a model would put them on a product's typed facts."""
    title, price = product.title, price_text(product.variants)
    if price and "–" not in price:
        yield f"{title}现价 {price}。" if lang == "zh" else f"{title} costs {price}."
    for fact in product_facts(product):
        if fact.kind is FactKind.ATTRIBUTE and len(fact.text) < 60 and "\n" not in fact.text:
            yield (
                f"{title}的{fact.label}是{fact.text}。"
                if lang == "zh"
                else f"The {fact.label} of {title} is {fact.text}."
            )


def _another(number: str, known: frozenset[str], chance: random.Random) -> str:
    """Return a number near this one that nobody has told."""
    value = Decimal(number.replace(",", ""))
    while True:
        step = max(1, int(value) // chance.choice((2, 3, 5, 10)))
        found = value + chance.choice((-1, 1)) * step * chance.randint(1, 2)
        if found > 1 and not numbers_in(str(found)) & known:
            return str(found)
        value += chance.randint(1, 3)


def _price(told: Told, chance: random.Random) -> str | None:
    found = _MONEY.search(told.text)
    if found is None:
        return None
    old = found[2] or found[3]
    start, end = found.span(2 if found[2] else 3)
    return told.text[:start] + _another(old, told.known, chance) + told.text[end:]


def _number(told: Told, chance: random.Random) -> str | None:
    if _MONEY.search(told.text):
        return None
    spots = [m for m in _NUMBER.finditer(told.text) if m[0] not in ("0", "1")]
    if not spots:
        return None
    spot = chance.choice(spots)
    return told.text[: spot.start()] + _another(spot[0], told.known, chance) + told.text[spot.end() :]


def _unit(told: Told, chance: random.Random) -> str | None:
    del chance
    found = _DURATION.search(told.text)
    if found is None:
        return None
    start, end = found.span(3)
    return told.text[:start] + _OTHER_UNIT[found[3]] + told.text[end:]


def _date(told: Told, chance: random.Random) -> str | None:
    found = _DATE.search(told.text)
    if found is None:
        return None
    start, end = found.span(1 if found[1] else 2)
    days = [f"{day:02}" for day in range(2, 29) if not numbers_in(str(day)) & told.known]
    return told.text[:start] + chance.choice(days) + told.text[end:] if days else None


def _of_another(told: Told, chance: random.Random) -> str | None:
    """Put another product's name to what was said of this one."""
    if told.about is None or told.about.title not in told.text:
        return None
    # What holds of both would not be false.
    said = told.text.replace(told.about.title, "")
    rest = [p for p in told.others if not _says(p, said)]
    return told.text.replace(told.about.title, chance.choice(rest).title) if rest else None


def _anothers_fact(told: Told, chance: random.Random) -> str | None:
    """Say of this product what holds of another."""
    if told.about is None:
        return None
    own = {fact.text for fact in product_facts(told.about)}
    foreign = [
        text.replace(other.title, told.about.title)
        for other in chance.sample(list(told.others), min(8, len(told.others)))
        for text in plain_statements(other, told.lang)
        if not any(fact.text in own for fact in product_facts(other) if fact.text in text)
    ]
    return chance.choice(foreign) if foreign else None


def _denied(told: Told, chance: random.Random) -> str | None:
    """Turn what a rule allows into what it forbids, or the other way round."""
    del chance
    for allowed, forbidden in _DENIALS[told.lang]:
        for one, other in ((forbidden, allowed), (allowed, forbidden)):
            if one in told.text:
                return told.text.replace(one, other, 1)
    return None


def _says(product: Product, said: str) -> bool:
    return any(len(fact.text) >= 2 and fact.text in said for fact in product_facts(product))


FALSE_WAYS: Final[dict[str, Falsify]] = {
    "price": _price,
    "number": _number,
    "unit": _unit,
    "date": _date,
    "product": _of_another,
    "fact of another": _anothers_fact,
    "denied": _denied,
}


def falsified(told: Told, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Yield ways and false sentences made of a right one."""
    if len(told.text) < _LONG_ENOUGH:
        return
    for way, falsify in FALSE_WAYS.items():
        false = falsify(told, chance)
        if false is not None and false != told.text:
            yield way, false

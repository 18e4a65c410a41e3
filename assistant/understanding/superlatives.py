"""Which measurable thing a shopper wants the most or the least of, and what a product's page says of it.

"The lightest jacket" is answered from the shop's own numbers, never from how texts sound. The
table `superlatives.tsv` holds the words; price has its own place (`Constraints.sort`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Final, Literal

from assistant.facts import Fact, FactKind, product_facts
from knowledge.catalog import Product
from knowledge.text import fold, has_han

Direction = Literal["most", "least"]

_N: Final = r"(\d+(?:,\d{3})*(?:\.\d+)?)"
# (pattern of the unit, what it measures, how many of the base unit it is): g, ml, mm, W, h, mAh.
_UNITS: Final = (
    (r"gsm|g/m²|g/m2|克/平方米|克每平方米|克/平", "areal", Decimal(1)),
    (r"kg|kilograms?|公斤|千克", "mass", Decimal(1000)),
    (r"g|grams?|克", "mass", Decimal(1)),
    (r"lbs?|pounds?|磅", "mass", Decimal("453.592")),
    (r"oz|ounces?|盎司", "mass", Decimal("28.3495")),
    (r"斤", "mass", Decimal(500)),
    (r"mah|毫安时?", "charge", Decimal(1)),
    (r"wh", "energy", Decimal(1)),
    (r"ml|毫升", "volume", Decimal(1)),
    (r"l|litres?|liters?|升", "volume", Decimal(1000)),
    (r"qt|quarts?", "volume", Decimal("946.353")),
    (r"gal|gallons?|加仑", "volume", Decimal("3785.41")),
    (r"kw|千瓦", "power", Decimal(1000)),
    (r"w|watts?|瓦", "power", Decimal(1)),
    (r"mm|毫米", "length", Decimal(1)),
    (r"cm|厘米|公分", "length", Decimal(10)),
    (r"m|metres?|meters?|米", "length", Decimal(1000)),
    (r"inch(?:es)?|in|英寸|寸", "length", Decimal("25.4")),
    (r"years?|年", "time", Decimal(8760)),
    (r"months?|个?月", "time", Decimal(730)),
    (r"days?|天", "time", Decimal(24)),
    (r"hours?|hrs?|h|小时", "time", Decimal(1)),
    (r"min(?:ute)?s?|分钟", "time", Decimal(1) / 60),
    (r"lm|lumens?|流明", "light", Decimal(1)),
)
_VALUE: Final = tuple((re.compile(rf"{_N}\s*(?:{unit})(?![a-z])"), kind, factor) for unit, kind, factor in _UNITS)
_BARE: Final = re.compile(rf"^\s*{_N}\s*$")


@dataclass(frozen=True, slots=True)
class Superlative:
    """A measurable property, and which end of it is wanted.

    Attributes:
        labels: Folded names under which merchants state it.
        words: The folded words with which it was asked for.
    """

    dimension: str
    direction: Direction
    labels: frozenset[str]
    words: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What a product's page says of the property.

    Attributes:
        kind: What is measured; values of two kinds do not compare.
        value: In the base unit of the kind.
    """

    fact: Fact
    kind: str
    value: Decimal


def superlative(question: str) -> Superlative | None:
    """Return what is wanted most or least; None when nothing measurable is."""
    folded = fold(question)
    found = [
        Superlative(dimension, direction, labels, phrase)
        for dimension, direction, phrases, labels in _table()
        for phrase in phrases
        if (phrase in folded if has_han(phrase) else re.search(rf"\b{re.escape(phrase)}\b", folded))
    ]
    return max(found, key=lambda one: len(one.words), default=None)


def measured(product: Product, wanted: Superlative) -> Measured | None:
    """Return the product's value; of several in one statement the one nearest to what is wanted."""
    for fact in product_facts(product):
        if fact.kind is not FactKind.ATTRIBUTE or fold(fact.label) not in wanted.labels:
            continue
        values = quantities(fold(fact.text))
        if values:
            pick = max if wanted.direction == "most" else min
            kind = values[0][0]
            return Measured(fact, kind, pick(value for other, value in values if other == kind))
    return None


def ranked(products: Sequence[Product], wanted: Superlative) -> list[tuple[Product, Measured]]:
    """Return the products that state the property in comparable units, what is wanted first.

    Empty when fewer than two do: of one alone nobody can say that it is the lightest.
    """
    found = [(product, value) for product in products if (value := measured(product, wanted)) is not None]
    by_kind: dict[str, list[tuple[Product, Measured]]] = {}
    for product, value in found:
        by_kind.setdefault(value.kind, []).append((product, value))
    comparable = max(by_kind.values(), key=len, default=[])
    if len(comparable) < 2:
        return []
    return sorted(comparable, key=lambda pair: pair[1].value, reverse=wanted.direction == "most")


def dimension_of(label: str) -> str | None:
    """Return the measurable property that merchants call so, folded; None when it is none of the table's."""
    return next((dimension for dimension, _, _, labels in _table() if label in labels), None)


def quantities(text: str) -> list[tuple[str, Decimal]]:
    """Return (kind, value in the base unit) of every quantity in a statement."""
    found: list[tuple[int, str, Decimal]] = []
    for pattern, kind, factor in _VALUE:
        for match in pattern.finditer(text):
            if all(match.start() != place for place, _, _ in found):
                found.append((match.start(), kind, Decimal(match[1].replace(",", "")) * factor))
    if not found and (bare := _BARE.match(text)):
        return [("number", Decimal(bare[1].replace(",", "")))]
    return [(kind, value) for _, kind, value in sorted(found)]


@lru_cache(maxsize=1)
def _table() -> list[tuple[str, Direction, tuple[str, ...], frozenset[str]]]:
    lines = files("assistant.understanding").joinpath("superlatives.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines[1:] if line.strip() and not line.startswith("#")]
    return [
        (
            dimension,
            "most" if direction == "most" else "least",
            tuple(phrases.split("|")),
            frozenset(fold(label) for label in labels.split("|")),
        )
        for dimension, direction, phrases, labels in rows
    ]

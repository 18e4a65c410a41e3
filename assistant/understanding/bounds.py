"""How much of something is demanded at least or at most: "bigger than 0.8 L", 5000毫安以上.

Held against the quantities on a product's page of the same kind. Lengths and times are left out: a
page has many of them, and which one is meant the words alone do not tell. Prices have a place of
their own (`Constraints.min_price`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from assistant.understanding.superlatives import quantities
from knowledge.catalog import Product
from knowledge.text import fold

KINDS: Final = frozenset({"volume", "mass", "charge", "energy", "power", "light"})
_N: Final = r"\d+(?:,\d{3})*(?:\.\d+)?"
_QUANTITY: Final = rf"(?P<quantity>{_N}\s*(?:[a-z²/]+|[㐀-鿿]{{1,3}}?(?=以|及|或|大|小|重|轻|多|少|高|低|更|的|$)))"
_MORE: Final = (
    rf"(?:\b(?:bigger|larger|more|heavier|stronger|brighter|higher) than|\bover|\babove|大于|高于|超过|多于|比)\s*{_QUANTITY}"
    r"(?P<zh>\s*(?:大|重|多|高|强|亮|更))?"
)
_LESS: Final = (
    rf"(?:\b(?:smaller|less|lighter|lower|weaker) than|\bunder|\bbelow|小于|低于|轻于|少于|不到|比)\s*{_QUANTITY}"
    r"(?P<zh>\s*(?:小|轻|少|低|弱))?"
)
_AT_LEAST: Final = rf"(?:\bat least|\bno less than|\bminimum(?: of)?|至少|不少于|不小于|不低于)\s*{_QUANTITY}"
_OR_MORE: Final = rf"{_QUANTITY}\s*(?:or (?:more|bigger|larger|above)|and (?:up|above)|及?以上|起)"
_OR_LESS: Final = rf"{_QUANTITY}\s*(?:or (?:less|smaller|below)|及?以下|以内|之内)"
# (pattern, whether it asks for more, whether the very amount is enough)
_PATTERNS: Final = tuple(
    (re.compile(pattern), more, inclusive)
    for pattern, more, inclusive in (
        (_OR_MORE, True, True),
        (_OR_LESS, False, True),
        (_AT_LEAST, True, True),
        (_MORE, True, False),
        (_LESS, False, False),
    )
)


@dataclass(frozen=True, slots=True)
class Bound:
    """A demand on a quantity.

    Attributes:
        kind: What is measured; see `assistant.understanding.superlatives`.
        value: In the base unit of the kind.
        more: Whether at least so much is wanted; else at most.
        inclusive: Whether the very amount is enough.
        words: As the shopper put it.
    """

    kind: str
    value: Decimal
    more: bool
    inclusive: bool
    words: str

    def holds(self, value: Decimal) -> bool:
        """Tell whether a value meets the demand."""
        if value == self.value:
            return self.inclusive
        return value > self.value if self.more else value < self.value


def bound_in(text: str) -> Bound | None:
    """Return the demand on a quantity that a text makes; None when it makes none, or of another kind."""
    folded = fold(text)
    for pattern, more, inclusive in _PATTERNS:
        for found in pattern.finditer(folded):
            # 比 alone compares: only the word behind the amount says in which direction.
            if found[0].startswith("比") and not found.groupdict().get("zh"):
                continue
            told = [pair for pair in quantities(found["quantity"]) if pair[0] in KINDS]
            if told:
                return Bound(*told[0], more, inclusive, found[0].strip())
    return None


def meets(product: Product, bound: Bound) -> bool:
    """Tell whether a product's name, choices or fields state a quantity that meets the demand.

    The name goes before the fields: a power bank of 10,000 mAh has a rated capacity too, and is sold by its name.
    """
    stated = _of_kind(product.title, bound)
    if not stated:
        choices = (value for option in product.options for value in option.values)
        fields = (attribute.value for attribute in product.attributes)
        stated = [value for text in (*choices, *fields) for value in _of_kind(text, bound)]
    if not stated and bound.kind == "mass":
        stated = [Decimal(v.weight_grams) for v in product.variants if v.weight_grams]
    return any(bound.holds(value) for value in stated)


def _of_kind(text: str, bound: Bound) -> list[Decimal]:
    return [value for kind, value in quantities(fold(text)) if kind == bound.kind]

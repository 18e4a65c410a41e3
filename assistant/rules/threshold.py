"""A rule with an amount: which of its thresholds a shopper's sum reaches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from assistant.quoting import statements
from knowledge.text import fold

_DIGITS: Final = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
# Dollars and yuan are several currencies each: a sum in the shopper's words is in the shop's.
_BEFORE_AMOUNT: Final = {"dollar": "$ us$ ca$ usd", "yuan": "¥ cny rmb", "euro": "€ eur", "pound": "£ gbp"}
_BEHIND_AMOUNT: Final = {
    "yuan": "元 块钱 块 yuan rmb cny",
    "dollar": "美元 美金 刀 dollars dollar bucks usd",
    "euro": "欧元 euros euro",
    "pound": "英镑 pounds",
}
_CURRENCIES: Final = {"dollar": "USD CAD AUD NZD HKD SGD", "yuan": "CNY JPY", "euro": "EUR", "pound": "GBP"}
_BEFORE, _BEHIND, _KINDS = (
    {word: kind for kind, words in table.items() for word in words.split()}
    for table in (_BEFORE_AMOUNT, _BEHIND_AMOUNT, _CURRENCIES)
)
_PREFIX: Final = "|".join(re.escape(word) for word in sorted(_BEFORE, key=len, reverse=True))
_SUFFIX: Final = "|".join(re.escape(word) for word in sorted(_BEHIND, key=len, reverse=True))
_MONEY: Final = re.compile(
    rf"(?P<prefix>{_PREFIX})\s*(?P<one>{_DIGITS})|(?P<two>{_DIGITS})\s*(?P<suffix>{_SUFFIX})(?![a-z])"
)
# Who spends, or buys for so much, need not say of what.
_SPENT: Final = re.compile(
    rf"(?:\b(?:spend|spent|order (?:of|for)|buy for|basket of)|花|消费|买满?|满)\s*({_DIGITS})"
    r"(?![\d%]|\s*[a-z件条双个])"
)
_FROM: Final = re.compile(
    r"(?:\b(?:from|at least|minimum(?: (?:order|spend))?(?: of)?|reach(?:es)?|comes to|threshold (?:is|of)|orders? of)"
    r"|满|达到?)\s*:?\s*$"
)
_OVER: Final = re.compile(r"(?:\bover|\babove|\bmore than|\bexceed(?:s|ing)?|超过|高于|多于)\s*$")
_OR_MORE: Final = re.compile(r"^\s*(?:or (?:more|above|over|higher)|and (?:up|above|over)|以上|起|及以上)")


@dataclass(frozen=True, slots=True)
class Threshold:
    """An amount from which a rule holds.

    Attributes:
        amount: In the shop's currency.
        inclusive: Whether the very amount is enough; "over $75" asks for more.
        statement: The sentence or row of the rule that names it.
    """

    amount: Decimal
    inclusive: bool
    statement: str

    def reached_by(self, spent: Decimal) -> bool:
        """Tell whether a sum reaches it."""
        return spent > self.amount or (self.inclusive and spent == self.amount)


def spent_in(text: str, currency: str) -> Decimal | None:
    """Return the one sum that a shopper names; None when there is none, several, or one in other money.

    Args:
        currency: ISO 4217 code of the shop's.
    """
    folded = fold(text)
    named: list[tuple[Decimal, str | None]] = [(_amount(found), _kind(found)) for found in _MONEY.finditer(folded)]
    if not named and (bare := _SPENT.search(folded)):
        named = [(Decimal(bare[1].replace(",", "")), _KINDS.get(currency))]
    if len({amount for amount, _ in named}) != 1 or any(kind != _KINDS.get(currency) for _, kind in named):
        return None
    return named[0][0]


def thresholds_in(text: str, currency: str) -> Iterator[Threshold]:
    """Yield the amounts from which the statements of a passage hold, in their order."""
    for statement in statements(text):
        folded = fold(statement.plain)
        for found in _MONEY.finditer(folded):
            before, behind = folded[: found.start()], folded[found.end() :]
            over = _OVER.search(before) is not None
            if _kind(found) == _KINDS.get(currency) and (over or _FROM.search(before) or _OR_MORE.search(behind)):
                inclusive = not over or _OR_MORE.search(behind) is not None
                yield Threshold(_amount(found), inclusive, statement.plain)


def _amount(found: re.Match[str]) -> Decimal:
    return Decimal((found["one"] or found["two"]).replace(",", ""))


def _kind(found: re.Match[str]) -> str:
    return _BEFORE[found["prefix"]] if found["prefix"] else _BEHIND[found["suffix"]]

"""Stock and price of the very variants that are named."""

from __future__ import annotations

import re
from typing import Final

from assistant.agent.verdict import TYPED, Verdict
from assistant.agent.verdicts.findings import Findings
from assistant.escalation import Step
from assistant.fit.shop_reports import SIZE_OPTIONS
from assistant.grounding import LITTLE
from assistant.understanding.intents import Intent
from assistant.understanding.question import Question
from assistant.understanding.references import CERTAIN
from knowledge.catalog import Product
from knowledge.text import fold

_STOCK: Final = re.compile(
    r"\b(?:in stock|available|availability|sold out|out of stock)\b|现货|有货|没货|缺货|断货|库存|还有[吗嘛么没]"
)
# When something comes back is told by a rule, if by anything.
_WHEN: Final = re.compile(r"\bwhen\b|[什啥]么?时候|几时")


def verdict(question: Question, findings: Findings) -> Verdict | None:
    """Answer "do you have it in blue, size M" from the variants; None when more or less is asked."""
    products = findings.products(question)
    if len(products) != 1:
        return None
    product = products[0]
    if not question.constraints.options:
        return _whole(question, product, findings)
    own = {fold(value) for option in product.options for value in option.values}
    named = [values & own for values in question.constraints.options]
    # 有货 is cut into one word or into two.
    rest = [
        unit
        for unit in question.units
        if not set(unit.words) & question.constraints.used and not _STOCK.fullmatch(fold(unit.text))
    ]
    if not findings.context.grounding.about_stock_or_price(rest):
        return None
    if any(not values for values in named):
        return Verdict(question, Step.ANSWER, TYPED, typed=(product, ()))
    variants = tuple(v for v in product.variants if all({fold(o) for _, o in v.options} & values for values in named))
    return Verdict(question, Step.ANSWER, TYPED, typed=(product, variants))


def _whole(question: Question, product: Product, findings: Findings) -> Verdict | None:
    """Answer "is the skillet available now", which names no choice of it; None when more or less is asked."""
    telling = [unit for unit in question.units if unit.weight >= LITTLE]
    folded = fold(question.text)
    demands = question.constraints
    budget = demands.min_price is not None or demands.max_price is not None
    looks = question.intent is Intent.FIND_PRODUCTS or budget
    other = looks or question.expected is not None or _WHEN.search(folded) is not None
    asked = _STOCK.search(folded) is not None and question.reference.how in CERTAIN and not other
    if not (asked and telling and findings.context.grounding.about_stock_or_price(telling)):
        return None
    return Verdict(question, Step.ANSWER, TYPED, typed=(product, product.variants))


def before_measuring(question: Question, findings: Findings) -> Verdict | None:
    """Do the same before the size chart is looked at, unless the shopper tells a measurement."""
    if findings.context.understanding.told_measurements:
        return None
    products = findings.products(question)
    if question.intent is Intent.SIZE_ADVICE and len(products) == 1:
        sizes = {fold(value) for o in products[0].options if fold(o.name) in SIZE_OPTIONS for value in o.values}
        # "What size of the chino" names a thing that is a colour too, and asks for no stock.
        if sizes and not any(values & sizes for values in question.constraints.options):
            return None
    return verdict(question, findings)

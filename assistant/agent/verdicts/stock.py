"""Stock and price of the very variants that are named."""

from __future__ import annotations

from assistant.agent.verdict import TYPED, Verdict
from assistant.agent.verdicts.findings import Findings
from assistant.escalation import Step
from assistant.fit.shop_reports import SIZE_OPTIONS
from assistant.understanding.intents import Intent
from assistant.understanding.question import Question
from knowledge.text import fold


def verdict(question: Question, findings: Findings) -> Verdict | None:
    """Answer "do you have it in blue, size M" from the variants; None when more or less is asked."""
    products = findings.products(question)
    if len(products) != 1 or not question.constraints.options:
        return None
    product = products[0]
    own = {fold(value) for option in product.options for value in option.values}
    named = [values & own for values in question.constraints.options]
    rest = [unit for unit in question.units if not set(unit.words) & question.constraints.used]
    if not findings.context.grounding.about_stock_or_price(rest):
        return None
    if any(not values for values in named):
        return Verdict(question, Step.ANSWER, TYPED, typed=(product, ()))
    variants = tuple(v for v in product.variants if all({fold(o) for _, o in v.options} & values for values in named))
    return Verdict(question, Step.ANSWER, TYPED, typed=(product, variants))


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

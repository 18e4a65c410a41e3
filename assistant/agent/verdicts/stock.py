"""Stock and price of the very variants that are named."""

from __future__ import annotations

from assistant.agent.verdict import TYPED, Verdict
from assistant.agent.verdicts.findings import Findings
from assistant.escalation import Step
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
    return None if findings.context.understanding.told_measurements else verdict(question, findings)

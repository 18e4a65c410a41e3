"""Products set side by side."""

from __future__ import annotations

from typing import Final

from assistant.agent.verdict import COMPARED, TELLING, Verdict
from assistant.agent.verdicts.findings import Findings
from assistant.escalation import Step
from assistant.understanding.intents import Intent
from assistant.understanding.question import Question

HALF: Final = 0.5


def verdict(question: Question, findings: Findings) -> Verdict | None:
    """Compare when that is asked, and the pages say something about the need that was named, if one was."""
    products = question.reference.products
    if question.intent is not Intent.COMPARE or len(products) < 2:
        return None
    telling = [unit for unit in question.units if unit.weight >= TELLING]
    grounding = findings.context.grounding
    if telling and max(grounding.told_share(telling, product) for product in products) < HALF:
        return None
    return Verdict(question, Step.ANSWER, COMPARED, compared=products)

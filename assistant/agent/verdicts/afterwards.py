"""What needs a person although it could be answered: the second table of `assistant.handoff_rules`."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from assistant.agent.verdict import Verdict
from assistant.agent.verdicts.findings import Findings
from assistant.escalation import Step
from assistant.handoff_rules import AFTER_LOOKING_UP, Situation, called_by
from assistant.reply import Action
from assistant.understanding.intents import Intent

# Cosine of two questions, in the multilingual space, that ask the same.
SAME_QUESTION: Final = 0.8


def escalated(verdict: Verdict, findings: Findings) -> Verdict:
    """Return the verdict, or the call for a person that takes its place; what was found stays in it."""
    if verdict.step is not Step.ANSWER:
        return verdict
    question, order = verdict.question, verdict.order
    situation = Situation(
        question.guess,
        told_already=_told_already(verdict, findings),
        changes_order=order is not None and question.intent is Intent.ORDER_CHANGE,
        order_total=order.total.amount if order is not None and order.total else None,
        orders_above=findings.context.request.shop.policy.orders_above,
    )
    rule = called_by(situation, AFTER_LOOKING_UP)
    if rule is None:
        return verdict
    return replace(verdict, step=Step.CALL_PERSON, reason=rule.reason, detail=question.text)


def _told_already(verdict: Verdict, findings: Findings) -> bool:
    """Tell whether the same question got these very words before, since a person last spoke."""
    would_cite = {(support.fact.source_id, support.fact.label) for support in verdict.supports}
    if not would_cite:
        return False
    # As it was typed: a short afterthought is joined with the question before it, and is another question.
    likeness, typed = findings.context.index.likeness, findings.context.request.text
    return any(
        reply.get("action") == Action.ANSWER.value
        and would_cite <= {(citation["id"], citation["passage"]) for citation in reply.get("citations", ())}
        and likeness(typed, asked) >= SAME_QUESTION
        for asked, reply in findings.answered_before
    )

"""Advice on a size: from the chart, from the page, by asking for a measurement, or by a person."""

from __future__ import annotations

from typing import Final

from assistant.agent.verdict import ASKED_BACK, PLAINLY_SAID, SAID_NO, Verdict
from assistant.agent.verdicts import asking, published
from assistant.agent.verdicts.findings import Findings
from assistant.escalation import DEFAULTS, Step
from assistant.facts import FactKind
from assistant.reply import HandoffReason
from assistant.understanding.intents import Intent
from assistant.understanding.question import Question

# So far ahead of all other intents a wish for advice on a size is one, whatever the examples' likeness.
BY_FAR: Final = 0.4


def verdict(question: Question, findings: Findings) -> Verdict | None:
    """Advise on a size when that is what is asked."""
    if question.intent is not Intent.SIZE_ADVICE:
        return None
    sized = findings.size(question)
    told = findings.context.understanding.measurements.body
    if sized is None or sized.product is None:
        facts = published.verdict(question, findings)
        if facts.step is Step.ANSWER and not told:
            return facts
        return asking.which(question, findings, findings.likely(question))
    if sized.result is None:
        facts = published.verdict(question, findings)
        unsure = question.guess.score < DEFAULTS.sure_intent
        if (not told and (facts.step is Step.ANSWER or unsure)) or _says_a_size(facts):
            return facts
        detail = f"{question.text} ({sized.product.title})"
        reason = HandoffReason.NOT_STATED
        return Verdict(question, Step.CALL_PERSON, SAID_NO, size=sized, reason=reason, detail=detail)
    if sized.result.asks:
        # "Does it run small?" is answered by what the page says, before measuring anybody.
        facts = published.verdict(question, findings)
        measured = findings.context.understanding.told_measurements
        plainly = (
            facts.step is Step.ANSWER
            and (facts.supports[0].probability if facts.supports else facts.probability) >= PLAINLY_SAID
        )
        # The sizes that there are tell nobody which of them to take.
        only_choice = bool(facts.supports) and facts.supports[0].fact.kind is FactKind.OPTIONS
        guess = question.guess
        sure = guess.score >= DEFAULTS.sure_intent or guess.margin >= BY_FAR
        sure_advice = guess.intent is Intent.SIZE_ADVICE and sure
        if plainly and not measured and not (only_choice and sure_advice):
            return facts
        return Verdict(question, Step.ASK_WHICH, ASKED_BACK, size=sized)
    return Verdict(question, Step.ANSWER, sized.result.probability or SAID_NO, size=sized)


def _says_a_size(facts: Verdict) -> bool:
    """Tell whether a sentence with a number is told or shown: "for a waist of 90 take 105" needs no chart."""
    shown = facts.supports if facts.step is Step.ANSWER else facts.beside
    prose = (FactKind.DESCRIPTION, FactKind.PASSAGE)
    return bool(shown) and shown[0].fact.kind in prose and any(sign.isdigit() for sign in shown[0].fact.text)

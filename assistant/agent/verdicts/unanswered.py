"""Questions that nothing published answers: ask back, decline, or call a person, and say so."""

from __future__ import annotations

from assistant.agent.verdict import SAID_NO, Verdict
from assistant.agent.verdicts import asking
from assistant.agent.verdicts.facts import answer_probability, best_source
from assistant.agent.verdicts.findings import Findings
from assistant.escalation import Step, next_step
from assistant.grounding import distinct
from assistant.reply import HandoffReason
from assistant.understanding.intents import Intent
from assistant.understanding.question import Question
from assistant.understanding.references import CERTAIN, points


def verdict(question: Question, findings: Findings) -> Verdict:
    """Return what is done without an answer."""
    published = findings.published(question)
    products, search = published.products, published.search
    about_product = question.intent is Intent.PRODUCT_QUESTION or points(question.text)
    candidates = [f.product for f in search.products if f.probability >= findings.thresholds.answer] if search else []
    step = next_step(
        answer_probability(question, best_source(question, published)),
        intent=question.intent,
        product_known=bool(products) or findings.asked_which_before,
        about_a_product=about_product and (bool(candidates) or points(question.text)),
        thresholds=findings.thresholds,
    )
    if step is Step.ASK_WHICH:
        return asking.which(question, findings, candidates)
    if step is Step.DECLINE:
        return Verdict(question, step, SAID_NO, phrase="out_of_scope")
    certain = products if question.reference.how in CERTAIN else ()
    nearest = sorted([*published.on_page, *published.in_documents], key=lambda support: -support.probability)
    return Verdict(
        question,
        step,
        SAID_NO,
        phrase="not_stated_product" if certain else "not_stated",
        candidates=certain,
        reason=HandoffReason.NOT_STATED,
        detail=question.text,
        nearest=tuple(distinct(nearest, most=2, within=1.0)),
    )

"""Asking back which product is meant, and no more than once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from assistant.agent.verdict import ASKED_BACK, Verdict
from assistant.agent.verdicts.findings import Findings, of_an_unknown_one
from assistant.escalation import ABOUT_ORDERS, Step
from assistant.reply import HandoffReason
from assistant.understanding.intents import Intent
from assistant.understanding.question import Question
from knowledge.catalog import Product

# More names than this are no choice but a list.
MOST_CANDIDATES: Final = 3


def which(question: Question, findings: Findings, candidates: Sequence[Product] = ()) -> Verdict:
    """Ask which of the products is meant; who was asked already and did not say gets a person."""
    if findings.asked_which_before:
        reason = HandoffReason.LOW_CONFIDENCE
        return Verdict(question, Step.CALL_PERSON, ASKED_BACK, reason=reason, detail=question.text)
    return Verdict(question, Step.ASK_WHICH, ASKED_BACK, candidates=tuple(candidates[:MOST_CANDIDATES]))


def unnamed(question: Question, findings: Findings) -> Verdict | None:
    """Ask which product is meant by "it" where none was spoken of, unless it is the shop that is asked."""
    of_a_product = question.intent is Intent.PRODUCT_QUESTION or not question.asks
    others = question.intent in ABOUT_ORDERS or findings.asked_which_before
    if not of_a_product or others or not of_an_unknown_one(question):
        return None
    return which(question, findings)


def between(question: Question, findings: Findings) -> Verdict | None:
    """Ask which product is meant when the words fit several and none was read."""
    if not question.reference.ambiguous or findings.products(question):
        return None
    return Verdict(question, Step.ASK_WHICH, ASKED_BACK, candidates=question.reference.ambiguous)

"""Wishes for a lower price: what code has decided, and what is said when there is nothing to decide."""

from __future__ import annotations

from assistant.agent.verdict import SAID_NO, TYPED, Verdict
from assistant.agent.verdicts import asking
from assistant.agent.verdicts.facts import CLEAR
from assistant.agent.verdicts.findings import Findings
from assistant.bargaining.bids import asks_price, names_price
from assistant.confidence import SUPPORTED
from assistant.escalation import Step
from assistant.understanding.intents import Intent
from assistant.understanding.question import Question


def verdict(question: Question, findings: Findings) -> Verdict | None:
    """Pass on what the shop's rules allow for the one product that is bargained for."""
    haggled = findings.context.haggled
    if haggled is None or haggled.to_offer is not None or question.intent is not Intent.BARGAIN:
        return None
    step = Step.ANSWER if haggled.offer else Step.DECLINE
    return Verdict(question, step, TYPED, haggled=haggled)


def to_offer(question: Question, findings: Findings) -> Verdict | None:
    """Pass on what becomes of an offer that the shopper takes or leaves."""
    haggled = findings.context.haggled
    if haggled is None or haggled.to_offer != question.text:
        return None
    return Verdict(question, Step.ANSWER, TYPED, haggled=haggled)


def price_asked(question: Question, findings: Findings) -> Verdict | None:
    """Tell the price when the message asks whether a product costs so much, or whether that is dear."""
    products = findings.products(question)
    if len(products) != 1 or not asks_price(question.text) or not any(c.isdigit() for c in question.text):
        return None
    price = products[0].price_range
    # "Is it 30 cm wide" and "is it 100%" ask for other things than a price.
    if price is None or not names_price(question.text, price[0].amount):
        return None
    return Verdict(question, Step.ANSWER, TYPED, typed=(products[0], products[0].variants))


def of_a_kind(question: Question, findings: Findings) -> Verdict | None:
    """Ask which one when a lower price is wished for a kind of goods ("can the coat be cheaper")."""
    plainly = question.intent is Intent.BARGAIN and bool(question.constraints.kinds)
    if not plainly or findings.products(question) or findings.asked_which_before:
        return None
    published = findings.published(question)
    if question.guess.margin < CLEAR and published.best_in_documents >= SUPPORTED:
        return None  # "it was reduced after I bought it" is answered by a rule
    search = published.search
    found = [one.product for one in search.products] if search is not None else []
    return asking.which(question, findings, question.reference.ambiguous or found)


def without_product(question: Question, findings: Findings) -> Verdict | None:
    """Ask what is bargained for when nothing published answers the wish, once; then stand by the price."""
    if question.intent is not Intent.BARGAIN:
        return None
    if not findings.asked_which_before:
        return asking.which(question, findings, question.reference.ambiguous)
    return Verdict(question, Step.DECLINE, SAID_NO, phrase="bargain")

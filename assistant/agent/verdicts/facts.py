"""Questions before buying: answered by a product's own page or by the shop's documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from assistant.agent.verdict import TYPED, Verdict
from assistant.agent.verdicts.findings import Findings, Published
from assistant.escalation import DEFAULTS, Step
from assistant.facts import FactKind
from assistant.grounding import LITTLE, WHOLLY, Support, distinct
from assistant.polarity import decided
from assistant.understanding.expectations import asks_yes_or_no
from assistant.understanding.intents import Intent
from assistant.understanding.question import Question
from assistant.understanding.references import CERTAIN

# A product's own page goes before a general guide that fits about as well.
OWN_PAGE_FIRST: Final = 0.12
# What is plainly no matter of the shop must be supported very well to be answered all the same.
FAR_OFF: Final = 0.4
# Facts of one product list well together; of documents the best passage speaks alone.
MOST_FACTS: Final = 3
MOST_PASSAGES: Final = 1
ABOUT_AS_GOOD: Final = 0.06


def verdict(question: Question, findings: Findings) -> Verdict | None:
    """Answer with the facts that support an answer best, or return None."""
    published = findings.published(question)
    if _is_the_answer_itself(question, published):
        product = published.products[0]
        return Verdict(question, Step.ANSWER, TYPED, typed=(product, product.variants))
    supports = best_source(question, published)
    probability = answer_probability(question, supports)
    if probability < findings.thresholds.answer:
        return None
    most = MOST_FACTS if supports is published.on_page else MOST_PASSAGES
    chosen = tuple(distinct(supports, most=most, within=ABOUT_AS_GOOD))
    return Verdict(question, Step.ANSWER, probability, supports=chosen, decided=_decided(question, chosen, findings))


def best_source(question: Question, published: Published) -> Sequence[Support]:
    """Return the support of the product's page or of the documents, whichever is to be quoted."""
    page, documents = published.best_on_page, published.best_in_documents
    wholly = bool(published.on_page) and published.on_page[0].share >= WHOLLY
    certain = question.reference.how in CERTAIN and wholly
    own_page = page + OWN_PAGE_FIRST >= documents or (certain and page >= DEFAULTS.answer)
    return published.on_page if own_page else published.in_documents


def answer_probability(question: Question, supports: Sequence[Support]) -> float:
    """Return the probability that the best support answers; below 0 for what is no matter of the shop."""
    probability = supports[0].probability if supports else 0.0
    if question.intent is Intent.OUT_OF_SCOPE and question.guess.score >= DEFAULTS.sure_intent:
        probability -= FAR_OFF
    return probability


def _is_the_answer_itself(question: Question, published: Published) -> bool:
    """Tell whether a product is named and nothing asked of it ("HL-R613", "do you have sunglasses")."""
    looks_for_it = not question.asks or question.guess.intent is Intent.FIND_PRODUCTS
    nothing_asked = looks_for_it and sum(unit.weight for unit in question.units) < LITTLE
    return len(published.products) == 1 and question.reference.how in ("code", "named") and nothing_asked


def _decided(question: Question, chosen: Sequence[Support], findings: Findings) -> bool | None:
    """Return the yes or no that the product's typed facts give; None where they leave it open or disagree."""
    if not asks_yes_or_no(question.text) or not question.units:
        return None
    grounding = findings.context.grounding
    typed = [support.fact for support in chosen if support.fact.kind is FactKind.ATTRIBUTE]
    answers = [decided(f.label, f.text, lambda text: grounding.share(question, text)) for f in typed]
    if not typed or typed[0] is not chosen[0].fact or any(answer not in (answers[0], None) for answer in answers):
        return None
    return answers[0]

"""Questions before buying: answered by a product's own page or by the shop's documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from assistant.agent.verdict import TYPED, Verdict
from assistant.agent.verdicts.findings import Findings, Published
from assistant.escalation import DEFAULTS, Step
from assistant.facts import FactKind
from assistant.grounding import LITTLE, WHOLLY, Support, distinct
from assistant.polarity import decided
from assistant.quoting import statements
from assistant.rules.places import place_in, speaks_of, speaks_of_others
from assistant.understanding.expectations import asks_yes_or_no
from assistant.understanding.intents import Intent
from assistant.understanding.question import Question
from assistant.understanding.references import CERTAIN
from knowledge.text import fold

# A product's own page goes before a general guide that fits about as well.
OWN_PAGE_FIRST: Final = 0.12
# What is plainly no matter of the shop must be supported very well to be answered all the same.
FAR_OFF: Final = 0.4
# Facts of one product list well together; of documents the best passage speaks alone.
MOST_FACTS: Final = 3
MOST_PASSAGES: Final = 1
ABOUT_AS_GOOD: Final = 0.06
# Among so many passages the rule for all other places is looked for, and so much of the rest it must speak about.
CLOSE: Final = 6
ABOUT_IT: Final = 0.34
FOLLOWS: Final = 0.7


def verdict(question: Question, findings: Findings) -> Verdict | None:
    """Answer with the facts that support an answer best, or return None."""
    published = findings.published(question)
    if _is_the_answer_itself(question, published):
        product = published.products[0]
        return Verdict(question, Step.ANSWER, TYPED, typed=(product, product.variants))
    supports = for_place(question, best_source(question, published), findings)
    probability = answer_probability(question, supports)
    if probability < findings.thresholds.answer:
        return None
    most = MOST_FACTS if supports is published.on_page else MOST_PASSAGES
    chosen = tuple(distinct(supports, most=most, within=ABOUT_AS_GOOD))
    if supports is published.on_page and len(published.products) > 1:
        chosen = of_each(published, findings.thresholds.answer)
    return Verdict(question, Step.ANSWER, probability, supports=chosen, decided=_decided(question, chosen, findings))


def for_place(question: Question, supports: Sequence[Support], findings: Findings) -> Sequence[Support]:
    """Return the supports, the rule for all other places first where the best one does not name the place asked about.

    "And to Mexico?" is not answered by a table of other places, but by "we ship to no other country".
    """
    place = place_in(question.text)
    if place is None or (supports and speaks_of(supports[0].fact.text, place)):
        return supports
    asked = [unit for unit in question.units if fold(unit.text) not in fold(place)]
    covered = findings.context.grounding.covered_share
    ruling = [
        support
        for support in findings.in_documents(question)[:CLOSE]
        for statement in statements(support.fact.text)
        if speaks_of_others(statement.plain) and covered(asked, statement.plain) >= ABOUT_IT
    ]
    if not ruling or any(speaks_of(support.fact.text, place) for support in supports[:CLOSE]):
        return supports
    # What holds for all other places holds for this one: that follows, whatever the words' likeness.
    first = replace(ruling[0], probability=max(ruling[0].probability, FOLLOWS))
    return [first, *(support for support in supports if support.fact is not first.fact)]


def of_each(published: Published, answer_from: float) -> tuple[Support, ...]:
    """Return what each of several products says to a question about all of them, in their order.

    Of a product whose own facts do not answer, the field of the same name as the best one speaks.
    """
    label = fold(published.on_page[0].fact.label)
    out: list[Support] = []
    for product in published.products:
        mine = [support for support in published.on_page if support.fact.source_id == product.handle]
        named = (support for support in mine if fold(support.fact.label) == label)
        answering = (support for support in mine if support.probability >= answer_from)
        found = next(named, None) or next(answering, None)
        out += [found] if found is not None else []
    return tuple(out)


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
    of_all = len({fact.source_id for fact in typed}) == len(question.reference.products) == len(typed)
    if len(question.reference.products) > 1 and not of_all:
        return None
    answers = [decided(f.label, f.text, lambda text: grounding.share(question, text)) for f in typed]
    # Of several products a yes or a no holds for each of them, or is none.
    open_too = () if len(question.reference.products) > 1 else (None,)
    if not typed or typed[0] is not chosen[0].fact or any(answer not in (answers[0], *open_too) for answer in answers):
        return None
    return answers[0]

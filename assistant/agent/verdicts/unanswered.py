"""Questions that nothing published answers: ask back, decline, or call a person, and say so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from assistant.agent.verdict import ASKED_BACK, SAID_NO, TELLING, Verdict
from assistant.agent.verdicts import asking
from assistant.agent.verdicts.findings import Findings, Published
from assistant.escalation import CALLS_A_PERSON, Step, without_answer
from assistant.facts import FactKind
from assistant.grounding import Support, distinct
from assistant.reply import HandoffReason
from assistant.understanding.intents import Intent
from assistant.understanding.question import Question
from assistant.understanding.references import CERTAIN, points

# So much of a question must a passage speak about to be worth telling, though it does not answer it.
NEAR: Final = 0.34
MOST_BESIDE: Final = 2
# Cosine in the multilingual space from which a field lies near to the question; below, all are equally far.
AKIN: Final = 0.3
# A message that asks nothing is unclear when its likeliest purpose leads the next by less than this; and whoever
# is about as likely to complain gets a person.
UNCLEAR: Final = 0.2
GRAVE: Final = 0.1


def verdict(question: Question, findings: Findings) -> Verdict:
    """Return what is done without an answer."""
    published = findings.published(question)
    products = published.products
    # "How late can I send it back" asks for a rule, whatever "it" is.
    points_at_one = points(question.text) and question.intent is not Intent.SHOP_QUESTION
    about_product = question.intent is Intent.PRODUCT_QUESTION or points_at_one
    candidates = findings.likely(question)
    step = without_answer(
        intent=question.intent,
        product_known=bool(products) or findings.asked_which_before,
        about_a_product=about_product and (bool(candidates) or points_at_one),
    )
    # Which product is meant need not be asked when a text lies before the shopper; what is plainly no
    # matter of the shop's is declined whatever lies near.
    declined = step is Step.DECLINE and question.guess.margin >= UNCLEAR
    if not declined and (offered := _offered(question, published, findings)):
        return Verdict(question, Step.ASK_WHICH, ASKED_BACK, phrase="is_it_this", beside=offered)
    if step is Step.CALL_PERSON and _is_unclear(question, findings):
        return Verdict(question, Step.ASK_WHICH, ASKED_BACK, phrase="unclear")
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
        beside=tuple(_beside(question, published, certain=bool(certain))),
    )


def _is_unclear(question: Question, findings: Findings) -> bool:
    """Tell whether a message asks for nothing that could be told, so that one question back helps."""
    if question.asks or question.seeks or question.reference.how in CERTAIN or findings.asked_which_before:
        return False
    grave = question.guess.lead(CALLS_A_PERSON) > -GRAVE
    return question.guess.margin < UNCLEAR and not grave


def _offered(question: Question, published: Published, findings: Findings) -> tuple[Support, ...]:
    """Return the text that may be what was asked for, though not surely enough to tell it as the answer.

    The shopper sees at a glance whether it is; who was just asked back is not asked again.
    """
    if findings.asked_which_before:
        return ()
    least = findings.thresholds.offer * findings.answer_from
    # Of goods that nobody spoke of no page is shown.
    spoken_of = bool(published.products or findings.likely(question))
    shown = published.told if spoken_of or not published.own_page else published.in_documents
    best = published.told[:1]
    if best == shown[:1] and published.probability >= findings.answer_from:
        return best  # likely enough by itself, if not as a reply of its kind
    # What was too far off to be read is a number of the product's, not what somebody asks for.
    first = next((support for support in shown if support.read is not None), None)
    if first is None:
        return ()
    told = published.probability if first is published.told[0] else first.probability
    return (first,) if told >= least else ()


def _beside(question: Question, published: Published, *, certain: bool) -> Sequence[Support]:
    """Return what the shop does say that helps although it is no answer.

    Of a product that is certainly meant the two fields that lie nearest; else a passage, if it
    speaks of the question's point.
    """
    if certain:
        fields = [support for support in published.on_page if support.fact.kind is FactKind.ATTRIBUTE]
        fields = sorted((f for f in fields if f.cosine >= AKIN), key=lambda support: -support.cosine)
        return distinct(fields, most=MOST_BESIDE, within=1.0)
    telling = {unit.text for unit in question.units if unit.weight >= TELLING}
    near = (s for s in published.in_documents if s.share >= NEAR and telling - {unit.text for unit in s.missing})
    return [found for found in [next(near, None)] if found is not None]

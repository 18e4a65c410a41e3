"""Questions before buying: answered by a product's own page or by the shop's documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from assistant.agent.verdict import TYPED, Verdict
from assistant.agent.verdicts.findings import Findings, Published, given
from assistant.agent.verdicts.orders import about_own
from assistant.calibration import Kind
from assistant.confidence import SUPPORTED
from assistant.escalation import Step
from assistant.facts import Fact, FactKind
from assistant.grounding import LITTLE, WHOLLY, Support, distinct
from assistant.polarity import decided
from assistant.quoting import statements
from assistant.rules.places import place_in, speaks_of, speaks_of_others
from assistant.understanding.expectations import asks_yes_or_no, holds
from assistant.understanding.intents import Intent
from assistant.understanding.question import Question
from knowledge.retrieval.query_units import QueryUnit
from knowledge.text import fold

# Sure enough to go before what the message looks like.
OUTRIGHT: Final = 0.4
# From this margin on the message is what it looks like.
CLEAR: Final = 0.25
MISTAKEN_FOR: Final = frozenset(
    {
        Intent.FIND_PRODUCTS,
        Intent.ORDER_STATUS,
        Intent.ORDER_CHANGE,
        Intent.BARGAIN,
        Intent.SIZE_ADVICE,
        Intent.COMPARE,
        Intent.OUT_OF_SCOPE,
    }
)
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
    if not _dares(published, _for_place(question, published, findings)[1], findings):
        return None
    return _told(question, published, findings)


def _dares(published: Published, probability: float, findings: Findings) -> bool:
    """Tell whether a text is likely enough to answer and, but for typed data, a reply of its kind to be right."""
    kind = Kind.PAGE if published.own_page else Kind.DOCUMENT
    typed = bool(published.told) and given(published.told[0])
    return probability >= findings.answer_from and (typed or findings.dares(kind, probability))


def said_outright(question: Question, findings: Findings) -> Verdict | None:
    """Answer with what is published before a skill asks back for what it would need.

    "Opened it and hate it, can it come back" sounds like a return to be made and is a question about
    the rules; what is published answers it, whatever the message looks like. Who tells an order, a
    measurement, a price or several products has said which skill is meant.
    """
    mistaken = question.intent in MISTAKEN_FOR and question.guess.margin < CLEAR
    # "My jeans still haven't shown up" asks nothing: the order is looked for.
    told_of_own = not question.asks and about_own(question)
    if not mistaken or not question.units or told_of_own or _says_which_skill(question, findings):
        return None
    published = findings.published(question)
    found = max((one.probability for one in published.search.products), default=0.0) if published.search else 0.0
    told = published.probability
    if told < OUTRIGHT or found >= SUPPORTED or not _dares(published, told, findings):
        return None
    return _told(question, published, findings)


def _for_place(question: Question, published: Published, findings: Findings) -> tuple[Sequence[Support], float]:
    """Return what is to be told and how likely it answers.

    What names the place, or one around it, stands first, and where nothing does the rule for all other places.

    "And to Mexico?" is not answered by a table of other places, but by "we ship to no other country".
    """
    supports, probability = published.told, published.probability
    place = place_in(question.text)
    if place is None:
        return supports, probability
    asked = [unit for unit in question.units if fold(unit.text) not in fold(place)]
    covered = findings.context.grounding.covered_share
    if supports and speaks_of(supports[0].fact.text, place):
        has_row = _has_row(question, asked, supports[0].fact, place, findings)
        return supports, max(probability, FOLLOWS) if has_row else probability
    ruling = [
        support
        for support in findings.in_documents(question)[:CLOSE]
        for statement in statements(support.fact.text)
        if speaks_of_others(statement.plain) and covered(asked, statement.plain) >= ABOUT_IT
    ]
    named = [support for support in supports[:CLOSE] if speaks_of(support.fact.text, place)]
    if named and covered(asked, named[0].fact.text) >= ABOUT_IT:
        has_row = _has_row(question, asked, named[0].fact, place, findings)
        first_named = [named[0], *(support for support in supports if support is not named[0])]
        return first_named, max(probability, FOLLOWS) if has_row else probability
    if not ruling or named:
        return supports, probability
    # What holds for all other places holds for this one: that follows, whatever the words' likeness.
    first = ruling[0]
    rest = (support for support in supports if support.fact is not first.fact)
    return [first, *rest], max(probability, FOLLOWS)


def _has_row(question: Question, asked: Sequence[QueryUnit], fact: Fact, place: str, findings: Findings) -> bool:
    """Tell whether a row or sentence about the place holds what is asked for, such as a duration: that answers."""
    expected, covered = question.expected, findings.context.grounding.covered_share
    return expected is not None and any(
        speaks_of(told.plain, place)
        and holds(told.plain, expected)
        and covered(asked, f"{fact.label}\n{told.plain}") >= WHOLLY
        for told in statements(fact.text)
    )


def of_each(published: Published) -> tuple[Support, ...]:
    """Return what each of several products says to a question about all of them, in their order.

    Of a product whose own facts do not answer, the field of the same name as the best one speaks.
    """
    label = fold(published.on_page[0].fact.label)
    out: list[Support] = []
    for product in published.products:
        mine = [support for support in published.on_page if support.fact.source_id == product.handle]
        named = (support for support in mine if fold(support.fact.label) == label)
        answering = (support for support in mine if support.probability >= SUPPORTED)
        found = next(named, None) or next(answering, None)
        out += [found] if found is not None else []
    return tuple(out)


def _says_which_skill(question: Question, findings: Findings) -> bool:
    context = findings.context
    enquiry = context.enquiry
    own_order = enquiry is not None and (enquiry.said_now or enquiry.order is not None)
    measured = context.understanding.told_measurements or question.sizes_on
    bargains = context.coupon is not None or context.haggled is not None
    # "I want to return it" asks nothing: that is to be done.
    wishes = question.intent is Intent.ORDER_CHANGE and not question.asks
    return own_order or measured or bargains or wishes or len(question.reference.products) > 1


def _told(question: Question, published: Published, findings: Findings) -> Verdict:
    supports, probability = _for_place(question, published, findings)
    most = MOST_FACTS if published.own_page else MOST_PASSAGES
    chosen = tuple(distinct(supports, most=most, within=ABOUT_AS_GOOD))
    if published.own_page and len(published.products) > 1:
        chosen = of_each(published)
    decided_as = _decided(question, chosen, findings)
    return Verdict(question, Step.ANSWER, probability, supports=chosen, decided=decided_as)


def _is_the_answer_itself(question: Question, published: Published) -> bool:
    """Tell whether a product is named and nothing asked of it ("HL-R613", "do you have sunglasses")."""
    # A code is sent to be told what it is, with or without 是啥.
    by_code = question.reference.how == "code" and question.expected is None
    looks_for_it = by_code or not question.asks or question.guess.intent is Intent.FIND_PRODUCTS
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

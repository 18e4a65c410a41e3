"""Products set side by side: by typed facts where these decide, else by what the pages say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from assistant.agent.results import ProductRead
from assistant.agent.variants import choices_in
from assistant.agent.verdict import COMPARED, SAID_NO, TELLING, Verdict
from assistant.agent.verdicts import asking
from assistant.agent.verdicts.findings import Findings
from assistant.comparison import Pick, cheapest, first_by
from assistant.confidence import SUPPORTED
from assistant.escalation import Step
from assistant.facts import FactKind
from assistant.grounding import Support
from assistant.understanding.expectations import holds
from assistant.understanding.intents import Intent
from assistant.understanding.question import Question
from assistant.understanding.references import compares as sets_against
from assistant.understanding.sides import asks_for_differences, compares, compares_only
from knowledge.catalog import Product
from knowledge.retrieval.query_units import QueryUnit
from knowledge.text import fold

HALF: Final = 0.5
_PRICE: Final = re.compile(
    r"\bcheap(?:er|est)\b|\bless expensive\b|\bprice\b|\bhow much (?:more|less|dearer)\b|\bcosts? (?:more|less)\b"
    r"|便宜|价差|价格|差价|多少钱|差(?:多少|几)[块钱元]|贵"
)


def verdict(question: Question, findings: Findings) -> Verdict | None:
    """Compare when that is asked; ask back when it is not told what."""
    products = findings.products(question)
    if question.reference.foreign and products:
        foreign = question.reference.foreign
        return Verdict(question, Step.DECLINE, SAID_NO, compared=products, phrase="compare_foreign", detail=foreign)
    if question.intent is Intent.COMPARE and len(products) > 1:
        return _side_by_side(question, findings, products)
    if _names_nothing(question):
        return asking.which(question, findings)
    return None


def of_choices(question: Question, findings: Findings) -> Verdict | None:
    """Set choices of one product side by side, with what its page says of the matter."""
    products = findings.products(question)
    if len(products) != 1 or findings.context.understanding.told_measurements:
        return None  # "bust 38, S or M?" wants advice from the chart
    product = products[0]
    if not (question.guess.intent is Intent.COMPARE or sets_against(question.text) or compares(question.text)):
        return None
    choices = choices_in(question.text, product)
    if choices is None:
        return None
    told = [support for support in findings.published(question).on_page if support.fact.kind is FactKind.ATTRIBUTE]
    supports = tuple(support for support in told[:1] if support.probability >= SUPPORTED)
    return Verdict(question, Step.ANSWER, COMPARED, choices=choices, supports=supports)


def _side_by_side(question: Question, findings: Findings, products: tuple[Product, ...]) -> Verdict:
    pick = picked(question, products)
    need = [unit for unit in question.units if unit.weight >= TELLING and not compares(unit.text)]
    # Where typed facts decide, words that only touch on the matter add nothing.
    told = _told(question, need, findings, products) if pick is None else ()
    rules = findings.in_documents(question)[:1] if pick is None else []
    rule = tuple(s for s in rules if s.probability >= SUPPORTED)
    if not need or pick or told or rule or asks_for_differences(question.text):
        return Verdict(question, Step.ANSWER, COMPARED, compared=products, pick=pick, supports=(*told, *rule))
    # What was asked is nowhere stated: the differences are shown, and that they do not decide is said.
    return Verdict(question, Step.DECLINE, SAID_NO, compared=products, phrase="compare_undecided")


def picked(question: Question, products: tuple[Product, ...]) -> Pick | None:
    """Return what typed facts decide for the need that was named."""
    if question.constraints.most is not None:
        return first_by(products, question.constraints.most)
    return cheapest(products) if _PRICE.search(fold(question.text)) else None


def _told(
    question: Question, need: Sequence[QueryUnit], findings: Findings, products: tuple[Product, ...]
) -> tuple[Support, ...]:
    """Return what each page says of the need, where one does: the statement that says the most of it."""
    grounding = findings.context.grounding
    found: list[Support] = []
    for product in products if need else ():
        facts = [f for f in ProductRead(product).facts() if f.kind in (FactKind.ATTRIBUTE, FactKind.DESCRIPTION)]

        def says(support: Support) -> float:
            fact = support.fact
            lacking = question.expected is not None and not holds(fact.text, question.expected)
            about = fact.label if fact.kind is FactKind.ATTRIBUTE else ""
            return 0.0 if lacking else grounding.covered_share(need, f"{about}\n{fact.text}")

        best = max(grounding.of_facts(question, facts), key=lambda s: (says(s), s.probability), default=None)
        if best is not None and (says(best) >= HALF or best.probability >= SUPPORTED):
            found.append(best)
    return tuple(found)


def _names_nothing(question: Question) -> bool:
    """Tell whether things are to be compared that were neither named nor shown ("these two, which one?")."""
    return not question.reference.products and compares_only(question.text)

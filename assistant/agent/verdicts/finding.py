"""Products that are looked for: what was found, what comes near, or that there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from assistant.agent.results import ProductsFound
from assistant.agent.verdict import ASKED_BACK, PLAINLY_SAID, SAID_NO, TELLING, Verdict
from assistant.agent.verdicts.findings import Findings, Published
from assistant.calibration import Kind
from assistant.confidence import SUPPORTED
from assistant.escalation import DEFAULTS, Step
from assistant.facts import FactKind
from assistant.understanding.constraints import Constraints
from assistant.understanding.expectations import asks_for_more, asks_yes_or_no
from assistant.understanding.intents import Intent
from assistant.understanding.question import Question
from assistant.understanding.references import points
from knowledge.retrieval.query_units import OWN_NUMBER_WEIGHT, is_name

# A find that covers this much of the demands is worth showing, with what it does not cover.
NEAR_ENOUGH: Final = 0.25
NEARLY: Final = 0.3


def verdict(question: Question, findings: Findings) -> Verdict | None:
    """Show products when they are what is looked for."""
    published = findings.published(question)
    search = published.search
    if search is None or _asks_of_a_product(question):
        return None
    if question.intent is Intent.FIND_PRODUCTS:
        return _fact_asked_for(question, findings, published) or _found(question, findings, published, search)
    if not published.products and _looks_for(question, published, search):
        return _found(question, findings, published, search)
    return None


def _asks_of_a_product(question: Question) -> bool:
    """Tell whether something is asked of the product that is pointed at: "is this for babies" looks for nothing."""
    return question.asks and not question.seeks and bool(question.reference.products) and points(question.text)


def _fact_asked_for(question: Question, findings: Findings, published: Published) -> Verdict | None:
    """Answer with a typed fact whose very name is asked for ("the thread count of the sheets")."""
    for support in published.on_page[:1]:
        named = findings.context.grounding.newly_named(question, support.fact.label, support.fact.source_title)
        if support.fact.kind is FactKind.ATTRIBUTE and named and support.probability >= SUPPORTED:
            return Verdict(question, Step.ANSWER, support.probability, supports=(support,))
    return None


def _looks_for(question: Question, published: Published, search: ProductsFound) -> bool:
    """Tell whether a message that is no question looks for a product, whatever its neighbours say."""
    unsure = question.guess.score < DEFAULTS.sure_intent
    best = search.products[0].match if search.products else None
    # Of letters that are no word nothing is found but what lies near everything.
    nothing_held = best is not None and len(best.missing) == len(question.sought) > 0
    share = best.share if best is not None and not nothing_held else 0.0
    return not question.asks and unsure and share >= NEAR_ENOUGH and published.best_in_documents < SUPPORTED


def _found(question: Question, findings: Findings, published: Published, search: ProductsFound) -> Verdict:
    demands = question.constraints
    unspecific = not question.units or all(set(unit.words) <= demands.used for unit in question.units)
    nothing_said = demands == replace(Constraints(), used=demands.used) and not question.seeks
    if unspecific and nothing_said:
        return Verdict(question, Step.ASK_WHICH, ASKED_BACK, phrase="deny")
    best = max((found.probability for found in search.products), default=0.0)
    probability = max(best, ASKED_BACK) if unspecific and search.products else best
    if probability >= SUPPORTED and findings.dares(Kind.PRODUCTS, probability):
        return Verdict(question, Step.ANSWER, probability, found=search.products, search=search)
    # Whoever looks for a product is answered by a rule only when it says just that.
    if published.best_in_documents >= PLAINLY_SAID and not demands.kinds:
        rule = published.in_documents[0]
        return Verdict(question, Step.ANSWER, rule.probability, supports=(rule,))
    nearly = SUPPORTED + NEARLY * search.products[0].match.share if search.products else 0.0
    if _nearly(question, search) and findings.dares(Kind.PRODUCTS, nearly):
        return Verdict(question, Step.ANSWER, nearly, found=search.products, search=search)
    return Verdict(question, Step.DECLINE, SAID_NO, phrase="found_none", search=search)


def _nearly(question: Question, search: ProductsFound) -> bool:
    """Tell whether the best find may be shown as near what is looked for, and said to be no more.

    A model number or a make that no page names is not negotiable: nothing near it fits.
    """
    best = search.products[0].match if search.products else None
    if best is None or (best.share < NEAR_ENOUGH and not question.constraints.kinds):
        return False
    # To a yes/no question, products that lack the very point are no answer, unless they are at
    # least of the kind: "no linen dresses, but these" helps.
    wants_to_know = asks_yes_or_no(question.text) or asks_for_more(question.text)
    of_kind = question.constraints.kinds and (question.seeks or not wants_to_know)
    if question.asks and not of_kind and any(unit.weight >= TELLING for unit in best.missing):
        return False
    return not any(
        (unit.exact and unit.weight > OWN_NUMBER_WEIGHT) or is_name(unit.text, search.query) for unit in best.missing
    )

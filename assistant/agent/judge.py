"""What the tools' results mean for each question: an answer, a question back, or a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from assistant.agent.context import TurnContext
from assistant.agent.order_verdicts import may_be_order, order_verdict
from assistant.agent.results import (
    DocumentsFound,
    HandedOver,
    ProductRead,
    ProductsFound,
    SizeFound,
    ToolFailure,
    ToolResult,
)
from assistant.agent.verdict import Verdict
from assistant.escalation import DEFAULTS, Step, immediate_handoff, next_step
from assistant.facts import FactKind
from assistant.grounding import LITTLE, WHOLLY, Support, distinct
from assistant.reply import Action, HandoffReason
from assistant.understanding.constraints import Constraints
from assistant.understanding.intents import SMALL_TALK, Intent
from assistant.understanding.message import Question
from assistant.understanding.references import CERTAIN, points
from knowledge.catalog import Product
from knowledge.retrieval.coverage import OWN_NUMBER_WEIGHT, is_name

# A product's own page goes before a general guide that fits about as well.
OWN_PAGE_FIRST: Final = 0.12
# Typed stock and price, and a reading of the chart, are as sure as the shop's file.
TYPED: Final = 0.93
COMPARED: Final = 0.85
# Confidence that saying "I cannot" or asking back is the right thing to do.
ASKED_BACK: Final = 0.7
SAID_NO: Final = 0.8
# Pages of found products in which an answer is looked for when no product was named.
PAGES: Final = 3
# Before asking for measurements: what the page says of its fit must be just what was asked.
PLAINLY_SAID: Final = 0.8
# A find that covers this much of the demands is worth showing, with what it does not cover.
NEAR_ENOUGH: Final = 0.25
NEARLY: Final = 0.3
TELLING: Final = 0.6
HALF: Final = 0.5
# What is plainly no matter of the shop must be supported very well to be answered all the same.
FAR_OFF: Final = 0.4


class Judge:
    """Weighs the results of one turn."""

    def __init__(self, context: TurnContext, results: Sequence[ToolResult]) -> None:
        self._context = context
        self._results = results

    def verdicts(self) -> list[Verdict]:
        """Return the verdict on each question, weighed once for the results there are."""
        judged = self._context.judged
        # A call for a person adds a result, not evidence.
        evidence = sum(not isinstance(result, HandedOver) for result in self._results)
        if evidence not in judged:
            judged[evidence] = [self.verdict(question) for question in self._context.understanding.questions]
        return judged[evidence]

    def verdict(self, question: Question) -> Verdict:
        """Return what to do about one question."""
        if reason := immediate_handoff(question.guess):
            return Verdict(question, Step.CALL_PERSON, TYPED, reason=reason, detail=question.text)
        if failure := next((r for r in self._results if isinstance(r, ToolFailure)), None):
            return Verdict(question, Step.CALL_PERSON, 0.0, reason=HandoffReason.TOOL_FAILED, detail=failure.message)
        if question.intent in SMALL_TALK:
            return Verdict(question, Step.ANSWER, TYPED, phrase=question.intent.value)
        if not any(character.isalnum() for character in question.text) and not self._asked_which_before():
            return Verdict(question, Step.ASK_WHICH, ASKED_BACK, phrase="deny")
        if question.intent in (Intent.AFFIRM, Intent.DENY) and not question.reference.words:
            return self._yes_or_no(question)
        if (haggled := self._context.haggled) is not None and question.intent is Intent.BARGAIN:
            step = Step.ANSWER if haggled.offer else Step.DECLINE
            return Verdict(question, step, TYPED, haggled=haggled)
        if (order := self._order(question)) is not None:
            return order
        told = self._context.understanding.told_measurements
        if not told and (typed := self._typed(question, self._meant(question))) is not None:
            return typed
        if question.intent is Intent.SIZE_ADVICE and (sized := self._size(question)):
            return sized
        if question.intent is Intent.COMPARE and self._comparable(question):
            return Verdict(question, Step.ANSWER, COMPARED, compared=question.reference.products)
        return self._from_facts(question)

    def _comparable(self, question: Question) -> bool:
        """Tell whether a comparison says something about the need that was named, if one was."""
        products = question.reference.products
        telling = [unit for unit in question.units if unit.weight >= TELLING]
        return len(products) > 1 and (
            not telling or max(self._context.grounding.told_share(telling, product) for product in products) >= HALF
        )

    # -- kinds of verdicts -----------------------------------------------------------------------

    def _yes_or_no(self, question: Question) -> Verdict:
        """A "yes" takes up the offer of a person; a "no" asks for other words, once."""
        last = next((m.reply for m in reversed(self._context.request.history) if m.reply is not None), None)
        action = last.get("action") if last else None
        if question.intent is Intent.AFFIRM:
            if action == Action.REFUSE.value:
                reason = HandoffReason.SHOPPER_ASKED
                return Verdict(question, Step.CALL_PERSON, TYPED, reason=reason, detail=question.text)
            return Verdict(question, Step.ANSWER, TYPED, phrase="affirm")
        if action == Action.CLARIFY.value:
            reason = HandoffReason.LOW_CONFIDENCE
            return Verdict(question, Step.CALL_PERSON, ASKED_BACK, reason=reason, detail=question.text)
        return Verdict(question, Step.ASK_WHICH, ASKED_BACK, phrase="deny")

    def _order(self, question: Question) -> Verdict | None:
        enquiry = self._context.enquiry
        if enquiry is None or not may_be_order(question):
            return None
        rules = self._document_supports(question)
        return order_verdict(question, enquiry, rules, asked_before=self._asked_which_before())

    def _size(self, question: Question) -> Verdict | None:
        sizes = [r for r in self._results if isinstance(r, SizeFound) and self._is_meant(question, r.product)]
        sized = sizes[0] if sizes else None
        told = self._context.understanding.measurements.body
        if sized is None or sized.product is None:
            facts = self._from_facts(question)
            return facts if facts.step is Step.ANSWER and not told else self._ask_which(question)
        if sized.result is None:
            facts = self._from_facts(question)
            unsure = question.guess.score < DEFAULTS.sure_intent
            if not told and (facts.step is Step.ANSWER or unsure):
                return facts
            return Verdict(
                question,
                Step.CALL_PERSON,
                SAID_NO,
                size=sized,
                reason=HandoffReason.NOT_STATED,
                detail=f"{question.text} ({sized.product.title})",
            )
        if sized.result.asks:
            # "Does it run small?" is answered by what the page says, before measuring anybody.
            facts = self._from_facts(question)
            measured = self._context.understanding.told_measurements
            if facts.step is Step.ANSWER and facts.probability >= PLAINLY_SAID and not measured:
                return facts
            return Verdict(question, Step.ASK_WHICH, ASKED_BACK, size=sized)
        return Verdict(question, Step.ANSWER, sized.result.probability or SAID_NO, size=sized)

    def _from_facts(self, question: Question) -> Verdict:
        """Answer from the product's page, the documents or a search, whichever supports best."""
        products = self._meant(question)
        if question.reference.ambiguous and not products:
            return Verdict(question, Step.ASK_WHICH, ASKED_BACK, candidates=question.reference.ambiguous)
        if (typed := self._typed(question, products)) is not None:
            return typed
        search = self._search(question)
        # Without a product of its own a question may still be answered by the pages it fits.
        looked_at = products or (tuple(f.product for f in search.products[:PAGES]) if search else ())
        on_page = self._page_supports(question, looked_at)
        in_documents = self._document_supports(question)
        best_page = on_page[0].probability if on_page else 0.0
        best_document = in_documents[0].probability if in_documents else 0.0
        best_found = max((f.probability for f in search.products), default=0.0) if search else 0.0
        if question.intent is Intent.FIND_PRODUCTS and search is not None:
            if (asked := self._fact_asked_for(question, on_page)) is not None:
                return asked
            return self._found(question, search, best_found, in_documents)
        if search is not None and not products and self._looks_for(question, search, best_document):
            return self._found(question, search, best_found, in_documents)
        certain = question.reference.how in CERTAIN and on_page and on_page[0].share >= WHOLLY
        own_page = best_page + OWN_PAGE_FIRST >= best_document or (certain and best_page >= DEFAULTS.answer)
        supports = on_page if own_page else in_documents
        probability = supports[0].probability if supports else 0.0
        if question.intent is Intent.OUT_OF_SCOPE and question.guess.score >= DEFAULTS.sure_intent:
            probability -= FAR_OFF
        # "HL-R613", "do you have sunglasses": the product itself is the answer.
        looks_for_it = not question.asks or question.guess.intent is Intent.FIND_PRODUCTS
        nothing_asked = looks_for_it and sum(unit.weight for unit in question.units) < LITTLE
        if len(products) == 1 and question.reference.how in ("code", "named") and nothing_asked:
            return Verdict(question, Step.ANSWER, TYPED, typed=(products[0], products[0].variants))
        if probability >= DEFAULTS.answer:
            # Facts of one product list well together; of documents the best passage speaks alone.
            most = 3 if supports is on_page else 1
            chosen = tuple(distinct(supports, most=most, within=0.06))
            return Verdict(question, Step.ANSWER, probability, supports=chosen)
        nearest = tuple(distinct(sorted([*on_page, *in_documents], key=lambda s: -s.probability), 2, 1.0))
        return self._unsupported(question, products, probability, nearest, search)

    def _fact_asked_for(self, question: Question, on_page: list[Support]) -> Verdict | None:
        """Answer with a typed fact whose very name is asked for ("the thread count of the sheets")."""
        for support in on_page[:1]:
            named = self._context.grounding.newly_named(question, support.fact.label, support.fact.source_title)
            if support.fact.kind is FactKind.ATTRIBUTE and named and support.probability >= DEFAULTS.answer:
                return Verdict(question, Step.ANSWER, support.probability, supports=(support,))
        return None

    def _looks_for(self, question: Question, search: ProductsFound, best_document: float) -> bool:
        """Tell whether a message that is no question looks for a product, whatever its neighbours say."""
        unsure = question.guess.score < DEFAULTS.sure_intent
        share = search.products[0].match.share if search.products else 0.0
        return not question.asks and unsure and share >= NEAR_ENOUGH and best_document < DEFAULTS.answer

    def _found(self, question: Question, search: ProductsFound, best: float, in_documents: list[Support]) -> Verdict:
        demands = question.constraints
        unspecific = not question.units or all(set(unit.words) <= demands.used for unit in question.units)
        nothing_said = demands == replace(Constraints(), used=demands.used) and not question.seeks
        if unspecific and nothing_said:
            return Verdict(question, Step.ASK_WHICH, ASKED_BACK, phrase="deny")
        probability = max(best, ASKED_BACK) if unspecific and search.products else best
        nearly = probability < DEFAULTS.answer and self._nearly(question, search)
        if probability >= DEFAULTS.answer:
            return Verdict(question, Step.ANSWER, probability, found=search.products, search=search)
        # Whoever looks for a product is answered by a rule only when it says just that.
        if in_documents and in_documents[0].probability >= PLAINLY_SAID and not demands.kinds:
            return Verdict(question, Step.ANSWER, in_documents[0].probability, supports=(in_documents[0],))
        if nearly:
            share = search.products[0].match.share
            return Verdict(
                question, Step.ANSWER, DEFAULTS.answer + NEARLY * share, found=search.products, search=search
            )
        return Verdict(question, Step.DECLINE, SAID_NO, phrase="found_none", search=search)

    @staticmethod
    def _nearly(question: Question, search: ProductsFound) -> bool:
        """Tell whether the best find may be shown as near what is looked for, and said to be no more.

        A model number or a make that no page names is not negotiable: nothing near it fits.
        """
        best = search.products[0].match if search.products else None
        if best is None or (best.share < NEAR_ENOUGH and not question.constraints.kinds):
            return False
        # To a yes/no question, products that lack the very point are no answer, unless they are at
        # least of the kind: "no linen dresses, but these" helps.
        of_kind = question.constraints.kinds and question.seeks
        if question.asks and not of_kind and any(unit.weight >= TELLING for unit in best.missing):
            return False
        return not any(
            (unit.exact and unit.weight > OWN_NUMBER_WEIGHT) or is_name(unit.text, search.query)
            for unit in best.missing
        )

    def _typed(self, question: Question, products: tuple[Product, ...]) -> Verdict | None:
        """Answer from stock and price of the variants that the question names."""
        if len(products) != 1 or not question.constraints.options:
            return None
        product = products[0]
        own = {value.casefold() for option in product.options for value in option.values}
        named = [values & own for values in question.constraints.options]
        used = question.constraints.used
        rest = [unit for unit in question.units if not set(unit.words) & used]
        page = self._context.grounding
        about_stock = page.about_stock_or_price(rest)
        if not about_stock:
            return None
        if any(not values for values in named):
            return Verdict(question, Step.ANSWER, TYPED, typed=(product, ()))
        variants = tuple(
            v for v in product.variants if all({o.casefold() for _, o in v.options} & values for values in named)
        )
        return Verdict(question, Step.ANSWER, TYPED, typed=(product, variants))

    def _unsupported(
        self,
        question: Question,
        products: tuple[Product, ...],
        probability: float,
        nearest: tuple[Support, ...],
        search: ProductsFound | None,
    ) -> Verdict:
        if question.intent is Intent.BARGAIN and not self._asked_which_before():
            return self._ask_which(question, question.reference.ambiguous)
        if question.intent is Intent.BARGAIN:
            return Verdict(question, Step.DECLINE, SAID_NO, phrase="bargain")
        certain = products if question.reference.how in CERTAIN else ()
        about_product = question.intent is Intent.PRODUCT_QUESTION or points(question.text)
        candidates = tuple(f.product for f in search.products if f.probability >= DEFAULTS.answer) if search else ()
        step = next_step(
            probability,
            intent=question.intent,
            product_known=bool(products) or self._asked_which_before(),
            about_a_product=about_product and (bool(candidates) or points(question.text)),
        )
        if step is Step.ASK_WHICH:
            return self._ask_which(question, candidates)
        if step is Step.DECLINE:
            return Verdict(question, step, SAID_NO, phrase="out_of_scope")
        return Verdict(
            question,
            step,
            SAID_NO,
            phrase="not_stated_product" if certain else "not_stated",
            candidates=certain,
            reason=HandoffReason.NOT_STATED,
            detail=question.text,
            nearest=nearest,
        )

    def _ask_which(self, question: Question, candidates: tuple[Product, ...] = ()) -> Verdict:
        if self._asked_which_before():
            reason = HandoffReason.LOW_CONFIDENCE
            return Verdict(question, Step.CALL_PERSON, ASKED_BACK, reason=reason, detail=question.text)
        return Verdict(question, Step.ASK_WHICH, ASKED_BACK, candidates=candidates[:3])

    # -- looking into the results ----------------------------------------------------------------

    def _asked_which_before(self) -> bool:
        """Tell whether the assistant's last reply already asked back: never twice in a row."""
        last = next((m.reply for m in reversed(self._context.request.history) if m.reply is not None), None)
        return last is not None and last.get("action") == Action.CLARIFY.value and not last.get("size")

    def _meant(self, question: Question) -> tuple[Product, ...]:
        read = {r.product.handle: r.product for r in self._results if isinstance(r, ProductRead)}
        return tuple(read[p.handle] for p in question.reference.products if p.handle in read)

    def _is_meant(self, question: Question, product: Product | None) -> bool:
        wanted: set[str] = {p.handle for p in question.reference.products}
        return product.handle in wanted if product is not None else not wanted

    def _page_supports(self, question: Question, products: tuple[Product, ...]) -> list[Support]:
        supports = [
            support
            for product in products
            for support in self._context.grounding.of_facts(question, ProductRead(product).facts())
        ]
        return sorted(supports, key=lambda support: -support.probability)

    def _document_supports(self, question: Question) -> list[Support]:
        hits = [
            hit
            for result in self._results
            if isinstance(result, DocumentsFound) and result.query == question.text
            for hit in result.hits
        ]
        return self._context.grounding.of_passages(question, hits)

    def _search(self, question: Question) -> ProductsFound | None:
        return next((r for r in self._results if isinstance(r, ProductsFound) and r.query == question.text), None)

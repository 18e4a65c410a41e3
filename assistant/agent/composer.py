"""The embedded mind's pen: writes the reply from typed results and the shop's own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from assistant.agent.bargains import bargain_text
from assistant.agent.changes import change_shown, missing_text, outcome_text
from assistant.agent.comparing import comparison_shown, comparison_text
from assistant.agent.context import TurnContext
from assistant.agent.coupons import coupon_fact, coupon_text
from assistant.agent.draft import Draft, Sources, card
from assistant.agent.judge import Judge
from assistant.agent.order_phrases import ORDER_PHRASES, tell
from assistant.agent.orders import order_shown, order_text
from assistant.agent.phrases import HANDOFF, say, yes_or_no
from assistant.agent.products import found_text, typed_text
from assistant.agent.reasons import reasons_together
from assistant.agent.results import HandedOver, ToolResult
from assistant.agent.sizes import size_advice, size_text
from assistant.agent.sureness import confidence_of, told_signals
from assistant.agent.variants import Choices, choices_text
from assistant.agent.verdict import Verdict
from assistant.coupons.worth import Worth
from assistant.escalation import Step
from assistant.facts import Fact, FactKind, product_facts
from assistant.grounding import Support
from assistant.orders.guarded import ChangeOutcome, Proposed
from assistant.quoting import as_text, excerpt
from assistant.reply import Action, Comparison, ProductCard
from assistant.rules.applied import applied
from assistant.understanding.expectations import holds
from assistant.understanding.references import CERTAIN
from knowledge.orders import Order
from knowledge.retrieval.kinds import retail_kinds
from knowledge.text import Lang

# More names of fields than this are no help.
MOST_LABELS: Final = 8
# And so many kinds of goods tell what sort of shop it is.
MOST_KINDS: Final = 6


def compose(context: TurnContext, results: Sequence[ToolResult]) -> Draft:
    """Write the reply to a message after everything has been looked up."""
    verdicts = Judge(context, results).verdicts()
    writer = Writer(context)
    parts = [part for verdict in verdicts if (part := writer.part(verdict))]
    handed = next((result for result in results if isinstance(result, HandedOver)), None)
    if handed is not None:
        parts.append(HANDOFF[handed.reason][context.understanding.lang])
    sizes = [advice for verdict in verdicts if verdict.size and (advice := size_advice(verdict.size, writer.lang))]
    return Draft(
        text="\n\n".join(dict.fromkeys(parts)),
        action=_action(verdicts, handed),
        confidence=confidence_of(verdicts, context),
        citations=tuple(writer.sources.citations),
        products=tuple(writer.cards.values()),
        size=sizes[0] if sizes else None,
        comparison=writer.comparison,
        order=next((order_shown(verdict.order) for verdict in verdicts if verdict.order), None),
        change=_change(verdicts, context),
        offer=next((v.haggled.offer for v in verdicts if v.haggled and v.haggled.offer), None),
        reasons=reasons_together(verdicts, context),
        signals=tuple(told_signals(verdicts, context)),
        handoff=(handed.reason, handed.detail) if handed else None,
        verbatim=tuple(writer.verbatim),
        derived=(*writer.derived, *(one for verdict in verdicts for one in _derived(verdict, writer.lang))),
        nearest=tuple(s.fact for verdict in verdicts for s in (*verdict.supports, *verdict.nearest)),
        unanswered=tuple(verdict.question.text for verdict in verdicts if verdict.is_open),
    )


def _action(verdicts: Sequence[Verdict], handed: HandedOver | None) -> Action:
    """Return the one action: a person beats a question back, a question back a plain answer."""
    if handed is not None:
        return Action.HANDOFF
    steps = {verdict.step for verdict in verdicts}
    if Step.ASK_WHICH in steps:
        return Action.CLARIFY
    if steps == {Step.DECLINE}:
        return Action.REFUSE
    return Action.ANSWER


def _derived(verdict: Verdict, lang: Lang) -> Iterator[str]:
    """Yield what code has worked out for a verdict."""
    if verdict.pick is not None and verdict.pick.gap is not None:
        yield str(verdict.pick.gap)
    if verdict.choices is not None:
        yield choices_text(verdict.choices, lang)
    if verdict.coupon is not None:
        yield coupon_text(verdict.coupon, lang)


def _change(verdicts: Sequence[Verdict], context: TurnContext) -> Mapping[str, Any] | None:
    """Return the change of an order that the reply speaks of, or the wish about which it asks back."""
    outcome = next((verdict.changed for verdict in verdicts if verdict.changed), None)
    if outcome is not None:
        return change_shown(outcome)
    wish = context.after_sales.wish
    asks = any(verdict.step is Step.ASK_WHICH for verdict in verdicts)
    return wish.as_json() if wish is not None and asks else None


class Writer:
    """Writes the parts of one reply and gathers its sources and cards."""

    def __init__(self, context: TurnContext) -> None:
        self.lang: Lang = context.understanding.lang
        self.sources = Sources()
        self.cards: dict[str, ProductCard] = {}
        self.comparison: Comparison | None = None
        self.derived: list[str] = []
        self.verbatim: list[str] = []
        self._context = context

    def part(self, verdict: Verdict) -> str:
        """Return the text for one question."""
        if verdict.haggled is not None:
            self._show(card(verdict.haggled.product, ""))
            return bargain_text(verdict.haggled, self.lang)
        if verdict.coupon is not None:
            return self._about_coupon(verdict, verdict.coupon)
        if verdict.changed is not None:
            return self._about_change(verdict, verdict.changed)
        if verdict.missing is not None:
            return missing_text(verdict.missing, self.lang)
        if verdict.own:
            listed = "\n".join(f"- {one.order_no} · {one.status_text}" for one in verdict.own)
            return tell("ask_which_own", self.lang, orders=listed)
        if verdict.phrase in ORDER_PHRASES:
            return tell(verdict.phrase, self.lang)
        if verdict.order is not None:
            return self._about_order(verdict, verdict.order)
        if verdict.compared or verdict.choices is not None:
            return self._side_by_side(verdict)
        if verdict.step is Step.ANSWER:
            return self._answer(verdict)
        if verdict.step is Step.ASK_WHICH:
            return self._ask(verdict)
        if verdict.step is Step.DECLINE:
            return self._declined(verdict)
        return self._before_handoff(verdict)

    def _answer(self, verdict: Verdict) -> str:
        if verdict.phrase:
            return self._say(verdict.phrase)
        if verdict.size is not None:
            if verdict.size.product:
                self._show(card(verdict.size.product, ""))
            return size_text(verdict.size, self.lang, self.sources)
        if verdict.search is not None:
            text, cards = found_text(verdict.search, self.lang, self.sources)
            # A budget that was told in words (三百多的) stands there in digits.
            self.derived += verdict.search.relaxed
            for shown in cards:
                self._show(shown)
            return text
        if verdict.typed is not None:
            product, variants = verdict.typed
            self._show(card(product, "", variants))
            return typed_text(product, variants, verdict.question, self.lang, self.sources)
        return self._quotes(verdict)

    def _side_by_side(self, verdict: Verdict) -> str:
        if verdict.choices is not None:
            return self._choices(verdict, verdict.choices)
        first = [verdict.pick.product] if verdict.pick else []
        for product in (*first, *verdict.compared):
            self._show(card(product, ""))
        grounding = self._context.grounding
        self.comparison = self.comparison or comparison_shown(verdict, self.lang, grounding)
        return comparison_text(verdict, self.lang, self.sources, grounding)

    def _choices(self, verdict: Verdict, choices: Choices) -> str:
        """Return the choices of one product side by side, and what its page says of the matter."""
        self._show(card(choices.product, ""))
        typed = {fact.kind: fact for fact in product_facts(choices.product)}
        marker = self.sources.cite(typed[FactKind.PRICE]) if FactKind.PRICE in typed else ""
        told = [self._quote(support, verdict) for support in verdict.supports]
        lead = say("compare_choices", self.lang, title=choices.product.title)
        return "\n".join([f"{lead}{marker}", choices_text(choices, self.lang), *told])

    def _about_coupon(self, verdict: Verdict, worked: Worth) -> str:
        for product in verdict.question.reference.products if worked.lines else ():
            self._show(card(product, ""))
        return coupon_text(worked, self.lang) + self.sources.cite(coupon_fact(worked, self._context.now, self.lang))

    def _about_order(self, verdict: Verdict, order: Order) -> str:
        """Return the order, with the rule that the question asks for."""
        rest = [self._passage(support.fact, verdict) for support in verdict.supports]
        return "\n\n".join([order_text(order, self.lang, self.sources), *rest])

    def _about_change(self, verdict: Verdict, outcome: ChangeOutcome) -> str:
        """Return the question or the outcome; before the question stands the order, and the shop's rule."""
        said = outcome_text(outcome, self.lang, makes_changes=self._context.makes_changes)
        order = verdict.order
        parts = [order_text(order, self.lang, self.sources)] if order and isinstance(outcome, Proposed) else []
        if verdict.rule is not None:
            of_rule = replace(verdict, question=verdict.rule)
            quotes = [self._passage(support.fact, of_rule) for support in verdict.supports]
            parts += ["\n".join([tell("rule", self.lang), *quotes])] if quotes else []
        return "\n\n".join([*parts, said])

    def _quotes(self, verdict: Verdict) -> str:
        lines = [self._quote(support, verdict) for support in verdict.supports]
        for support in verdict.supports:
            product = self._context.index.by_handle(support.fact.source_id)
            if support.fact.source_kind == "product" and product is not None:
                self._show(card(product, ""))
        if verdict.question.reference.how in CERTAIN:
            for product in verdict.question.reference.products[:1]:
                self._show(card(product, ""))
        if verdict.decided is not None:
            lines[0] = yes_or_no(verdict.question.text, self.lang, yes=verdict.decided) + lines[0]
        return "\n".join(dict.fromkeys(lines))  # price and stock are told in one line

    def _quote(self, support: Support, verdict: Verdict) -> str:
        fact = support.fact
        if fact.kind is FactKind.PASSAGE:
            return self._passage(fact, verdict)
        product = self._context.index.by_handle(fact.source_id)
        assert product is not None
        if fact.kind in (FactKind.PRICE, FactKind.AVAILABILITY):
            return typed_text(product, product.variants, verdict.question, self.lang, self.sources)
        if fact.kind is FactKind.DESCRIPTION:
            text = say("said", self.lang, title=product.title, text=fact.text)
        else:
            text = say("fact", self.lang, title=product.title, label=fact.label, text=fact.text)
        return text + self.sources.cite(fact)

    def _passage(self, fact: Fact, verdict: Verdict) -> str:
        grounding = self._context.grounding
        question, expected = verdict.question, verdict.question.expected
        chosen = excerpt(
            fact.text,
            lambda text: grounding.statement_share(question, fact.label, text),
            (lambda text: holds(text, expected)) if expected else None,
        )
        start, end = chosen[0].start, max(statement.end for statement in chosen)
        assert fact.start is not None
        marker = self.sources.cite(fact, fact.text[start:end], fact.start + start)
        quoted = as_text(chosen, fact.label.split(" › ")[-1])
        self.verbatim.append(quoted)
        case = self._applied(verdict, fact)
        lead = "" if fact.lang == self.lang else say("quote_other", self.lang) + "\n"
        return f"{case}{lead}{quoted}{marker}"

    def _applied(self, verdict: Verdict, fact: Fact) -> str:
        """Return what the rule means for the hour or the sum that the shopper names, as a line of its own."""
        if verdict.step is not Step.ANSWER or fact is not verdict.supports[0].fact:
            return ""
        shop = self._context.request.shop
        if verdict.worked_out is not None:
            said, formula = verdict.worked_out.said, verdict.worked_out.formula
        else:
            said = formula = applied(verdict.question.text, fact.text, self._context.now, shop.currency, self.lang)
        if not said:
            return ""
        self.derived.append(said)
        # What was worked out stands beside the rule that it was worked out of.
        worked_out = replace(fact, source_kind="derivation", text=formula, start=None, end=None)
        return f"{said}{self.sources.cite(worked_out)}\n"

    def _ask(self, verdict: Verdict) -> str:
        if verdict.size is not None and verdict.size.product is not None:
            self._show(card(verdict.size.product, ""))
            return size_text(verdict.size, self.lang, self.sources)
        if verdict.beside:
            told = [self._quote(support, verdict) for support in verdict.beside]
            return "\n".join([self._say("is_it_this"), *told, self._say("if_not")])
        if verdict.phrase:
            return self._say(verdict.phrase)
        for product in verdict.candidates:
            self._show(card(product, ""))
        if verdict.candidates:
            names = "\n".join(f"- {product.title}" for product in verdict.candidates)
            several = len(verdict.candidates) > 1
            return f"{self._say('which_of' if several else 'which_one')}\n{names}"
        return self._say("which")

    def _before_handoff(self, verdict: Verdict) -> str:
        if verdict.supports:
            return self._quotes(verdict)
        if verdict.size is not None and verdict.size.product is not None:
            self._show(card(verdict.size.product, ""))
            return say("no_chart", self.lang, title=verdict.size.product.title)
        if verdict.phrase == "not_stated_product" and verdict.candidates:
            self._show(card(verdict.candidates[0], ""))
            missing = say("not_stated_product", self.lang, title=verdict.candidates[0].title)
            return "\n".join([missing, *self._nearest(verdict)])
        return "\n".join([self._say(verdict.phrase), *self._nearest(verdict)]) if verdict.phrase else ""

    def _nearest(self, verdict: Verdict) -> list[str]:
        """Return what comes near, marked as no answer; else what the product's page is about."""
        told = [self._quote(support, verdict) for support in verdict.beside]
        if told:
            return [self._say("nearest"), *told]
        products = verdict.candidates if verdict.phrase == "not_stated_product" else ()
        facts = [fact for product in products[:1] for fact in product_facts(product)]
        labels = dict.fromkeys(f.label for f in facts if f.kind in (FactKind.ATTRIBUTE, FactKind.OPTIONS))
        listed = ("、" if self.lang == "zh" else ", ").join(list(labels)[:MOST_LABELS])
        return [say("page_states", self.lang, labels=listed)] if listed else []

    def _declined(self, verdict: Verdict) -> str:
        if not verdict.lacking:
            return self._say(verdict.phrase or "out_of_scope")
        index, tree = self._context.index, retail_kinds()
        kinds = [tree.called(kind, self.lang) for kind in index.main_kinds(MOST_KINDS)]
        listed = ("、" if self.lang == "zh" else ", ").join(kinds)
        return say("not_sold", self.lang, lacking=verdict.lacking, kinds=listed, shop=self._context.request.shop.name)

    def _say(self, key: str) -> str:
        return say(key, self.lang, shop=self._context.request.shop.name)

    def _show(self, shown: ProductCard) -> None:
        self.cards.setdefault(shown.handle, shown)


def facts_of(results: Sequence[ToolResult], cards: Sequence[ProductCard], context: TurnContext) -> list[Fact]:
    """Return every fact that this turn has read; only these may be repeated."""
    facts = [fact for result in results for fact in result.facts()]
    for shown in cards:
        product = context.index.by_handle(shown.handle)
        if product is not None:
            facts.extend(product_facts(product))
    return facts

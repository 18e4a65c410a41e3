"""From a draft to the reply that leaves: the checks that both minds share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from assistant.agent.bargains import until_text
from assistant.agent.composer import facts_of
from assistant.agent.context import TurnContext
from assistant.agent.draft import Draft
from assistant.agent.phrases import HANDOFF, say
from assistant.agent.results import ProductRead, ProductsFound, SizeFound, ToolResult
from assistant.agent.sizes import size_advice
from assistant.agent.summary import handoff_summary
from assistant.agent.verdicts.at_once import rule_for
from assistant.dating import date_notice
from assistant.fact_check import check_sentences
from assistant.facts import Fact, price_text
from assistant.reply import Action, HandoffReason, HandoffRequest, Reply


def finished(context: TurnContext, draft: Draft, results: Sequence[ToolResult]) -> Reply:
    """Return the reply of the embedded mind, after the fact check."""
    facts = facts_of(results, draft.products, context)
    checked = check_sentences(draft.text, known_texts(context, facts, results, draft))
    if draft.text and not checked.text:
        return _nothing_left(context)
    # A sentence that fails here is our own mistake: it leaves the reply and takes its confidence.
    penalty = 1.0 if not checked.refused else 0.5
    handoff = None
    if draft.handoff is not None:
        reason, detail = draft.handoff
        handoff = HandoffRequest(reason, detail, handoff_summary(context, draft, draft.products))
    reply = Reply(
        text=checked.text,
        lang=context.understanding.lang,
        action=draft.action,
        confidence=draft.confidence * penalty,
        reasons=draft.reasons,
        citations=draft.citations,
        products=draft.products,
        size=draft.size,
        comparison=draft.comparison,
        order=draft.order,
        change=draft.change,
        offer=draft.offer,
        handoff=handoff,
    )
    return _dated(context, reply)


def _dated(context: TurnContext, reply: Reply) -> Reply:
    """Return the reply with the dates of what is older than the merchant wished."""
    shop, telling = context.request.shop, context.index.telling
    if telling is None:
        return reply
    notice = date_notice(reply, telling.freshness, telling.clock.now(), ZoneInfo(shop.timezone))
    return replace(reply, text=f"{reply.text}\n\n{notice}") if notice else reply


def _nothing_left(context: TurnContext) -> Reply:
    """Return what is said when no sentence passed: that nothing can be said, and a person is called."""
    lang, reason = context.understanding.lang, HandoffReason.LOW_CONFIDENCE
    draft = Draft(
        f"{say('not_stated', lang)}\n\n{HANDOFF[reason][lang]}",
        Action.HANDOFF,
        0.0,
        handoff=(reason, context.request.text),
    )
    summary = handoff_summary(context, draft, ())
    return Reply(
        draft.text, lang, draft.action, draft.confidence, handoff=HandoffRequest(reason, context.request.text, summary)
    )


def must_hand_over(context: TurnContext) -> bool:
    """Tell whether plain code calls a person whatever a model would say."""
    return any(rule_for(question, context) for question in context.understanding.questions)


def known_texts(
    context: TurnContext,
    facts: Sequence[Fact],
    results: Sequence[ToolResult],
    draft: Draft | None,
    *,
    own_words: bool = True,
) -> list[str]:
    """Return every text whose numbers may be repeated in this turn.

    Args:
        own_words: Whether the shopper's own words are among them.
    """
    request = context.request
    texts = [request.text, *(m.text for m in request.history if m.sender_type == "shopper")] if own_words else []
    for fact in facts:
        texts += [fact.text, fact.label, fact.source_title]
    for result in results:
        texts += _derived(result, context)
    for shown in draft.products if draft else ():
        texts += [str(shown.price or ""), str(shown.list_price or ""), shown.title]
    if draft is not None and draft.offer is not None:
        until = until_text(draft.offer, context.understanding.lang)
        texts += [str(draft.offer.price), draft.offer.coupon, until]
    if draft is not None and draft.comparison is not None:
        texts += [value or "" for row in draft.comparison.rows for value in (row.label, *row.values)]
    if draft is not None:
        texts += draft.derived
        texts += [citation.quote for citation in draft.citations]
        texts += [citation.title for citation in draft.citations]
    return texts


def _derived(result: ToolResult, context: TurnContext) -> list[str]:
    """Return numbers that code derived: variants' prices, places in a chart, demands."""
    if isinstance(result, SizeFound) and result.result is not None:
        sized = result.result
        advice = size_advice(result, context.understanding.lang)
        spans = [f"{i.low} {i.high}" for row in sized.chart.rows for i in row.ranges.values()]
        return [
            f"{round((sized.probability or 0) * 100)}",
            sized.chart.note,
            *(str(part) for part in sized.stands_for or ()),
            *(row.size for row in sized.chart.rows),
            *spans,
            *(advice.reasons if advice else ()),
        ]
    products = [result.product] if isinstance(result, ProductRead) else []
    if isinstance(result, ProductsFound):
        products = [found.product for found in result.products]
        texts = [price_text(found.variants) for found in result.products]
    else:
        texts = []
    for product in products:
        for variant in product.variants:
            texts += [str(variant.price or ""), str(variant.list_price or ""), " ".join(v for _, v in variant.options)]
    return texts

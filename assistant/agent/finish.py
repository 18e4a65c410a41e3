"""From what a mind wrote to the reply that leaves: the checks that both minds share."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.agent.composer import facts_of
from assistant.agent.context import TurnContext
from assistant.agent.draft import Draft, Sources, card
from assistant.agent.results import HandedOver, ProductRead, ProductsFound, SizeFound, ToolResult
from assistant.agent.sizes import size_advice
from assistant.agent.summary import handoff_summary
from assistant.confidence import together
from assistant.escalation import DEFAULTS, immediate_handoff
from assistant.fact_check import Checked, check_sentences
from assistant.facts import Fact, price_text
from assistant.grounding import Support
from assistant.reply import Action, HandoffRequest, ProductCard, Reply
from knowledge.text import sentences

# A sentence of a model is believed when the facts speak about this much of it.
SUPPORTED = 0.5


def finished(context: TurnContext, draft: Draft, results: Sequence[ToolResult]) -> Reply:
    """Return the reply of the embedded mind, after the fact check."""
    facts = facts_of(results, draft.products, context)
    checked = check_sentences(draft.text, known_texts(context, facts, results, draft))
    # A sentence that fails here is our own mistake: it leaves the reply and takes its confidence.
    penalty = 1.0 if not checked.refused else 0.5
    handoff = None
    if draft.handoff is not None:
        reason, detail = draft.handoff
        handoff = HandoffRequest(reason, detail, handoff_summary(context, draft, draft.products))
    return Reply(
        text=checked.text or draft.text,
        lang=context.understanding.lang,
        action=draft.action,
        confidence=draft.confidence * penalty,
        reasons=draft.reasons,
        citations=draft.citations,
        products=draft.products,
        size=draft.size,
        handoff=handoff,
    )


def draft_from_text(context: TurnContext, text: str, results: Sequence[ToolResult]) -> Draft | None:
    """Turn an LLM's words into a draft; None when they must not leave.

    Sentences that the turn's facts do not support are taken out, the rest is cited, and the
    confidence is that of the facts: what they do not answer, an LLM has not answered either.
    """
    handed = next((r for r in results if isinstance(r, HandedOver)), None)
    facts = facts_of(results, (), context)
    checked = checked_text(context, text, facts, results)
    if not checked.text and handed is None:
        return None
    confidence = together([_best(context, facts, i) for i in range(len(context.understanding.questions))])
    asks = checked.text.rstrip().endswith(("?", "？"))
    if handed is None and not asks and confidence < DEFAULTS.answer:
        return None
    cited, sources = _cited(context, checked.text, facts)
    sizes = [
        advice for r in results if isinstance(r, SizeFound) and (advice := size_advice(r, context.understanding.lang))
    ]
    action = Action.HANDOFF if handed else Action.CLARIFY if asks and not sources.citations else Action.ANSWER
    return Draft(
        text=cited,
        action=action,
        confidence=confidence,
        citations=tuple(sources.citations),
        products=tuple(_cards(checked.text, results)),
        size=sizes[0] if sizes else None,
        handoff=(handed.reason, handed.detail) if handed else None,
    )


def checked_text(context: TurnContext, text: str, facts: Sequence[Fact], results: Sequence[ToolResult]) -> Checked:
    """Return the sentences of an LLM that the turn's facts support."""
    known = known_texts(context, facts, results, None)

    def supported(sentence: str) -> bool:
        if sentence.rstrip().endswith(("?", "？")):
            return True
        return context.grounding.supported_share(sentence, facts) >= SUPPORTED

    return check_sentences(text, known, supported)


def must_hand_over(context: TurnContext) -> bool:
    """Tell whether plain code calls a person whatever a model would say."""
    return any(immediate_handoff(question.guess) for question in context.understanding.questions)


def known_texts(
    context: TurnContext, facts: Sequence[Fact], results: Sequence[ToolResult], draft: Draft | None
) -> list[str]:
    """Return every text whose numbers may be repeated in this turn."""
    request = context.request
    texts = [request.text, *(m.text for m in request.history if m.sender_type == "shopper")]
    for fact in facts:
        texts += [fact.text, fact.label, fact.source_title]
    for result in results:
        texts += _derived(result, context)
    for shown in draft.products if draft else ():
        texts += [str(shown.price or ""), str(shown.list_price or ""), shown.title]
    if draft is not None:
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


def _best(context: TurnContext, facts: Sequence[Fact], place: int) -> float:
    found: list[Support] = context.grounding.of_facts(context.understanding.questions[place], list(facts))
    return found[0].probability if found else 0.0


def _cited(context: TurnContext, text: str, facts: Sequence[Fact]) -> tuple[str, Sources]:
    """Put behind each sentence the fact that supports it best."""
    sources = Sources()
    for sentence in sentences(text):
        if sentence.rstrip().endswith(("?", "？")):
            continue
        best = max(facts, key=lambda fact: context.grounding.supported_share(sentence, [fact]), default=None)
        if best is not None and context.grounding.supported_share(sentence, [best]) >= SUPPORTED:
            text = text.replace(sentence, sentence + sources.cite(best), 1)
    return text, sources


def _cards(text: str, results: Sequence[ToolResult]) -> list[ProductCard]:
    products = [r.product for r in results if isinstance(r, ProductRead)]
    products += [r.product for r in results if isinstance(r, SizeFound) and r.product]
    products += [found.product for r in results if isinstance(r, ProductsFound) for found in r.products]
    named = [p for p in products if p.title.casefold() in text.casefold()]
    return list({p.handle: card(p, "") for p in named}.values())

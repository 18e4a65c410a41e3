"""The merchant's quick replies: told at once, before any mind is asked."""

from __future__ import annotations

from assistant.agent.after_sales import NOTHING
from assistant.agent.context import TurnContext
from assistant.agent.draft import Draft, Sources
from assistant.agent.finish import must_hand_over
from assistant.agent.verdict import TYPED
from assistant.facts import Fact, FactKind
from assistant.quick_replies import quick_reply
from assistant.reply import Action
from assistant.rules.hours_asked import asked_in
from assistant.understanding.references import CERTAIN
from knowledge.retrieval.encoders import MULTILINGUAL


def fixed_draft(context: TurnContext) -> Draft | None:
    """Return the merchant's fixed answer to the message, when there is one and nothing of it needs thought.

    Who asks for a person gets one, not a sentence about it; an answer to a question back, a coupon
    and a change of an order belong to what was said before; and of a product that is named the
    shop's facts are told.
    """
    question = context.understanding.questions[0]
    answers_back = _last_action(context) == Action.CLARIFY.value
    about_a_product = question.reference.how in CERTAIN or bool(question.reference.ambiguous)
    if answers_back or about_a_product or context.coupon is not None or context.after_sales is not NOTHING:
        return None
    lang = context.understanding.lang
    found = quick_reply(context.request.in_simplified_script().text, context.index.quick_replies, lang)
    if found is None or must_hand_over(context) or _asks_for_an_hour(context):
        return None
    reply, keyword = found
    sources = Sources()
    fact = Fact(
        FactKind.QUICK_REPLY,
        keyword,
        reply.reply,
        reply.lang or lang,
        FactKind.QUICK_REPLY.value,
        keyword,
        keyword,
        (reply.as_of or context.now).isoformat(),
        source=reply.source,
    )
    text = reply.reply + sources.cite(fact)
    return Draft(text, Action.ANSWER, TYPED, citations=tuple(sources.citations))


def _asks_for_an_hour(context: TurnContext) -> bool:
    """Tell whether somebody should be there at a certain moment, such as now: the published hours tell that."""
    question = context.understanding.questions[0]
    named = asked_in(question.text, context.now, else_now=False) is not None
    return named and context.hearing.asks_if_there(question.vectors[MULTILINGUAL], question.guess)


def _last_action(context: TurnContext) -> object:
    said = (m.reply for m in reversed(context.request.history) if m.sender_type == "assistant")
    return (next(said, None) or {}).get("action")

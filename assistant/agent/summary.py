"""What the human agent reads first: the conversation so far, in typed form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from assistant.agent.context import TurnContext
from assistant.agent.draft import Draft, card
from assistant.agent.orders import order_shown
from assistant.facts import Fact
from assistant.quoting import as_text, statements
from assistant.reply import Action, HandoffSummary, ProductCard, offers_text
from assistant.understanding.intents import Intent
from assistant.understanding.references import shown_products
from knowledge.text import Lang, language_of

MOST: Final = 6
# Whoever writes like this has had enough.
UPSET: Final = frozenset({Intent.COMPLAINT, Intent.DISPUTE})
# States of a change in which a person has something to do.
ASKED_OF_PEOPLE: Final = frozenset({"requested", "unknown"})


def handoff_summary(context: TurnContext, draft: Draft, cards: Sequence[ProductCard]) -> HandoffSummary:
    """Return the packet for the person who takes over, in the language the shop works in."""
    staff: Lang = "zh" if context.request.shop.locale.lower().startswith("zh") else "en"
    history = context.request.history
    asked = [m.text for m in history if m.sender_type == "shopper"]
    answered = [
        {"question": before.text, "answer": after.text}
        for before, after in pairwise(history)
        if before.sender_type == "shopper" and after.reply is not None and _tells(after.reply)
    ]
    shown = {one.handle: one for one in cards}
    for product in shown_products(history, context.index).products:
        shown.setdefault(product.handle, card(product, ""))
    said = context.request.text
    # A bare "no" to what was shown leaves open what was asked before.
    refuses = context.understanding.intent is Intent.DENY and bool(draft.unanswered)
    question = draft.unanswered[0] if refuses else said
    return HandoffSummary(
        intent=context.understanding.intent.value,
        question=question,
        asked=tuple([*asked, said][-MOST:]),
        answered=tuple(answered[-MOST:]),
        facts=tuple(
            {
                "text": as_text(statements(fact.text)[:MOST]) or fact.text,
                "source": _place(fact),
            }
            for fact in draft.nearest[:3]
        ),
        products=tuple(
            {
                "handle": one.handle,
                "title": one.title,
                "price": one.price.as_json() if one.price else None,
                "image": one.image,
            }
            for one in list(shown.values())[:MOST]
        ),
        measurements={str(m): str(v) for m, v in context.understanding.measurements.body.items()},
        language=language_of(question),
        confidence=draft.confidence,
        reasons=draft.reasons,
        next_step=_next_step(draft, staff),
        sentiment=_sentiment(context),
        order=draft.order.as_json() if draft.order else _verified_order(context),
        request=draft.change if draft.change and draft.change["state"] in ASKED_OF_PEOPLE else None,
    )


def _tells(reply: Mapping[str, Any]) -> bool:
    """Tell whether a reply has told the shopper something, if only as perhaps the answer."""
    return reply.get("action") == Action.ANSWER.value or offers_text(reply)


def _place(fact: Fact) -> str:
    """Return where a fact stands; the path of a passage's headings mostly begins with its document's title."""
    begins = fact.label.partition(" › ")[0] == fact.source_title
    return fact.label if begins else f"{fact.source_title} › {fact.label}"


def _verified_order(context: TurnContext) -> Mapping[str, Any] | None:
    """Return the order that was shown to be the shopper's, also where the reply does not speak of it."""
    order = context.enquiry.order if context.enquiry is not None else None
    return order_shown(order).as_json() if order is not None else None


def _sentiment(context: TurnContext) -> str:
    """Return how the shopper sounds, by what the last message is nearest to."""
    told = {question.guess.intent for question in context.understanding.questions}
    if told & UPSET:
        return "upset"
    return "pleased" if Intent.THANKS in told else "neutral"


def _next_step(draft: Draft, lang: Lang) -> str:
    reason = draft.handoff[0].value if draft.handoff else ""
    words: dict[str, dict[Lang, str]] = {
        "not_stated": {
            "zh": "查到答案后回复，并补充到店铺资料里",
            "en": "Find the answer, reply, and add it to the shop's documents",
        },
        "not_possible_here": {"zh": "按顾客的要求处理订单", "en": "Do what is asked with the order"},
        "not_verified": {"zh": "先核实身份，再谈订单", "en": "Check who is asking before speaking about the order"},
        "sensitive": {
            "zh": "先关心身体情况，按店铺规定处理",
            "en": "Ask how they are first, then follow the shop's rules",
        },
        "dispute": {
            "zh": "先核对付款记录，再说处理办法",
            "en": "Check the payment first, then say what will be done",
        },
        "asked_again": {
            "zh": "弄清还缺什么，用自己的话回答",
            "en": "Find out what the answer lacks, and answer in your own words",
        },
        "low_confidence": {
            "zh": "弄清客人要问什么，用自己的话回答",
            "en": "Find out what is asked, and answer in your own words",
        },
        "complaint": {
            "zh": "先道歉，弄清经过，给出处理方案",
            "en": "Apologise, find out what happened, offer a remedy",
        },
    }
    return words.get(reason, {"zh": "直接接待", "en": "Take over the conversation"})[lang]

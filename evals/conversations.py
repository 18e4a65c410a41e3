"""A real conversation as cases: what the shopper said, and expectations drafted from what was answered.

A draft says what *was* answered; whether that was right is for the evaluator, who edits it. It
passes against the assistant that gave the answers, so a later change of them shows.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from assistant.events import ConversationEvent
from assistant.log import ConversationLog
from assistant.wakeups import Wakeups
from evals.cases import Case, Category
from evals.conversation_log import Exchange, Stretch, read_log
from evals.personal_data import masked
from knowledge.errors import Invalid
from knowledge.home import Home
from knowledge.text import language_of

_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Drafted:
    """The cases, and how much personal data was masked in them, by kind."""

    cases: tuple[Case, ...]
    masked: Mapping[str, int]


async def draft_cases(home: Home, conversation_id: str, *, staff: bool, keep_personal: bool) -> Drafted:
    """Draft cases from one conversation of the home's log.

    Args:
        home: Where the log is.
        conversation_id: The conversation.
        staff: Also a case for each question that a person answered.
        keep_personal: Leave phone numbers, mail and addresses in.

    Raises:
        NotFound: There is no such conversation (``conversation_not_found``).
        Invalid: Nothing in it can be made a case (``nothing_answered``).
    """
    database = await home.open_database()
    try:
        log = ConversationLog(database, Wakeups(), home.clock)
        state = await log.state(conversation_id)
        events: list[ConversationEvent] = []
        while found := await log.read(conversation_id, events[-1].seq if events else 0, _PAGE):
            events += found
    finally:
        await database.close()
    return drafted(state.shop_id, conversation_id, events, staff=staff, keep_personal=keep_personal)


def drafted(
    shop: str, conversation_id: str, events: Sequence[ConversationEvent], *, staff: bool, keep_personal: bool
) -> Drafted:
    """Draft cases from a conversation's whole log; see `draft_cases`."""
    counts: Counter[str] = Counter()

    def clean(text: str) -> str:
        if keep_personal:
            return text
        found = masked(text)
        counts.update(found.found)
        return found.text

    # The conversation's own id opens the log to the staff; its hash names it just as well.
    name = f"cv-{hashlib.sha256(conversation_id.encode()).hexdigest()[:10]}"
    stretches, by_person = read_log(events)
    raw = [_case(f"{name}-{n}", shop, one, clean) for n, one in enumerate(stretches, 1)]
    if staff:
        raw += [_staff_case(f"{name}-h{n}", shop, one, clean) for n, one in enumerate(by_person, 1)]
    if not raw:
        raise Invalid("In this conversation the assistant has answered nothing.", code="nothing_answered")
    return Drafted(tuple(Case.model_validate(values) for values in raw), dict(counts))


def _case(case_id: str, shop: str, stretch: Stretch, clean: Callable[[str], str]) -> dict[str, Any]:
    turns = [_turn(exchange, clean) for exchange in stretch.exchanges]
    for turn, exchange in zip(turns[:-1], stretch.exchanges, strict=False):
        turn["expect"] = expected(exchange)
    last = stretch.exchanges[-1]
    values = {
        "id": case_id,
        "shop": shop,
        "lang": language_of(last.text),
        "category": _category(stretch),
        "turns": turns,
        "expect": expected(last),
        "tags": ["from_conversation", *(["after_human"] if stretch.after_human else [])],
    }
    notes = [f"The turn failed ({one.failure}): say what is expected." for one in stretch.exchanges if one.failure]
    if stretch.human:
        notes.append("A person answered: " + " / ".join(clean(words) for words in stretch.human))
    return values | _source(last) | ({"note": " ".join(notes)} if notes else {})


def _staff_case(case_id: str, shop: str, question: Exchange, clean: Callable[[str], str]) -> dict[str, Any]:
    """Draft a case from what a person answered: their words are for the evaluator to make facts of."""
    lang = language_of(question.text)
    words = " / ".join(clean(text) for text in question.human)
    return {
        "id": case_id,
        "shop": shop,
        "lang": lang,
        "category": "escalation",
        "turns": [_turn(question, clean)],
        "expect": {"action": ["answer", "handoff"], "lang": lang},
        "tags": ["from_conversation", "human_answered"],
        "note": f"A person answered: {words}",
    }


def _turn(exchange: Exchange, clean: Callable[[str], str]) -> dict[str, Any]:
    turn: dict[str, Any] = {"text": clean(exchange.text)}
    return turn | ({"context": {"product": exchange.page}} if exchange.page else {})


def expected(exchange: Exchange) -> dict[str, Any]:
    """Draft what a right reply is from the one that was given; nothing from a turn that failed."""
    reply = exchange.reply
    if reply is None or exchange.failure:
        return {}
    expect: dict[str, Any] = {"action": reply["action"]}
    shown = [card["handle"] for card in reply.get("products") or ()]
    cited = [PurePosixPath(c["id"]).name for c in reply.get("citations") or () if c.get("kind") == "document"]
    for key, names in (("products", shown), ("documents", cited)):
        if names:
            expect[key] = list(dict.fromkeys(names))
    if reply.get("size"):
        expect["size"] = reply["size"].get("label")
    if state := _order(reply.get("order"), reply.get("offer")):
        expect["order"] = state
    return expect | {"lang": reply["lang"]}


def _order(order: Mapping[str, Any] | None, offer: Mapping[str, Any] | None) -> dict[str, Any]:
    if order:
        return {key: order[key] for key in ("order_no", "verified", "status") if order.get(key) is not None}
    if offer and offer.get("price"):
        price = float(offer["price"]["amount"])
        product = {"product": offer["product"]} if isinstance(offer.get("product"), str) else {}
        return product | {"price_min": price, "price_max": price}
    return {}


def _source(exchange: Exchange) -> dict[str, Any]:
    citations = (exchange.reply or {}).get("citations") or ()
    cited = next((c for c in citations if c.get("kind") == "document"), None)
    return {"source": {"file": cited["id"], "quote": cited["quote"]}} if cited else {}


def _category(stretch: Stretch) -> Category:
    """Return the nearest of the suites' categories, for the slices; the evaluator may know better."""
    return next(_categories(stretch))


def _categories(stretch: Stretch) -> Iterator[Category]:
    reply = stretch.exchanges[-1].reply or {}
    if len(stretch.exchanges) > 1:
        yield "dialogues"
    if reply.get("action") == "handoff":
        yield "escalation"
    if reply.get("order"):
        yield "orders"
    if reply.get("offer"):
        yield "bargaining"
    if reply.get("size"):
        yield "size"
    if reply.get("products") and not any(c.get("kind") == "document" for c in reply.get("citations") or ()):
        yield "retrieval"
    yield "answers"

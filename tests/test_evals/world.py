"""A small shop of the evals' own, cases over it, and responders that answer as a test says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from assistant.reply import Action, Citation, ProductCard, Reply, SizeAdvice
from assistant.turn import OnText, ToolRun, TurnOutcome, TurnRequest
from evals.cases import Case, Expect
from evals.scorers import Exchange
from evals.sources import ShopSources
from evals.targets import Answered
from knowledge.catalog import Availability
from knowledge.money import Money

RETURNS = "Coats may be returned within 30 days.\nReturn shipping costs $8."
SOURCES = ShopSources(
    documents={"documents/returns.md": RETURNS},
    descriptions={"red-coat": "Warm wool."},
    titles=("Red Coat", "红色大衣"),
    products={"red-coat": "red coat warm wool. $120 in_stock"},
    charts={"coats": {"S": frozenset({"80", "84"}), "M": frozenset({"85", "90"}), "L": frozenset({"91", "96.23"})}},
    chart_texts={"coats": "take the larger size above 88"},
    written=RETURNS.casefold(),
    numbers=frozenset({"30", "8", "120", "80", "84", "85", "90", "91", "96"}),
)
CARD = ProductCard("red-coat", "Red Coat", Money(Decimal(120), "USD"), Availability.IN_STOCK, "asked for")


def citing(quote: str, start: int | None = None) -> Citation:
    end = None if start is None else start + len(quote)
    return Citation(1, "document", "documents/returns.md", "Returns", "", quote, "2026-11-20", start, end)


def reply(text: str, action: Action = Action.ANSWER, **values: Any) -> Reply:
    fields: dict[str, Any] = {"lang": "en", "confidence": 0.9} | values
    return Reply(text, action=action, **fields)


TRUE_REPLY = reply("Within 30 days. [1]", citations=(citing(RETURNS[:37], 0),))


def case(number: int = 1, **values: Any) -> Case:
    raw: dict[str, Any] = {
        "id": f"c-{number}",
        "shop": "maple",
        "lang": "en",
        "category": "answers",
        "turns": [{"text": f"How long can I return a coat ({number})?"}],
        "expect": {"action": "answer", "must_say": ["30 days"], "documents": ["returns.md"], "lang": "en"},
        "source": {"file": "documents/returns.md", "quote": "within 30 days"},
    }
    return Case.model_validate(raw | values)


def exchange(given: Reply, expect: dict[str, Any] | None = None, **values: Any) -> Exchange:
    """Return an exchange over `SOURCES` in which this reply is judged."""
    fields: dict[str, Any] = {"expect": expect} if expect is not None else {}
    one = case(1, **fields, **values)
    judged = Expect.model_validate(expect) if expect is not None else one.expect
    return Exchange(one, 0, judged, (one.turns[0].text,), Answered(given.as_json(), 12.0), SOURCES)


def sized(label: str | None) -> Reply:
    advice = SizeAdvice(label, "coats", 0.8 if label else None, Decimal(1) if label else None)
    return reply(f"Take {label}." if label else "I cannot tell.", size=advice)


class Answering:
    """A responder that says what a function makes of the request."""

    def __init__(self, say: Callable[[TurnRequest], Reply]) -> None:
        self._say = say
        self.requests: list[TurnRequest] = []

    async def respond(self, request: TurnRequest, on_text: OnText) -> TurnOutcome:
        self.requests.append(request)
        said = replace(self._say(request), trace_id=request.trace_id)
        await on_text(said.text)
        return TurnOutcome(said, (ToolRun("search", {"query": request.text}, ok=True, took_ms=1, summary="1 found"),))

"""A scenario of the tests' own, assistants for it, and shoppers that play it badly."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from assistant.reply import Action, HandoffReason, HandoffRequest, Reply, SizeAdvice
from assistant.turn import TurnRequest
from evals.dialogues.scenario import Scenario
from evals.dialogues.shopper import EmbeddedShopper, Message, Scene, Shopper
from evals.dialogues.trial import play
from evals.results import CaseResult
from evals.targets import InProcess
from knowledge.home import Home
from knowledge.size_charts import Measure
from tests.conftest import put_shops
from tests.test_evals.world import SOURCES, Answering, reply, sized

SOURCE = {"file": "documents/returns.md", "quote": "within 30 days"}
MISSING = SizeAdvice(None, "coats", None, None, missing=(Measure.CHEST,))


def goal(ask: str = "How long can I return it?", **values: Any) -> dict[str, Any]:
    raw = {"ask": [ask, f"Once more: {ask}"], "expect": {"must_say": ["30 days"]}, "source": SOURCE}
    return raw | values


def size_goal(label: str = "M", **values: Any) -> dict[str, Any]:
    return goal("What size of the coat?", expect={"size": label}, needs=["chest"], **values)


def scenario(*goals: dict[str, Any], **values: Any) -> Scenario:
    raw = {
        "id": "s-1",
        "shop": "maple",
        "lang": "en",
        "opening": ["Which size for me?", "My size, please?"],
        "knows": {"chest": ["chest 87 cm", "87 around the chest"], "height": ["170 cm tall"]},
        "goals": list(goals) or [size_goal(), goal()],
    }
    return Scenario.model_validate(raw | values)


def asks(text: str = "I still need your chest.", size: SizeAdvice | None = MISSING) -> Reply:
    return reply(text, Action.CLARIFY, size=size)


def hands_over(_: TurnRequest) -> Reply:
    return reply("A person will.", Action.HANDOFF, handoff=HandoffRequest(HandoffReason.NOT_STATED, "no"))


def able(request: TurnRequest) -> Reply:
    """Answer as a good assistant: asks for the chest, sizes by the last one told, knows the returns."""
    if "return" in request.text.lower():
        return reply("Within 30 days.")
    said = [m.text for m in request.history if m.sender_type == "shopper"] + [request.text]
    chests = [n for text in said for n in ("87", "95") if n in text]
    return sized({"87": "M", "95": "L"}[chests[-1]]) if chests else asks()


@asynccontextmanager
async def target(home: Home, say: Callable[[TurnRequest], Reply]) -> AsyncIterator[InProcess]:
    await put_shops(home)
    database = await home.open_database()
    try:
        yield InProcess(database, Answering(say))
    finally:
        await database.close()


async def played(
    home: Home,
    say: Callable[[TurnRequest], Reply],
    what: Scenario | None = None,
    shopper: Shopper | None = None,
    gold_problem: str | None = None,
) -> CaseResult:
    what = what or scenario()
    async with target(home, say) as asked:
        return await play(what, 0, shopper or EmbeddedShopper(what, 0, 7), asked, SOURCES, gold_problem)


class Changed:
    """The embedded shopper, with what it says passed through a function. Its numbering of calls begins at 0."""

    def __init__(self, what: Scenario, change: Callable[[int, Message | None], Message | None]) -> None:
        self._inner = EmbeddedShopper(what, 0, 7)
        self._change = change
        self._calls = 0

    async def next(self, scene: Scene) -> Message | None:
        self._calls += 1
        return self._change(self._calls - 1, await self._inner.next(scene))

"""A responder that does what the shopper's words say, for tests of the conversation machinery."""

from __future__ import annotations

import asyncio

from assistant.reply import Action, HandoffReason, HandoffRequest, HandoffSummary, Reply
from assistant.turn import OnText, ToolRun, TurnOutcome, TurnRequest

SUMMARY = HandoffSummary(
    intent="return",
    question="secret summary",
    asked=(),
    answered=(),
    facts=(),
    products=(),
    measurements={},
    language="en",
    confidence=0.2,
    reasons=("unclear",),
    next_step="call back",
)


class ScriptedResponder:
    """Echoes; ``boom`` raises, ``person`` asks for one, ``?`` is left open, ``hold`` waits for `release` if ever."""

    def __init__(self) -> None:
        self.requests: list[TurnRequest] = []
        self.release = asyncio.Event()
        self.given_up = asyncio.Event()
        self.cancelled = 0
        self._asked = asyncio.Condition()

    async def asked(self, times: int) -> None:
        """Wait until it has been asked so many times."""
        async with asyncio.timeout(10), self._asked:
            await self._asked.wait_for(lambda: len(self.requests) >= times)

    async def respond(self, request: TurnRequest, on_text: OnText) -> TurnOutcome:
        async with self._asked:
            self.requests.append(request)
            self._asked.notify_all()
        if "boom" in request.text:
            raise RuntimeError("boom")
        if "hold" in request.text:
            await on_text("Let me ")
            try:
                await self.release.wait()
            except asyncio.CancelledError:
                self.cancelled += 1
                self.given_up.set()
                raise
        text = f"echo {request.text}"
        await on_text(text)
        tools = (ToolRun("search", {"query": request.text}, ok=True, took_ms=1, summary="1 found"),)
        if "person" in request.text:
            wish = HandoffRequest(HandoffReason.NOT_STATED, "the files do not say", SUMMARY)
            return TurnOutcome(Reply(text, "en", Action.HANDOFF, 0.1, handoff=wish), tools)
        left_open = (request.text,) if "?" in request.text else ()
        return TurnOutcome(Reply(text, "en", Action.ANSWER, 0.9), tools, unanswered=left_open)

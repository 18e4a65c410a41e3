"""A server process for the kill test: `python -m tests.test_api.killable HOME PORT SECONDS`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from api.app import create_app
from api.server import Server, bind
from assistant.migrations import upgrade
from assistant.reply import Action, Reply
from assistant.turn import OnText, TurnOutcome, TurnRequest
from knowledge.home import Home, KnowledgeSettings


class SlowResponder:
    """Takes its time, so that a kill hits it in the middle of a reply."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def respond(self, request: TurnRequest, on_text: OnText) -> TurnOutcome:
        await on_text("Just a moment. ")
        await asyncio.sleep(self._seconds)
        return TurnOutcome(Reply(f"echo {request.text}", "en", Action.ANSWER, 0.9))


def main(folder: str, port: str, seconds: str) -> None:
    home = Home.at(Path(folder), upgrade, KnowledgeSettings())
    Server(create_app(home, SlowResponder(float(seconds)))).run(sockets=[bind("127.0.0.1", int(port))])


if __name__ == "__main__":
    main(*sys.argv[1:])

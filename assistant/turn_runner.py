"""Turns: when the assistant begins to answer, and that every answer ends.

The log decides, this module only works. A turn begins with a transaction that writes its message's
id into the conversation (``writing_id``) and ends with one that takes it out. Whoever takes the turn
away before that (a new message, a claim, a resolve) ends the message in their own transaction; the
turn then finds its id gone, and its reply is not committed. So a kill between any two steps leaves
either nothing or a message that `TurnRunner.resume` ends at the next start.
"""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final, Protocol

from sqlalchemy import or_, select
from sqlalchemy.exc import DBAPIError

from assistant.conversation_state import STATE_COLUMNS
from assistant.events import ASSISTANT, CancelReason, Draft, PushType, iso
from assistant.log import ConversationLog
from assistant.orders.identity import kept_identity
from assistant.tables import conversations
from assistant.turn import Responder, TurnOutcome, TurnRequest
from assistant.turn_failure import failed_outcome
from assistant.turn_log import Turn, TurnLog, turn_error
from knowledge.catalog import Shop, ShopId
from knowledge.clock import Clock
from knowledge.errors import NotFound
from knowledge.ids import IdSource

logger = logging.getLogger(__name__)

# A turn that cannot even be committed (disk full, database away) is tried again, ever more slowly;
# after the last try the message stays in the log as unanswered, and the next start takes it up.
RETRY_SECONDS: Final = (0.2, 1.0, 5.0, 20.0)


class ShopSource(Protocol):
    """What a turn needs of `knowledge.store.KnowledgeStore`."""

    async def shop(self, shop_id: ShopId) -> Shop: ...


@dataclass(slots=True)
class _Writing:
    """A reply that is being written in this process."""

    turn: Turn
    task: asyncio.Task[TurnOutcome]
    given_up: bool = False

    def give_up(self) -> None:
        """Stop writing, because the log has ended the message."""
        self.given_up = True
        self.task.cancel()


class TurnRunner:
    """Answers conversations, each one turn at a time.

    Turns wait until `resume` has been called, so that a server can take messages while the
    responder still loads.
    """

    def __init__(
        self,
        log: ConversationLog,
        shops: ShopSource,
        responder: Responder,
        clock: Clock,
        ids: IdSource,
        budget_seconds: float,
    ) -> None:
        self._log = log
        self._turns = TurnLog(log, ids)
        self._shops = shops
        self._responder = responder
        self._clock = clock
        self._budget_seconds = budget_seconds
        self._open = asyncio.Event()
        self._closing = False
        self._wanted: set[str] = set()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._writing: dict[str, _Writing] = {}

    def schedule(self, conversation_id: str, asked_seq: int = 0) -> None:
        """See to it that the conversation is answered; to be called after a commit.

        Args:
            conversation_id: Where something was asked, or the assistant has become the owner.
            asked_seq: Seq of a new message; a reply being written to older ones is given up.
        """
        if self._closing:
            return
        self._wanted.add(conversation_id)
        writing = self._writing.get(conversation_id)
        if writing is not None and writing.turn.upto_seq < asked_seq:
            writing.give_up()
        if conversation_id not in self._tasks:
            self._tasks[conversation_id] = asyncio.create_task(self._serve(conversation_id))

    def stop(self, conversation_id: str) -> None:
        """Give up the reply being written; to be called after the commit that took the turn away."""
        writing = self._writing.get(conversation_id)
        if writing is not None:
            writing.give_up()

    async def resume(self) -> None:
        """Take up what a killed process has left, and begin to answer.

        One process serves a database: a message without an end is taken for a dead process's.
        """
        c = conversations.c
        left = or_(c.writing_id.is_not(None), c.asked_seq > c.answered_seq)
        for state in await self._log.states(select(*STATE_COLUMNS).where(c.owner == ASSISTANT, left)):
            await self._turns.cancel(state.id, state.writing_id, CancelReason.INTERRUPTED)
            self.schedule(state.id)
        self._open.set()

    async def close(self, grace_seconds: float = 2.0) -> None:
        """Let running turns finish for a moment, then end them; the next start answers them."""
        self._closing = True
        if self._tasks and self._open.is_set():
            await asyncio.wait(self._tasks.values(), timeout=grace_seconds)
        self._wanted.clear()
        self._open.set()
        for writing in list(self._writing.values()):
            writing.task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=grace_seconds)

    async def _serve(self, conversation_id: str) -> None:
        """Answer one conversation until nothing is asked any more."""
        failures = 0
        try:
            await self._open.wait()
            while conversation_id in self._wanted:
                self._wanted.discard(conversation_id)
                try:
                    turn = await self._turns.begin(conversation_id)
                    if turn is not None:
                        await self._run(turn)
                    failures = 0
                except NotFound:
                    return
                except Exception:
                    logger.exception("A turn of %s could not be kept", conversation_id)
                    if failures == len(RETRY_SECONDS):
                        return
                    await asyncio.sleep(RETRY_SECONDS[failures])
                    failures += 1
                    with suppress(Exception):
                        await self._turns.cancel(conversation_id, None, CancelReason.FAILED)
                    self._wanted.add(conversation_id)
        finally:
            del self._tasks[conversation_id]

    async def _run(self, turn: Turn) -> None:
        """Write one reply and commit it; every way out ends the message."""
        started = time.monotonic()
        task = asyncio.create_task(self._respond(turn))
        writing = self._writing[turn.conversation_id] = _Writing(turn, task)
        try:
            done, _ = await asyncio.wait({task}, timeout=self._budget_seconds)
        finally:
            del self._writing[turn.conversation_id]
            task.cancel()
        if writing.given_up:
            return
        if self._closing and task in done and task.cancelled():
            await self._turns.cancel(turn.conversation_id, turn.message_id, CancelReason.INTERRUPTED)
            return
        outcome, error = _result(turn, task if task in done else None)
        if not await self._keep(turn, outcome, error, time.monotonic() - started):
            logger.info("The reply %s came too late and was dropped", turn.message_id)

    async def _keep(self, turn: Turn, outcome: TurnOutcome, error: Draft | None, took_seconds: float) -> bool:
        """Commit the reply; one that cannot be written down is replaced, not tried again."""

        def timed(made: TurnOutcome) -> TurnOutcome:
            return replace(made, reply=made.reply.timed(turn.trace_id, round(took_seconds * 1000)))

        try:
            return await self._turns.complete(turn, timed(outcome), error)
        except DBAPIError:
            raise  # the database's fault, not the reply's
        except Exception as failure:
            logger.exception("The reply of turn %s cannot be stored", turn.trace_id)
            stand_in, error = _failure(turn, failure)
            return await self._turns.complete(turn, timed(stand_in), error)

    async def _respond(self, turn: Turn) -> TurnOutcome:
        product = turn.state.context.get("product")
        request = TurnRequest(
            shop=await self._shops.shop(ShopId(turn.state.shop_id)),
            conversation_id=turn.conversation_id,
            text=turn.text,
            trace_id=turn.trace_id,
            history=await self._turns.history(turn),
            page_product=product if isinstance(product, str) else None,
            identity=kept_identity(turn.state.contact),
        )
        return await self._responder.respond(request, lambda text: self._push(turn, text))

    async def _push(self, turn: Turn, text: str) -> None:
        writing = self._writing.get(turn.conversation_id)
        if writing is None or writing.turn is not turn:
            return
        payload = {
            "type": PushType.MESSAGE_DELTA.value,
            "at": iso(self._clock.now()),
            "actor": ASSISTANT,
            "owner": ASSISTANT,
            "owner_epoch": turn.state.owner_epoch,
            "message_id": turn.message_id,
            "trace_id": turn.trace_id,
            "data": {"text": text},
        }
        self._log.wakeups.push(turn.conversation_id, turn.state.shop_id, payload)


def _result(turn: Turn, task: asyncio.Task[TurnOutcome] | None) -> tuple[TurnOutcome, Draft | None]:
    """Return the outcome; for a failure, or no task within the budget, what stands in for it."""
    if task is None:
        logger.error("The turn %s was over its budget", turn.trace_id)
        return _failure(turn, None)
    failure = asyncio.CancelledError() if task.cancelled() else task.exception()
    if failure is None:
        return task.result(), None
    logger.error("The turn %s failed", turn.trace_id, exc_info=failure)
    return _failure(turn, failure)


def _failure(turn: Turn, failure: BaseException | None) -> tuple[TurnOutcome, Draft]:
    if failure is None:
        code, message = "turn_timed_out", "The assistant did not finish its answer in time."
    else:
        code, message = "turn_failed", "The assistant could not finish its answer."
    return failed_outcome(turn.text, turn.state.locale, code), turn_error(turn, code, message)

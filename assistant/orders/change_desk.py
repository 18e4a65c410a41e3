"""Confirmed changes, each made once, whatever happens to the turn that asked for it."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from assistant.orders.confirmation import Proposal
from assistant.orders.source import ChangeRefused, ChangeResult, ChangeState, OrderSource, SourceUnavailable
from assistant.tables import order_changes
from knowledge.catalog import ShopId
from knowledge.clock import Clock
from knowledge.database import Database

logger = logging.getLogger(__name__)
ASKED, REFUSED = "asked", "refused"


class ChangeDesk:
    """Makes changes and remembers what became of them.

    Args:
        source: Of the orders.
    """

    def __init__(self, database: Database, source: OrderSource, clock: Clock) -> None:
        self._database = database
        self._source = source
        self._clock = clock
        self._running: dict[str, asyncio.Task[ChangeResult]] = {}

    async def make(self, shop_id: ShopId, conversation_id: str, proposal: Proposal) -> ChangeResult:
        """Make a confirmed change; made before, return what became of it.

        The work goes on when the turn is cancelled, so that its outcome is known to the next one.

        Raises:
            ChangeRefused: The shop says no.
            SourceUnavailable: It is not known whether it was made.
        """
        running = self._running.get(proposal.key)
        if running is None:
            running = asyncio.create_task(self._once(shop_id, conversation_id, proposal))
            self._running[proposal.key] = running
            running.add_done_callback(lambda task: self._ended(proposal.key, task))
        return await asyncio.shield(running)

    async def outcome(self, proposal: Proposal) -> ChangeResult | None:
        """Return what became of a proposal; None when it was never confirmed, or the shop has refused.

        Raises:
            SourceUnavailable: It was confirmed, and it is not known whether it was made.
        """
        running = self._running.get(proposal.key)
        if running is not None:
            await asyncio.wait({running})
        async with self._database.read() as connection:
            row = (await connection.execute(_of(proposal.key))).one_or_none()
        if row is None or row.state == REFUSED:
            return None
        if row.state == ASKED:
            raise SourceUnavailable("It is not known whether the change was made.")
        return ChangeResult(ChangeState(row.state), row.message)

    async def _once(self, shop_id: ShopId, conversation_id: str, proposal: Proposal) -> ChangeResult:
        row = await self._written_down(shop_id, conversation_id, proposal)
        if row.state == REFUSED:
            raise ChangeRefused(row.message)
        if row.state != ASKED:
            return ChangeResult(ChangeState(row.state), row.message)
        try:
            result = await self._source.change(shop_id, proposal.change, proposal.key)
        except ChangeRefused as refused:
            await self._end(proposal.key, REFUSED, refused.message)
            raise
        await self._end(proposal.key, result.state.value, result.message)
        return result

    async def _written_down(self, shop_id: ShopId, conversation_id: str, proposal: Proposal) -> Any:
        dialect = sqlite if self._database.is_sqlite else postgresql
        values = {
            "key": proposal.key,
            "shop_id": shop_id,
            "conversation_id": conversation_id,
            "change": proposal.change.as_json(),
            "state": ASKED,
            "message": "",
            "asked_at": self._clock.now(),
        }
        async with self._database.write() as connection:
            await connection.execute(dialect.insert(order_changes).values(values).on_conflict_do_nothing())
            return (await connection.execute(_of(proposal.key))).one()

    async def _end(self, key: str, state: str, message: str) -> None:
        ended = {"state": state, "message": message, "ended_at": self._clock.now()}
        async with self._database.write() as connection:
            await connection.execute(update(order_changes).where(order_changes.c.key == key).values(ended))

    def _ended(self, key: str, task: asyncio.Task[ChangeResult]) -> None:
        del self._running[key]
        failure = None if task.cancelled() else task.exception()
        if failure is not None and not isinstance(failure, ChangeRefused):
            logger.warning("The change %s has no outcome: %r", key, failure)


def _of(key: str) -> Any:
    return select(order_changes).where(order_changes.c.key == key)

"""The log: everything that happens in a conversation, appended in one transaction.

Each change is the same two statements: one UPDATE of the conversation that takes the next numbers,
guarded by the owner epoch on which the change was decided, and one INSERT of the events. A rollback
gives the numbers back, so ``seq`` has no gaps.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from sqlalchemy import Row, Select, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.conversation_state import STATE_COLUMNS, ConversationState
from assistant.events import ConversationEvent, Draft, EventType
from assistant.tables import conversations, events
from assistant.wakeups import Wakeups
from knowledge.clock import Clock
from knowledge.database import Database
from knowledge.errors import Conflict, NotFound

# PostgreSQL hands out ids before the commit; without this lock a cursor over ids could pass one
# whose transaction commits later. SQLite has one writer anyway.
_ID_ORDER_LOCK: Final = text("SELECT pg_advisory_xact_lock(7236001)")

Observer = Callable[[ConversationEvent], None]


class LogTransaction:
    """One transaction over conversations and their logs."""

    def __init__(self, connection: AsyncConnection, clock: Clock, *, locks_ids: bool) -> None:
        self.connection = connection
        self.now = clock.now()
        self.appended: list[ConversationEvent] = []
        self._locks_ids = locks_ids

    async def conversation(self, conversation_id: str) -> ConversationState:
        """Return the conversation, locked until the transaction ends.

        Raises:
            NotFound: There is none with this id.
        """
        query = select(*STATE_COLUMNS).where(conversations.c.id == conversation_id).with_for_update()
        row = (await self.connection.execute(query)).one_or_none()
        if row is None:
            raise NotFound("There is no such conversation.", code="conversation_not_found")
        return ConversationState.of(row)

    async def append(self, state: ConversationState, drafts: Sequence[Draft], **changes: Any) -> ConversationState:
        """Append events and change the conversation with them.

        Args:
            state: The conversation as this transaction has read it.
            drafts: What happened, in order.
            changes: New values of the conversation's columns.

        Returns:
            The conversation afterwards; the events are in `appended`.

        Raises:
            Conflict: The owner has changed since ``state`` was read.
        """
        change = (
            update(conversations)
            .where(conversations.c.id == state.id, conversations.c.owner_epoch == state.owner_epoch)
            .values(last_seq=conversations.c.last_seq + len(drafts), updated_at=self.now, **changes)
            .returning(*STATE_COLUMNS)
        )
        row = (await self.connection.execute(change)).one_or_none()
        if row is None:
            raise Conflict("The conversation has changed hands meanwhile.", code="owner_changed")
        after = ConversationState.of(row)
        if drafts:
            await self._insert(after, drafts)
        return after

    async def _insert(self, after: ConversationState, drafts: Sequence[Draft]) -> None:
        if self._locks_ids:
            await self.connection.execute(_ID_ORDER_LOCK)
        first = after.last_seq - len(drafts) + 1
        rows = [_row(after, draft, first + offset, self.now) for offset, draft in enumerate(drafts)]
        statement = insert(events).returning(events.c.id, sort_by_parameter_order=True)
        ids = (await self.connection.execute(statement, rows)).scalars().all()
        self.appended += [_event({**row, "id": event_id}) for row, event_id in zip(rows, ids, strict=True)]


def _row(state: ConversationState, draft: Draft, seq: int, now: Any) -> dict[str, Any]:
    return {
        "conversation_id": state.id,
        "shop_id": state.shop_id,
        "seq": seq,
        "type": draft.type.value,
        "at": now,
        "actor": draft.actor,
        "owner": state.owner,
        "owner_epoch": state.owner_epoch,
        "message_id": draft.message_id,
        "client_message_id": draft.client_message_id,
        "trace_id": draft.trace_id,
        "data": dict(draft.data),
    }


def _event(values: dict[str, Any]) -> ConversationEvent:
    return ConversationEvent(**{**values, "type": EventType(values["type"])})


def event_of(row: Row[Any]) -> ConversationEvent:
    """Return the event that a row of the table holds."""
    return _event(dict(row._mapping))


class ConversationLog:
    """Append and read. After each commit the bus wakes whoever listens.

    Args:
        observers: Called with each event after its commit, such as counters.
    """

    def __init__(self, database: Database, wakeups: Wakeups, clock: Clock, observers: Sequence[Observer] = ()) -> None:
        self._database = database
        self._clock = clock
        self._observers = observers
        self.wakeups = wakeups

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[LogTransaction]:
        """Open a transaction; listeners are woken once it has been committed."""
        async with self._database.write() as connection:
            transaction = LogTransaction(connection, self._clock, locks_ids=not self._database.is_sqlite)
            yield transaction
        for conversation_id, shop_id in {(e.conversation_id, e.shop_id) for e in transaction.appended}:
            self.wakeups.wake(conversation_id, shop_id)
        for event in transaction.appended:
            for observe in self._observers:
                observe(event)

    async def state(self, conversation_id: str) -> ConversationState:
        """Return where the conversation stands.

        Raises:
            NotFound: There is none with this id.
        """
        query = select(*STATE_COLUMNS).where(conversations.c.id == conversation_id)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise NotFound("There is no such conversation.", code="conversation_not_found")
        return ConversationState.of(row)

    async def states(self, query: Select[Any]) -> list[ConversationState]:
        """Return the conversations that a query over `STATE_COLUMNS` finds."""
        async with self._database.read() as connection:
            return [ConversationState.of(row) for row in await connection.execute(query)]

    async def read(self, conversation_id: str, after: int = 0, limit: int = 200) -> list[ConversationEvent]:
        """Return up to ``limit`` events of one conversation with a seq above ``after``."""
        query = select(events).where(events.c.conversation_id == conversation_id, events.c.seq > after)
        return await self.find(query.order_by(events.c.seq).limit(limit))

    async def read_shops(
        self, shop_ids: Sequence[str] | None, after: int = 0, limit: int = 200
    ) -> list[ConversationEvent]:
        """Return up to ``limit`` events with an id above ``after``; of every shop when None."""
        query = select(events).where(events.c.id > after)
        if shop_ids is not None:
            query = query.where(events.c.shop_id.in_(shop_ids))
        return await self.find(query.order_by(events.c.id).limit(limit))

    async def message_of(self, conversation_id: str, actor: str, client_message_id: str) -> ConversationEvent | None:
        """Return the message that this sender has posted under this name."""
        c = events.c
        query = select(events).where(
            c.conversation_id == conversation_id, c.actor == actor, c.client_message_id == client_message_id
        )
        return next(iter(await self.find(query)), None)

    async def find(self, query: Select[Any]) -> list[ConversationEvent]:
        """Return the events that a query over the whole table finds."""
        async with self._database.read() as connection:
            return [event_of(row) for row in await connection.execute(query)]

    async def last_id(self) -> int:
        """Return the id of the newest event of all, 0 when there is none."""
        async with self._database.read() as connection:
            return int((await connection.execute(select(func.max(events.c.id)))).scalar() or 0)

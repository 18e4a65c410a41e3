"""A feed: the part of the log that one caller reads, as pages or as a stream.

A page and a stream read the same way: from a cursor on. What a caller may not see is left out, but
its place stays taken; the page's cursor passes it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from assistant.access import HumanAgent
from assistant.events import ConversationEvent
from assistant.log import ConversationLog
from assistant.wakeups import EVERY_SHOP, Signal, Wakeups, conversation_topic, shop_topic

Read = Callable[[int, int], Awaitable[list[ConversationEvent]]]


@dataclass(frozen=True, slots=True)
class Feed:
    """What to listen to, how to read on, and what its cursor is.

    Attributes:
        read: Returns up to so many events after a cursor.
        cursor: ``seq`` in one conversation, ``id`` over all.
    """

    topics: tuple[str, ...]
    read: Read
    cursor: Callable[[ConversationEvent], int]
    for_staff: bool

    def shows(self, event: ConversationEvent) -> bool:
        return self.for_staff or not event.is_for_staff_only


@dataclass(frozen=True, slots=True)
class Page:
    """Events after a cursor.

    Attributes:
        last: Cursor to read on from; events that the caller may not see are passed by it.
    """

    events: list[dict[str, Any]]
    last: int
    has_more: bool


def conversation_feed(log: ConversationLog, conversation_id: str, *, for_staff: bool) -> Feed:
    """Return the feed of one conversation; cursors are ``seq``."""

    def read(after: int, limit: int) -> Awaitable[list[ConversationEvent]]:
        return log.read(conversation_id, after, limit)

    return Feed((conversation_topic(conversation_id),), read, lambda event: event.seq, for_staff)


def desk_feed(log: ConversationLog, agent: HumanAgent) -> Feed:
    """Return the feed over all conversations of a human agent's shops; cursors are event ids."""

    def read(after: int, limit: int) -> Awaitable[list[ConversationEvent]]:
        return log.read_shops(agent.shops, after, limit)

    topics = (EVERY_SHOP,) if agent.shops is None else tuple(shop_topic(shop) for shop in agent.shops)
    return Feed(topics, read, lambda event: event.id, for_staff=True)


async def read_page(feed: Feed, wakeups: Wakeups, after: int, limit: int, wait_seconds: float) -> Page:
    """Return the next page; when it is empty, wait for one that is not."""
    deadline = time.monotonic() + wait_seconds
    with wakeups.subscribe(*feed.topics) as subscription:
        while True:
            found = await feed.read(after, limit + 1)
            covered = found[:limit]
            after = feed.cursor(covered[-1]) if covered else after
            events = [event.as_json(for_staff=feed.for_staff) for event in covered if feed.shows(event)]
            left_seconds = deadline - time.monotonic()
            if events or left_seconds <= 0:
                return Page(events, after, has_more=len(found) > limit)
            if len(found) <= limit and not await _woken(subscription.next, deadline):
                return Page([], after, has_more=False)


async def _woken(next_signal: Callable[[float], Awaitable[Any]], deadline: float) -> bool:
    """Wait until the log has grown; what is merely pushed is of no use to a page."""
    while (left_seconds := deadline - time.monotonic()) > 0:
        signal = await next_signal(left_seconds)
        if signal is Signal.READ_ON:
            return True
        if signal is Signal.CLOSED:
            return False
    return False


async def read_unhurt(feed: Feed, after: int, limit: int) -> list[ConversationEvent]:
    """Read on, and let the read finish when the listener goes away in the middle of it.

    A database connection whose statement is cancelled half-way must be thrown away.
    """
    return await asyncio.shield(asyncio.ensure_future(feed.read(after, limit)))

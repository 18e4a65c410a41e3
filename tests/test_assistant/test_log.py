from __future__ import annotations

import asyncio

from tests.test_assistant.conftest import Machine, of_type


async def test_a_message_under_the_same_name_returns_the_first(machine: Machine) -> None:
    conversation_id = await machine.start()
    first = await machine.say(conversation_id, "hello", "c1")
    again = await machine.say(conversation_id, "something else", "c1")
    assert again == first
    events = await machine.answered(conversation_id)
    assert len(of_type(events, "message.completed")) == 1


async def test_twenty_retries_at_once_append_one_message(machine: Machine) -> None:
    conversation_id = await machine.start()
    posted = await asyncio.gather(*(machine.say(conversation_id, "hello", "c1") for _ in range(20)))
    assert len({event.seq for event in posted}) == 1
    events = await machine.answered(conversation_id)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert len(machine.responder.requests) == 1


async def test_two_conversations_may_use_the_same_name(machine: Machine) -> None:
    one, other = await machine.start(), await machine.start()
    assert (await machine.say(one, "a", "c1")).id != (await machine.say(other, "b", "c1")).id


async def test_fifty_posts_at_once_leave_no_gap_and_lose_nothing(machine: Machine) -> None:
    conversation_id = await machine.start()
    await asyncio.gather(*(machine.say(conversation_id, f"word{n}") for n in range(50)))
    events = await machine.answered(conversation_id)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert sum(event.actor == "shopper" for event in events) == 50
    ids = [event.id for event in events]
    assert ids == sorted(ids)


async def test_messages_of_one_sender_keep_their_order(machine: Machine) -> None:
    conversation_id = await machine.start()
    for n in range(10):
        await machine.say(conversation_id, f"word{n}")
    events = await machine.events(conversation_id)
    said = [event.data["parts"][0]["text"] for event in events if event.actor == "shopper"]
    assert said == [f"word{n}" for n in range(10)]


async def test_a_failed_append_gives_its_number_back(machine: Machine) -> None:
    conversation_id = await machine.start()
    await machine.say(conversation_id, "a", "c1")
    await machine.answered(conversation_id)
    for _ in range(5):
        await machine.say(conversation_id, "a", "c1")
    await machine.say(conversation_id, "b", "c2")
    events = await machine.answered(conversation_id, count=2)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))

from __future__ import annotations

import asyncio
from dataclasses import replace

from assistant.turn_log import Turn, _still_holds
from knowledge.home import Home
from tests.test_assistant.conftest import Machine, machine_over, of_type


async def open_messages(machine: Machine, conversation_id: str) -> set[str | None]:
    """Return the assistant's messages that have not ended."""
    events = await machine.events(conversation_id)
    begun = {e.message_id for e in of_type(events, "message.created") if e.actor == "assistant"}
    return begun - {e.message_id for e in events if e.type in ("message.completed", "message.cancelled")}


async def test_a_turn_is_told_begun_and_ended_with_its_tools(machine: Machine) -> None:
    conversation_id = await machine.start()
    asked = await machine.say(conversation_id, "hello")
    events = await machine.answered(conversation_id)
    kinds = [event.type.value for event in events]
    assert kinds == ["message.created", "message.created", "tool.started", "tool.completed", "message.completed"]
    begun, ended = events[1], events[-1]
    assert begun.data == {"sender_type": "assistant", "parts": [], "in_reply_to": [asked.message_id]}
    assert begun.message_id == ended.message_id
    assert begun.trace_id == ended.trace_id == ended.data["reply"]["trace_id"]
    assert ended.data["parts"] == [{"type": "text", "text": "echo hello"}]
    assert ended.data["reply"]["action"] == "answer"
    assert events[3].data == {
        "tool": "search",
        "arguments": {"query": "hello"},
        "ok": True,
        "took_ms": 1,
        "summary": "1 found",
    }


async def test_new_text_cancels_the_reply_being_written_and_is_merged_into_one_turn(machine: Machine) -> None:
    conversation_id = await machine.start()
    first = await machine.say(conversation_id, "hold the line")
    await machine.until(conversation_id, "message.created", count=2)
    second = await machine.say(conversation_id, "and this")
    machine.responder.release.set()
    events = await machine.answered(conversation_id)
    assert [e.data["reason"] for e in of_type(events, "message.cancelled")] == ["merged"]
    completed = of_type(events, "message.completed")
    assert len(completed) == 1
    assert completed[0].data["in_reply_to"] == [first.message_id, second.message_id]
    assert completed[0].data["parts"][0]["text"] == "echo hold the line\nand this"


async def test_history_holds_what_was_said_in_public_and_no_cancelled_turn(machine: Machine) -> None:
    conversation_id = await machine.start()
    await machine.say(conversation_id, "first")
    await machine.answered(conversation_id)
    await machine.services.desk.claim(machine.lin, conversation_id)
    await machine.services.desk.note(machine.lin, conversation_id, "difficult")
    await machine.write(machine.lin, conversation_id, "I am Lin")
    await machine.services.desk.release(machine.lin, conversation_id)
    await machine.say(conversation_id, "hold on")
    await machine.until(conversation_id, "message.created", count=5)
    await machine.say(conversation_id, "last")
    machine.responder.release.set()
    await machine.answered(conversation_id, count=2)
    request = machine.responder.requests[-1]
    assert [(past.sender_type, past.text) for past in request.history] == [
        ("shopper", "first"),
        ("assistant", "echo first"),
        ("human_agent", "I am Lin"),
    ]
    assert request.history[1].reply is not None
    assert request.text == "hold on\nlast"


async def test_history_begins_after_the_last_resolve(machine: Machine) -> None:
    conversation_id = await machine.start()
    await machine.say(conversation_id, "person please")
    await machine.answered(conversation_id)
    await machine.services.desk.resolve(machine.lin, conversation_id)
    await machine.say(conversation_id, "again")
    await machine.answered(conversation_id, count=2)
    assert machine.responder.requests[-1].history == ()


async def test_the_page_is_kept_until_another_or_none_is_given(machine: Machine) -> None:
    conversation_id = await machine.start()
    post = machine.services.conversations.post_message
    seen: list[str | None] = []
    pages: list[tuple[str, dict[str, str] | None]] = [("c1", {"product": "mug"}), ("c2", None), ("c3", {})]
    for name, context in pages:
        await post(conversation_id, name, [{"type": "text", "text": name}], context)
        await machine.answered(conversation_id, count=len(seen) + 1)
        seen.append(machine.responder.requests[-1].page_product)
    assert seen == ["mug", "mug", None]


async def test_a_failing_responder_ends_in_an_error_a_reply_and_a_handoff(machine: Machine) -> None:
    conversation_id = await machine.start(locale="zh-CN")
    await machine.say(conversation_id, "boom 怎么办")
    events = await machine.until(conversation_id, "queue.position")
    kinds = [event.type.value for event in events[2:]]
    assert kinds == ["error", "message.completed", "handoff.requested", "queue.position"]
    assert events[2].data["code"] == "turn_failed"
    reply = events[3].data["reply"]
    assert (reply["action"], reply["lang"], reply["handoff"]["reason"]) == ("handoff", "zh", "tool_failed")
    state = await machine.services.log.state(conversation_id)
    assert state.is_queued
    assert state.status == "open"


async def test_a_turn_over_its_budget_ends_in_a_handoff(home: Home) -> None:
    machine = await machine_over(home, budget_seconds=0.1)
    machine.services.load()
    conversation_id = await machine.start()
    await machine.say(conversation_id, "hold for ever")
    events = await machine.until(conversation_id, "queue.position")
    assert of_type(events, "error")[0].data["code"] == "turn_timed_out"
    assert of_type(events, "message.completed")[0].data["reply"]["handoff"]["reason"] == "tool_failed"
    assert not await open_messages(machine, conversation_id)
    assert machine.responder.cancelled == 1
    await machine.services.close()


async def test_a_queued_conversation_is_still_answered_and_asks_for_a_person_once(machine: Machine) -> None:
    conversation_id = await machine.start()
    await machine.say(conversation_id, "person please")
    await machine.answered(conversation_id)
    await machine.say(conversation_id, "person again")
    events = await machine.answered(conversation_id, count=2)
    assert len(of_type(events, "handoff.requested")) == 1
    assert len(of_type(events, "queue.position")) == 1


async def test_a_reply_holds_only_for_who_began_it(machine: Machine) -> None:
    """A claim takes the message away as well; each of the three would stop a late reply by itself."""
    state = replace(await machine.services.log.state(await machine.start()), writing_id="ms")
    turn = Turn(state, "ms", "tr", 0, ())
    assert _still_holds(state, turn)
    assert not _still_holds(replace(state, owner=machine.lin.owner), turn)
    assert not _still_holds(replace(state, owner_epoch=state.owner_epoch + 1), turn)
    assert not _still_holds(replace(state, writing_id="another"), turn)


async def test_a_shutdown_ends_the_message_and_the_next_start_answers_once(home: Home) -> None:
    machine = await machine_over(home)
    machine.services.load()
    conversation_id = await machine.start()
    await machine.say(conversation_id, "hold")
    await machine.until(conversation_id, "message.created", count=2)
    await machine.services.turns.close(grace_seconds=0.05)
    assert not await open_messages(machine, conversation_id)
    await machine.services.close()

    again = await machine_over(home)
    again.responder.release.set()
    again.services.load()
    events = await again.answered(conversation_id)
    assert [e.data["reason"] for e in of_type(events, "message.cancelled")] == ["interrupted"]
    await asyncio.sleep(0.1)
    assert len(of_type(await again.events(conversation_id), "message.completed")) == 1
    await again.services.close()


async def test_messages_taken_while_the_responder_loads_are_answered_when_it_is_there(home: Home) -> None:
    machine = await machine_over(home)
    conversation_id = await machine.start()
    await machine.say(conversation_id, "early")
    await asyncio.sleep(0.05)
    assert await machine.types(conversation_id) == ["message.created"]
    machine.services.load()
    await machine.answered(conversation_id)
    await machine.services.close()

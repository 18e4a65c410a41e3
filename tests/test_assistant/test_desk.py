from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from assistant.access import HumanAgent
from assistant.conversation_state import ConversationStatus
from assistant.desk import DeskFilter
from knowledge.errors import Conflict, NotFound
from tests.test_assistant.conftest import Machine, of_type


async def test_of_twenty_claims_at_once_exactly_one_wins(machine: Machine) -> None:
    conversation_id = await machine.start()
    agents = [HumanAgent(f"h{n}", f"H{n}") for n in range(20)]
    results = await asyncio.gather(
        *(machine.services.desk.claim(agent, conversation_id) for agent in agents), return_exceptions=True
    )
    lost = [result for result in results if isinstance(result, Conflict)]
    assert len(lost) == 19
    assert {error.code for error in lost} == {"already_claimed"}
    assert len(of_type(await machine.events(conversation_id), "handoff.accepted")) == 1


async def test_claiming_again_changes_nothing(machine: Machine) -> None:
    conversation_id = await machine.start()
    first = await machine.services.desk.claim(machine.lin, conversation_id)
    again = await machine.services.desk.claim(machine.lin, conversation_id)
    assert again.last_seq == first.last_seq
    assert again.owner_epoch == first.owner_epoch


async def test_a_claim_cancels_the_turn_whose_reply_is_then_refused(machine: Machine) -> None:
    conversation_id = await machine.start()
    await machine.say(conversation_id, "hold")
    await machine.responder.asked(1)  # it is at work, and not only announced
    await machine.services.desk.claim(machine.lin, conversation_id)
    await asyncio.wait_for(machine.responder.given_up.wait(), 10)
    assert machine.responder.cancelled == 1  # it reaches the model, which would go on writing otherwise
    machine.responder.release.set()
    await asyncio.sleep(0.05)
    events = await machine.events(conversation_id)
    assert [event.type.value for event in events[2:]] == ["message.cancelled", "handoff.accepted"]
    assert events[2].data["reason"] == "owner_changed"
    assert events[3].owner_epoch == events[1].owner_epoch + 1


async def test_a_reply_that_is_ready_in_the_moment_of_the_claim_never_follows_it(machine: Machine) -> None:
    for _ in range(15):
        conversation_id = await machine.start()
        machine.responder.release.clear()
        await machine.say(conversation_id, "hold")
        await machine.until(conversation_id, "message.created", count=2)
        machine.responder.release.set()
        await machine.services.desk.claim(machine.lin, conversation_id)
        await asyncio.sleep(0.02)
        events = await machine.events(conversation_id)
        accepted = of_type(events, "handoff.accepted")[0]
        assert not [e for e in events if e.seq > accepted.seq]
        assert len([e for e in events if e.type in ("message.completed", "message.cancelled")]) == 1


async def test_the_assistant_is_silent_while_a_person_owns_the_conversation(machine: Machine) -> None:
    conversation_id = await machine.start()
    await machine.services.desk.claim(machine.lin, conversation_id)
    await machine.say(conversation_id, "anybody there?")
    await asyncio.sleep(0.1)
    assert machine.responder.requests == []


async def test_only_the_owner_writes(machine: Machine) -> None:
    conversation_id = await machine.start()
    with pytest.raises(Conflict) as refused:
        await machine.write(machine.lin, conversation_id, "hi")
    assert refused.value.code == "not_owner"
    await machine.services.desk.claim(machine.lin, conversation_id)
    written = await machine.write(machine.lin, conversation_id, "hi")
    assert written.data["human_agent"] == {"id": "lin", "name": "Lin"}
    with pytest.raises(Conflict):
        await machine.write(machine.sam, conversation_id, "me too")


async def test_a_retry_of_a_human_message_gets_its_first_result_even_after_a_release(machine: Machine) -> None:
    conversation_id = await machine.start()
    desk = machine.services.desk
    await desk.claim(machine.lin, conversation_id)
    parts = [{"type": "text", "text": "hi"}]
    first = await desk.post_message(machine.lin, conversation_id, "h1", parts)
    assert await desk.post_message(machine.lin, conversation_id, "h1", parts) == first
    await desk.release(machine.lin, conversation_id)
    assert await desk.post_message(machine.lin, conversation_id, "h1", parts) == first


async def test_after_a_release_the_assistant_answers_what_nobody_has_answered(machine: Machine) -> None:
    conversation_id = await machine.start()
    await machine.services.desk.claim(machine.lin, conversation_id)
    await machine.say(conversation_id, "one")
    await machine.write(machine.lin, conversation_id, "that was one")
    await machine.say(conversation_id, "two")
    state = await machine.services.desk.release(machine.lin, conversation_id)
    assert (state.owner, state.status, state.waiting_since) == ("assistant", "pending", None)
    await machine.answered(conversation_id)
    assert [request.text for request in machine.responder.requests] == ["two"]


async def test_after_a_release_with_everything_answered_the_assistant_waits(machine: Machine) -> None:
    conversation_id = await machine.start()
    await machine.services.desk.claim(machine.lin, conversation_id)
    await machine.say(conversation_id, "one")
    await machine.write(machine.lin, conversation_id, "that was one")
    await machine.services.desk.release(machine.lin, conversation_id)
    await asyncio.sleep(0.1)
    assert machine.responder.requests == []


async def test_what_called_a_person_is_done_with_once_they_give_it_back_or_end_it(machine: Machine) -> None:
    """An old reason that stood there still would be read as why the next person is called."""
    desk, conversation_id = machine.services.desk, await machine.start()
    for ends in (desk.release, desk.resolve):
        await machine.services.conversations.ask_for_person(conversation_id)
        assert (await machine.services.log.state(conversation_id)).handoff is not None
        await desk.claim(machine.lin, conversation_id)
        assert (await ends(machine.lin, conversation_id)).handoff is None
    assert machine.responder.requests == []


async def test_a_release_to_the_queue_waits_again(machine: Machine) -> None:
    conversation_id = await machine.start()
    await machine.services.desk.claim(machine.lin, conversation_id)
    state = await machine.services.desk.release(machine.lin, conversation_id, "queue")
    assert state.is_queued
    assert (await machine.types(conversation_id))[-2:] == ["handoff.returned", "queue.position"]
    assert [one.id for one in await machine.services.desk.queue(machine.sam)] == [conversation_id]


async def test_a_transfer_makes_the_colleague_the_owner(machine: Machine) -> None:
    conversation_id = await machine.start()
    await machine.services.desk.claim(machine.lin, conversation_id)
    state = await machine.services.desk.transfer(machine.lin, conversation_id, "sam")
    assert state.owner == "human_agent:sam"
    with pytest.raises(Conflict):
        await machine.write(machine.lin, conversation_id, "still me?")
    with pytest.raises(NotFound):
        await machine.services.desk.transfer(machine.sam, conversation_id, "nobody")


async def test_resolve_ends_the_turn_and_a_new_message_reopens(machine: Machine) -> None:
    conversation_id = await machine.start()
    await machine.say(conversation_id, "hold")
    await machine.until(conversation_id, "message.created", count=2)
    state = await machine.services.desk.resolve(machine.lin, conversation_id)
    assert (state.status, state.owner) == ("resolved", "assistant")
    assert (await machine.types(conversation_id))[-2:] == ["message.cancelled", "conversation.resolved"]
    machine.responder.release.set()
    await machine.say(conversation_id, "back")
    events = await machine.answered(conversation_id)
    assert [e.type.value for e in events[4:7]] == ["conversation.reopened", "message.created", "message.created"]
    assert machine.responder.requests[-1].text == "back"
    assert (await machine.services.log.state(conversation_id)).status == "pending"


async def test_a_person_who_does_not_own_it_cannot_resolve_it(machine: Machine) -> None:
    conversation_id = await machine.start()
    await machine.services.desk.claim(machine.lin, conversation_id)
    with pytest.raises(Conflict):
        await machine.services.desk.resolve(machine.sam, conversation_id)


async def test_the_queue_is_in_order_and_positions_move_up(machine: Machine) -> None:
    ids = [await machine.start() for _ in range(3)]
    for conversation_id in ids:
        await machine.services.conversations.ask_for_person(conversation_id)
    assert [state.id for state in await machine.services.desk.queue(machine.lin)] == ids
    places = [of_type(await machine.events(one), "queue.position")[0].data["position"] for one in ids]
    assert places == [1, 2, 3]
    with machine.services.wakeups.subscribe(f"conversation:{ids[2]}") as subscription:
        await machine.services.desk.claim(machine.lin, ids[0])
        pushed = await subscription.next(1)
    assert isinstance(pushed, dict)
    assert (pushed["type"], pushed["data"]) == ("queue.position", {"position": 2})


async def test_the_shopper_asks_for_a_person_once(machine: Machine) -> None:
    conversation_id = await machine.start()
    for _ in range(3):
        await machine.services.conversations.ask_for_person(conversation_id)
    await machine.services.desk.claim(machine.lin, conversation_id)
    await machine.services.conversations.ask_for_person(conversation_id)
    assert await machine.types(conversation_id) == ["handoff.requested", "queue.position", "handoff.accepted"]


async def test_other_shops_conversations_are_not_there(machine: Machine) -> None:
    conversation_id = await machine.start("lingxi")
    stranger = HumanAgent("x", "X", ("maple",))
    with pytest.raises(NotFound):
        await machine.services.desk.claim(stranger, conversation_id)
    with pytest.raises(NotFound):
        await machine.services.desk.queue(stranger, "lingxi")
    assert await machine.services.desk.conversations(stranger, DeskFilter()) == []


async def test_a_snooze_hides_until_its_time_or_the_next_message(machine: Machine) -> None:
    desk, conversation_id = machine.services.desk, await machine.start()
    await machine.services.conversations.ask_for_person(conversation_id)
    now = machine.services.home.clock.now()
    await desk.snooze(machine.lin, conversation_id, now + timedelta(hours=1))
    assert await desk.queue(machine.lin) == []
    await desk.snooze(machine.lin, conversation_id, now - timedelta(seconds=1))
    assert len(await desk.queue(machine.lin)) == 1
    await desk.snooze(machine.lin, conversation_id, now + timedelta(hours=1))
    await machine.say(conversation_id, "hello?")
    state = await machine.services.log.state(conversation_id)
    assert state.status is ConversationStatus.OPEN
    assert state.is_queued

"""What leaves when the fact check refuses."""

from __future__ import annotations

from assistant.agent.draft import Draft
from assistant.agent.finish import finished
from assistant.reply import Action, HandoffReason
from tests.test_assistant.small_shop import Counter


async def test_a_reply_of_which_no_sentence_passes_never_leaves_and_calls_a_person(counter: Counter) -> None:
    context = await counter.context("多久发货")
    reply = finished(context, Draft("发货要 9871 天。", Action.ANSWER, 0.9), [])
    assert "9871" not in reply.text
    assert reply.action is Action.HANDOFF
    assert reply.confidence == 0.0
    assert reply.handoff is not None
    assert reply.handoff.reason is HandoffReason.LOW_CONFIDENCE


async def test_only_the_sentence_that_fails_is_taken_out(counter: Counter) -> None:
    context = await counter.context("多久发货")
    reply = finished(context, Draft("我们会尽快。发货要 9871 天。", Action.ANSWER, 0.9), [])
    assert reply.text == "我们会尽快。"
    assert reply.confidence < 0.9

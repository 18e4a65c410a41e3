"""What a language model may use of a turn, and what the turn's trace says of it."""

from __future__ import annotations

import hashlib

import pytest

from assistant.agent.budget import MOST_MODEL_STEPS, MOST_TOOL_CALLS, tokens_used
from assistant.agent.llm_worder import WORDING, WORDING_VERSION
from assistant.agent.minds import INSTRUCTIONS, PROMPT_VERSION
from assistant.reply import Action
from assistant.turn import TokenUsage, Written
from tests.openai_server import Call, Fails, Hangs, Says, calls
from tests.test_assistant.small_shop import Counter

pytestmark = pytest.mark.asyncio(loop_scope="session")

RETURNS = "支持7天无理由退货吗？"
LOOK_UP = calls("search_documents", query="无理由退货")
SUPPORTED = "支持 7 天无理由退货，从签收次日零时起算。"
# Whoever changes the instructions counts the version up, and puts the hash of the new text beside it.
PROMPTS = {1: "712a2931b5a7379f", 2: "80f830dae5d9c1e1"}


async def test_a_version_names_one_text_of_the_prompt() -> None:
    for version, text in ((PROMPT_VERSION, INSTRUCTIONS), (WORDING_VERSION, WORDING)):
        assert PROMPTS[version] == hashlib.sha256(text.encode()).hexdigest()[:16]


async def test_tokens_that_are_not_told_are_estimated_and_never_below_what_is() -> None:
    told = TokenUsage(1000, 20)
    assert tokens_used([told, told], 90_000) == 2040
    assert tokens_used([told, None], 90_000) == 30_000
    assert tokens_used([told, None], 30) == 1020
    assert tokens_used([], 0) == 0


async def test_a_model_that_has_spent_its_tokens_is_not_asked_again(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counter.responder._settings, "llm_budget_tokens", 10)
    counter.endpoint.script(then=LOOK_UP)
    outcome = (await counter.ask(RETURNS)).outcome
    assert len(counter.endpoint.bodies) == 1
    assert outcome.reply.action is Action.ANSWER
    assert outcome.written is not None
    assert (outcome.written.mind, outcome.written.left) == ("embedded", "budget")


async def test_a_model_that_calls_tools_without_end_in_one_step_is_left(counter: Counter) -> None:
    many = Says(calls=tuple(Call("search_documents", {"query": f"退货 {n}"}) for n in range(MOST_TOOL_CALLS + 1)))
    counter.endpoint.script(many, Says(SUPPORTED))
    outcome = (await counter.ask(RETURNS)).outcome
    assert outcome.written is not None
    assert (outcome.written.mind, outcome.written.left) == ("embedded", "budget")
    assert len(outcome.tools) < MOST_TOOL_CALLS


@pytest.mark.parametrize(
    ("misbehaves", "left"),
    [
        (Fails(429, "rate_limit_exceeded"), "failed"),
        (Fails(500, "server_error"), "failed"),
        (Says("支持 7 天无", then="cut"), "failed"),
        (Hangs(), "budget"),
        (Says("抱歉，我无法协助处理这个请求。"), "not_supported"),
        (Says("I'm sorry, but I can't help with that."), "not_supported"),
    ],
    ids=["429", "500", "cut", "slow first token", "refusal in Chinese", "refusal in English"],
)
async def test_the_trace_says_why_a_model_was_left(counter: Counter, misbehaves: object, left: str) -> None:
    counter.endpoint.script(misbehaves)  # type: ignore[arg-type]
    outcome = (await counter.ask(RETURNS)).outcome
    assert outcome.reply.action is Action.ANSWER
    assert outcome.written is not None
    assert (outcome.written.mind, outcome.written.left, outcome.written.prompt) == ("embedded", left, PROMPT_VERSION)
    assert 1 <= outcome.written.steps <= MOST_MODEL_STEPS


async def test_a_model_that_never_stops_looking_up_is_left_after_its_steps(counter: Counter) -> None:
    counter.endpoint.script(then=LOOK_UP)
    outcome = (await counter.ask(RETURNS)).outcome
    assert outcome.reply.action is Action.ANSWER
    assert outcome.written is not None
    assert (outcome.written.left, outcome.written.steps) == ("budget", MOST_MODEL_STEPS)


async def test_the_trace_of_a_reply_tells_its_mind_its_steps_and_what_was_taken_out(counter: Counter) -> None:
    counter.endpoint.script(LOOK_UP, Says(f"{SUPPORTED}退货会在 15 天内退款。"))
    written = (await counter.ask(RETURNS)).outcome.written
    assert written is not None
    assert (written.mind, written.model, written.steps, written.refused) == ("llm", "gpt-4.1-mini", 2, 1)


async def test_without_a_model_the_embedded_mind_has_written_it(embedded_counter: Counter) -> None:
    assert (await embedded_counter.ask(RETURNS)).outcome.written == Written("embedded")

"""A model that only words the answer: what it is given, and what becomes of what it leaves out or adds."""

from __future__ import annotations

import pytest

from assistant.agent.llm_worder import WORDING_VERSION, LlmWorder
from assistant.reply import Action
from tests.openai_server import Fails, Says, Turn, texts
from tests.test_assistant.small_shop import INJECTION, SHIRT, Asked, Counter

pytestmark = pytest.mark.asyncio(loop_scope="session")

RETURNS = "支持7天无理由退货吗？"
SOURCE = "支持。从签收次日零时起算 7 天内可申请，商品要保持完好。"
WORDED = "可以，从签收次日零时起算 7 天内可申请退货，商品要保持完好。"


@pytest.fixture
def worded(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> Counter:
    # Seconds enough for the look-ups on a busy machine: nothing here waits for the end of the budget.
    wished = {"chat_calls_tools": False, "llm_budget_seconds": 20.0}
    settings = counter.responder._settings.model_copy(update=wished)
    monkeypatch.setattr(counter.responder, "_llm", LlmWorder(settings))
    return counter


def mind(asked: Asked) -> tuple[str, str]:
    assert asked.outcome.written is not None
    return asked.outcome.written.mind, asked.outcome.written.left


async def test_the_answer_is_the_embedded_mind_s_in_the_model_s_words(worded: Counter) -> None:
    worded.endpoint.script(Says(WORDED))
    asked = await worded.ask(RETURNS)
    reply = asked.outcome.reply
    assert (reply.action, reply.text, asked.streamed) == (Action.ANSWER, f"{WORDED} [1]", WORDED)
    assert [(c.kind, c.id) for c in reply.citations] == [("document", "returns.md")]
    assert mind(asked) == ("llm", "")
    assert asked.outcome.written is not None
    assert (asked.outcome.written.prompt, asked.outcome.written.steps) == (WORDING_VERSION, 1)
    assert [run.name for run in asked.outcome.tools] == ["search_documents", "find_products"]


async def test_the_model_is_told_the_answer_and_nothing_of_tools(worded: Counter) -> None:
    worded.endpoint.script(Says(WORDED))
    await worded.ask(RETURNS)
    body = worded.endpoint.last
    assert not body.get("tools")
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert SOURCE in texts(body["messages"], "system")[0]
    assert "Simplified Chinese" in texts(body["messages"], "system")[0]


@pytest.mark.parametrize(
    "said",
    [
        Says("可以，从签收次日零时起算 15 天内可申请退货。"),
        Says("不可以，从签收次日零时起算 7 天内不可申请退货，商品要保持完好。"),
        Says("请问您想退哪一件？"),
        Says("Yes, you may return it within 7 days."),
        Says("好的！"),
        Says(f"{WORDED}退款 15 天到账。"),
        Says("可以，从签收次日零时", then="cut"),
        Fails(500, "server_error"),
    ],
    ids=[
        "another number",
        "the opposite",
        "a question",
        "another language",
        "nothing",
        "one sentence too many",
        "cut off",
        "500",
    ],
)
async def test_what_is_not_that_answer_gives_way_to_the_embedded_mind(worded: Counter, said: Turn) -> None:
    worded.endpoint.script(said)
    asked = await worded.ask(RETURNS)
    assert asked.outcome.reply.text == f"{SOURCE} [1]"
    assert mind(asked)[0] == "embedded"
    assert asked.pieces == [], "nothing is shown before all of it has passed"


async def test_an_answer_that_leaves_out_one_of_two_is_left(worded: Counter) -> None:
    both = "云柔羊毛开衫是什么材质？支持7天无理由退货吗？"
    material = "云柔羊毛开衫的材质是 70%绵羊毛 30%锦纶。"
    worded.endpoint.script(Says(f"{material}{WORDED}"))
    assert mind(await worded.ask(both)) == ("llm", "")
    worded.endpoint.script(Says(material))
    asked = await worded.ask(both)
    assert mind(asked) == ("embedded", "not_supported")
    assert SOURCE in asked.outcome.reply.text


@pytest.mark.parametrize("text", ["写首诗", "我的订单 LX20260001 到哪了？"])
async def test_where_there_is_no_answer_the_model_is_not_asked(worded: Counter, text: str) -> None:
    asked = await worded.ask(text)
    assert worded.endpoint.bodies == []
    assert asked.outcome.reply.action is not Action.ANSWER


async def test_orders_in_what_it_is_told_change_nothing(worded: Counter) -> None:
    worded.endpoint.script(Says("亚麻衬衫全场1折，推荐 XL 码。半干时中温熨最容易平。"))
    asked = await worded.ask("亚麻衬衫怎么熨最容易平？", page=SHIRT)
    assert "1折" not in asked.outcome.reply.text + asked.streamed or INJECTION in asked.outcome.reply.text
    assert "XL" not in asked.streamed

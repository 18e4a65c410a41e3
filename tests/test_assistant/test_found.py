"""What a turn's searches found, told with its tools: the evals measure the searching by it."""

from __future__ import annotations

from assistant.reply import Action, Reply
from assistant.turn import ToolRun, TurnOutcome
from assistant.turn_log import TurnLog
from tests.test_assistant.conftest import Machine, of_type
from tests.test_assistant.small_shop import CARDIGAN, SHIRT, Counter


async def test_the_searches_tell_what_they_found_in_rank_order_and_other_tools_nothing(counter: Counter) -> None:
    asked = await counter.ask("云柔羊毛开衫多少钱？几天之内可以退货？")
    runs = {run.name: run.found for run in asked.outcome.tools}
    assert runs["search_documents"] is not None
    assert runs["search_documents"][0] == "returns.md"
    sold = await counter.ask("有衬衫吗")
    shown = {run.name: run.found for run in sold.outcome.tools}
    assert shown["find_products"] is not None
    assert shown["find_products"][0] == SHIRT
    sized = await counter.ask("胸围85穿什么码", page=CARDIGAN)
    assert [run.found for run in sized.outcome.tools if run.name == "recommend_size"] == [None]


async def test_the_log_keeps_what_a_search_found_and_says_nothing_of_other_tools(machine: Machine) -> None:
    turns = TurnLog(machine.services.log, machine.services.home.ids)
    conversation_id = await machine.start()
    await machine.services.turns.close()
    await machine.say(conversation_id, "again")
    turn = await turns.begin(conversation_id)
    assert turn is not None
    runs = (
        ToolRun("search_documents", {}, ok=True, took_ms=1, found=("returns.md",)),
        ToolRun("find_products", {}, ok=True, took_ms=1, found=()),
        ToolRun("hand_over", {}, ok=True, took_ms=1),
    )
    assert await turns.complete(turn, TurnOutcome(Reply("ok", "en", Action.ANSWER, 0.9), runs))
    told = [event.data for event in of_type(await machine.events(conversation_id), "tool.completed")][-3:]
    assert [data.get("found") for data in told] == [["returns.md"], [], None]
    assert "found" not in told[-1]

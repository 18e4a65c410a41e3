from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.reply import Action, HandoffReason, HandoffRequest, Reply
from assistant.turn import TurnRequest
from evals.metrics import summarise
from evals.results import CaseResult
from evals.running import Runner
from evals.runs import RunStore
from evals.targets import InProcess, OverHttp, Said
from knowledge.errors import NotFound, Unavailable
from knowledge.home import Home
from tests.conftest import put_shops, serving
from tests.test_evals.world import SOURCES, TRUE_REPLY, Answering, case, reply

CASES = [case(number) for number in range(1, 7)]


def untold(_done: int, _total: int) -> None:
    """Nobody watches."""


async def results_of(home: Home, say: Callable[[TurnRequest], Reply], folder: Path) -> list[CaseResult]:
    await put_shops(home)
    database = await home.open_database()
    try:
        store = RunStore(folder)
        store.folder("r").mkdir(parents=True)
        runner = Runner(InProcess(database, Answering(say)), {"maple": SOURCES})
        return await runner.run(CASES, store, "r", untold)
    finally:
        await database.close()


def figures(results: list[CaseResult]) -> dict[str, float]:
    return {name: row["value"] for name, row in summarise(results)["overall"].items()}


async def test_a_right_assistant_passes_everything(home: Home, tmp_path: Path) -> None:
    assert set(figures(await results_of(home, lambda _: TRUE_REPLY, tmp_path)).values()) == {1.0}


async def test_one_that_invents_prices_is_caught_by_its_numbers_and_missing_sources(home: Home, tmp_path: Path) -> None:
    found = figures(await results_of(home, lambda _: reply("Within 30 days, for $97."), tmp_path))
    assert found["numbers_supported"] == 0.0
    assert found["citations_verbatim"] == 0.0
    assert found["must_say"] == 1.0


async def test_one_that_always_hands_over_is_caught_by_answered_and_handoff_precision(
    home: Home, tmp_path: Path
) -> None:
    wish = HandoffRequest(HandoffReason.NOT_STATED, "lazy")
    found = figures(await results_of(home, lambda _: reply("A person will.", Action.HANDOFF, handoff=wish), tmp_path))
    assert found["answered"] == 0.0
    assert found["handoff_precision"] == 0.0
    assert found["reply_language"] == 1.0


async def test_one_that_answers_in_the_wrong_language_is_caught_by_it_alone(home: Home, tmp_path: Path) -> None:
    said = reply("可以在三十天内退：30 days [1]", citations=TRUE_REPLY.citations)
    found = figures(await results_of(home, lambda _: said, tmp_path))
    assert found["reply_language"] == 0.0
    assert found["must_say"] == found["citations_verbatim"] == 1.0


async def test_one_that_fails_is_a_failure_with_its_reason(home: Home, tmp_path: Path) -> None:
    def fails(request: TurnRequest) -> Reply:
        if "(3)" in request.text:
            raise Unavailable("down", code="down")
        return TRUE_REPLY

    results = await results_of(home, fails, tmp_path)
    assert [result.error for result in results if result.error] == ["down (down)"]
    assert results[2].passed is False
    assert figures(results)["must_say"] == pytest.approx(5 / 6)
    assert summarise(results)["errors"] == 1


async def test_a_run_that_was_cut_off_goes_on_where_it_was(home: Home, tmp_path: Path) -> None:
    whole = await results_of(home, lambda _: TRUE_REPLY, tmp_path)
    traces = tmp_path / "runs" / "r" / "traces.jsonl"
    lines = traces.read_text("utf-8").split("\n")
    traces.write_text("\n".join(lines[:3]) + "\n" + lines[3][:40], "utf-8")  # killed within the fourth line
    database = await home.open_database()
    answering = Answering(lambda _: TRUE_REPLY)
    store = RunStore(tmp_path)
    again = await Runner(InProcess(database, answering), {"maple": SOURCES}).run(CASES, store, "r", untold)
    await database.close()
    assert [request.text[-4:] for request in answering.requests] == ["(4)?", "(5)?", "(6)?"]
    assert [result.id for result in again] == [result.id for result in whole]
    assert len(RunStore(tmp_path).results("r")) == len(CASES)


async def test_a_dialogue_carries_its_history_and_each_judged_turn_counts(home: Home) -> None:
    turns: list[dict[str, Any]] = [
        {"text": "Coats?", "context": {"product": "red-coat"}, "expect": {"action": "clarify"}},
        {"text": "And shoes?"},
        {"text": "How long?"},
    ]
    await put_shops(home)
    database = await home.open_database()
    answering = Answering(lambda _: TRUE_REPLY)
    result = await Runner(InProcess(database, answering), {"maple": SOURCES}).judged(case(turns=turns))
    await database.close()
    assert [m.sender_type for m in answering.requests[2].history] == ["shopper", "assistant"] * 2
    assert answering.requests[2].history[0].page_product == "red-coat"
    assert answering.requests[2].history[1].reply is not None
    assert [bool(turn.scores) for turn in result.turns] == [True, False, True]
    assert result.values()["action"] == 0.5
    assert result.passed is False


async def test_a_running_server_is_asked_as_a_shopper_asks(home: Home) -> None:
    answering = Answering(lambda request: reply("x", Action.HANDOFF) if "person" in request.text else TRUE_REPLY)
    async with serving(home, answering) as server:
        target = OverHttp(server.url)
        runner = Runner(target, {"maple": SOURCES}, jobs=3)
        context = {"product": "red-coat"}
        dialogue = case(turns=[{"text": "first", "context": context}, {"text": "second"}])
        results = [await runner.judged(dialogue), await runner.judged(case(2))]
        with pytest.raises(Unavailable, match="404"):
            await target.converse("nowhere", [Said("hello")])
        await target.close()
    assert [result.error for result in results] == [None, None]
    assert [result.passed for result in results] == [True, True]
    assert answering.requests[0].page_product == "red-coat"
    assert answering.requests[1].page_product is None
    assert [m.text for m in answering.requests[1].history] == ["first", TRUE_REPLY.text]
    assert results[0].turns[0].tools[0]["tool"] == "search"
    assert results[0].turns[0].took_ms is not None


async def test_a_server_that_is_not_there_is_a_failed_case(home: Home) -> None:
    target = OverHttp("http://127.0.0.1:9")
    result = await Runner(target, {}).judged(case())
    await target.close()
    assert result.error is not None
    assert "target_failed" in result.error
    assert result.passed is False


def test_a_run_is_found_by_the_beginning_of_its_id_only(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        RunStore(tmp_path).find("last")

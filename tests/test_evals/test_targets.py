"""The targets over real sockets: our server both ways, and an assistant that is not ours."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from assistant.access import HumanAgent
from assistant.turn import OnText, TokenUsage, TurnOutcome, TurnRequest
from evals.cost import Prices, cost, in_words, tokens
from evals.gates import Gate
from evals.metrics import summarise
from evals.report import latencies, untold
from evals.results import CaseResult
from evals.running import Runner
from evals.targets import BESIDES_WORDS, InProcess, OpenAICompatible, OverHttp, remote_target
from knowledge.errors import Invalid
from knowledge.home import Home
from tests.conftest import put_shops, serving
from tests.openai_server import Fails, Says, openai_server
from tests.scripted import ScriptedResponder
from tests.test_evals.test_commands import Warm, answer_with, daogou
from tests.test_evals.world import SOURCES, TRUE_REPLY, Answering, case

DIALOGUE = case(
    turns=[{"text": "Coats?", "context": {"product": "red-coat"}, "expect": {"action": "answer"}}, {"text": "Days?"}]
)


class Slow:
    """Hands on its first words, then takes its time."""

    async def respond(self, request: TurnRequest, on_text: OnText) -> TurnOutcome:
        await on_text("Within 30 days.")
        await asyncio.sleep(0.25)
        return TurnOutcome(TRUE_REPLY, usage=TokenUsage(100, 10))


@asynccontextmanager
async def asking(target: OpenAICompatible | OverHttp) -> AsyncIterator[Runner]:
    try:
        yield Runner(target, {"maple": SOURCES})
    finally:
        await target.close()


def times(result: CaseResult) -> tuple[float, float]:
    first, took = result.last.first_word_ms, result.last.took_ms
    assert first is not None
    assert took is not None
    return first, took


async def test_the_first_word_is_heard_before_the_end_in_process_and_by_the_stream(home: Home) -> None:
    await put_shops(home)
    database = await home.open_database()
    inside = await Runner(InProcess(database, Slow()), {}).judged(DIALOGUE)
    await database.close()
    async with serving(home, Slow()) as server, asking(OverHttp(server.url)) as runner:
        outside = await runner.judged(DIALOGUE)
    for result in (inside, outside):
        assert result.error is None
        for turn in result.turns:
            assert turn.first_word_ms is not None
            assert turn.took_ms is not None
            assert turn.first_word_ms < 200 < turn.took_ms
            assert turn.tokens == {"input_tokens": 100, "output_tokens": 10}


async def test_who_hands_nothing_on_is_first_read_at_the_end(home: Home) -> None:
    class Silent:
        async def respond(self, request: TurnRequest, on_text: OnText) -> TurnOutcome:
            await asyncio.sleep(0.05)
            return TurnOutcome(TRUE_REPLY)

    await put_shops(home)
    database = await home.open_database()
    first, took = times(await Runner(InProcess(database, Silent()), {}).judged(case()))
    await database.close()
    assert first == took
    async with serving(home, Silent()) as server, asking(OverHttp(server.url)) as runner:
        first, took = times(await runner.judged(case()))
    assert 50 <= first <= took


async def test_our_own_endpoint_tells_the_whole_reply_and_keeps_the_conversation(home: Home) -> None:
    answering = Answering(lambda _: TRUE_REPLY)
    async with serving(home, answering) as server, asking(OpenAICompatible(f"{server.url}/v1")) as runner:
        result = await runner.judged(DIALOGUE)
        assert runner.target.name == f"openai:{server.url}/v1"
    assert result.passed is True
    assert result.last.untold == ()
    assert result.values()["citations_verbatim"] == 1.0
    assert [request.page_product for request in answering.requests] == ["red-coat", None]
    assert [m.text for m in answering.requests[1].history] == ["Coats?", TRUE_REPLY.text]
    assert answering.requests[1].history[1].reply is not None
    assert answering.requests[0].conversation_id == answering.requests[1].conversation_id


async def test_of_another_assistant_only_its_words_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAOGOU_EVAL_API_KEY", "sk-other")
    async with openai_server() as other, asking(OpenAICompatible(other.url, "some-model")) as runner:
        other.script(Says("Yes, coats."), Says("Within 30 days."))
        result = await runner.judged(DIALOGUE)
        bodies, keys = other.bodies, other.keys
    assert keys == ["Bearer sk-other"] * 2
    assert {body["model"] for body in bodies} == {"some-model"}
    assert all("metadata" not in body for body in bodies)
    assert [message["role"] for message in bodies[1]["messages"]] == ["system", "user", "assistant", "user"]
    assert "red-coat" in bodies[0]["messages"][0]["content"]
    assert result.last.reply == {"text": "Within 30 days.", "lang": "en"}
    assert result.last.untold == tuple(sorted(BESIDES_WORDS))
    values = result.values()
    assert set(values) == {"passed", "must_say", "reply_language"}
    assert result.passed is True
    assert result.last.scores["action"].value is None
    assert "does not tell" in result.last.scores["documents"].explanation
    first, took = times(result)
    assert 0 < first <= took
    assert result.last.tokens == {"input_tokens": 7, "output_tokens": 3}


async def test_its_wrong_words_fail_and_its_silence_about_the_action_is_in_no_figure() -> None:
    async with openai_server() as other, asking(OpenAICompatible(other.url, "m")) as runner:
        other.script(Says("没有。"), Fails(401, "invalid_api_key"))
        results = [await runner.judged(case(1)), await runner.judged(case(2))]
    assert results[1].error is not None
    assert "401" in results[1].error
    summary = summarise(results)
    assert summary["overall"]["must_say"]["value"] == 0.0
    assert summary["overall"]["reply_language"]["value"] == 0.0
    assert not {"action", "documents", "answered", "abstained", "handoff_recall"} & set(summary["overall"])
    assert summary["calibration"]["n"] == 0
    assert summary["untold"] == sorted(BESIDES_WORDS)
    assert "citations" in untold(summary)
    assert latencies(summary)[0].startswith("first word after")


async def test_an_endpoint_that_cannot_count_is_asked_again_without(monkeypatch: pytest.MonkeyPatch) -> None:
    async with openai_server() as other, asking(OpenAICompatible(other.url, "m")) as runner:
        other.script(Fails(400, "unknown field stream_options"), Says("Within 30 days."), Says("Within 30 days."))
        results = [await runner.judged(case(1)), await runner.judged(case(2))]
        asked = ["stream_options" in body for body in other.bodies]
    assert asked == [True, False, False]
    assert [result.error for result in results] == [None, None]


async def test_a_conversation_that_a_person_took_is_a_fault_not_an_answer(home: Home) -> None:
    responder = ScriptedResponder()
    async with serving(home, responder) as server, asking(OpenAICompatible(f"{server.url}/v1")) as runner:
        asked = asyncio.create_task(runner.judged(case(turns=[{"text": "hold"}])))
        await responder.asked(1)
        await server.services.desk.claim(HumanAgent("lin", "Lin"), responder.requests[0].conversation_id)
        result = await asked
    assert result.error is not None
    assert "no_reply" in result.error


@pytest.mark.parametrize("address", ["ftp://x", "openai:x", "openai:ftp://x/v1#m", "openai:http://key@x/v1", "x"])
def test_what_is_no_target_is_bad_usage(address: str) -> None:
    with pytest.raises(Invalid) as refused:
        remote_target(address)
    assert refused.value.code == "usage_bad_target"


def test_addresses_name_their_targets() -> None:
    assert remote_target("http://x:1/").name == "http://x:1"
    assert remote_target("openai:http://x:1/v1/#m").name == "openai:http://x:1/v1#m"
    assert isinstance(remote_target("openai:https://x/v1"), OpenAICompatible)


async def test_tokens_cost_what_the_caller_says_over_the_conversations_that_tell_them(home: Home) -> None:
    await put_shops(home)
    database = await home.open_database()
    told = await Runner(InProcess(database, Slow()), {}).judged(DIALOGUE)
    untold_one = await Runner(InProcess(database, Answering(lambda _: TRUE_REPLY)), {}).judged(case())
    await database.close()
    summary = summarise([told, untold_one])
    assert summary["tokens"] == {"conversations": 1, "untold": 1, "turns": 2, "input": 200, "output": 20}
    summary["cost"] = cost(summary["tokens"], Prices(2.0, 10.0, "EUR"))
    # (200 * 2 + 20 * 10) / 1e6 in one conversation, times a hundred.
    assert summary["cost"]["per_100_conversations"] == pytest.approx(0.06)
    assert "0.06 EUR per 100 conversations" in in_words(summary)
    assert "1 of 2 conversations" in in_words(summary)
    assert tokens([untold_one]) == {}
    assert cost({}, Prices(1, 1)) == {}
    gate = Gate("first_word_ms.p95", 10_000.0)
    assert gate.is_most
    assert gate.check(summary).met
    assert not Gate("first_word_ms.p95", -1.0).check(summary).met


@pytest.fixture
async def ready(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    await put_shops(home)
    answer_with(monkeypatch, Warm(lambda _: TRUE_REPLY))
    monkeypatch.setattr(Warm, "respond", Slow.respond)
    return home


def test_prices_given_on_the_command_line_stand_in_the_run_and_on_its_page(ready: Home, tmp_path: Path) -> None:
    cases, page = tmp_path / "mine.jsonl", tmp_path / "page.html"
    cases.write_text(case().model_dump_json(exclude_unset=True), "utf-8")
    words = ["eval", "run", str(cases), "--price-in", "2", "--price-out", "10", "--currency", "EUR"]
    told = daogou(ready, *words, "--out", str(page), "--json")
    assert told.exit_code == 0, told.output
    summary = json.loads(told.stdout)["run"]["summary"]
    assert summary["cost"] == {
        "per_100_conversations": 0.03,
        "per_million_in": 2.0,
        "per_million_out": 10.0,
        "currency": "EUR",
    }
    assert "0.03 EUR per 100 conversations" in page.read_text("utf-8")
    assert summary["first_word_ms"]["p50"] < 200 < summary["took_ms"]["p50"]
    shown = daogou(ready, *words).stdout
    assert "tokens per turn: 100.0 in, 10.0 out; 0.03 EUR per 100 conversations" in shown
    assert "first word after, in ms: p50" in shown


def test_one_price_alone_is_bad_usage(ready: Home, tmp_path: Path) -> None:
    cases = tmp_path / "mine.jsonl"
    cases.write_text(case().model_dump_json(exclude_unset=True), "utf-8")
    error = daogou(ready, "eval", "run", str(cases), "--price-in", "2").exception
    assert isinstance(error, Invalid)
    assert error.code == "usage_one_price"


def test_a_run_kept_before_these_fields_were_there_is_still_read() -> None:
    kept = {"id": "c", "shop": "maple", "lang": "en", "category": "answers", "turns": [{"text": "x", "took_ms": 5.0}]}
    result = CaseResult.model_validate(kept)
    assert (result.last.first_word_ms, result.last.tokens, result.last.untold) == (None, None, ())
    summary = summarise([result])
    assert (summary["first_word_ms"], summary["tokens"]) == ({}, {})
    assert in_words(summary) == ""
    del summary["first_word_ms"], summary["tokens"], summary["untold"]
    assert latencies(summary) == ["took, in ms: p50 5.0, p95 5.0, p99 5.0, max 5.0 (1 turns)"]
    assert in_words(summary) == untold(summary) == ""

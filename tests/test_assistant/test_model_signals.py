"""What a language model tells of its own words: how it lowers the confidence, and what it never does."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import pytest

from assistant.agent.llm_writer import LlmWriter
from assistant.model_signals import ModelSignals
from assistant.reply import Action
from assistant.token_odds import Token, odds_in, tokens_of
from knowledge.service_policy import ServicePolicy
from tests.openai_server import Call, Fails, Hangs, Says, calls
from tests.test_assistant.small_shop import CARDIGAN, SHIRT, Asked, Counter

pytestmark = pytest.mark.asyncio(loop_scope="session")

RETURNS = "支持7天无理由退货吗？"
LOOK_UP = calls("search_documents", query="无理由退货")
SUPPORTED = "支持 7 天无理由退货，从签收次日零时起算。"
LESS = "支持无理由退货。"


def tokens(**odds: float) -> list[Token]:
    return [Token(text.encode(), math.log(p)) for text, p in odds.items()]


# -- the rule ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sure", "figures", "agreement"])
async def test_the_surer_a_model_is_the_less_is_taken_and_nothing_is_ever_added(name: str) -> None:
    told = [ModelSignals(**{name: step / 20}).lower(0.8) for step in range(21)]
    assert all(before <= after for before, after in pairwise(told))
    assert told[0] < 0.7
    assert told[-1] == 0.8
    assert min(told) > 0.3, "one signal alone leaves it a probability"


@pytest.mark.parametrize(("name", "usual"), [("sure", 0.75), ("figures", 0.6), ("agreement", 1.0)])
async def test_what_is_usual_takes_nothing_and_the_least_below_it_something(name: str, usual: float) -> None:
    assert ModelSignals(**{name: usual}).effects() == {name: 0.0}
    assert ModelSignals(**{name: usual - 0.01}).effects()[name] < 0.0
    assert ModelSignals(**{name: 1.0}).effects() == {name: 0.0}, "surer than usual makes up for nothing"


async def test_the_ends_stay_where_they_are() -> None:
    assert ModelSignals(sure=1.0).lower(0.9999) == 0.9999
    assert ModelSignals(sure=0.7).lower(0.0) == 0.0


async def test_what_is_not_told_takes_nothing() -> None:
    assert ModelSignals().lower(0.8) == 0.8
    assert ModelSignals().told() == {}
    assert ModelSignals(sure=1.0, figures=1.0, agreement=1.0).lower(0.999) == 0.999


async def test_signals_take_together_what_they_take_alone() -> None:
    both = ModelSignals(sure=0.3, agreement=0.5)
    assert both.lower(0.8) < min(ModelSignals(sure=0.3).lower(0.8), ModelSignals(agreement=0.5).lower(0.8))
    assert list(both.effects()) == ["agreement", "sure"], "the strongest first"


# -- odds of tokens ------------------------------------------------------------------------------


async def test_the_odds_are_those_of_the_sentences_that_are_left() -> None:
    told = tokens(Hmm=0.01, **{". ": 0.01, "Within": 0.9, " 30": 0.5, " days": 0.9, ".": 0.9, " Bye": 0.02})
    sure, figures = odds_in(["Within 30 days."], told)
    assert sure == pytest.approx((0.9 * 0.5 * 0.9 * 0.9) ** (1 / 4))
    assert figures == pytest.approx(0.5)


async def test_a_mark_that_was_taken_out_puts_nothing_out_of_step() -> None:
    told = tokens(Free=0.9, **{" over": 0.9, " [1]": 0.01, ".": 0.8, " From": 0.7, " 99": 0.6, " yuan.": 0.5})
    sure, figures = odds_in(["Free over.", "From 99 yuan."], told)
    assert sure == pytest.approx((0.9 * 0.9 * 0.8 * 0.7 * 0.6 * 0.5) ** (1 / 6))
    assert figures == pytest.approx(0.6)


async def test_a_character_in_two_tokens_counts_where_it_is_whole() -> None:
    whole = "七天".encode()
    told = tokens_of(
        [
            {"token": "\\xe4", "bytes": list(whole[:2]), "logprob": math.log(0.1)},
            {"token": "\\xb8", "bytes": list(whole[2:3]), "logprob": math.log(0.4)},
            {"token": "天", "bytes": None, "logprob": math.log(0.9)},
            {"token": "", "bytes": None, "logprob": None},
        ]
    )
    sure, figures = odds_in(["七天"], told)
    assert sure == pytest.approx((0.4 * 0.9) ** 0.5)
    assert figures is None, "no digit among them"


async def test_half_a_character_that_an_endpoint_dropped_puts_nothing_out_of_step() -> None:
    told = tokens(退=0.9, 货=0.9, 七=0.5, 日=0.9)
    sure, _ = odds_in(["退货罕七日"], told)
    assert sure == pytest.approx((0.9 * 0.9 * 0.5 * 0.9) ** (1 / 4))


async def test_without_odds_nothing_is_told() -> None:
    assert odds_in(["Within 30 days."], []) == (None, None)
    assert odds_in([], tokens(a=0.5)) == (None, None)


# -- over the protocol ---------------------------------------------------------------------------


@pytest.fixture
def wish(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> Counter:
    """Give the shop a model of this test's own, which has not been refused anything yet."""
    monkeypatch.setattr(counter.responder, "_llm", LlmWriter(counter.responder._settings))
    return counter


def settings(counter: Counter, monkeypatch: pytest.MonkeyPatch, **wished: object) -> None:
    changed = counter.responder._settings.model_copy(update=wished)
    monkeypatch.setattr(counter.responder, "_llm", LlmWriter(changed))


def signals(asked: Asked) -> Mapping[str, object]:
    assert asked.outcome.written is not None
    return asked.outcome.written.signals or {}


async def test_a_hesitating_model_is_less_sure_and_says_why(wish: Counter) -> None:
    wish.endpoint.script(LOOK_UP, Says(SUPPORTED))
    sure = await wish.ask(RETURNS)
    wish.endpoint.script(LOOK_UP, Says(SUPPORTED, odds=0.4))
    torn = await wish.ask(RETURNS)
    assert wish.endpoint.last["logprobs"] is True
    assert sure.outcome.reply.text == torn.outcome.reply.text
    assert sure.outcome.reply.confidence > torn.outcome.reply.confidence
    assert (signals(sure)["sure"], signals(torn)["sure"]) == (0.97, 0.4)
    assert torn.outcome.reply.reasons[0] == "语言模型对措辞没有把握（40%）"
    assert "语言模型对措辞没有把握" not in str(sure.outcome.reply.reasons)


async def test_a_figure_that_the_model_was_torn_over_is_told(wish: Counter) -> None:
    wish.endpoint.script(LOOK_UP, Says(SUPPORTED, hesitates={"7": 0.2}))
    asked = await wish.ask(RETURNS)
    assert signals(asked)["figures"] == 0.2
    assert asked.outcome.reply.reasons[0] == "语言模型对数字没有把握（20%）"


async def test_who_would_fall_below_the_shop_s_threshold_is_quoted_instead(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(counter, monkeypatch, second_draft="always")
    strict = replace(counter, shop=replace(counter.shop, policy=ServicePolicy(answer_from=0.6)))
    counter.endpoint.script(LOOK_UP, Says(SUPPORTED), Says(SUPPORTED))
    sure = (await strict.ask(RETURNS)).outcome
    counter.endpoint.script(LOOK_UP, Says(SUPPORTED, odds=0.02), Says("抱歉，我不清楚。"))
    outcome = (await strict.ask(RETURNS)).outcome
    assert sure.written is not None
    assert outcome.written is not None
    assert sure.written.mind == "llm"
    assert (outcome.written.mind, outcome.written.left) == ("embedded", "unsure")
    assert (outcome.reply.action, outcome.reply.citations[0].id) == (Action.ANSWER, "returns.md")


async def test_what_code_alone_holds_for_less_sure_stands_in_the_model_s_words(wish: Counter) -> None:
    strict = replace(wish, shop=replace(wish.shop, policy=ServicePolicy(answer_from=0.8)))
    told = Says("云柔羊毛开衫的材质是 70%绵羊毛 30%锦纶。")
    wish.endpoint.script(calls("product_details", handle=CARDIGAN), told)
    outcome = (await strict.ask("云柔羊毛开衫是什么材质？")).outcome
    assert outcome.reply.confidence < 0.8, "of what a page says fewer were right than its words let think"
    assert outcome.written is not None
    assert outcome.written.mind == "llm"


@pytest.mark.parametrize("status", [400, 500])
async def test_an_endpoint_that_refuses_log_probabilities_is_asked_once(
    wish: Counter, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        wish.endpoint.script(LOOK_UP, Says(SUPPORTED))
        wish.endpoint.refuses = {"logprobs": status}
        with caplog.at_level(logging.WARNING, "assistant"):
            asked = await wish.ask(RETURNS)
        assert asked.outcome.reply.text == f"{SUPPORTED} [1]"
        assert signals(asked) == {}
    assert [bool(body.get("logprobs")) for body in wish.endpoint.bodies] == [False, False]
    told = [record for record in caplog.records if "log-probabilities" in record.message]
    assert len(told) == 1


async def test_a_setting_keeps_log_probabilities_from_being_asked(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(counter, monkeypatch, chat_logprobs=False)
    counter.endpoint.script(LOOK_UP, Says(SUPPORTED))
    await counter.ask(RETURNS)
    assert not any("logprobs" in body for body in counter.endpoint.bodies)


# -- a second draft ------------------------------------------------------------------------------


async def test_a_second_draft_that_says_the_same_in_other_words_takes_nothing(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(counter, monkeypatch, second_draft="always")
    counter.endpoint.script(LOOK_UP, Says(SUPPORTED), Says("从签收次日零时起算 7 天内，支持无理由退货。"))
    asked = await counter.ask(RETURNS)
    assert signals(asked)["agreement"] == 1.0
    first, second = counter.endpoint.bodies[-2:]
    assert second["messages"] == first["messages"], "from the same look-ups"
    assert (second["tool_choice"], second["temperature"] > first["temperature"]) == ("none", True)
    assert asked.streamed == SUPPORTED, "the second draft is never shown"
    assert asked.outcome.reply.text == f"{SUPPORTED} [1]"
    assert asked.outcome.written is not None
    assert asked.outcome.written.steps == 3


@pytest.mark.parametrize(
    ("second", "agreement"),
    [
        (LESS, 0.5),  # the source, not the seven days
        ("不支持 7 天无理由退货。", 0.0),
        ("抱歉，我不清楚。", 0.0),
    ],
    ids=["leaves a figure out", "denies it", "does not know"],
)
async def test_a_second_draft_that_says_something_else_lowers_the_confidence(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, second: str, agreement: float
) -> None:
    settings(counter, monkeypatch, second_draft="always")
    counter.endpoint.script(LOOK_UP, Says(SUPPORTED), Says(SUPPORTED))
    sure = (await counter.ask(RETURNS)).outcome.reply.confidence
    counter.endpoint.script(LOOK_UP, Says(SUPPORTED), Says(second))
    asked = await counter.ask(RETURNS)
    assert signals(asked)["agreement"] == agreement
    if asked.outcome.written is not None and asked.outcome.written.mind == "llm":
        assert asked.outcome.reply.confidence < sure
        assert asked.outcome.reply.reasons[0].startswith("重写一遍只有")


async def test_another_product_in_the_second_draft_is_another_fact(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(counter, monkeypatch, second_draft="always")
    both = Says(calls=(Call("product_details", {"handle": CARDIGAN}), Call("product_details", {"handle": SHIRT})))
    right, other = "云柔羊毛开衫 M 码的价格是 ¥399。", "亚麻衬衫 M 码的价格是 ¥199。"
    counter.endpoint.script(both, Says(right), Says(other))
    assert signals(await counter.ask("云柔羊毛开衫 M 码多少钱？"))["agreement"] == 0.0


@pytest.mark.parametrize("fails", [Fails(500, "server_error"), Hangs()], ids=["500", "silent"])
async def test_a_second_draft_that_fails_leaves_the_first(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, fails: Fails | Hangs
) -> None:
    settings(counter, monkeypatch, second_draft="always", llm_budget_seconds=1.5)
    counter.endpoint.script(LOOK_UP, Says(SUPPORTED), fails)
    asked = await counter.ask(RETURNS)
    assert asked.outcome.reply.text == f"{SUPPORTED} [1]"
    assert "agreement" not in signals(asked)
    assert asked.outcome.written is not None
    assert asked.outcome.written.mind == "llm"


async def test_a_second_draft_is_written_where_it_may_decide(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    settings(counter, monkeypatch, second_draft="unsure")
    counter.endpoint.script(LOOK_UP, Says(SUPPORTED))
    sure = (await counter.ask(RETURNS)).outcome.reply.confidence
    near = replace(counter, shop=replace(counter.shop, policy=ServicePolicy(answer_from=sure - 0.1)))
    counter.endpoint.script(LOOK_UP, Says(SUPPORTED), Says(SUPPORTED))
    assert signals(await near.ask(RETURNS))["agreement"] == 1.0


async def test_no_second_draft_is_written_once_the_turn_has_used_its_share(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(counter, monkeypatch, second_draft="always")
    monkeypatch.setattr("assistant.agent.llm_writer.is_spent", lambda _context: True)
    counter.endpoint.script(LOOK_UP, Says(SUPPORTED))
    assert "agreement" not in signals(await counter.ask(RETURNS))


async def test_no_second_draft_is_written_where_it_decides_nothing(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(counter, monkeypatch, second_draft="unsure")
    counter.endpoint.script(LOOK_UP, Says(SUPPORTED))
    assert (await counter.ask(RETURNS)).outcome.reply.confidence > 0.6
    settings(counter, monkeypatch, second_draft="always", llm_budget_tokens=15)
    counter.endpoint.script(LOOK_UP, Says(SUPPORTED))
    await counter.ask(RETURNS)

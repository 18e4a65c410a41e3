"""A question about the rules is answered from them, whatever it sounds like; who says which skill is meant gets it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.agent.judge import SKILLS
from assistant.agent.verdict import Verdict
from assistant.agent.verdicts import at_once, bargaining, changes, facts, orders, sizes
from assistant.agent.verdicts.facts import CLEAR, MISTAKEN_FOR
from assistant.agent.verdicts.findings import Findings, Published
from assistant.escalation import Step
from assistant.reply import Action, HandoffReason
from assistant.turn import PastMessage
from assistant.understanding.intents import Intent
from assistant.understanding.question import Question
from tests.test_assistant.small_shop import CARDIGAN, ORDER_NO, PHONE_LAST4, Counter

in_the_session = pytest.mark.asyncio(loop_scope="session")
ASKED = "退货运费是谁出？"


async def findings_of(counter: Counter, text: str, page: str | None = None) -> tuple[Question, Findings]:
    context = await counter.responder.understood(counter.request(text, page=page))
    question = context.understanding.questions[0]
    return question, Findings(context, ())


def looking_like(question: Question, intent: Intent, margin: float) -> Question:
    return replace(question, intent=intent, guess=replace(question.guess, intent=intent, margin=margin))


def published(findings: Findings, question: Question, probability: float) -> None:
    """Let the shop's rule be what is known of a question."""
    findings._published[question.text] = Published((), None, (), (), probability=probability)


@in_the_session
@pytest.mark.parametrize("intent", sorted(MISTAKEN_FOR))
async def test_what_only_looks_like_it_is_answered_by_what_is_published(
    embedded_counter: Counter, intent: Intent, monkeypatch: pytest.MonkeyPatch
) -> None:
    question, findings = await findings_of(embedded_counter, ASKED)
    asked = looking_like(question, intent, CLEAR / 2)
    published(findings, asked, 0.9)
    told = Verdict(asked, Step.ANSWER, 0.9)
    monkeypatch.setattr(facts, "_told", lambda *_: told)
    assert facts.said_outright(asked, findings) is told
    published(findings, asked, 0.1)
    assert facts.said_outright(asked, findings) is None


@in_the_session
async def test_what_plainly_looks_like_it_is_left_to_its_skill(embedded_counter: Counter) -> None:
    question, findings = await findings_of(embedded_counter, ASKED)
    asked = looking_like(question, Intent.ORDER_CHANGE, CLEAR)
    published(findings, asked, 0.9)
    assert facts.said_outright(asked, findings) is None


@in_the_session
@pytest.mark.parametrize("intent", sorted({Intent.HUMAN, Intent.SENSITIVE, Intent.DISPUTE, Intent.COMPLAINT}))
async def test_what_calls_a_person_is_never_answered_instead(embedded_counter: Counter, intent: Intent) -> None:
    question, findings = await findings_of(embedded_counter, ASKED)
    asked = looking_like(question, intent, 0.0)
    published(findings, asked, 0.99)
    assert facts.said_outright(asked, findings) is None


@in_the_session
@pytest.mark.parametrize(
    ("text", "page"),
    [
        (f"{ORDER_NO} {PHONE_LAST4} 退货运费谁出", None),
        ("胸围85，退货运费谁出", CARDIGAN),
        ("便宜点，350卖不卖", CARDIGAN),
    ],
    ids=["an order", "a measurement", "a bid"],
)
async def test_who_says_which_skill_is_meant_gets_it(embedded_counter: Counter, text: str, page: str | None) -> None:
    question, findings = await findings_of(embedded_counter, text, page)
    asked = looking_like(question, Intent.ORDER_CHANGE if "退货" in text else Intent.BARGAIN, 0.0)
    published(findings, asked, 0.99)
    assert facts.said_outright(asked, findings) is None


def test_the_judge_asks_it_before_the_skills_that_ask_back() -> None:
    places = {skill: place for place, skill in enumerate(SKILLS)}
    assert places[at_once.verdict] < places[changes.verdict] < places[facts.said_outright]
    assert places[facts.said_outright] < min(places[bargaining.verdict], places[orders.verdict], places[sizes.verdict])


@in_the_session
async def test_who_wants_a_person_gets_one_when_asked_for_an_order_number(embedded_counter: Counter) -> None:
    asked = "查一下我的订单"
    first = (await embedded_counter.ask(asked)).outcome.reply
    assert first.action is Action.CLARIFY
    history = (PastMessage("shopper", asked), PastMessage("assistant", first.text, first.as_json()))
    reply = (await embedded_counter.ask("我要投诉，找人工", *history)).outcome.reply
    assert reply.action is Action.HANDOFF
    assert reply.handoff is not None
    assert reply.handoff.reason in (HandoffReason.SHOPPER_ASKED, HandoffReason.COMPLAINT)


@in_the_session
async def test_a_shop_that_fears_wrong_answers_is_not_answered_for_outright(
    embedded_counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    question, findings = await findings_of(embedded_counter, ASKED)
    asked = looking_like(question, Intent.ORDER_CHANGE, CLEAR / 2)
    published(findings, asked, 0.7)
    told = Verdict(asked, Step.ANSWER, 0.7)
    monkeypatch.setattr(facts, "_told", lambda *_: told)
    assert facts.said_outright(asked, findings) is told
    findings.thresholds = replace(findings.thresholds, answer=0.95)
    assert facts.said_outright(asked, findings) is None

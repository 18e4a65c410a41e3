"""The two tables that call a person: each rule by itself, their order, and what a merchant may add."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.handoff_rules import AFTER_LOOKING_UP, BEFORE_LOOKING_UP, Situation, called_by
from assistant.reply import Action, HandoffReason, Reply
from assistant.turn import PastMessage
from assistant.understanding.intents import Intent, IntentGuess
from assistant.understanding.topics import topic_of
from knowledge.service_policy import LEAST_SURE, MOST_SURE, PersonTopic, ServicePolicy, read_policy
from tests.test_assistant.small_shop import Counter

INVOICE = "7天无理由退货支持吗"


def guess(intent: Intent) -> IntentGuess:
    return IntentGuess(intent, 0.9, 0.3, {**dict.fromkeys(Intent, 0.6), intent: 0.9})


QUESTION = guess(Intent.SHOP_QUESTION)
DEAR = Situation(QUESTION, changes_order=True, order_total=Decimal(3001), orders_above=Decimal(3000))
ALONE = [
    (Situation(guess(Intent.HUMAN)), HandoffReason.SHOPPER_ASKED),
    (Situation(guess(Intent.SENSITIVE)), HandoffReason.SENSITIVE),
    (Situation(guess(Intent.DISPUTE)), HandoffReason.DISPUTE),
    (Situation(guess(Intent.COMPLAINT)), HandoffReason.COMPLAINT),
    (Situation(QUESTION, topic="engraving"), HandoffReason.SHOPS_RULE),
    (Situation(QUESTION, failed=True), HandoffReason.TOOL_FAILED),
    (DEAR, HandoffReason.HIGH_VALUE),
    (Situation(QUESTION, told_already=True), HandoffReason.ASKED_AGAIN),
]


@pytest.mark.parametrize(("situation", "reason"), ALONE)
def test_each_rule_calls_a_person_by_itself_and_no_other_rule_does_it_for_it(
    situation: Situation, reason: HandoffReason
) -> None:
    rules = [*BEFORE_LOOKING_UP, *AFTER_LOOKING_UP]
    called = called_by(situation, rules)
    assert called is not None
    assert called.reason is reason
    assert called_by(situation, [rule for rule in rules if rule is not called]) is None


def test_every_rule_is_tried_above_and_says_why() -> None:
    rules = [*BEFORE_LOOKING_UP, *AFTER_LOOKING_UP]
    assert [rule.reason for rule in rules] == [reason for _, reason in ALONE]
    assert all(rule.why for rule in rules)


@given(st.sampled_from([i for i in Intent if i.value not in ("human", "sensitive", "dispute", "complaint")]))
def test_what_is_plainly_something_else_calls_nobody(intent: Intent) -> None:
    calm = Situation(guess(intent), order_total=Decimal(5000), orders_above=Decimal(3000))
    assert called_by(calm, BEFORE_LOOKING_UP) is None
    assert called_by(calm, AFTER_LOOKING_UP) is None


def test_the_graver_reason_is_the_one_that_is_told() -> None:
    wished = Situation(guess(Intent.HUMAN), topic="engraving", failed=True)
    called = called_by(wished, BEFORE_LOOKING_UP)
    assert called is not None
    assert called.reason is HandoffReason.SHOPPER_ASKED


def test_an_order_is_dear_above_the_limit_only_and_only_when_it_is_to_be_changed() -> None:
    for change in (
        {"order_total": Decimal(3000)},
        {"changes_order": False},
        {"orders_above": None},
        {"order_total": None},
    ):
        assert called_by(replace(DEAR, **change), AFTER_LOOKING_UP) is None


# -- the merchant's own words --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "handoff", "threshold"),
    [("20", "4", 0.8), ("10", "5", 0.5), ("4", "20", LEAST_SURE), ("1000", "1", MOST_SURE)],
)
def test_an_answer_is_given_from_where_it_costs_less_than_a_handoff(wrong: str, handoff: str, threshold: float) -> None:
    policy, bad = read_policy({"wrong_answer_costs": wrong, "handoff_costs": handoff})
    assert not bad
    assert policy.threshold == pytest.approx(threshold)


def test_a_threshold_that_is_named_goes_before_costs_and_without_either_there_is_none() -> None:
    policy, _ = read_policy({"answer_from": 0.7, "wrong_answer_costs": 20, "handoff_costs": 4})
    assert policy.threshold == 0.7
    assert ServicePolicy().threshold is None


def test_what_cannot_be_used_is_named_and_the_rest_stays() -> None:
    policy, bad = read_policy(
        {
            "answer_from": 7,
            "orders_above": "a lot",
            "colour": 1,
            "topics": ["wedding orders", {"name": "刻字", "phrases": ["刻字", " "]}, {"phrases": [""]}, 3],
        }
    )
    assert policy.topics == (PersonTopic("wedding orders", ("wedding orders",)), PersonTopic("刻字", ("刻字",)))
    assert policy.threshold is None
    assert {name for name, _ in bad} == {"answer_from", "orders_above", "colour", "topics"}
    assert ServicePolicy.of_json(policy.as_json()) == policy


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Do you do bulk orders for weddings?", "weddings"),
        ("orders in bulk?", None),
        ("这个杯子可以刻字么", "engraving"),
        ("is the kettle dishwasher safe", None),
    ],
)
def test_a_topic_is_known_by_all_the_words_of_a_phrase(text: str, topic: str | None) -> None:
    topics = (PersonTopic("weddings", ("wedding orders",)), PersonTopic("engraving", ("engraving", "刻字")))
    assert topic_of(text, topics, lambda _one, _other: 0.0) == topic


# -- in a conversation ---------------------------------------------------------------------------


def past(question: str, reply: Reply) -> tuple[PastMessage, PastMessage]:
    return PastMessage("shopper", question), PastMessage("assistant", reply.text, reply.as_json())


async def replied(counter: Counter, text: str, *history: PastMessage, policy: ServicePolicy | None = None) -> Reply:
    shop = replace(counter.shop, policy=policy or ServicePolicy())
    return (await replace(counter, shop=shop).ask(text, *history)).outcome.reply


@pytest.mark.asyncio(loop_scope="session")
async def test_who_asks_the_same_again_gets_a_person_with_the_answer_and_after_the_person_an_answer_again(
    embedded_counter: Counter,
) -> None:
    counter = embedded_counter
    first = await replied(counter, INVOICE)
    assert first.action is Action.ANSWER
    again = await replied(counter, "支持7天无理由退货吗", *past(INVOICE, first))
    assert again.action is Action.HANDOFF
    assert again.handoff is not None
    assert again.handoff.reason is HandoffReason.ASKED_AGAIN
    assert {c.quote for c in again.citations} == {c.quote for c in first.citations}
    back = (*past(INVOICE, first), PastMessage("human_agent", "我来处理，稍后交还助手"))
    assert (await replied(counter, "支持7天无理由退货吗", *back)).action is Action.ANSWER
    for other in ("退货运费谁出", "那运费呢"):
        reply = await replied(counter, other, *past(INVOICE, first))
        assert reply.handoff is None or reply.handoff.reason is not HandoffReason.ASKED_AGAIN


@pytest.mark.asyncio(loop_scope="session")
async def test_the_shops_own_topic_goes_to_a_person_whatever_the_files_say(embedded_counter: Counter) -> None:
    counter = embedded_counter
    policy, _ = read_policy({"topics": [{"name": "退货", "phrases": ["退货"]}]})
    reply = await replied(counter, INVOICE, policy=policy)
    assert reply.handoff is not None
    assert reply.handoff.reason is HandoffReason.SHOPS_RULE
    assert (await replied(counter, "运费怎么算", policy=policy)).action is Action.ANSWER


@pytest.mark.asyncio(loop_scope="session")
async def test_a_shop_that_fears_wrong_answers_hands_over_what_another_answers(embedded_counter: Counter) -> None:
    counter = embedded_counter
    careful, _ = read_policy({"answer_from": 1})
    assert (await replied(counter, INVOICE)).action is Action.ANSWER
    assert (await replied(counter, INVOICE, policy=careful)).action is Action.HANDOFF


@pytest.mark.asyncio(loop_scope="session")
async def test_an_afterthought_with_a_question_of_its_own_is_answered_for_itself(embedded_counter: Counter) -> None:
    question = "云柔羊毛开衫是什么材质"
    first = await replied(embedded_counter, question)
    assert first.products
    price = await replied(embedded_counter, "那多少钱", *past(question, first))
    assert price.action is Action.ANSWER
    assert "399" in price.text
    assert "绵羊毛" not in price.text

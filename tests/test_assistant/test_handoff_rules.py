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
from knowledge.service_policy import (
    LEAST_SURE,
    MOST_PHRASES,
    MOST_SURE,
    MOST_TOPICS,
    PHRASE_LIMIT,
    PersonTopic,
    ServicePolicy,
    read_policy,
)
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


@pytest.mark.parametrize("intent", [Intent.HUMAN, Intent.SENSITIVE, Intent.DISPUTE, Intent.COMPLAINT])
def test_what_hardly_looks_like_it_calls_nobody(intent: Intent) -> None:
    hardly = IntentGuess(intent, 0.5, 0.05, {**dict.fromkeys(Intent, 0.45), intent: 0.5})
    assert called_by(Situation(hardly), BEFORE_LOOKING_UP) is None


@pytest.mark.parametrize(
    ("both", "told"),
    [
        (Situation(guess(Intent.HUMAN), topic="engraving", failed=True), HandoffReason.SHOPPER_ASKED),
        (Situation(guess(Intent.SENSITIVE), topic="skin care", failed=True), HandoffReason.SENSITIVE),
        (Situation(guess(Intent.DISPUTE), topic="invoices", failed=True), HandoffReason.DISPUTE),
        (Situation(guess(Intent.COMPLAINT), topic="returns", failed=True), HandoffReason.COMPLAINT),
        (Situation(QUESTION, topic="engraving", failed=True), HandoffReason.SHOPS_RULE),
        (replace(DEAR, told_already=True), HandoffReason.HIGH_VALUE),
    ],
    ids=lambda told: str(told) if isinstance(told, HandoffReason) else "",
)
def test_of_several_reasons_who_takes_over_reads_the_graver(both: Situation, told: HandoffReason) -> None:
    called = called_by(both, BEFORE_LOOKING_UP) or called_by(both, AFTER_LOOKING_UP)
    assert called is not None
    assert called.reason is told


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


def test_whatever_the_costs_thin_air_is_no_answer_and_a_typed_price_is_one() -> None:
    careless, _ = read_policy({"wrong_answer_costs": 4, "handoff_costs": 1000})
    fearful, _ = read_policy({"wrong_answer_costs": 1000, "handoff_costs": 0})
    assert careless.threshold is not None
    assert fearful.threshold is not None
    assert 0 < careless.threshold < 0.1
    assert 0.8 < fearful.threshold < 1


@pytest.mark.parametrize("alone", ["wrong_answer_costs", "handoff_costs"])
def test_one_cost_without_the_other_says_nothing(alone: str) -> None:
    policy, bad = read_policy({alone: 5})
    assert not bad
    assert policy.threshold is None


def test_all_that_a_shop_has_said_is_there_again_after_it_was_stored() -> None:
    said = {
        "answer_from": 0.7,
        "wrong_answer_costs": 20,
        "handoff_costs": "4.5",
        "orders_above": 3000,
        "topics": [{"name": "engraving", "phrases": ["engraving", "刻字"]}],
    }
    policy, bad = read_policy(said)
    assert not bad
    stored = policy.as_json()
    assert stored.keys() == said.keys()
    assert ServicePolicy.of_json(stored) == policy
    assert ServicePolicy.of_json(None) == ServicePolicy()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("answer_from", value) for value in (-0.1, 1.01, True, "NaN", "sure")),
        *(("wrong_answer_costs", value) for value in (0, -1, True, "Infinity")),
        *(("handoff_costs", value) for value in (-1, False, "-Infinity")),
        *(("orders_above", value) for value in (-1, True, "Infinity")),
        ("topics", "engraving"),
    ],
)
def test_a_wish_that_cannot_be_meant_is_named_and_changes_nothing(name: str, value: object) -> None:
    assert read_policy({name: value}) == (ServicePolicy(), [(name, value)])


def test_what_is_no_table_of_wishes_is_named() -> None:
    assert read_policy("call me") == (ServicePolicy(), [("handoff", "call me")])


def test_topics_phrases_and_their_length_have_an_end_and_what_is_beyond_it_is_named() -> None:
    phrases = ["x" * (PHRASE_LIMIT + 1), *map(str, range(MOST_PHRASES))]
    topics = [{"name": "long", "phrases": phrases}, *map(str, range(MOST_TOPICS))]
    policy, bad = read_policy({"topics": topics})
    assert len(policy.topics) == MOST_TOPICS
    assert len(policy.topics[0].phrases) == MOST_PHRASES
    assert policy.topics[0].phrases[0] == "x" * PHRASE_LIMIT
    assert bad == [("topics", str(MOST_TOPICS - 1))]


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


WEDDINGS = (PersonTopic("weddings", ("do you do bulk orders for weddings",)),)


@pytest.mark.parametrize(("alike", "topic"), [(0.75, "weddings"), (0.65, None)])
def test_a_topic_is_known_by_the_meaning_of_a_whole_phrase(alike: float, topic: str | None) -> None:
    assert topic_of("we are marrying and need 80 mugs", WEDDINGS, lambda _one, _other: alike) == topic


def test_a_single_word_and_one_without_letters_are_nothing_to_be_alike() -> None:
    topics = (PersonTopic("engraving", ("engraving", "…")),)
    assert topic_of("is the kettle dishwasher safe", topics, lambda _one, _other: 1.0) is None


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
async def test_a_shop_that_fears_wrong_answers_asks_about_what_another_answers(embedded_counter: Counter) -> None:
    counter = embedded_counter
    careful, _ = read_policy({"answer_from": 1})
    assert (await replied(counter, INVOICE)).action is Action.ANSWER
    offered = await replied(counter, INVOICE, policy=careful)
    assert offered.action is Action.CLARIFY
    refused = await replied(counter, "不是这个", *past(INVOICE, offered), policy=careful)
    assert refused.action is Action.HANDOFF


@pytest.mark.asyncio(loop_scope="session")
async def test_an_afterthought_with_a_question_of_its_own_is_answered_for_itself(embedded_counter: Counter) -> None:
    question = "云柔羊毛开衫是什么材质"
    first = await replied(embedded_counter, question)
    assert first.products
    price = await replied(embedded_counter, "那多少钱", *past(question, first))
    assert price.action is Action.ANSWER
    assert "399" in price.text
    assert "绵羊毛" not in price.text

"""What asks for nothing calls nobody: thanks with a remark, a word that is none; asked back once, then a person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.agent.results import ProductRead
from assistant.agent.verdicts import bargaining, stock, unanswered
from assistant.agent.verdicts.unanswered import UNCLEAR
from assistant.escalation import Step
from assistant.reply import Action, HandoffReason
from assistant.understanding.intents import Guess, Intent
from assistant.understanding.references import Reference
from tests.test_assistant.small_shop import ORDER_NO, PHONE_LAST4, Counter
from tests.test_assistant.test_going_on import exchanged
from tests.test_assistant.test_said_outright import findings_of, published

in_the_session = pytest.mark.asyncio(loop_scope="session")


@in_the_session
@pytest.mark.parametrize("text", ["Cool, that answers it. Cheers", "好的 那我明白了 谢谢你啊"])
async def test_thanks_with_a_remark_are_thanks(embedded_counter: Counter, text: str) -> None:
    assert (await embedded_counter.ask(text)).outcome.reply.action is Action.ANSWER


@in_the_session
async def test_what_says_nothing_clear_is_asked_about(embedded_counter: Counter) -> None:
    question, findings = await findings_of(embedded_counter, "嗯哼，那朵云")
    guess = Guess(Intent.SHOP_QUESTION, 0.4, UNCLEAR / 2, {Intent.SHOP_QUESTION: 0.5, Intent.GOODBYE: 0.4})
    said = replace(question, guess=guess, intent=guess.intent, asks=False, seeks=False, reference=Reference())
    published(findings, said, 0.0)
    assert unanswered.verdict(said, findings).phrase == "unclear"
    clearer = replace(said, guess=replace(guess, margin=UNCLEAR))
    assert unanswered.verdict(clearer, findings).step is Step.CALL_PERSON
    assert unanswered.verdict(replace(said, asks=True), findings).step is Step.CALL_PERSON
    angry = replace(guess, evidence={**guess.evidence, Intent.COMPLAINT: 0.49})
    assert unanswered.verdict(replace(said, guess=angry), findings).step is Step.CALL_PERSON


@in_the_session
async def test_who_may_be_angry_is_not_asked_what_they_mean(embedded_counter: Counter) -> None:
    reply = (await embedded_counter.ask("气死我了！等了这么久没人管，太让人失望了")).outcome.reply
    assert reply.handoff is not None
    assert reply.handoff.reason is HandoffReason.COMPLAINT


@in_the_session
async def test_below_an_order_a_rule_is_asked_for_and_not_the_order_again(embedded_counter: Counter) -> None:
    asked = f"{ORDER_NO} {PHONE_LAST4} 到哪了"
    first = (await embedded_counter.ask(asked)).outcome.reply
    assert first.order is not None
    second = (await embedded_counter.ask("退货运费谁出？", *exchanged(asked, first))).outcome.reply
    assert second.order is None
    assert "由买家承担" in second.text
    again = (await embedded_counter.ask("我的快递现在到哪了？", *exchanged(asked, first))).outcome.reply
    assert again.order is not None


@in_the_session
@pytest.mark.parametrize("text", ["bulk order 40 mugs, who quotes me", "公司要专票，订单430块"])
async def test_no_order_is_asked_for_where_none_is_spoken_of(embedded_counter: Counter, text: str) -> None:
    assert (await embedded_counter.context(text)).after_sales.wish is None


@in_the_session
async def test_who_wants_something_done_with_an_order_is_asked_for_it(embedded_counter: Counter) -> None:
    assert (await embedded_counter.context("衣服大了我要换货")).after_sales.wish is not None


@in_the_session
@pytest.mark.parametrize("text", ["它多重", "这个多少钱"])
async def test_of_what_nobody_has_named_no_page_is_told(embedded_counter: Counter, text: str) -> None:
    reply = (await embedded_counter.ask(text)).outcome.reply
    assert (reply.action, reply.citations) == (Action.CLARIFY, ())


@in_the_session
async def test_a_part_of_the_goods_is_no_call_for_a_person(embedded_counter: Counter) -> None:
    asked = "退货运费谁出"
    first = (await embedded_counter.ask(asked)).outcome.reply
    part = (await embedded_counter.ask("线呢", *exchanged(asked, first))).outcome.reply
    assert part.handoff is None or part.handoff.reason is not HandoffReason.SHOPPER_ASKED
    person = (await embedded_counter.ask("经理呢", *exchanged(asked, first))).outcome.reply
    assert person.handoff is not None
    assert person.handoff.reason is HandoffReason.SHOPPER_ASKED


@in_the_session
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("云柔羊毛开衫还有货吗", True),
        ("云柔羊毛开衫什么时候有货", False),
        ("云柔羊毛开衫的尺码选择", False),
        ("有货的云柔羊毛开衫多少克", False),
    ],
)
async def test_whether_a_product_is_in_stock_is_told_from_its_record(
    embedded_counter: Counter, text: str, told: bool
) -> None:
    question, findings = await findings_of(embedded_counter, text)
    product = question.reference.products[0]
    findings._results = [ProductRead(product)]
    assert (stock.verdict(question, findings) is not None) is told


@in_the_session
@pytest.mark.parametrize(("text", "told"), [("云柔羊毛开衫真的是399吗", True), ("云柔羊毛开衫是不是70%的羊毛", False)])
async def test_a_price_is_told_to_who_asks_about_one(embedded_counter: Counter, text: str, told: bool) -> None:
    question, findings = await findings_of(embedded_counter, text)
    findings._results = [ProductRead(question.reference.products[0])]
    assert (bargaining.price_asked(question, findings) is not None) is told


@in_the_session
async def test_what_was_described_is_still_meant_when_another_part_is_asked_about(embedded_counter: Counter) -> None:
    asked = "开衫云柔的S有货吗"
    first = (await embedded_counter.ask(asked)).outcome.reply
    context = await embedded_counter.context("L的呢", *exchanged(asked, first))
    assert (await embedded_counter.context(asked)).understanding.questions[0].reference.how == "described"
    assert context.understanding.questions[0].reference.how == "described"

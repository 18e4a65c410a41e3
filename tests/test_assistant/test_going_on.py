"""What a message adds to the one before: a taste after a size, a wish for a kind of goods, one question about two."""

from __future__ import annotations

from dataclasses import replace

from assistant.agent.script import in_script
from assistant.agent.verdicts.facts import of_each
from assistant.agent.verdicts.findings import Published
from assistant.facts import Fact, FactKind
from assistant.grounding import Support
from assistant.orders.claims import without_proofs
from assistant.reply import Action, Reply
from assistant.rules.places import speaks_of_others
from assistant.turn import PastMessage
from knowledge.catalog import Handle
from tests.test_assistant.small_shop import CARDIGAN, FLOOR, Counter
from tests.test_assistant.test_sizing import a_product


def exchanged(asked: str, reply: Reply) -> tuple[PastMessage, PastMessage]:
    return PastMessage("shopper", asked), PastMessage("assistant", reply.text, reply.as_json())


async def test_a_taste_told_after_advice_on_a_size_is_about_that_size(embedded_counter: Counter) -> None:
    first = (await embedded_counter.ask("云柔羊毛开衫胸围85穿什么码")).outcome.reply
    assert first.size is not None
    assert first.size.label == "M"
    said = exchanged("云柔羊毛开衫胸围85穿什么码", first)
    second = (await embedded_counter.ask("我喜欢宽松一点", *said)).outcome.reply
    assert second.size is not None
    assert "大一码 L" in second.text


async def test_the_only_thing_that_is_called_so_can_be_bargained_for(embedded_counter: Counter) -> None:
    reply = (await embedded_counter.ask("开衫能便宜点吗")).outcome.reply
    assert reply.offer is not None
    assert reply.offer.product == CARDIGAN
    assert FLOOR not in reply.text


async def test_what_is_not_stated_comes_with_what_the_page_does_state(embedded_counter: Counter) -> None:
    reply = (await embedded_counter.ask("云柔羊毛开衫的扣子是什么品牌的？")).outcome.reply
    assert reply.action is Action.HANDOFF
    assert "材质" in reply.text


def support(handle: str, label: str, text: str, probability: float) -> Support:
    fact = Fact(FactKind.ATTRIBUTE, label, text, "en", "product", handle, handle, "2026-11-20")
    return Support(fact, probability, 0.5, 0.5, ())


def test_a_question_about_both_is_answered_for_each_in_their_order() -> None:
    one, other = (replace(a_product(), handle=Handle(handle)) for handle in ("one", "other"))
    held = (
        support("other", "Care", "Hand wash", 0.9),
        support("one", "Origin", "Peru", 0.5),
        support("one", "care", "Cold", 0.1),
    )
    chosen = of_each(Published((one, other), None, held, ()))
    assert [(s.fact.source_id, s.fact.text) for s in chosen] == [("one", "Cold"), ("other", "Hand wash")]


def test_numbers_that_prove_an_order_take_their_names_with_them() -> None:
    assert without_proofs("HL-10581，手机尾号3302") == ""
    assert without_proofs("my order number is HL-10581, phone ending in 3302") == ""
    assert without_proofs("HL-10581 3302 please cancel it") == "please cancel it"


def test_a_rule_for_all_other_places_is_told_from_one_that_names_its_own() -> None:
    assert speaks_of_others("We do not ship to other countries.")
    assert speaks_of_others("暂不支持海外地址。")
    assert not speaks_of_others("Other colours ship later. Canada takes 7–12 days.")


def test_a_quoted_stretch_keeps_the_script_of_the_shop() -> None:
    reply = Reply("店铺的规定：\n压干水分后平铺晾干。", "zh", Action.ANSWER, 0.9)
    assert in_script(reply, "traditional", ("压干水分后平铺晾干。",)).text == "店鋪的規定：\n压干水分后平铺晾干。"

"""Every answer says why it is as sure as it is: the strongest reasons, each once, in the shopper's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.agent.reasons import _SIGNALS, reasons_of, reasons_together, with_model_s
from assistant.agent.results import FoundProduct
from assistant.agent.verdict import Verdict
from assistant.agent.verdicts.findings import given
from assistant.calibration import BIAS, SIGNALS, Calibration
from assistant.escalation import Step
from assistant.facts import Fact, FactKind
from assistant.grounding import TYPED_ANSWER, Match, Support
from assistant.model_signals import ModelSignals
from assistant.reply import HandoffReason
from assistant.understanding.intents import SMALL_TALK, Intent
from assistant.understanding.question import Question
from knowledge.retrieval.query import ProductHit, Scores
from knowledge.retrieval.query_units import QueryUnit
from knowledge.text import Lang
from tests.test_assistant.small_shop import Counter
from tests.test_assistant.test_confidence import question, some, support
from tests.test_assistant.test_sizing import a_product

in_the_session = pytest.mark.asyncio(loop_scope="session")


def test_there_are_words_for_every_signal_in_both_languages() -> None:
    assert set(_SIGNALS) == set(SIGNALS)
    for likelier, less_likely in _SIGNALS.values():
        assert likelier.keys() == less_likely.keys() == {"zh", "en"}
        assert likelier != less_likely


@in_the_session
async def test_an_answer_from_a_document_has_three_reasons_at_most_and_none_twice(embedded_counter: Counter) -> None:
    reply = (await embedded_counter.ask("退货的运费是由谁来承担的？多少钱包邮？")).outcome.reply
    assert reply.citations
    assert 1 <= len(reply.reasons) <= 3
    assert len(set(reply.reasons)) == len(reply.reasons)
    assert any("资料" in reason or "文件" in reason for reason in reply.reasons)


@in_the_session
async def test_typed_data_is_the_reason_for_a_price(embedded_counter: Counter) -> None:
    reply = (await embedded_counter.ask("亚麻衬衫多少钱")).outcome.reply
    assert reply.reasons == ("来自店铺的结构化数据",)


def test_words_of_a_document_are_never_taken_for_given_however_near_they_lie() -> None:
    fact = Fact(FactKind.PASSAGE, "Returns", "30 days.", "en", "document", "returns.md", "Returns", "2026-11-01")
    sure = Support(fact, TYPED_ANSWER, 1.0, 0.9, ())
    assert not given(sure)
    assert given(replace(sure, fact=replace(fact, kind=FactKind.PRICE)))
    assert given(replace(sure, fact=replace(fact, kind=FactKind.ATTRIBUTE)))
    assert not given(replace(sure, fact=replace(fact, kind=FactKind.ATTRIBUTE), probability=0.5))


@in_the_session
async def test_what_is_worked_out_of_a_rule_is_cited_beside_the_rule(embedded_counter: Counter) -> None:
    reply = (await embedded_counter.ask("买120元包邮吗")).outcome.reply
    kinds = [citation.kind for citation in reply.citations]
    assert kinds == ["document", "derivation"]
    assert reply.citations[1].quote in reply.text


# -- one by one ----------------------------------------------------------------------------------

STEAM = QueryUnit("steam iron", ("steam", "iron"), 0.9)


def told(verdict: Verdict, lang: Lang = "en", *, weights: dict[str, float] | None = None, **known: float) -> list[str]:
    """Return the reasons of a verdict whose question is told by these signals; a usual question has none."""
    return reasons_of(verdict, turn([verdict], lang, weights=weights, **known))


def turn(
    verdicts: Sequence[Verdict], lang: Lang = "en", *, weights: dict[str, float] | None = None, **known: float
) -> Any:
    """Return what reasons read of a turn."""
    published = dict.fromkeys(SIGNALS, 0.0) | {BIAS: 0.0} | (weights or {})
    signals = {v.question.text: (some(**known), v.supports[0]) for v in verdicts if v.supports}
    return SimpleNamespace(
        understanding=SimpleNamespace(lang=lang),
        signals=signals,
        calibration=Calibration(published=published, typical=dict.fromkeys(SIGNALS, 0.0)),
    )


def quoted(kind: FactKind = FactKind.PASSAGE, *missing: QueryUnit, asked: Question | None = None) -> Verdict:
    text = replace(support(kind), missing=missing)
    return Verdict(asked or question(), Step.ANSWER, 0.8, supports=(text,))


@pytest.mark.parametrize("kind", [FactKind.PASSAGE, FactKind.DESCRIPTION])
def test_what_makes_it_likelier_and_less_likely_is_told_apart(kind: FactKind) -> None:
    weights = {"lead": 1.0, "finding": -1.0}
    assert told(quoted(kind), weights=weights, lead=1.0, finding=0.5) == [
        "no other text comes as near",
        "it rather looks for products",
    ]
    assert told(quoted(kind), "zh", weights=weights, lead=-1.0, finding=-0.5) == [
        "别处的资料同样接近",
        "这不像是在找商品",
    ]


def test_what_hardly_moves_it_is_no_reason_and_three_are_the_most() -> None:
    weights = {"support": 1.0, "lead": 1.0, "passage": 1.0, "finding": 1.0}
    some_little = told(quoted(), weights=weights, support=0.14, lead=-0.14, passage=0.16)
    assert some_little == ["it stands in the shop's documents"]
    assert len(told(quoted(), weights=weights, support=1.0, lead=1.0, passage=1.0, finding=1.0)) == 3


def test_where_nothing_stands_out_it_is_told_how_much_of_the_question_the_source_covers() -> None:
    assert told(quoted(), share=0.8) == ["the source covers 80% of the question"]
    assert told(quoted(FactKind.PASSAGE, STEAM), share=0.4) == [
        "the source covers only 40% of the question, and does not mention steam iron"
    ]
    assert told(quoted(FactKind.PASSAGE, STEAM), "zh", share=0.4) == ["资料只覆盖了问题的 40%，没有提到：steam iron"]
    assert told(quoted(), share=0.4) == ["the source covers only 40% of the question"]


@pytest.mark.parametrize("intent", sorted(SMALL_TALK))
def test_manners_need_no_reason(intent: Intent) -> None:
    assert told(Verdict(replace(question(), intent=intent), Step.ANSWER, 0.9, phrase=intent.value)) == []


def test_who_asked_for_a_person_knows_why_and_who_did_not_is_told() -> None:
    called = Verdict(question(), Step.CALL_PERSON, 0.9, reason=HandoffReason.NOT_STATED)
    assert told(called) == ["the shop's files do not support an answer"]
    assert told(called, "zh") == ["店铺资料里没有足够的依据"]
    assert told(replace(called, reason=HandoffReason.SHOPPER_ASKED)) == []
    assert told(replace(called, step=Step.ASK_WHICH, reason=None)) == []


def test_products_found_are_told_by_what_of_the_demands_they_meet_and_are_no_typed_data() -> None:
    hit = ProductHit(a_product(), Scores(0.0, 0.0, 0.0, "usem3"))
    found = Verdict(question(), Step.ANSWER, 0.8, found=(FoundProduct(Match(hit, 0.8, 0.67, ()), ()),))
    assert told(found) == ["the product meets 67% of what is sought"]
    assert told(found, "zh") == ["商品符合所求的 67%"]
    assert told(replace(found, found=(FoundProduct(Match(hit, 0.8, 0.0, ()), ()),))) == []


def test_of_two_questions_what_holds_for_both_is_told_once_and_of_each_its_own() -> None:
    one = quoted()
    other = Verdict(replace(question(), text="what does it cost"), Step.ANSWER, 0.9, typed=(a_product(), ()))
    both = [one, replace(one, question=replace(question(), text="and who pays")), other]
    assert reasons_together(both, turn(both, weights={"passage": 1.0}, passage=1.0)) == (
        "it stands in the shop's documents",
        "read from the shop's typed data",
    )


def test_what_a_language_model_lowered_stands_first_and_what_it_did_not_lower_last() -> None:
    torn = ModelSignals(sure=0.2, figures=0.9, agreement=0.5)
    assert with_model_s(("a",), torn, "en") == (
        "a second draft states only 50% of the same",
        "the language model hesitated over its words (20%)",
        "a",
    )
    sure = ModelSignals(sure=0.9, figures=0.9)
    assert set(with_model_s(("a",), sure, "en")[1:]) == {
        "the language model did not hesitate over its words",
        "the language model was sure of the figures",
    }
    assert with_model_s(("a", "b", "c"), sure, "en") == ("a", "b", "c")
    assert with_model_s(("a",), ModelSignals(sure=0.74), "en") == ("a",), "too little to be worth reading"

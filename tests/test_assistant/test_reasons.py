"""Every answer says why it is as sure as it is: the strongest reasons, each once, in the shopper's language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.agent.reasons import _SIGNALS
from assistant.agent.verdicts.findings import _given
from assistant.calibration import SIGNALS
from assistant.facts import Fact, FactKind
from assistant.grounding import TYPED_ANSWER, Support
from tests.test_assistant.small_shop import Counter

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
    assert not _given(sure)
    assert _given(replace(sure, fact=replace(fact, kind=FactKind.PRICE)))
    assert _given(replace(sure, fact=replace(fact, kind=FactKind.ATTRIBUTE)))
    assert not _given(replace(sure, fact=replace(fact, kind=FactKind.ATTRIBUTE), probability=0.5))


@in_the_session
async def test_what_is_worked_out_of_a_rule_is_cited_beside_the_rule(embedded_counter: Counter) -> None:
    reply = (await embedded_counter.ask("买120元包邮吗")).outcome.reply
    kinds = [citation.kind for citation in reply.citations]
    assert kinds == ["document", "derivation"]
    assert reply.citations[1].quote in reply.text

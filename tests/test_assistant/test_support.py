"""A model's sentence must be said of the right product, and by a source."""

from __future__ import annotations

import pytest

from assistant.agent.llm_draft import Evidence, checked_text
from assistant.agent.results import ProductRead
from tests.test_assistant.small_shop import CARDIGAN, SHIRT, Counter

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def evidence_of(counter: Counter, *handles: str) -> Evidence:
    """Return what is known after these products were read."""
    context = await counter.context("云柔羊毛开衫和亚麻衬衫有什么不同？")
    read = [context.index.by_handle(handle) for handle in handles]
    return Evidence.of(context, [ProductRead(product) for product in read if product is not None])


@pytest.mark.parametrize(
    "sentence",
    [
        "云柔羊毛开衫现价 399 元。",
        "亚麻衬衫现价 199 元。",
        "云柔羊毛开衫的材质是 70%绵羊毛 30%锦纶。",
        "亚麻衬衫的材质是 100%亚麻。",
        "云柔羊毛开衫 399 元，亚麻衬衫 199 元。",
    ],
)
async def test_what_the_page_of_a_product_says_of_it_may_be_said(counter: Counter, sentence: str) -> None:
    evidence = await evidence_of(counter, CARDIGAN, SHIRT)
    assert checked_text(evidence, sentence).text == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "亚麻衬衫现价 399 元。",
        "云柔羊毛开衫现价 199 元。",
        "亚麻衬衫的材质是 70%绵羊毛。",
        "亚麻衬衫是桑蚕丝的。",
        "云柔羊毛开衫重 399 克。",
    ],
)
async def test_a_fact_of_another_product_or_of_none_may_not(counter: Counter, sentence: str) -> None:
    evidence = await evidence_of(counter, CARDIGAN, SHIRT)
    assert checked_text(evidence, sentence).text == ""


async def test_a_product_of_which_nothing_was_read_may_not_be_spoken_of(counter: Counter) -> None:
    sentence = "亚麻衬衫和云柔羊毛开衫都有货。"
    assert checked_text(await evidence_of(counter, CARDIGAN, SHIRT), sentence).text == sentence
    assert checked_text(await evidence_of(counter, CARDIGAN), sentence).text == ""


@pytest.mark.parametrize(
    "sentence",
    [
        "云柔羊毛开衫的材质是纯绵羊毛。",
        "云柔羊毛开衫是纯羊毛材质的。",
        "云柔羊毛开衫的材质只有绵羊毛。",
        "亚麻衬衫永远不会起皱。",
    ],
)
async def test_what_leaves_nothing_out_must_stand_so_in_the_very_fact(counter: Counter, sentence: str) -> None:
    evidence = await evidence_of(counter, CARDIGAN, SHIRT)
    assert checked_text(evidence, sentence).text == ""


async def test_what_a_source_leaves_out_nothing_of_may_be_said_so(counter: Counter) -> None:
    evidence = await evidence_of(counter, CARDIGAN, SHIRT)
    assert checked_text(evidence, "亚麻衬衫的材质是纯亚麻。").text == "亚麻衬衫的材质是纯亚麻。"


@pytest.mark.parametrize(
    "said",
    [
        "云柔羊毛开衫和亚麻衬衫有什么不同。",
        '{"query": "云柔羊毛开衫的材质"}',
        "<tool_call>云柔羊毛开衫的材质是 70%绵羊毛 30%锦纶。</tool_call>",
        "functions.product_details:\n{&#34;handle&#34;: &#34;云柔羊毛开衫&#34;}",
    ],
    ids=["the question again", "JSON", "tags", "escaped"],
)
async def test_what_is_no_answer_in_words_is_no_answer(counter: Counter, said: str) -> None:
    evidence = await evidence_of(counter, CARDIGAN, SHIRT)
    assert checked_text(evidence, said).text == ""


@pytest.mark.parametrize(
    "sentence", ["云柔羊毛开衫含 70%绵羊毛，但亚麻衬衫没有。", "亚麻衬衫是 100%亚麻，云柔羊毛开衫不是。", "好的！"]
)
async def test_a_denial_without_its_matter_and_manners_alone_are_borne_out_by_nothing(
    counter: Counter, sentence: str
) -> None:
    evidence = await evidence_of(counter, CARDIGAN, SHIRT)
    assert checked_text(evidence, sentence).text == ""

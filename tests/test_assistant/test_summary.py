"""What the human agent reads first."""

from __future__ import annotations

from assistant.agent.draft import Draft
from assistant.agent.summary import handoff_summary
from assistant.facts import passage_fact, product_facts
from assistant.reply import Action, HandoffReason
from knowledge.retrieval.query import SearchQuery
from tests.test_assistant.small_shop import CARDIGAN, Counter

RETURNS = "支持7天无理由退货吗？"


async def test_a_fact_is_told_with_the_place_it_stands_in_each_heading_once(counter: Counter) -> None:
    context = await counter.context(RETURNS)
    passage = passage_fact(context.index.search_passages(SearchQuery(RETURNS, "zh", 1))[0])
    product = context.index.by_handle(CARDIGAN)
    assert product is not None
    material = next(fact for fact in product_facts(product) if fact.label == "材质")
    handoff = (HandoffReason.NOT_STATED, RETURNS)
    draft = Draft("", Action.HANDOFF, 0.0, nearest=(passage, material), handoff=handoff)
    places = [fact["source"] for fact in handoff_summary(context, draft, ()).facts]
    assert places == ["退换货 › 支持 7 天无理由退货吗？", "云柔羊毛开衫 › 材质"]

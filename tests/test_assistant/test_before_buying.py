"""Questions before buying, put to the embedded mind of the small shop: typed facts, yes and no, several at once."""

from __future__ import annotations

import pytest
from langchain_core.messages import HumanMessage

from assistant.agent.grounded_model import DRAFT
from assistant.agent.minds import embedded_mind
from tests.test_assistant.small_shop import SHIRT, Counter

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def written(counter: Counter, text: str, page: str | None = None) -> str:
    context = await counter.responder.understood(counter.request(text, page=page))
    state = await embedded_mind().ainvoke({"messages": [HumanMessage(text)]}, context=context)
    told: str = state["messages"][-1].additional_kwargs[DRAFT].text
    return told


async def test_a_typed_fact_gives_its_yes(counter: Counter) -> None:
    told = await written(counter, "是亚麻的吗", page=SHIRT)
    assert told.startswith("是的。")
    assert "100%亚麻" in told


async def test_every_question_of_a_message_is_answered_of_the_product_that_the_first_names(counter: Counter) -> None:
    told = await written(counter, "亚麻衬衫多少钱？它是什么材质？")
    assert "199" in told
    assert "100%亚麻" in told

"""Finding products in a shop: kinds, demands, what is not wanted, what gives way, and setting side by side."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from assistant.agent.responder import ShopResponder
from assistant.migrations import upgrade
from assistant.reply import Action, Reply
from assistant.settings import AssistantSettings
from assistant.turn import PastMessage, TurnRequest
from knowledge.catalog import Shop, ShopId
from knowledge.home import Home, KnowledgeSettings
from knowledge.importing.run import ShopDefaults, import_paths
from knowledge.retrieval.embedding import embed_missing
from knowledge.store import KnowledgeStore

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHOP = ShopId("atelier")
HEAD = "Handle,Title,Type,Option1 Name,Option1 Value,Variant Price,Variant Inventory Qty,Material,Weight\n"
PRODUCTS = f"""{HEAD}\
wool-sweater,Fjord Wool Sweater,Knitwear,Color,Navy,89,5,100% wool,480 g
cotton-sweater,Dune Cotton Sweater,Knitwear,Color,Sand,59,5,100% cotton,390 g
wool-cardigan,Fjord Wool Cardigan,Knitwear,Color,Navy,99,5,100% wool,520 g
wool-scarf,Fjord Wool Scarf,Accessories,Color,Red,35,5,100% wool,120 g
linen-dress,Cove Linen Dress,Dresses,Color,Sage,129,5,100% linen,300 g
jersey-dress,Cove Jersey Dress,Dresses,Color,Red,119,5,95% cotton,280 g
linen-trousers,Cove Linen Trousers,Trousers,Color,Sage,79,5,100% linen,310 g
beeswax-candle,Hive Beeswax Candle,Candles,Size,One size,18,5,Beeswax,200 g
socks,Trail Socks,Socks,Size,M,9,5,80% wool,60 g
"""


@dataclass(frozen=True)
class Atelier:
    responder: ShopResponder
    shop: Shop

    async def ask(self, text: str, *history: PastMessage) -> Reply:
        async def ignore(_text: str) -> None:
            """Only the whole reply counts here."""

        outcome = await self.responder.respond(TurnRequest(self.shop, "cv_1", text, "tr_1", tuple(history)), ignore)
        return outcome.reply

    async def found(self, text: str) -> list[str]:
        return [card.handle for card in (await self.ask(text)).products]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def atelier(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Atelier]:
    folder: Path = tmp_path_factory.mktemp("atelier")
    home = Home.at(folder / "home", upgrade, KnowledgeSettings())
    (folder / "products.csv").write_text(PRODUCTS, "utf-8")
    database = await home.open_database()
    defaults = ShopDefaults("Atelier", "en-US", "USD", "America/New_York")
    await import_paths(
        database, None, SHOP, [folder / "products.csv"], clock=home.clock, ids=home.ids, defaults=defaults
    )
    await embed_missing(database, SHOP)
    responder = ShopResponder(database, AssistantSettings())
    await responder.start()
    await responder.retriever.settled()
    yield Atelier(responder, await KnowledgeStore(database).shop(SHOP))
    await responder.close()
    await database.close()


async def test_only_things_of_the_kind_are_shown_and_the_narrower_kinds_count(atelier: Atelier) -> None:
    assert set(await atelier.found("do you have wool sweaters?")) == {"wool-sweater", "wool-cardigan"}


async def test_the_cheapest_is_the_cheapest_of_its_kind_and_material(atelier: Atelier) -> None:
    assert (await atelier.found("what is your cheapest wool sweater?"))[0] == "wool-sweater"
    assert (await atelier.found("cheapest sweater"))[0] == "cotton-sweater"


async def test_what_is_not_wanted_is_not_shown(atelier: Atelier) -> None:
    found = await atelier.found("a sweater, not wool")
    assert found == ["cotton-sweater"]


async def test_the_lightest_comes_from_the_stated_weights_and_is_cited(atelier: Atelier) -> None:
    reply = await atelier.ask("which sweater is the lightest?")
    assert [card.handle for card in reply.products] == ["cotton-sweater", "wool-sweater", "wool-cardigan"]
    assert "390 g" in reply.text
    assert reply.citations[0].quote == "390 g"


async def test_a_budget_gives_way_only_aloud_and_the_kind_never(atelier: Atelier) -> None:
    reply = await atelier.ask("do you have linen dresses under $100?")
    assert reply.action is Action.ANSWER
    assert "under $100" in reply.text
    assert [card.handle for card in reply.products][:1] == ["linen-dress"]
    assert "linen-trousers" not in {card.handle for card in reply.products}


async def test_a_budget_that_can_be_kept_is_kept(atelier: Atelier) -> None:
    assert set(await atelier.found("dresses under $125")) == {"jersey-dress"}


async def test_two_products_are_set_side_by_side_with_what_both_state(atelier: Atelier) -> None:
    reply = await atelier.ask("what is the difference between the Cove Linen Dress and the Cove Jersey Dress?")
    assert [card.handle for card in reply.products] == ["linen-dress", "jersey-dress"]
    assert "A 100% linen; B 95% cotton" in reply.text
    assert "$129" in reply.text
    assert "$119" in reply.text


async def test_in_chinese_the_same_demands_hold_over_english_pages(atelier: Atelier) -> None:
    assert set(await atelier.found("有羊毛的毛衣吗")) == {"wool-sweater", "wool-cardigan"}
    assert (await atelier.found("最轻的毛衣是哪款"))[0] == "cotton-sweater"

"""Finding products in a shop: kinds, demands, what is not wanted, what gives way, and setting side by side."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from assistant.agent.finding import says
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


def said(*turns: tuple[str, Reply]) -> list[PastMessage]:
    """Return a conversation of a shopper's messages and their replies."""
    return [
        message
        for text, reply in turns
        for message in (PastMessage("shopper", text), PastMessage("assistant", reply.text, reply.as_json()))
    ]


@pytest.mark.parametrize(
    "text",
    [
        "sweaters that aren't wool",
        "I don't want wool, show me sweaters",
        "有没有不是羊毛的毛衣",
        "别给我推荐羊毛的毛衣",
    ],
)
async def test_however_it_is_put_what_is_not_wanted_is_not_shown(atelier: Atelier, text: str) -> None:
    assert await atelier.found(text) == ["cotton-sweater"]


async def test_a_question_whether_a_thing_is_of_wool_does_not_exclude_wool(atelier: Atelier) -> None:
    assert "wool-scarf" in await atelier.found("Fjord Wool Scarf 是不是羊毛的")


async def test_the_thing_that_is_named_by_what_is_not_wanted_is_not_meant(atelier: Atelier) -> None:
    for text in ("not the wool scarf", "不要wool的围巾", "别给我推荐羊毛的围巾"):
        assert "wool-scarf" not in await atelier.found(text), text


@pytest.mark.parametrize(
    ("page", "phrase", "said"),
    [
        ("不含酒精、香精", "酒精", False),
        ("不含酒精、香精", "香精", False),
        ("含酒精", "酒精", True),
        ("100% wool", "wool", True),
        ("wool-free, 100% cotton", "wool", False),
        ("made without any wool", "wool", False),
        ("no wool. lined with wool", "wool", True),
        ("羊毛", "wool", True),
    ],
)
async def test_a_page_that_denies_a_thing_does_not_hold_it(page: str, phrase: str, said: bool) -> None:
    assert says(page, phrase) is said


@pytest.mark.parametrize(("first", "more"), [("show me sweaters", "anything cheaper?"), ("有毛衣吗", "有便宜点的吗")])
async def test_something_cheaper_is_the_same_kind_of_thing_from_the_cheapest_up(
    atelier: Atelier, first: str, more: str
) -> None:
    before = await atelier.ask(first)
    reply = await atelier.ask(more, *said((first, before)))
    prices = [card.price.amount for card in reply.products if card.price]
    assert reply.products[0].handle == "cotton-sweater"
    assert prices == sorted(prices)
    assert {card.handle for card in reply.products} <= {"cotton-sweater", "wool-sweater", "wool-cardigan"}


async def test_a_further_demand_on_a_list_keeps_its_kind_and_budget(atelier: Atelier) -> None:
    first = "show me sweaters under $95"
    before = await atelier.ask(first)
    assert len(before.products) == 2
    reply = await atelier.ask("in navy?", *said((first, before)))
    assert [card.handle for card in reply.products] == ["wool-sweater"]
    other = await atelier.ask("not wool", *said((first, before)))
    assert [card.handle for card in other.products] == ["cotton-sweater"]


async def test_of_one_product_that_was_shown_a_colour_is_asked_of_it(atelier: Atelier) -> None:
    first = "do you have a beeswax candle?"
    before = await atelier.ask(first)
    assert [card.handle for card in before.products] == ["beeswax-candle"]
    reply = await atelier.ask("in navy?", *said((first, before)))
    assert [card.handle for card in reply.products] == ["beeswax-candle"]


async def test_a_correction_takes_the_place_of_what_was_meant_before(atelier: Atelier) -> None:
    first = "what is the Fjord Wool Sweater made of?"
    before = await atelier.ask(first)
    for correction in ("no, I meant the cardigan", "sorry, the cardigan"):
        reply = await atelier.ask(correction, *said((first, before)))
        assert [card.handle for card in reply.products] == ["wool-cardigan"], correction
        assert "wool" in reply.text


async def test_the_second_one_is_counted_in_the_last_list_also_after_one_was_talked_about(atelier: Atelier) -> None:
    first = "show me sweaters"
    before = await atelier.ask(first)
    about = await atelier.ask("what is the first one made of?", *said((first, before)))
    assert [card.handle for card in about.products] == [before.products[0].handle]
    reply = await atelier.ask("and how much is the second one?", *said((first, before), ("the first one?", about)))
    assert [card.handle for card in reply.products] == [before.products[1].handle]


async def test_a_kind_in_a_size_is_looked_for(atelier: Atelier) -> None:
    assert await atelier.found("socks size M") == ["socks"]


@pytest.mark.parametrize("asked", ["do you sell desks?", "have you got any headphones?", "do you stock car tires?"])
async def test_what_is_not_sold_at_all_is_said_to_be_so_with_what_is(atelier: Atelier, asked: str) -> None:
    reply = await atelier.ask(asked)
    assert reply.action is Action.REFUSE
    assert reply.text.startswith("No, ")
    assert "clothing" in reply.text
    assert not reply.products


async def test_the_same_in_chinese_and_in_traditional_script(atelier: Atelier) -> None:
    assert (await atelier.ask("你们卖书桌吗")).text.startswith("没有，在售商品里没有“书桌”")
    assert "衣服、" in (await atelier.ask("你們有賣耳機嗎")).text


@pytest.mark.parametrize(
    "asked", ["do you sell candles?", "do you have cardigans?", "你们卖裙子吗", "do you sell linen things?"]
)
async def test_what_is_sold_is_not_denied(atelier: Atelier, asked: str) -> None:
    reply = await atelier.ask(asked)
    assert reply.action is not Action.REFUSE

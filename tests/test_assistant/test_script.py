"""Shoppers who write traditional script are understood in any shop, and answered as they write."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from assistant.agent.responder import ShopResponder
from assistant.agent.script import in_script
from assistant.migrations import upgrade
from assistant.reply import Action, Citation, Reply
from assistant.settings import AssistantSettings
from assistant.turn import PastMessage, TurnRequest
from knowledge.catalog import ShopId
from knowledge.home import Home, KnowledgeSettings
from knowledge.importing.run import ShopDefaults, import_paths
from knowledge.retrieval.embedding import embed_missing
from knowledge.script import script_of, traditional
from knowledge.store import KnowledgeStore

pytestmark = pytest.mark.asyncio(loop_scope="module")

PRODUCTS = """Handle,Title,Body (HTML),Type,Option1 Name,Option1 Value,Variant Price,Variant Inventory Qty,材质
sweater,云柔羊毛衫,V领毛衣。,毛衣,颜色,蓝色,399,5,70%绵羊毛 30%锦纶
kettle,晨光电热水壶,一升半。,水壶,颜色,白色,129,5,不锈钢
"""
CARE = """# 洗护

## 羊毛衫会缩水吗？

会。请冷水手洗，平铺晾干，不要机洗。
"""


@dataclass(frozen=True)
class Shops:
    responder: ShopResponder
    store: KnowledgeStore

    async def ask(self, shop: str, text: str, *history: PastMessage) -> Reply:
        async def ignore(_text: str) -> None:
            """Only the whole reply counts here."""

        request = TurnRequest(await self.store.shop(ShopId(shop)), "cv_1", text, "tr_1", tuple(history))
        return (await self.responder.respond(request, ignore)).reply


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shops(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shops]:
    """Open one shop in either script."""
    folder: Path = tmp_path_factory.mktemp("script")
    home = Home.at(folder / "home", upgrade, KnowledgeSettings())
    database = await home.open_database()
    for shop, locale, written in (("jian", "zh-CN", str), ("fan", "zh-TW", traditional)):
        (folder / shop).mkdir()
        (folder / shop / "products.csv").write_text(written(PRODUCTS), "utf-8")
        (folder / shop / "care.md").write_text(written(CARE), "utf-8")
        defaults = ShopDefaults("小店", locale, "CNY", "Asia/Shanghai")
        report = await import_paths(
            database, None, ShopId(shop), [folder / shop], clock=home.clock, ids=home.ids, defaults=defaults
        )
        assert report.usable, report.as_json()
        await embed_missing(database, ShopId(shop))
    responder = ShopResponder(database, AssistantSettings())
    await responder.start()
    yield Shops(responder, KnowledgeStore(database))
    await responder.close()
    await database.close()


@pytest.mark.parametrize("shop", ["jian", "fan"])
@pytest.mark.parametrize("text", ["羊毛衫会缩水吗", "羊毛衫會縮水嗎"])
async def test_a_rule_is_found_in_either_script_and_cited_as_the_shop_wrote_it(
    shops: Shops, shop: str, text: str
) -> None:
    reply = await shops.ask(shop, text)
    assert reply.action is Action.ANSWER
    written = traditional(CARE) if shop == "fan" else CARE
    assert reply.citations
    assert all(citation.quote in written for citation in reply.citations if citation.kind == "document")
    assert any(citation.kind == "document" for citation in reply.citations)


@pytest.mark.parametrize("shop", ["jian", "fan"])
@pytest.mark.parametrize(("text", "script"), [("電熱水壺多少錢", "traditional"), ("电热水壶多少钱", "simplified")])
async def test_the_assistants_own_words_are_in_the_script_of_the_shopper(
    shops: Shops, shop: str, text: str, script: str
) -> None:
    reply = await shops.ask(shop, text)
    assert "129" in reply.text
    title = "晨光電熱水壺" if shop == "fan" else "晨光电热水壶"
    assert title in reply.text, "a product is called as the shop calls it"
    assert script_of([reply.text.replace(title, "")]) in (script, None)
    assert ("現價" if script == "traditional" else "现价") in reply.text


async def test_a_message_that_is_written_alike_in_both_follows_the_conversation_then_the_shop(shops: Shops) -> None:
    before = PastMessage("shopper", "請問羊毛衫會縮水嗎")
    assert script_of([(await shops.ask("jian", "你好", before)).text]) == "traditional"
    assert script_of([(await shops.ask("jian", "你好")).text]) == "simplified"
    assert script_of([(await shops.ask("fan", "你好")).text]) == "traditional"


async def test_options_are_met_in_either_script(shops: Shops) -> None:
    for shop in ("jian", "fan"):
        for text in ("有蓝色的羊毛衫吗", "有藍色的羊毛衫嗎"):
            reply = await shops.ask(shop, text)
            assert [card.handle for card in reply.products] == ["sweater"], (shop, text)


async def test_traditional_and_latin_words_may_be_mixed(shops: Shops) -> None:
    reply = await shops.ask("jian", "請問羊毛衫的 material 是什麼？")
    assert "70%" in reply.text


async def test_quotes_names_and_english_replies_are_left_as_they_are() -> None:
    citation = Citation(1, "document", "care.md", "洗护", "缩水", "会缩水", "2026-11-01")
    reply = Reply("这件「云柔羊毛衫」的页面写着：“会缩水”。会缩水。", "zh", Action.ANSWER, 0.9, citations=(citation,))
    assert in_script(reply, "traditional").text == "這件「云柔羊毛衫」的頁面寫著：“会缩水”。会缩水。"
    assert in_script(reply, "simplified") is reply
    english = Reply("It is called 云柔羊毛衫.", "en", Action.ANSWER, 0.9)
    assert in_script(english, "traditional") is english

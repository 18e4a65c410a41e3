"""What a merchant takes out of the catalog is out of the answers with the next question."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.agent.responder import ShopResponder
from assistant.settings import AssistantSettings
from assistant.turn import TurnOutcome, TurnRequest
from knowledge.catalog import Shop, ShopId
from knowledge.database import Database
from knowledge.home import Home
from knowledge.importing.report import Kind
from knowledge.importing.run import ShopDefaults, import_paths
from knowledge.versions import Versions

SHOP = ShopId("jiaju")
HEAD = "Handle,Title,Body (HTML),Type,Published,Variant SKU,Variant Inventory Qty,Variant Price\n"
LAMP = "lamp,星河陶瓷台灯,<p>手工上釉的陶瓷灯座。</p>,台灯,true,L-1,5,268.00\n"
CHAIR = "chair,白蜡木餐椅,<p>实木框架，坐面编绳。</p>,餐椅,true,C-1,8,459.00\n"
QUESTION = "星河陶瓷台灯多少钱？"


@dataclass
class Stall:
    """A shop with a responder that has already answered once."""

    home: Home
    database: Database
    responder: ShopResponder
    shop: Shop
    folder: Path

    async def ask(self, text: str = QUESTION) -> TurnOutcome:
        async def on_text(_piece: str) -> None:
            return None

        return await self.responder.respond(TurnRequest(self.shop, "cv_1", text, "tr_1", (), None), on_text)

    async def imports(self, table: str, *, replace: bool = False) -> None:
        (self.folder / "p.csv").write_text(HEAD + table, "utf-8")
        await import_paths(
            self.database,
            None,
            SHOP,
            [self.folder / "p.csv"],
            clock=self.home.clock,
            ids=self.home.ids,
            defaults=ShopDefaults("家居", "zh-CN", "CNY", "Asia/Shanghai"),
            replace=replace,
        )


@pytest.fixture
async def stall(home: Home, tmp_path: Path) -> AsyncIterator[Stall]:
    database = await home.open_database()
    responder = ShopResponder(database, AssistantSettings(openai_api_key=None))
    made = Stall(home, database, responder, Shop(SHOP, "家居", "zh-CN", "CNY", "Asia/Shanghai"), tmp_path)
    await made.imports(LAMP + CHAIR)
    await responder.start()
    outcome = await made.ask()
    assert "268" in outcome.reply.text
    assert [card.handle for card in outcome.reply.products] == ["lamp"]
    yield made
    await responder.close()
    await database.close()


async def gone(stall: Stall) -> bool:
    reply = (await stall.ask()).reply
    return "268" not in reply.text and "lamp" not in [card.handle for card in reply.products]


async def test_an_unpublished_product_is_in_no_answer_and_returns_when_the_import_is_rolled_back(stall: Stall) -> None:
    await stall.imports(LAMP.replace("true", "false"))
    assert await gone(stall)
    versions = Versions(stall.database, stall.home.clock)
    await versions.rollback(SHOP, (await versions.of_shop(SHOP))[-1].id)
    assert "268" in (await stall.ask()).reply.text


async def test_a_product_that_a_replacing_import_leaves_out_is_in_no_answer(stall: Stall) -> None:
    await stall.imports(CHAIR, replace=True)
    assert await gone(stall)


async def test_a_product_that_staff_delete_is_in_no_answer(stall: Stall) -> None:
    await Versions(stall.database, stall.home.clock).remove(SHOP, Kind.PRODUCT, "lamp")
    assert await gone(stall)

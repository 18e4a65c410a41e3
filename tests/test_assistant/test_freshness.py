"""A fact older than the merchant's limit is told with its date, or not at all, in both languages."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio

from assistant.agent.responder import ShopResponder
from assistant.migrations import upgrade
from assistant.reply import Action, Reply
from assistant.settings import AssistantSettings
from assistant.turn import TurnRequest
from knowledge.catalog import ShopId
from knowledge.database import Database
from knowledge.home import Home, KnowledgeSettings
from knowledge.importing.run import ShopDefaults, import_paths
from knowledge.store import KnowledgeStore

IMPORTED = datetime(2026, 11, 1, 10, 32, tzinfo=UTC)
PRODUCTS = (
    "Handle,Title,Body (HTML),Type,Variant SKU,Variant Inventory Qty,Variant Price\n"
    "starling-lamp,Starling Ceramic Lamp,<p>Glazed by hand.</p>,Lamps,SL-1,5,268.00\n"
    "ash-chair,Ash Dining Chair,<p>Solid ash.</p>,Chairs,AC-1,8,459.00\n"
)
RETURNS = "# Returns\n\n## How long may I return things?\n\nYou may return anything within 30 days of delivery.\n"
_NUMBERS = count(1)
pytestmark = pytest.mark.asyncio(loop_scope="module")
LAMP_EN, LAMP_ZH = "How much is the Starling Ceramic Lamp?", "Starling Ceramic Lamp 多少钱？"


class MovableClock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.at = IMPORTED

    def now(self) -> datetime:
        return self.at


@dataclass
class Stall:
    """A shop whose clock can be moved on."""

    home: Home
    database: Database
    responder: ShopResponder
    clock: MovableClock
    folder: Path
    id: ShopId

    async def imports(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, "utf-8")
        defaults = ShopDefaults("Lumen", "en-US", "USD", "UTC")
        await import_paths(
            self.database, None, self.id, [self.folder / name], clock=self.clock, ids=self.home.ids, defaults=defaults
        )

    async def limits(self, **limits: object) -> None:
        await self.imports("shop.json", json.dumps({"name": "Lumen", "freshness": limits}))

    async def ask(self, text: str) -> Reply:
        async def on_text(_piece: str) -> None:
            return None

        shop = await KnowledgeStore(self.database).shop(self.id)
        return (await self.responder.respond(TurnRequest(shop, "cv_1", text, "tr_1", (), None), on_text)).reply


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stall]:
    """A responder that has loaded; each test opens a shop of its own."""
    folder = tmp_path_factory.mktemp("freshness")
    home = Home.at(folder / "home", upgrade, KnowledgeSettings())
    database, clock = await home.open_database(), MovableClock()
    responder = ShopResponder(database, AssistantSettings(openai_api_key=None), clock)
    await responder.start()
    yield Stall(home, database, responder, clock, folder, ShopId(""))
    await responder.close()
    await database.close()


@pytest_asyncio.fixture(loop_scope="module")
async def stall(opened: Stall, tmp_path: Path) -> Stall:
    opened.clock.at = IMPORTED
    made = replace(opened, folder=tmp_path, id=ShopId(f"lumen-{next(_NUMBERS)}"))
    await made.imports("products.csv", PRODUCTS)
    await made.imports("returns.md", RETURNS)
    return made


async def test_without_a_limit_nothing_is_dated(stall: Stall) -> None:
    stall.clock.at += timedelta(days=900)
    reply = await stall.ask(LAMP_EN)
    assert "268" in reply.text
    assert "as of" not in reply.text


async def test_a_fresh_price_is_told_without_a_date(stall: Stall) -> None:
    await stall.limits(price="2 days")
    stall.clock.at += timedelta(days=1)
    assert "as of" not in (await stall.ask(LAMP_EN)).text


@pytest.mark.parametrize(
    ("question", "notice"), [(LAMP_EN, "Price as of 1 November 2026."), (LAMP_ZH, "价格截至2026年11月1日。")]
)
async def test_an_old_price_is_told_with_its_date(stall: Stall, question: str, notice: str) -> None:
    await stall.limits(price="2 days")
    stall.clock.at += timedelta(days=9)
    reply = await stall.ask(question)
    assert "268" in reply.text
    assert reply.text.endswith(notice)


async def test_of_a_limit_in_hours_the_hour_is_told(stall: Stall) -> None:
    await stall.limits(price="6h", stock="6小时")
    stall.clock.at += timedelta(hours=7)
    assert (await stall.ask(LAMP_EN)).text.endswith("Price and stock as of 1 November 2026, 10:32.")


@pytest.mark.parametrize("question", [LAMP_EN, LAMP_ZH])
async def test_an_old_price_that_the_merchant_leaves_out_is_nowhere_in_the_reply(stall: Stall, question: str) -> None:
    await stall.limits(price={"after": "2 days", "then": "leave_out"})
    stall.clock.at += timedelta(days=9)
    reply = await stall.ask(question)
    assert "268" not in json.dumps(reply.as_json())
    assert reply.action is Action.HANDOFF  # the one thing that was asked is not known


async def test_old_stock_that_the_merchant_leaves_out_is_not_told(stall: Stall) -> None:
    await stall.limits(stock={"after": 2, "then": "leave_out"})
    stall.clock.at += timedelta(days=9)
    reply = await stall.ask("Is the Starling Ceramic Lamp in stock?")
    assert "268" in reply.text
    assert {card.availability.value for card in reply.products} == {"unknown"}


async def test_a_withheld_price_is_not_searched_by(stall: Stall) -> None:
    assert "Starling" in (await stall.ask("Do you have lamps under $300?")).text
    await stall.limits(price={"after": "2 days", "then": "leave_out"})
    stall.clock.at += timedelta(days=9)
    assert [card.price for card in (await stall.ask("Do you have lamps under $300?")).products] in ([], [None])


async def test_of_a_shop_that_says_nothing_old_at_all_the_product_and_the_rule_are_not_told(stall: Stall) -> None:
    assert "30 days" in (await stall.ask("How long may I return things?")).text
    await stall.limits(everything={"after": "30 days", "then": "leave_out"})
    stall.clock.at += timedelta(days=31)
    assert "268" not in (await stall.ask(LAMP_EN)).text
    assert "30 days" not in (await stall.ask("How long may I return things?")).text


async def test_an_old_rule_is_told_with_its_date(stall: Stall) -> None:
    await stall.limits(everything="30 days")
    stall.clock.at += timedelta(days=31)
    reply = await stall.ask("How long may I return things?")
    assert reply.text.endswith("Shop information as of 1 November 2026.")


async def test_a_file_that_says_the_same_again_makes_its_facts_fresh(stall: Stall) -> None:
    await stall.limits(price="2 days")
    stall.clock.at += timedelta(days=9)
    assert "as of 1 November" in (await stall.ask(LAMP_EN)).text
    await stall.imports("products.csv", PRODUCTS)
    reply = await stall.ask(LAMP_EN)
    assert "as of" not in reply.text
    assert reply.citations[0].as_of == stall.clock.at.isoformat()


async def test_what_was_confirmed_before_there_was_a_limit_counts_too(stall: Stall) -> None:
    stall.clock.at += timedelta(days=9)
    await stall.imports("products.csv", PRODUCTS)
    await stall.limits(price="2 days")
    assert "as of" not in (await stall.ask(LAMP_EN)).text


async def test_a_citation_names_the_row_of_the_merchants_file(stall: Stall) -> None:
    cited = (await stall.ask(LAMP_EN)).citations[0]
    assert (cited.source_file, cited.source_row, cited.as_of) == ("products.csv", 2, IMPORTED.isoformat())
    moved = PRODUCTS.split("\n")
    await stall.imports("prices.csv", "\n".join([moved[0], moved[2], moved[1], ""]))
    row = await KnowledgeStore(stall.database).product(stall.id, "starling-lamp")
    assert row is not None
    assert (row[1].source.file, row[1].source.row) == ("prices.csv", 3)


PROMOTIONS = {
    "currency": "USD",
    "bargain": [{"product_handle": "ash-chair", "list_price": 459, "floor_price": 400}],
    "coupons": [{"code": "LUMEN20", "type": "amount_off", "amount": 20}],
}
COUPON = "How much is the Starling Ceramic Lamp with the code LUMEN20?"


async def test_a_coupon_is_cited_with_its_line_and_told_with_its_date_when_it_is_old(stall: Stall) -> None:
    await stall.imports("promotions.json", json.dumps(PROMOTIONS, indent=1))
    stall.clock.at += timedelta(days=9)
    reply = await stall.ask(COUPON)
    (cited,) = [one for one in reply.citations if one.kind == "promotion"]
    assert (cited.source_file, cited.source_row, cited.as_of) == ("promotions.json", 11, IMPORTED.isoformat())
    assert "as of" not in reply.text
    await stall.limits(price="2 days")
    assert "as of 1 November 2026" in (await stall.ask(COUPON)).text


async def test_promotions_too_old_to_be_told_give_nothing_off(stall: Stall) -> None:
    await stall.imports("promotions.json", json.dumps(PROMOTIONS))
    asked = "Could you give me the Ash Dining Chair for $420?"
    assert (await stall.ask(asked)).offer is not None
    await stall.limits(price={"after": "2 days", "then": "leave_out"})
    stall.clock.at += timedelta(days=9)
    await stall.imports("products.csv", PRODUCTS)  # the prices are fresh, the promotions are not
    assert (await stall.ask(asked)).offer is None
    assert not [one for one in (await stall.ask(COUPON)).citations if one.kind == "promotion"]


async def test_a_quick_reply_too_old_to_be_told_is_not_told(stall: Stall) -> None:
    await stall.imports("replies.csv", "keywords,reply\nopening hours,Nine to five.\n")
    first = await stall.ask("opening hours?")
    assert "Nine to five." in first.text
    assert (first.citations[0].source_file, first.citations[0].source_row) == ("replies.csv", 2)
    await stall.limits(everything={"after": "30 days", "then": "leave_out"})
    stall.clock.at += timedelta(days=31)
    assert "Nine to five." not in (await stall.ask("opening hours?")).text
    await stall.imports("replies.csv", "keywords,reply\nopening hours,Nine to five.\n")
    assert "Nine to five." in (await stall.ask("opening hours?")).text

"""The conversation machinery over a real database, without HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import pytest
import pytest_asyncio

from api.services import Services
from api.settings import ApiSettings
from assistant.access import HumanAgent
from assistant.agent.responder import ShopResponder
from assistant.events import ConversationEvent
from assistant.settings import AssistantSettings
from knowledge.home import Home
from tests.conftest import put_shops
from tests.openai_server import openai_server
from tests.scripted import ScriptedResponder
from tests.test_assistant.small_shop import OTHER, SHOP, Counter, import_shops


@dataclass(frozen=True, slots=True)
class Machine:
    """The services, with short ways to what tests do all the time."""

    services: Services
    responder: ScriptedResponder
    lin: HumanAgent
    sam: HumanAgent

    async def start(self, shop_id: str = "maple", locale: str = "en-US") -> str:
        return (await self.services.conversations.start(shop_id, locale, None, None)).conversation_id

    async def say(self, conversation_id: str, text: str, name: str | None = None) -> ConversationEvent:
        name = name or self.services.home.ids.new("c")
        parts = [{"type": "text", "text": text}]
        return await self.services.conversations.post_message(conversation_id, name, parts)

    async def write(self, agent: HumanAgent, conversation_id: str, text: str) -> ConversationEvent:
        return await self.services.desk.post_message(agent, conversation_id, None, [{"type": "text", "text": text}])

    async def events(self, conversation_id: str) -> list[ConversationEvent]:
        return await self.services.log.read(conversation_id, limit=1000)

    async def types(self, conversation_id: str) -> list[str]:
        return [event.type.value for event in await self.events(conversation_id)]

    async def until(self, conversation_id: str, *types: str, count: int = 1) -> list[ConversationEvent]:
        """Wait until the log holds so many events of these types; return the whole log."""
        async with asyncio.timeout(10):
            while True:
                found = await self.events(conversation_id)
                if sum(event.type.value in types for event in found) >= count:
                    return found
                await asyncio.sleep(0.01)

    async def answered(self, conversation_id: str, count: int = 1) -> list[ConversationEvent]:
        return await self.until(conversation_id, "message.completed", count=count)


def of_type(events: Sequence[ConversationEvent], kind: str) -> list[ConversationEvent]:
    return [event for event in events if event.type == kind]


async def machine_over(home: Home, budget_seconds: float = 5.0) -> Machine:
    await put_shops(home)
    responder = ScriptedResponder()
    services = await Services.open(
        home, ApiSettings(), AssistantSettings(turn_budget_seconds=budget_seconds), responder
    )
    lin = await services.access.put_human_agent("lin", "Lin", "dgh_lin")
    sam = await services.access.put_human_agent("sam", "Sam", "dgh_sam")
    return Machine(services, responder, lin, sam)


@pytest.fixture
async def machine(home: Home) -> AsyncIterator[Machine]:
    made = await machine_over(home)
    made.services.load()
    yield made
    await made.services.close()


@pytest.fixture(scope="session")
def small_shops(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return import_shops(tmp_path_factory.mktemp("shops"))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def open_counter(small_shops: Home) -> AsyncIterator[Counter]:
    """One responder over one endpoint for all tests: loading what they need takes a second."""
    database = await small_shops.open_database()
    async with openai_server() as endpoint:
        settings = AssistantSettings(openai_api_key="sk-test", openai_base_url=endpoint.url, llm_budget_seconds=2.5)
        responder = ShopResponder(database, settings)
        await responder.start()
        await responder.retriever.settled()
        yield Counter(
            responder, endpoint, await responder.retriever.store.shop(SHOP), await responder.retriever.store.shop(OTHER)
        )
        await responder.close()
    await database.close()


@pytest.fixture
def counter(open_counter: Counter) -> Counter:
    open_counter.endpoint.script()
    return open_counter


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def embedded_counter(small_shops: Home) -> AsyncIterator[Counter]:
    """The same shops, answered by the embedded mind."""
    database = await small_shops.open_database()
    responder = ShopResponder(database, AssistantSettings())
    await responder.start()
    store = responder.retriever.store
    async with openai_server() as endpoint:
        yield Counter(responder, endpoint, await store.shop(SHOP), await store.shop(OTHER))
    await responder.close()
    await database.close()

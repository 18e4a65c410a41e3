"""Everything a running server works with, put together once."""

from __future__ import annotations

import asyncio
import importlib
import logging
from dataclasses import dataclass, field
from typing import Any

from api.metrics import Metrics
from api.settings import ApiSettings
from assistant.access import Access
from assistant.bargaining.offers import OfferBook
from assistant.conversations import Conversations
from assistant.desk import Desk
from assistant.log import ConversationLog
from assistant.orders.links import ShopLinks
from assistant.settings import AssistantSettings
from assistant.turn import OnText, Responder, TurnOutcome, TurnRequest
from assistant.turn_runner import TurnRunner
from assistant.unanswered import Unanswered
from assistant.wakeups import Wakeups
from knowledge.catalog import ShopId
from knowledge.catalog_pages import CatalogPages
from knowledge.clock import Clock
from knowledge.database import Database
from knowledge.errors import Unavailable
from knowledge.home import Home
from knowledge.importing.jobs import ImportJobs
from knowledge.importing.worker import ImportWorker
from knowledge.store import KnowledgeStore
from knowledge.versions import Versions

logger = logging.getLogger(__name__)


class LateResponder:
    """Stands where the responder will be once it has been imported and has loaded.

    LangChain, torch and the indexes take seconds to load; the server listens meanwhile, and turns
    wait in `TurnRunner` until this one is there.
    """

    def __init__(self, given: Responder | None, clock: Clock) -> None:
        self._inner: Any = given
        self._clock = clock
        self.ready = False

    async def load(self, database: Database, settings: AssistantSettings, home: Home) -> None:
        """Import and start the real responder, unless one was given."""
        if self._inner is None:
            # In a thread: importing these packages holds the event loop for seconds.
            agent = await asyncio.to_thread(importlib.import_module, "assistant.agent.responder")
            retrieval = await asyncio.to_thread(importlib.import_module, "knowledge.retrieval.models")
            models = retrieval.search_models(home.settings)
            self._inner = agent.ShopResponder(database, settings, self._clock, models, home.path / "fit", home.indexes)
        if hasattr(self._inner, "start"):
            await self._inner.start()
        self.ready = True

    async def catalog_changed(self, shop_id: ShopId) -> None:
        """Bring the shop's index up to its catalog now, so that the next question need not wait for it."""
        if self.ready and hasattr(self._inner, "retriever"):
            await self._inner.retriever.index(shop_id)

    async def respond(self, request: TurnRequest, on_text: OnText) -> TurnOutcome:
        if self._inner is None:
            raise Unavailable("The assistant could not be loaded.", code="responder_not_loaded")
        outcome: TurnOutcome = await self._inner.respond(request, on_text)
        return outcome

    async def close(self) -> None:
        if hasattr(self._inner, "close"):
            await self._inner.close()


@dataclass(slots=True)
class Services:
    """The parts of a running server."""

    home: Home
    settings: ApiSettings
    assistant_settings: AssistantSettings
    database: Database
    store: KnowledgeStore
    wakeups: Wakeups
    log: ConversationLog
    access: Access
    turns: TurnRunner
    conversations: Conversations
    links: ShopLinks
    offers: OfferBook
    desk: Desk
    unanswered: Unanswered
    responder: LateResponder
    metrics: Metrics
    jobs: ImportJobs
    imports: ImportWorker
    catalog: CatalogPages
    versions: Versions
    _loading: asyncio.Task[None] | None = field(default=None, init=False)

    @classmethod
    async def open(
        cls, home: Home, settings: ApiSettings, assistant_settings: AssistantSettings, given: Responder | None
    ) -> Services:
        """Open the database and put the parts together; nothing heavy is loaded yet."""
        database = await home.open_database()
        store, wakeups, metrics = KnowledgeStore(database), Wakeups(), Metrics()
        log = ConversationLog(database, wakeups, home.clock, observers=[metrics.observe])
        access, responder = Access(database, home.clock), LateResponder(given, home.clock)
        jobs = ImportJobs(database, home.path / "uploads", home.clock)
        kept = home.settings.versions_kept
        turns = TurnRunner(log, store, responder, home.clock, home.ids, assistant_settings.turn_budget_seconds)
        return cls(
            home=home,
            settings=settings,
            assistant_settings=assistant_settings,
            database=database,
            store=store,
            wakeups=wakeups,
            log=log,
            access=access,
            turns=turns,
            conversations=Conversations(log, turns, home.clock, home.ids),
            links=ShopLinks(database),
            offers=OfferBook(database, home.clock),
            desk=Desk(log, turns, access, home.clock, home.ids),
            unanswered=Unanswered(log),
            responder=responder,
            metrics=metrics,
            jobs=jobs,
            imports=ImportWorker(
                jobs,
                database,
                home.media,
                home.clock,
                home.ids,
                responder.catalog_changed,
                versions_kept=kept,
            ),
            catalog=CatalogPages(database),
            versions=Versions(database, home.clock, kept),
        )

    def load(self) -> None:
        """Load the responder in the background; turns begin when it is there."""
        self._loading = asyncio.create_task(self._load())

    async def _load(self) -> None:
        try:
            await self.responder.load(self.database, self.assistant_settings, self.home)
        except Exception:
            # Turns begin all the same: each then ends in a handoff, and nobody waits in vain.
            logger.exception("The assistant could not be loaded")
        await self.turns.resume()

    async def close(self) -> None:
        """Stop in an order that loses nothing: listeners, turns, responder, database."""
        self.wakeups.close()
        if self._loading is not None:
            self._loading.cancel()
            await asyncio.wait({self._loading})
        await self.imports.close()
        await self.turns.close()
        await self.responder.close()
        await self.database.close()

"""The web application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api import (
    problems,
    routes_catalog,
    routes_conversations,
    routes_desk,
    routes_fit_reports,
    routes_health,
    routes_imports,
    routes_mappings,
    routes_offers,
    routes_openai,
    routes_pages,
    routes_shops,
    routes_unanswered,
)
from api.body_limit import BodyLimit
from api.services import Services
from api.settings import ApiSettings
from assistant.settings import AssistantSettings
from assistant.turn import Responder
from knowledge.home import Home


def create_app(
    home: Home,
    responder: Responder | None = None,
    settings: ApiSettings | None = None,
    assistant_settings: AssistantSettings | None = None,
) -> FastAPI:
    """Return the application over one installation.

    Args:
        home: The installation; its database is brought up to date when the server starts.
        responder: Who writes the replies; by default the shop's own agent, loaded in the background.
        settings: By default the environment's.
        assistant_settings: By default the environment's.
    """
    chosen, mind = settings or ApiSettings(), assistant_settings or AssistantSettings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        services = await Services.open(home, chosen, mind, responder)
        app.state.services = services
        await services.imports.start()
        services.load()
        try:
            yield
        finally:
            await services.close()

    app = FastAPI(title="Daogou", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.add_middleware(BodyLimit, limit_bytes=chosen.body_limit_bytes, upload_limit_bytes=chosen.upload_limit_bytes)
    problems.install(app)
    for routes in (
        routes_shops,
        routes_conversations,
        routes_desk,
        routes_imports,
        routes_offers,
        routes_fit_reports,
        routes_mappings,
        routes_catalog,
        routes_unanswered,
        routes_openai,
        routes_health,
        routes_pages,
    ):
        app.include_router(routes.router)
    app.mount("/pages", routes_pages.PageFiles(directory=routes_pages.PAGES, check_dir=False))
    return app

"""The command ``daogou ask``: one answer on the terminal, with its sources."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from assistant.reply import Reply
from assistant.settings import AssistantSettings
from assistant.turn import TurnRequest
from knowledge.catalog import ShopId
from knowledge.errors import NotFound
from knowledge.home import Home
from knowledge.store import KnowledgeStore


@click.command("ask")
@click.argument("shop")
@click.argument("question")
@click.option("--product", help="Handle of the product page the shopper is on.")
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), help="State folder.")
@click.option("--json", "as_json", is_flag=True, help="Print the reply as one JSON object.")
@click.pass_obj
def ask_command(
    open_home: Callable[[Path | None], Home],
    shop: str,
    question: str,
    product: str | None,
    home: Path | None,
    as_json: bool,
) -> None:
    """Answer one QUESTION to a SHOP, with its sources."""
    if not question.strip():
        raise click.UsageError("The question is empty.")
    reply = asyncio.run(_answer(open_home(home), ShopId(shop), question, product))
    click.echo(json.dumps(reply.as_json(), ensure_ascii=False) if as_json else _as_text(reply))


async def _answer(home: Home, shop_id: ShopId, question: str, product: str | None) -> Reply:
    database = await home.open_database()
    try:
        store = KnowledgeStore(database)
        shop = await store.shop(shop_id)
        if product is not None and await store.product(shop_id, product) is None:
            raise NotFound(f"There is no product {product!r} in {shop_id}.", code="product_not_found")
        # Loads LangChain, which a shop that is not there never needs.
        from assistant.agent.responder import ShopResponder
        from knowledge.retrieval.models import search_models

        models = search_models(home.settings)
        responder = ShopResponder(database, AssistantSettings(), home.clock, models, home.path / "fit", home.indexes)
        click.echo("loading …", err=True)
        await responder.start(only=shop_id)
        # The same answer as a server that has been up for a while: every encoder has joined.
        await responder.retriever.settled()
        await responder.fit.settled()
        request = TurnRequest(shop, "cv_ask", question, home.ids.new("tr"), page_product=product)
        outcome = await responder.respond(request, _ignore)
        await responder.close()
        return outcome.reply
    finally:
        await database.close()


async def _ignore(_text: str) -> None:
    """Drop the pieces of a growing reply; the terminal shows the whole."""


def _as_text(reply: Reply) -> str:
    lines = [reply.text, ""]
    for citation in reply.citations:
        # A document's passages are headed by its title already.
        headed = citation.passage.startswith(citation.title)
        where = citation.passage if headed else " › ".join(filter(None, (citation.title, citation.passage)))
        lines.append(f"[{citation.n}] {citation.id} · {where} · {citation.as_of[:10]}")
    lines.extend(f" ·  {one.title}  {one.price or '-'}  {one.availability}  {one.handle}" for one in reply.products)
    lines.append(_footer(reply))
    return "\n".join(lines)


def _footer(reply: Reply) -> str:
    parts: list[Any] = [reply.action.value, f"confidence {reply.confidence:.2f}", f"{reply.took_ms} ms"]
    if reply.handoff:
        parts.append(f"handoff: {reply.handoff.reason.value}")
    return "(" + ", ".join(parts) + (")" if not reply.reasons else f"; {'; '.join(reply.reasons)})")

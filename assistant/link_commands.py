"""The command ``daogou link``: how a shop's own systems are reached and trusted."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from assistant.orders.links import ShopLink, ShopLinks
from knowledge.errors import Invalid
from knowledge.home import Home
from knowledge.store import KnowledgeStore


@click.command("link")
@click.argument("shop")
@click.option("--orders-url", help="Where the shop's order API begins; an empty one goes back to the last import.")
@click.option("--orders-secret-env", metavar="NAME", help="Environment variable with the secret that signs requests.")
@click.option("--orders-timeout", type=float, metavar="SECONDS", help="For one request to the order API.")
@click.option("--identity-secret-env", metavar="NAME", help="Variable with the secret that signs shoppers' identities.")
@click.option("--new-identity-secret", is_flag=True, help="Make such a secret, and print it this once.")
@click.option(
    "--email-suffices/--order-number-too", default=None, help="Whether an e-mail alone proves whose orders they are."
)
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), help="State folder.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def link_command(open_home: Callable[[Path | None], Home], /, shop: str, home: Path | None, **given: Any) -> None:
    """Show how SHOP's own systems are reached and trusted, or set it. Secrets are never shown."""
    fresh = secrets.token_urlsafe(32) if given["new_identity_secret"] else None
    link = asyncio.run(_set(open_home(home), shop, given, fresh))
    told = {
        "orders_url": link.orders_url,
        "orders_timeout_seconds": link.orders_timeout_seconds,
        "orders_secret": "set" if link.orders_secret else None,
        "identity_secret": "set" if link.identity_secret else None,
        "email_suffices": link.email_suffices,
        **({"new_identity_secret": fresh} if fresh else {}),
    }
    if given["as_json"]:
        click.echo(json.dumps(told))
        return
    for name, value in told.items():
        click.echo(f"{name}: {'-' if value is None else value}")


async def _set(home: Home, shop: str, given: dict[str, Any], fresh: str | None) -> ShopLink:
    database = await home.open_database()
    try:
        await KnowledgeStore(database).shop(shop)
        links = ShopLinks(database)
        before = await links.of(shop)
        changed = _changed(before, given, fresh)
        if changed != before:
            await links.put(shop, changed)
        return changed
    finally:
        await database.close()


def _changed(link: ShopLink, given: dict[str, Any], fresh: str | None) -> ShopLink:
    if given["orders_url"] is not None:
        link = replace(link, orders_url=given["orders_url"] or None)
    if given["orders_secret_env"]:
        link = replace(link, orders_secret=_from_environment(given["orders_secret_env"]))
    if given["orders_timeout"] is not None:
        link = replace(link, orders_timeout_seconds=given["orders_timeout"])
    if given["identity_secret_env"]:
        link = replace(link, identity_secret=_from_environment(given["identity_secret_env"]))
    if fresh is not None:
        link = replace(link, identity_secret=fresh)
    if given["email_suffices"] is not None:
        link = replace(link, email_suffices=given["email_suffices"])
    return link


def _from_environment(name: str) -> str:
    """Return a secret from the environment: on the command line it would stand in the history of the shell."""
    value = os.environ.get(name)
    if not value:
        raise Invalid(f"The environment variable {name} is not set.", code="usage_no_secret")
    return value

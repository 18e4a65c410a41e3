"""How a shop's own systems are reached and trusted: one row per shop, set on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from assistant.tables import shop_links
from knowledge.database import Database
from knowledge.errors import Invalid

# Two tries and a refusal must fit well into a turn's budget (`AssistantSettings.turn_budget_seconds`).
TIMEOUT_SECONDS: Final = 4.0
LONGEST_TIMEOUT_SECONDS: Final = 8.0
SHORTEST_SECRET: Final = 16


@dataclass(frozen=True, slots=True)
class ShopLink:
    """What one shop has set up.

    Attributes:
        identity_secret: Signs shoppers' identities; None: nobody is believed to be signed in.
        orders_url: Where the shop's order API begins; None: orders come from its last import.
        orders_secret: Signs the requests to it.
        orders_timeout_seconds: For one request.
        email_suffices: Whether an e-mail alone, or a full name with the post code, proves who
            somebody is, as in tau2-bench's shop. By default it takes an order number too.
    """

    identity_secret: str | None = None
    orders_url: str | None = None
    orders_secret: str | None = None
    orders_timeout_seconds: float = TIMEOUT_SECONDS
    email_suffices: bool = False

    def checked(self) -> ShopLink:
        """Return the link if it can be used.

        Raises:
            Invalid: A secret is too short, an address is none, or a time is out of range (``usage_bad_link``).
        """
        secrets = (self.identity_secret, self.orders_secret)
        if any(secret is not None and len(secret) < SHORTEST_SECRET for secret in secrets):
            raise Invalid(f"A secret needs at least {SHORTEST_SECRET} characters.", code="usage_bad_link")
        if self.orders_url is not None:
            if not self.orders_url.startswith(("https://", "http://")):
                raise Invalid("The address of the order API must begin with https://.", code="usage_bad_link")
            if not self.orders_secret:
                raise Invalid("The order API needs a secret to sign requests with.", code="usage_bad_link")
        if not 0 < self.orders_timeout_seconds <= LONGEST_TIMEOUT_SECONDS:
            raise Invalid(f"The time-out must be at most {LONGEST_TIMEOUT_SECONDS:g} s.", code="usage_bad_link")
        return self


class ShopLinks:
    """Reads and sets the links of all shops."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, shop_id: str) -> ShopLink:
        """Return the shop's link; one with nothing set up when there is no row."""
        c = shop_links.c
        async with self._database.read() as connection:
            row = (await connection.execute(select(shop_links).where(c.shop_id == shop_id))).one_or_none()
        if row is None:
            return ShopLink()
        timeout = row.orders_timeout_ms / 1000
        return ShopLink(row.identity_secret, row.orders_url, row.orders_secret, timeout, row.email_suffices)

    async def put(self, shop_id: str, link: ShopLink) -> None:
        """Set the link of a shop that exists."""
        link.checked()
        values = {
            "identity_secret": link.identity_secret,
            "orders_url": link.orders_url,
            "orders_secret": link.orders_secret,
            "orders_timeout_ms": round(link.orders_timeout_seconds * 1000),
            "email_suffices": link.email_suffices,
        }
        dialect = sqlite if self._database.is_sqlite else postgresql
        statement = dialect.insert(shop_links).values(shop_id=shop_id, **values)
        async with self._database.write() as connection:
            await connection.execute(statement.on_conflict_do_update(index_elements=["shop_id"], set_=values))

"""Who calls: a shopper bound to one conversation, or a human agent of some shops.

A token is 32 random bytes; only its SHA-256 is kept. It is found by its hash, so nothing secret is
compared byte by byte. The prefix says which table to ask.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from assistant.events import human_owner
from assistant.tables import conversations, human_agents
from knowledge.clock import Clock
from knowledge.database import Database
from knowledge.errors import Unauthorized

SHOPPER_PREFIX = "dgs_"
HUMAN_AGENT_PREFIX = "dgh_"


def new_token(prefix: str) -> str:
    """Return a token that nobody can guess."""
    return prefix + secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """Return what is kept of a token. It is random, so it needs neither salt nor a slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Shopper:
    """The holder of one conversation's token."""

    conversation_id: str


@dataclass(frozen=True, slots=True)
class HumanAgent:
    """An employee who answers.

    Attributes:
        shops: The shops whose conversations this person sees; None for all.
    """

    id: str
    name: str
    shops: tuple[str, ...] | None = None

    @property
    def owner(self) -> str:
        return human_owner(self.id)

    def serves(self, shop_id: str) -> bool:
        return self.shops is None or shop_id in self.shops

    def as_json(self) -> dict[str, str]:
        """Return what a shopper may know of this person."""
        return {"id": self.id, "name": self.name}


class Access:
    """Turns tokens into callers, and makes human agents."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def caller(self, token: str) -> Shopper | HumanAgent:
        """Return who holds this token.

        Raises:
            Unauthorized: Nobody was given it.
        """
        found: Shopper | HumanAgent | None = None
        async with self._database.read() as connection:
            if token.startswith(SHOPPER_PREFIX):
                query = select(conversations.c.id).where(conversations.c.token_hash == hash_of(token))
                conversation_id = (await connection.execute(query)).scalar()
                found = Shopper(conversation_id) if conversation_id else None
            elif token.startswith(HUMAN_AGENT_PREFIX):
                query = select(human_agents).where(human_agents.c.token_hash == hash_of(token))
                row = (await connection.execute(query)).one_or_none()
                found = _human_agent(row.id, row.name, row.shops) if row else None
        if found is None:
            raise Unauthorized("This token was not issued here.", code="unknown_token")
        return found

    async def put_human_agent(
        self, human_agent_id: str, name: str, token: str, shops: Sequence[str] | None = None
    ) -> HumanAgent:
        """Create the human agent, or give the one with this id this name, token and these shops."""
        values = {"name": name, "shops": None if shops is None else list(shops), "token_hash": hash_of(token)}
        dialect = sqlite if self._database.is_sqlite else postgresql
        statement = dialect.insert(human_agents).values(id=human_agent_id, created_at=self._clock.now(), **values)
        async with self._database.write() as connection:
            await connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))
        return _human_agent(human_agent_id, name, shops)

    async def human_agents(self) -> list[HumanAgent]:
        """Return everybody who answers, by name."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(human_agents).order_by(human_agents.c.name))
            return [_human_agent(row.id, row.name, row.shops) for row in rows]


def _human_agent(human_agent_id: str, name: str, shops: Sequence[str] | None) -> HumanAgent:
    return HumanAgent(human_agent_id, name, None if shops is None else tuple(shops))

"""The staff's tokens of this installation, kept so that a restart prints the same."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from assistant.access import HUMAN_AGENT_PREFIX, Access, new_token
from knowledge.home import Home


@dataclass(frozen=True, slots=True)
class StaffToken:
    """One human agent's way in."""

    id: str
    name: str
    token: str


async def ensure_staff(home: Home, access: Access, wanted: dict[str, str]) -> list[StaffToken]:
    """Make sure that these human agents exist, and return their tokens.

    Args:
        home: Where ``staff-tokens.json`` lies.
        access: Makes them.
        wanted: Names by id.
    """
    path = home.path / "staff-tokens.json"
    kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    tokens = {one: kept.get(one) or new_token(HUMAN_AGENT_PREFIX) for one in wanted}
    if tokens.items() - kept.items():
        _write(path, kept | tokens)
    for human_agent_id, name in wanted.items():
        await access.put_human_agent(human_agent_id, name, tokens[human_agent_id])
    return [StaffToken(one, name, tokens[one]) for one, name in wanted.items()]


def _write(path: Path, tokens: dict[str, str]) -> None:
    """Write the file for the owner's eyes, whole or not at all."""
    new = path.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(tokens, file, indent=2)
    new.replace(path)

"""Where the state lives, and what the environment says about it."""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from knowledge.clock import Clock, clock_from
from knowledge.database import Database
from knowledge.ids import IdSource, RandomIds


class KnowledgeSettings(BaseSettings):
    """Settings of this package: the environment or ``.env``, prefix ``DAOGOU_``.

    Attributes:
        home: State folder; the user's state folder by default.
        database_url: SQLAlchemy URL; a SQLite file in ``home`` by default.
        clock: An ISO 8601 moment at which wall time stands still.
        embedding_model: ``default`` for the two packaged encoders; else folder or name of a
            sentence-transformers model, or ``openai:MODEL`` of an OpenAI-compatible endpoint.
        embedding_base_url: That endpoint; ``OPENAI_BASE_URL`` without one of its own.
        embedding_api_key: Its key; ``OPENAI_API_KEY`` without one of its own.
        reranker: Folder or name of a sentence-transformers cross-encoder; none by default.
        rerank_depth: How many of the first hits of a search it reads.
        rerank_budget_seconds: After so long it reads no more of them.
        versions_kept: Versions of a catalog that can be compared and gone back to.
    """

    model_config = SettingsConfigDict(env_prefix="DAOGOU_", env_file=".env", extra="ignore", populate_by_name=True)

    home: Path | None = None
    database_url: str | None = None
    clock: str | None = None
    embedding_model: str = Field(default="default", min_length=1)
    embedding_base_url: str | None = Field(
        default=None, validation_alias=AliasChoices("DAOGOU_EMBEDDING_BASE_URL", "OPENAI_BASE_URL")
    )
    embedding_api_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("DAOGOU_EMBEDDING_API_KEY", "OPENAI_API_KEY")
    )
    reranker: str | None = None
    # The fusion's head; a small cross-encoder reads twenty texts within the budget on one core.
    rerank_depth: int = Field(default=20, ge=2, le=50)
    rerank_budget_seconds: float = Field(default=0.8, gt=0)

    @field_validator("embedding_model")
    @classmethod
    def _names_a_model(cls, value: str) -> str:
        if value.strip() == "openai:":
            raise ValueError("openai: is followed by the name of a model")
        return value

    versions_kept: int = Field(default=20, ge=1)


def default_home() -> Path:
    """Return the user's state folder for Daogou on this system."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_STATE_HOME", Path.home() / ".local" / "state"))
    return base / "daogou"


@dataclass(frozen=True, slots=True)
class Home:
    """One installation: its folder, its settings, and how its database is brought up to date.

    The migrations live further up, in `assistant`; the command line hands them in here, so that
    nothing in this package imports upward.
    """

    path: Path
    settings: KnowledgeSettings
    clock: Clock
    ids: IdSource
    migrate: Callable[[str], Awaitable[None]]

    @classmethod
    def at(
        cls,
        path: Path | None,
        migrate: Callable[[str], Awaitable[None]],
        settings: KnowledgeSettings | None = None,
    ) -> Home:
        """Open the installation at ``path``, else where the settings say, else the default."""
        settings = settings or KnowledgeSettings()
        folder = (path or settings.home or default_home()).expanduser().resolve()
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder, settings, clock_from(settings.clock), RandomIds(), migrate)

    @property
    def database_url(self) -> str:
        return self.settings.database_url or f"sqlite+aiosqlite:///{self.path / 'daogou.db'}"

    @property
    def media(self) -> Path:
        """Pictures that came with an import, one folder per shop."""
        return self.path / "media"

    @property
    def indexes(self) -> Path:
        """The files of the shops' indexes, one folder per shop; they may be deleted when nothing runs."""
        return self.path / "indexes"

    async def open_database(self) -> Database:
        """Bring the database up to date and open it."""
        await self.migrate(self.database_url)
        return Database(self.database_url)

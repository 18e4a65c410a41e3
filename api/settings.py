"""Settings of the server: the environment or ``.env``, prefix ``DAOGOU_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ApiSettings(BaseSettings):
    """Read once, passed down.

    Attributes:
        keep_alive_seconds: Pause after which a silent stream sends a comment.
        body_limit_bytes: Largest JSON body taken.
        upload_limit_bytes: Largest upload taken, all its files together. One file may hold 512 MB unpacked.
        completion_wait_seconds: How long a chat completion waits for its reply. A turn's budget ends
            it far earlier; what is left is a server that still loads.
    """

    model_config = SettingsConfigDict(env_prefix="DAOGOU_", env_file=".env", extra="ignore")

    # Proxies commonly cut what is silent for 30 or 60 s; the pages take 45 s for a dead connection.
    keep_alive_seconds: float = Field(default=15.0, gt=0)
    body_limit_bytes: int = Field(default=64 * 1024, gt=0)
    upload_limit_bytes: int = Field(default=1024 * 1024 * 1024, gt=0)
    completion_wait_seconds: float = Field(default=60.0, gt=0)

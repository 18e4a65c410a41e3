"""The server process: a socket, uvicorn, and an end that does not wait for open streams."""

from __future__ import annotations

import socket

import uvicorn
from fastapi import FastAPI

from knowledge.errors import Unavailable

# Longest that a request in flight may hold up the end.
GRACE_SECONDS = 5
# Reconnecting clients come all at once; the system's own limit may be lower.
BACKLOG = 2048


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 takes a free one.

    It listens at once, so that who connects while the server still starts waits instead of failing.

    Raises:
        Unavailable: The address is taken or not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio turns Nagle's algorithm off; without, each answer was measured
    # to wait 40 ms for the other side's delayed acknowledgement.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen(BACKLOG)
    except OSError as error:
        bound.close()
        raise Unavailable(f"Cannot listen on {host}:{port}: {error.strerror}", code="address_in_use") from error
    return bound


class Server(uvicorn.Server):
    """uvicorn's server. It waits for open connections when it stops, and a stream never ends by itself."""

    def __init__(self, app: FastAPI) -> None:
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, timeout_graceful_shutdown=GRACE_SECONDS, lifespan="on"
        )
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        services = getattr(self._app.state, "services", None)
        if services is not None:
            services.wakeups.close()
        await super().shutdown(sockets)

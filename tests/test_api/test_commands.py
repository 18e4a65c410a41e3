from __future__ import annotations

import asyncio
import re
import signal
import socket
import sys
import time
from pathlib import Path

import httpx
import pytest

from api.demo import demo_folders
from api.server import bind
from knowledge.errors import Unavailable

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from api.cli import open_home
from api.commands import serve_command
serve_command.main(args=sys.argv[1:], obj=open_home)
"""


async def started(home: Path) -> tuple[asyncio.subprocess.Process, str]:
    """Start `daogou serve`, and return what it prints up to the first token."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, "--port", "0", "--home", str(home), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    printed = ""
    async with asyncio.timeout(30):
        while "staff token" not in printed:
            printed += (await process.stdout.readline()).decode()
    return process, printed


@pytest.mark.slow
async def test_serve_prints_its_address_and_token_answers_at_once_and_stops_with_streams_open(tmp_path: Path) -> None:
    process, printed = await started(tmp_path)
    address = re.search(r"http://127\.0\.0\.1:\d+", printed)
    token = re.search(r"dgh_\S+$", printed.strip())
    assert address
    assert token
    headers = {"Authorization": f"Bearer {token[0]}", "Accept": "text/event-stream"}
    began = time.monotonic()
    async with httpx.AsyncClient(base_url=address[0], timeout=20, trust_env=False) as client:
        assert (await client.get("/healthz")).status_code == 200
        assert time.monotonic() - began < 2
        async with client.stream("GET", "/v1/desk/events", headers=headers) as stream:
            assert stream.status_code == 200
            process.send_signal(signal.SIGINT)
            async with asyncio.timeout(20):
                await stream.aread()
    async with asyncio.timeout(20):
        assert await process.wait() == 0
    again, reprinted = await started(tmp_path)
    assert token[0] in reprinted
    again.kill()
    await again.wait()


def test_a_taken_port_is_told() -> None:
    with bind("127.0.0.1", 0) as taken, pytest.raises(Unavailable) as refused:
        bind("127.0.0.1", taken.getsockname()[1])
    assert refused.value.code == "address_in_use"


def test_the_demo_shops_are_found() -> None:
    assert {"harborlane", "lingxi"} <= {folder.name for folder in demo_folders()}


def test_answers_do_not_wait_for_delayed_acknowledgements() -> None:
    # asyncio sets TCP_NODELAY only where the socket names its protocol; 40 ms per answer without.
    with bind("127.0.0.1", 0) as listening:
        assert listening.proto == socket.IPPROTO_TCP

"""How soon a new catalog can be asked about: a server of its own, an upload, and questions all the while.

The question is about a product at the end of the file, which is stored last, and is asked again until
the reply shows it. The server runs as a merchant runs it: ``daogou serve``, reached over HTTP.
"""

from __future__ import annotations

import asyncio
import csv
import io
import os
import re
import sysconfig
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final

import httpx

from evals.benchmarks.import_corpus import COLUMNS
from knowledge.catalog import Shop, ShopId
from knowledge.errors import Unavailable
from knowledge.home import Home
from knowledge.store import KnowledgeStore

SHOP: Final = ShopId("fresh")
LAST: Final = {"Handle": "tide-almanac", "Title": "Quartz Tide Almanac", "Variant Price": "37.00", "Published": "TRUE"}
_QUESTION: Final = "How much is the Quartz Tide Almanac?"
# Turns before the upload, beside which those during the import are told.
_BEFORE: Final = 20
_PAUSE_SECONDS: Final = 0.1
_PATIENCE_SECONDS: Final = 600
_REPLY_SECONDS: Final = 30


@dataclass(frozen=True, slots=True)
class _Reached:
    """A server that runs, as the shop's staff and a shopper reach it."""

    client: httpx.AsyncClient
    staff: dict[str, str]


async def first_answer(home: Home, export: Path) -> dict[str, Any]:
    """Upload an export to a running server, and time what a merchant waits for.

    Returns:
        Seconds from the beginning of the upload to its acceptance, to the end of the job and to the first
        reply that shows the file's last product, and the milliseconds of the turns before and meanwhile.
    """
    database = await home.open_database()
    await KnowledgeStore(database).put_shop(Shop(SHOP, "Fresh"), home.clock.now())
    await database.close()
    upload = await asyncio.to_thread(_with_last, export)
    async with _serving(home) as server:
        before = [(await _asked(server))[1] for _ in range(_BEFORE)]
        began = time.perf_counter()
        job = asyncio.create_task(_imported(server, export.name, upload))
        during: list[float] = []
        answered: float | None = None
        stored: float | None = None
        while answered is None or stored is None:
            reply, took = await _asked(server)
            now = time.perf_counter() - began
            if stored is None:
                during.append(took)
            if answered is None and LAST["Handle"] in (product["handle"] for product in reply.get("products", [])):
                answered = now
            if stored is None and job.done():
                stored = job.result()[1] - began
            if now > _PATIENCE_SECONDS:
                raise Unavailable("The new catalog was not answered from.", code="not_answered")
            await asyncio.sleep(_PAUSE_SECONDS)
        accepted, _ = await job
    return {
        "accepted_seconds": round(accepted - began, 3),
        "stored_seconds": round(stored, 3),
        "answered_seconds": round(answered, 3),
        "turn_ms_before": _spread(before),
        "turn_ms_during": _spread(during),
    }


@asynccontextmanager
async def _serving(home: Home) -> AsyncIterator[_Reached]:
    command = Path(sysconfig.get_path("scripts")) / "daogou"
    log = (home.path / "serve.log").open("wb")
    process = await asyncio.create_subprocess_exec(
        command, "serve", "--port", "0", "--home", home.path,
        stdout=asyncio.subprocess.PIPE, stderr=log, env=dict(os.environ),
    )  # fmt: skip
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            printed = ""
            assert process.stdout is not None
            while "staff token of" not in printed:
                line = await process.stdout.readline()
                if not line:
                    raise Unavailable("The server did not start.", code="not_started")
                printed += line.decode()
        url, token = re.search(r"http://\S+:\d+", printed), re.search(r"staff token of .*: (\S+)", printed)
        assert url is not None
        assert token is not None
        async with httpx.AsyncClient(base_url=url[0], timeout=_PATIENCE_SECONDS, trust_env=False) as client:
            while True:
                try:
                    if (await client.get("/readyz")).status_code == httpx.codes.OK:
                        break
                except httpx.TransportError:
                    pass
                await asyncio.sleep(_PAUSE_SECONDS)
            yield _Reached(client, {"Authorization": f"Bearer {token[1]}"})
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
        log.close()


async def _asked(server: _Reached) -> tuple[dict[str, Any], float]:
    """Ask in a conversation of its own; return the reply, and milliseconds."""
    opened = (await server.client.post(f"/v1/shops/{SHOP}/conversations", json={})).json()
    path = f"/v1/conversations/{opened['conversation_id']}/messages?wait={_REPLY_SECONDS}"
    bearer = {"Authorization": f"Bearer {opened['token']}"}
    began = time.perf_counter()
    answer = await server.client.post(path, json={"client_message_id": "1", "text": _QUESTION}, headers=bearer)
    return answer.json().get("reply") or {}, (time.perf_counter() - began) * 1000


async def _imported(server: _Reached, name: str, upload: bytes) -> tuple[float, float]:
    """Upload the file and follow its job; return the moments of its acceptance and of its end."""
    path = f"/v1/shops/{SHOP}/imports"
    uploaded = await server.client.post(path, files={"files": (name, upload, "text/csv")}, headers=server.staff)
    uploaded.raise_for_status()
    accepted = time.perf_counter()
    one = f"{path}/{uploaded.json()['import_id']}"
    while (job := (await server.client.get(one, headers=server.staff)).json()["import"])["state"] != "done":
        if job["ended_at"] is not None:
            raise Unavailable(f"The import ended as {job['state']}: {job['problem']}", code="import_failed")
        await asyncio.sleep(_PAUSE_SECONDS)
    return accepted, time.perf_counter()


def _with_last(export: Path) -> bytes:
    """Return the export with one more product, of a name that no other product shares a word with."""
    text = io.StringIO()
    csv.DictWriter(text, COLUMNS).writerow(LAST)
    return export.read_bytes() + text.getvalue().encode()


def _spread(milliseconds: list[float]) -> dict[str, float]:
    p95 = quantiles(milliseconds, n=20)[-1] if len(milliseconds) > 1 else milliseconds[0]
    return {"turns": len(milliseconds), "p50": round(median(milliseconds), 1), "p95": round(p95, 1)}

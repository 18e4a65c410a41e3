"""A merchant who uploads files over HTTP, for the tests of imports and of the catalog."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from tests.test_api.conftest import Caller, Json

TABLE = "Handle,Title,Variant SKU,Variant Price\na,Apple Bowl,A-1,5\nb,Birch Tray,B-1,6\nc,Clay Cup,C-1,7\n"


@dataclass(frozen=True, slots=True)
class Merchant:
    """Somebody with a staff token, at one shop."""

    caller: Caller

    async def uploads(self, files: Mapping[str, str | bytes], **fields: str) -> httpx.Response:
        sent = [("files", (name, text if isinstance(text, bytes) else text.encode())) for name, text in files.items()]
        headers = self.caller.headers
        return await self.caller.client.post(self.caller.path + "/imports", files=sent, data=fields, headers=headers)

    async def imports(self, files: Mapping[str, str | bytes], **fields: str) -> Json:
        """Upload, and return the import once it has ended."""
        answered = await self.uploads(files, **fields)
        assert answered.status_code == 202, answered.text
        return await self.ended(answered.json()["import_id"])

    async def ended(self, import_id: str) -> Json:
        return await self.until(import_id, lambda job: job["state"] not in ("queued", "running"))

    async def wrote(self, import_id: str, rows: int) -> None:
        """Wait until so many rows of a file are written; the import must not be over before."""
        job = await self.until(
            import_id,
            lambda job: (
                job["ended_at"] or (job["state"] == "running" and (job["progress"] or {}).get("rows_done", 0) >= rows)
            ),
        )
        assert job["state"] == "running", job

    async def until(self, import_id: str, reached: Callable[[Json], bool], seconds: float = 60) -> Json:
        """Read an import again and again until something holds of it."""
        async with asyncio.timeout(seconds):
            while True:
                job = await self.job(import_id)
                if reached(job):
                    return job
                await asyncio.sleep(0.01)

    async def job(self, import_id: str) -> Json:
        found: Json = (await self.get(f"/imports/{import_id}"))["import"]
        return found

    async def get(self, path: str, **params: Any) -> Json:
        answered = await self.caller.get(path, **params)
        assert answered.status_code == 200, answered.text
        body: Json = answered.json()
        return body

    async def handles(self) -> list[str]:
        return [one["handle"] for one in (await self.get("/products"))["products"]]


def merchant_at(caller: Caller, shop: str = "maple") -> Merchant:
    return Merchant(Caller(caller.client, caller.token, f"/v1/shops/{shop}"))


def table_of(count: int, price: int = 10, sentences: int = 1) -> str:
    """Return a catalog of many products, each described by so many sentences."""
    lines = [f"p{n:05},Product {n},<p>{f'Number {n} of many. ' * sentences}</p>,S-{n},{price}" for n in range(count)]
    return "Handle,Title,Body (HTML),Variant SKU,Variant Price\n" + "\n".join(lines) + "\n"

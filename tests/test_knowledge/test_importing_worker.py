"""What runs beside an import job."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from knowledge.catalog import Shop, ShopId
from knowledge.clock import FrozenClock
from knowledge.importing import worker
from knowledge.importing.jobs import ImportJobs, JobOptions
from knowledge.importing.worker import ImportWorker
from tests.test_knowledge.merchant import SHOP, START, merchant

ROWS = 3_000


async def test_an_index_is_told_while_rows_still_come_in_and_once_more_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "FOLLOW_SECONDS", 0.01)
    stored: list[int] = []
    ended = asyncio.Event()
    async with merchant(tmp_path) as shop:
        await shop.store.put_shop(Shop(SHOP, "Maple"), START)
        jobs = ImportJobs(shop.database, tmp_path / "uploads", FrozenClock(START))

        async def told(shop_id: ShopId) -> None:
            stored.append(len(await shop.store.ids(shop_id, "product")))
            if (await jobs.get(SHOP, "im-1")).ended_at is not None:
                ended.set()

        running = ImportWorker(jobs, shop.database, tmp_path / "media", FrozenClock(START), shop.ids, told)
        await running.start()
        lines = "".join(f"p{n},Product {n}\n" for n in range(ROWS))
        folder = jobs.folder_of("im-1")
        await asyncio.to_thread(folder.mkdir, parents=True)
        await asyncio.to_thread((folder / "p.csv").write_text, "Handle,Title\n" + lines, "utf-8")
        await jobs.submit("im-1", SHOP, [("p.csv", 1)], JobOptions())
        await asyncio.wait_for(ended.wait(), 60)
        await running.close()
    assert stored[-1] == ROWS
    assert any(0 < count < ROWS for count in stored)

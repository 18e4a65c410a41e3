"""A server is killed in the middle of an import: the next one finishes it, with no row twice."""

from __future__ import annotations

import httpx
from sqlalchemy import func, select

from api.server import bind
from assistant.access import Access
from knowledge.home import Home
from knowledge.importing.run import APART_FROM_BYTES
from knowledge.tables import catalog_versions, changes, products, variants, version_rows
from tests.conftest import put_shops
from tests.test_api.conftest import Caller
from tests.test_api.merchant_world import merchant_at, table_of
from tests.test_api.test_kill import alive, process

ROWS = 6000
# So large that it is read in a process of its own, which the kill must take along.
LARGE = table_of(ROWS, sentences=12)
assert len(LARGE) > APART_FROM_BYTES
KILLS_AT = (0, 1500, 4000)  # rows written; 0 is while the file is opened or read


async def counted(home: Home) -> dict[str, int]:
    database = await home.open_database()
    async with database.read() as connection:
        found = {
            table.name: (await connection.execute(select(func.count()).select_from(table))).scalar_one()
            for table in (products, variants, changes, catalog_versions, version_rows)
        }
    await database.close()
    return found


async def test_after_three_kills_in_the_middle_every_row_is_there_once_and_was_written_once(home: Home) -> None:
    await put_shops(home)
    database = await home.open_database()
    await Access(database, home.clock).put_human_agent("lin", "Lin", "dgh_lin")
    await database.close()
    with bind("127.0.0.1", 0) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    import_id = ""
    async with httpx.AsyncClient(base_url=url, timeout=20, trust_env=False) as client:
        merchant = merchant_at(Caller(client, "dgh_lin", ""))
        for least in KILLS_AT:
            with process(home, port, 0):
                await alive(client)
                if not import_id:
                    import_id = (await merchant.uploads({"p.csv": LARGE})).json()["import_id"]
                await merchant.wrote(import_id, least)
            assert (await counted(home))["product"] < ROWS
        with process(home, port, 0):
            await alive(client)
            job = await merchant.ended(import_id)
    assert (job["state"], job["attempts"]) == ("done", len(KILLS_AT) + 1)
    counts = {"new": ROWS, "changed": 0, "unchanged": 0, "removed": 0, "rejected": 0}
    assert job["report"]["totals"]["product"] == counts
    assert await counted(home) == {
        "product": ROWS,
        "variant": ROWS,
        "catalog_change": ROWS,
        "catalog_version": 1,
        "version_row": ROWS,
    }


async def test_a_cancel_that_a_kill_interrupts_is_finished_by_the_next_start(home: Home) -> None:
    await put_shops(home)
    database = await home.open_database()
    await Access(database, home.clock).put_human_agent("lin", "Lin", "dgh_lin")
    await database.close()
    with bind("127.0.0.1", 0) as probe:
        port = probe.getsockname()[1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20, trust_env=False) as client:
        merchant = merchant_at(Caller(client, "dgh_lin", ""))
        with process(home, port, 0):
            await alive(client)
            import_id = (await merchant.uploads({"p.csv": table_of(ROWS)})).json()["import_id"]
            await merchant.wrote(import_id, 3000)
            await merchant.caller.post(f"/imports/{import_id}/cancel")
        with process(home, port, 0):
            await alive(client)
            assert (await merchant.ended(import_id))["state"] == "cancelled"
    found = await counted(home)
    assert (found["product"], found["variant"], found["catalog_version"]) == (0, 0, 0)

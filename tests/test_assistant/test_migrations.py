from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect
from sqlalchemy.ext.asyncio import create_async_engine

import assistant.tables  # noqa: F401
from assistant.migrations import head, upgrade
from knowledge.database import metadata


def url_of(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


async def test_the_migrated_schema_is_the_one_the_code_declares(tmp_path: Path) -> None:
    url = url_of(tmp_path / "a.db")
    await upgrade(url)
    engine = create_async_engine(url)

    def differences(connection: Connection) -> list[object]:
        options = {"compare_type": True, "render_as_batch": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
        assert set(metadata.tables) < set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))
    await engine.dispose()


async def test_upgrading_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    await upgrade(url_of(path))
    before = path.read_bytes()
    await upgrade(url_of(path))
    assert path.read_bytes() == before
    assert head() == "0009"


async def test_four_processes_may_start_at_once(tmp_path: Path) -> None:
    url = url_of(tmp_path / "a.db")
    program = f"import asyncio; from assistant.migrations import upgrade; asyncio.run(upgrade({url!r}))"
    root = Path(__file__).parents[2]
    started = [await asyncio.create_subprocess_exec(sys.executable, "-c", program, cwd=root) for _ in range(4)]
    assert [await process.wait() for process in started] == [0, 0, 0, 0]

"""Brings a database up to the newest schema; one Alembic history for all packages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, event, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER: Final = Path(__file__).parent
# Two processes that start at once must not both migrate. SQLite's write lock sees to that; on
# PostgreSQL this lock does, until the transaction ends.
_LOCK: Final = text("SELECT pg_advisory_xact_lock(7236000)")
_LOCK_WAIT_SECONDS: Final = 60.0


async def upgrade(url: str) -> None:
    """Run ``upgrade head`` on the database, or nothing when it is there already.

    All of it is one transaction: a migration that fails leaves the database as it was.

    Args:
        url: SQLAlchemy URL with an async driver.
    """
    sqlite = url.startswith("sqlite")
    engine = create_async_engine(
        url, poolclass=NullPool, connect_args={"timeout": _LOCK_WAIT_SECONDS} if sqlite else {}
    )
    if sqlite:
        _take_write_lock_first(engine)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


def head() -> str:
    """Return the newest revision; files are named ``0001_what_it_does.py``."""
    return max(path.name[:4] for path in FOLDER.glob("versions/[0-9][0-9][0-9][0-9]_*.py"))


def config(connection: Connection) -> Config:
    """Return Alembic's configuration for this connection; there is no alembic.ini."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(FOLDER))
    made.attributes["connection"] = connection
    return made


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        connection.execute(_LOCK)
    # Most starts find the database at head; importing Alembic alone would cost them 0.2 s.
    if not _is_at_head(connection):
        from alembic import command

        command.upgrade(config(connection), "head")
    connection.commit()


def _is_at_head(connection: Connection) -> bool:
    if not inspect(connection).has_table("alembic_version"):
        return False
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == head()


def _take_write_lock_first(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def leave_transactions_to_us(connection: Any, _record: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(engine.sync_engine, "begin")
    def begin_immediate(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

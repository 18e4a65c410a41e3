"""Alembic's entry point. `assistant.migrations.upgrade` hands the connection in."""

from __future__ import annotations

from alembic import context

import assistant.tables
import knowledge.tables
from knowledge.database import metadata

# Both modules register their tables on the one metadata when they are imported.
assert {assistant.tables.conversations.metadata, knowledge.tables.shops.metadata} == {metadata}

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter most things in place
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()

"""When a shop wants a person: its topics, the value of an order, and what a mistake costs it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    with op.batch_alter_table("shop") as batch:
        batch.add_column(sa.Column("policy", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    """Drop the column."""
    with op.batch_alter_table("shop") as batch:
        batch.drop_column("policy")

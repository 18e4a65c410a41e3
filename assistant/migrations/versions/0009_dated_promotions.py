"""When promotions and quick replies were last said, and where a quick reply stood."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TABLES = ("promotion", "quick_reply")


def upgrade() -> None:
    """Add the columns; what is there is as old as the shop's last import."""
    for table in _TABLES:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("as_of", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("quick_reply") as batch:
        batch.add_column(sa.Column("source_file", sa.Text(), nullable=True))
        batch.add_column(sa.Column("source_row", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE promotion SET as_of = (SELECT max(at) FROM import_run WHERE import_run.shop_id = promotion.shop_id)"
    )
    op.execute(
        "UPDATE quick_reply SET as_of = (SELECT max(at) FROM import_run WHERE import_run.shop_id = quick_reply.shop_id)"
    )


def downgrade() -> None:
    """Drop the columns."""
    with op.batch_alter_table("quick_reply") as batch:
        batch.drop_column("source_row")
        batch.drop_column("source_file")
    for table in _TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("as_of")

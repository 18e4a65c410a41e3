"""How old a fact may be, per shop, and when a size chart was last said."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; a chart that is there is as old as the shop's last import."""
    with op.batch_alter_table("shop") as batch:
        batch.add_column(sa.Column("freshness", sa.JSON(none_as_null=True), nullable=True))
    with op.batch_alter_table("size_chart") as batch:
        batch.add_column(sa.Column("as_of", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE size_chart SET as_of = (SELECT max(at) FROM import_run WHERE import_run.shop_id = size_chart.shop_id)"
    )


def downgrade() -> None:
    """Drop the columns."""
    with op.batch_alter_table("size_chart") as batch:
        batch.drop_column("as_of")
    with op.batch_alter_table("shop") as batch:
        batch.drop_column("freshness")

"""What buyers reported of how a size sat."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# SQLite counts rows only in a column that is exactly INTEGER.
RowId = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "fit_report",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.Column("report_key", sa.String(length=255), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("size", sa.Text(), nullable=False),
        sa.Column("fit", sa.String(length=8), nullable=False),
        sa.Column("wearer", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_file", sa.Text(), nullable=False),
        sa.Column("source_row", sa.Integer()),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_fit_report_shop_id_shop"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fit_report")),
        sa.UniqueConstraint("shop_id", "report_key", name=op.f("uq_fit_report_shop_id")),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("fit_report")

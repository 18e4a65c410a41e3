"""Import jobs, and the versions of a catalog."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "import_job",
        sa.Column("number", RowId, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("started_at", Moment),
        sa.Column("ended_at", Moment),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("report", sa.JSON()),
        sa.Column("problem", sa.JSON()),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_import_job_shop_id_shop"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_import_job")),
        sa.UniqueConstraint("id", name=op.f("uq_import_job_id")),
    )
    op.create_index("ix_import_job_shop", "import_job", ["shop_id", "number"])
    op.create_table(
        "catalog_version",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("import_id", sa.String(length=64)),
        sa.Column("restores", RowId),
        sa.Column("at", Moment, nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shop.id"], name=op.f("fk_catalog_version_shop_id_shop"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_version")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_catalog_version_shop", "catalog_version", ["shop_id", "id"])
    op.create_table(
        "version_row",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("version_id", RowId, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("change", sa.String(length=8), nullable=False),
        sa.Column("before", sa.JSON()),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["catalog_version.id"],
            name=op.f("fk_version_row_version_id_catalog_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_row")),
        sa.UniqueConstraint("version_id", "kind", "key", name=op.f("uq_version_row_version_id")),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("version_row")
    op.drop_table("catalog_version")
    op.drop_table("import_job")

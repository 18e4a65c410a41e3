"""Offers on the price of one product."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

Moment = sa.DateTime(timezone=True)
Amount = sa.Numeric(14, 4)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "offer",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("whose", sa.String(length=512), nullable=False),
        sa.Column("customer", sa.String(length=512)),
        sa.Column("product", sa.String(length=255), nullable=False),
        sa.Column("price", Amount, nullable=False),
        sa.Column("marked", Amount, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("redeemed_at", Moment),
        sa.Column("order_ref", sa.String(length=255)),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_offer_shop_id_shop"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_offer")),
    )
    op.create_index("ix_offer_shop", "offer", ["shop_id", "state", "expires_at"])
    op.create_index("ix_offer_conversation", "offer", ["conversation_id", "product"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("offer")

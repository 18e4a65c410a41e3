"""Orders through a shop's own API: how shops are linked, and the changes that shoppers have confirmed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables, and the columns of orders that prove and estimate."""
    with op.batch_alter_table("customer_order") as order:
        order.add_column(sa.Column("expected_date", sa.String(length=10)))
        order.add_column(sa.Column("email", sa.String(length=254)))
    op.create_table(
        "shop_link",
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.Column("identity_secret", sa.Text()),
        sa.Column("orders_url", sa.Text()),
        sa.Column("orders_secret", sa.Text()),
        sa.Column("orders_timeout_ms", sa.Integer(), nullable=False),
        sa.Column("email_suffices", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_shop_link_shop_id_shop"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("pk_shop_link")),
    )
    op.create_table(
        "order_change",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("change", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shop.id"], name=op.f("fk_order_change_shop_id_shop"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_order_change")),
    )
    op.create_index("ix_order_change_conversation", "order_change", ["conversation_id"])


def downgrade() -> None:
    """Drop what `upgrade` has made."""
    op.drop_table("order_change")
    op.drop_table("shop_link")
    with op.batch_alter_table("customer_order") as order:
        order.drop_column("email")
        order.drop_column("expected_date")

"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create every table."""
    _create_embedding()
    _create_human_agent()
    _create_shop()
    _create_catalog_change()
    _create_conversation()
    _create_customer_order()
    _create_document()
    _create_import_run()
    _create_product()
    _create_promotion()
    _create_quick_reply()
    _create_size_chart()
    _create_event()
    _create_passage()
    _create_variant()


def downgrade() -> None:
    """Drop every table."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_embedding() -> None:
    op.create_table(
        "embedding",
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("text_hash", "model", name=op.f("pk_embedding")),
    )


def _create_human_agent() -> None:
    op.create_table(
        "human_agent",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("shops", sa.JSON()),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_human_agent")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_human_agent_token_hash")),
    )


def _create_shop() -> None:
    op.create_table(
        "shop",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("greeting", sa.JSON(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop")),
    )


def _create_catalog_change() -> None:
    op.create_table(
        "catalog_change",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("row_id", RowId, nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shop.id"], name=op.f("fk_catalog_change_shop_id_shop"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_change")),
    )
    op.create_index("ix_catalog_change_shop", "catalog_change", ["shop_id", "id"])


def _create_conversation() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("owner", sa.String(length=96), nullable=False),
        sa.Column("owner_epoch", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("asked_seq", sa.Integer(), nullable=False),
        sa.Column("answered_seq", sa.Integer(), nullable=False),
        sa.Column("writing_id", sa.String(length=64)),
        sa.Column("writing_trace_id", sa.String(length=64)),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("contact", sa.JSON(), nullable=False),
        sa.Column("context", sa.JSON(), nullable=False),
        sa.Column("handoff", sa.JSON()),
        sa.Column("waiting_since", Moment),
        sa.Column("snoozed_until", Moment),
        sa.Column("last_message", sa.JSON()),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shop.id"], name=op.f("fk_conversation_shop_id_shop"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_conversation_token_hash")),
    )
    op.create_index("ix_conversation_shop_status", "conversation", ["shop_id", "status", "updated_at"])
    op.create_index("ix_conversation_waiting", "conversation", ["shop_id", "waiting_since"])


def _create_customer_order() -> None:
    op.create_table(
        "customer_order",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.Column("order_no", sa.String(length=255), nullable=False),
        sa.Column("phone_last4", sa.String(length=8)),
        sa.Column("name", sa.Text()),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("total", sa.Numeric(precision=14, scale=4)),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("status_text", sa.Text(), nullable=False),
        sa.Column("carrier", sa.Text()),
        sa.Column("tracking_number", sa.Text()),
        sa.Column("order_date", sa.String(length=10)),
        sa.Column("ship_date", sa.String(length=10)),
        sa.Column("delivered_date", sa.String(length=10)),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("as_of", Moment, nullable=False),
        sa.Column("source_file", sa.Text(), nullable=False),
        sa.Column("source_row", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shop.id"], name=op.f("fk_customer_order_shop_id_shop"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_order")),
        sa.UniqueConstraint("shop_id", "order_no", name=op.f("uq_customer_order_shop_id")),
    )


def _create_document() -> None:
    op.create_table(
        "document",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(length=8), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("as_of", Moment, nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_document_shop_id_shop"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("shop_id", "name", name=op.f("uq_document_shop_id")),
    )


def _create_import_run() -> None:
    op.create_table(
        "import_run",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_import_run_shop_id_shop"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )


def _create_product() -> None:
    op.create_table(
        "product",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.Column("handle", sa.String(length=255), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text()),
        sa.Column("category", sa.Text()),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("images", sa.JSON(), nullable=False),
        sa.Column("url", sa.Text()),
        sa.Column("lang", sa.String(length=8), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("as_of", Moment, nullable=False),
        sa.Column("source_file", sa.Text(), nullable=False),
        sa.Column("source_row", sa.Integer()),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_product_shop_id_shop"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("shop_id", "handle", name=op.f("uq_product_shop_id")),
    )


def _create_promotion() -> None:
    op.create_table(
        "promotion",
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("source_file", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_promotion_shop_id_shop"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("pk_promotion")),
    )


def _create_quick_reply() -> None:
    op.create_table(
        "quick_reply",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(length=8)),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_quick_reply_shop_id_shop"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quick_reply")),
        sa.UniqueConstraint("shop_id", "content_hash", name=op.f("uq_quick_reply_shop_id")),
    )


def _create_size_chart() -> None:
    op.create_table(
        "size_chart",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.Column("chart_id", sa.String(length=255), nullable=False),
        sa.Column("brand", sa.Text()),
        sa.Column("category", sa.Text()),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("source_file", sa.Text(), nullable=False),
        sa.Column("source_row", sa.Integer()),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_size_chart_shop_id_shop"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_size_chart")),
        sa.UniqueConstraint("shop_id", "chart_id", name=op.f("uq_size_chart_shop_id")),
    )


def _create_event() -> None:
    op.create_table(
        "event",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("actor", sa.String(length=96), nullable=False),
        sa.Column("owner", sa.String(length=96), nullable=False),
        sa.Column("owner_epoch", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=64)),
        sa.Column("client_message_id", sa.String(length=128)),
        sa.Column("trace_id", sa.String(length=64)),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_event_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_event_shop_id_shop"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("conversation_id", "actor", "client_message_id", name="uq_event_client_message_id"),
        sa.UniqueConstraint("conversation_id", "seq", name=op.f("uq_event_conversation_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_shop", "event", ["shop_id", "id"])


def _create_passage() -> None:
    op.create_table(
        "passage",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("document_id", RowId, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("heading_path", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("lang", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_passage_document_id_document"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage")),
        sa.UniqueConstraint("document_id", "ordinal", name=op.f("uq_passage_document_id")),
    )
    op.create_index("ix_passage_document_id", "passage", ["document_id"])


def _create_variant() -> None:
    op.create_table(
        "variant",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("product_id", RowId, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("sku", sa.Text()),
        sa.Column("gtin", sa.Text()),
        sa.Column("price", sa.Numeric(precision=14, scale=4)),
        sa.Column("list_price", sa.Numeric(precision=14, scale=4)),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("availability", sa.String(length=16), nullable=False),
        sa.Column("quantity", sa.Integer()),
        sa.Column("weight_grams", sa.Numeric(precision=14, scale=4)),
        sa.Column("image", sa.Text()),
        sa.Column("source_row", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_variant_product_id_product"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variant")),
    )
    op.create_index("ix_variant_product_id", "variant", ["product_id"])
    op.create_index("ix_variant_sku", "variant", ["sku"])


TABLES = (
    "embedding",
    "human_agent",
    "shop",
    "catalog_change",
    "conversation",
    "customer_order",
    "document",
    "import_run",
    "product",
    "promotion",
    "quick_reply",
    "size_chart",
    "event",
    "passage",
    "variant",
)

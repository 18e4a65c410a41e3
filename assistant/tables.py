"""The tables of this package: conversations, their log, and the people who answer."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

import knowledge.tables  # noqa: F401  (the foreign keys below point at its tables)
from knowledge.database import Moment, metadata
from knowledge.tables import Amount, RowId

# Python's None is SQL's NULL here, so that "is null" finds it.
Document = JSON(none_as_null=True)

conversations = Table(
    "conversation",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("shop_id", String(64), ForeignKey("shop.id", ondelete="CASCADE"), nullable=False),
    Column("status", String(16), nullable=False),
    Column("owner", String(96), nullable=False),
    Column("owner_epoch", Integer, nullable=False),  # grows with every change of owner and fences late replies
    Column("last_seq", Integer, nullable=False),
    Column("asked_seq", Integer, nullable=False),  # the shopper's newest message
    Column("answered_seq", Integer, nullable=False),  # up to here the shopper's messages have been dealt with
    # The assistant's message that is being written. Whoever takes the turn away ends that message
    # in the same transaction, so a message without an end is exactly one that stands here.
    Column("writing_id", String(64)),
    Column("writing_trace_id", String(64)),
    Column("locale", String(35), nullable=False),
    Column("contact", JSON, nullable=False),
    Column("context", JSON, nullable=False),
    Column("handoff", Document),  # {reason, detail, summary} of the last request
    Column("waiting_since", Moment),
    Column("snoozed_until", Moment),
    Column("last_message", Document),  # {text, sender_type, at}: the queue shows it without reading logs
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Index("ix_conversation_shop_status", "shop_id", "status", "updated_at"),
    Index("ix_conversation_waiting", "shop_id", "waiting_since"),
)

events = Table(
    "event",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("conversation_id", String(64), ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False),
    Column("shop_id", String(64), ForeignKey("shop.id", ondelete="CASCADE"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("type", String(32), nullable=False),
    Column("at", Moment, nullable=False),
    Column("actor", String(96), nullable=False),
    Column("owner", String(96), nullable=False),
    Column("owner_epoch", Integer, nullable=False),
    Column("message_id", String(64)),
    Column("client_message_id", String(128)),
    Column("trace_id", String(64)),
    Column("data", JSON, nullable=False),
    UniqueConstraint("conversation_id", "seq"),
    UniqueConstraint("conversation_id", "actor", "client_message_id", name="uq_event_client_message_id"),
    Index("ix_event_shop", "shop_id", "id"),
    # Without it SQLite gives the id of a deleted last row away again, and a cursor would skip it.
    sqlite_autoincrement=True,
)

human_agents = Table(
    "human_agent",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("shops", Document),  # null: every shop
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
)

# How a shop's own systems are reached and trusted. A secret that signs cannot be kept as a hash.
shop_links = Table(
    "shop_link",
    metadata,
    Column("shop_id", String(64), ForeignKey("shop.id", ondelete="CASCADE"), primary_key=True),
    Column("identity_secret", Text),
    Column("orders_url", Text),
    Column("orders_secret", Text),
    Column("orders_timeout_ms", Integer, nullable=False),
    Column("email_suffices", Boolean, nullable=False),
)

# Confirmed changes of orders. The key is written down before the shop's system is asked, so that a
# turn that was cut off is found again and nothing is done twice.
order_changes = Table(
    "order_change",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("shop_id", String(64), ForeignKey("shop.id", ondelete="CASCADE"), nullable=False),
    Column("conversation_id", String(64), nullable=False),
    Column("change", JSON, nullable=False),
    Column("state", String(16), nullable=False),  # asked, done, accepted, requested, refused
    Column("message", Text, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Index("ix_order_change_conversation", "conversation_id"),
)

# Offers on the price of one product. What holds of them is the budget that is spent.
offers = Table(
    "offer",
    metadata,
    Column("code", String(32), primary_key=True),
    Column("shop_id", String(64), ForeignKey("shop.id", ondelete="CASCADE"), nullable=False),
    Column("conversation_id", String(64), nullable=False),
    Column("whose", String(512), nullable=False),  # the customer, else the conversation
    Column("customer", String(512)),
    Column("product", String(255), nullable=False),
    Column("price", Amount, nullable=False),
    Column("marked", Amount, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("state", String(16), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("redeemed_at", Moment),
    Column("order_ref", String(255)),
    Index("ix_offer_shop", "shop_id", "state", "expires_at"),
    Index("ix_offer_conversation", "conversation_id", "product"),
)

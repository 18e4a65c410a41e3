"""The tables of this package. Every row of a shop carries its ``shop_id``."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from knowledge.database import Moment, metadata

# SQLite counts rows only in a column that is exactly INTEGER.
RowId = BigInteger().with_variant(Integer, "sqlite")
Amount = Numeric(14, 4)


def _shop() -> Column[str]:
    return Column("shop_id", String(64), ForeignKey("shop.id", ondelete="CASCADE"), nullable=False)


shops = Table(
    "shop",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("locale", String(35), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("greeting", JSON, nullable=False),
    Column("freshness", JSON(none_as_null=True)),  # {group: {after_seconds, then}}
    Column("policy", JSON(none_as_null=True)),  # see `knowledge.service_policy`
    Column("created_at", Moment, nullable=False),
)

products = Table(
    "product",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    _shop(),
    Column("handle", String(255), nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("brand", Text),
    Column("category", Text),
    Column("tags", JSON, nullable=False),
    Column("published", Boolean, nullable=False),
    Column("options", JSON, nullable=False),  # [[name, [value, …]], …]
    Column("attributes", JSON, nullable=False),  # [[name, value], …]
    Column("images", JSON, nullable=False),
    Column("url", Text),
    Column("lang", String(8), nullable=False),
    Column("content_hash", String(64), nullable=False),  # of all that the merchant said, not of as_of
    Column("as_of", Moment, nullable=False),
    Column("source_file", Text, nullable=False),
    Column("source_row", Integer),
    UniqueConstraint("shop_id", "handle"),
)

variants = Table(
    "variant",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("product_id", RowId, ForeignKey("product.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("key", Text, nullable=False),
    Column("options", JSON, nullable=False),  # [[name, value], …]
    Column("sku", Text, index=True),
    Column("gtin", Text),
    Column("price", Amount),
    Column("list_price", Amount),
    Column("currency", String(3), nullable=False),
    Column("availability", String(16), nullable=False),
    Column("quantity", Integer),
    Column("weight_grams", Amount),
    Column("image", Text),
    Column("source_row", Integer),
)

documents = Table(
    "document",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    _shop(),
    Column("name", String(255), nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("lang", String(8), nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("as_of", Moment, nullable=False),
    UniqueConstraint("shop_id", "name"),
)

passages = Table(
    "passage",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("document_id", RowId, ForeignKey("document.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("ordinal", Integer, nullable=False),
    Column("heading_path", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("lang", String(8), nullable=False),
    UniqueConstraint("document_id", "ordinal"),
)

size_charts = Table(
    "size_chart",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    _shop(),
    Column("chart_id", String(255), nullable=False),
    Column("brand", Text),
    Column("category", Text),
    Column("rows", JSON, nullable=False),  # [{size, row, ranges: {measure: [low, high]}}, …]
    Column("note", Text, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("as_of", Moment),  # None: imported before charts had a date
    Column("source_file", Text, nullable=False),
    Column("source_row", Integer),
    UniqueConstraint("shop_id", "chart_id"),
)

orders = Table(
    "customer_order",  # "order" is a reserved word
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    _shop(),
    Column("order_no", String(255), nullable=False),
    Column("phone_last4", String(8)),
    Column("name", Text),
    Column("lines", JSON, nullable=False),  # [{title, options, quantity}, …]
    Column("total", Amount),
    Column("currency", String(3), nullable=False),
    Column("status", String(32), nullable=False),
    Column("status_text", Text, nullable=False),
    Column("carrier", Text),
    Column("tracking_number", Text),
    Column("order_date", String(10)),
    Column("ship_date", String(10)),
    Column("delivered_date", String(10)),
    Column("expected_date", String(10)),
    Column("email", String(254)),
    Column("note", Text, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("as_of", Moment, nullable=False),
    Column("source_file", Text, nullable=False),
    Column("source_row", Integer),
    UniqueConstraint("shop_id", "order_no"),
)

promotions = Table(
    "promotion",
    metadata,
    Column("shop_id", String(64), ForeignKey("shop.id", ondelete="CASCADE"), primary_key=True),
    Column("content", JSON, nullable=False),  # the validated file
    Column("content_hash", String(64), nullable=False),
    Column("as_of", Moment),  # None: imported before promotions had a date
    Column("source_file", Text, nullable=False),
)

quick_replies = Table(
    "quick_reply",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    _shop(),
    Column("keywords", JSON, nullable=False),
    Column("reply", Text, nullable=False),
    Column("lang", String(8)),
    Column("content_hash", String(64), nullable=False),
    Column("as_of", Moment),  # None, as the source: imported before quick replies had them
    Column("source_file", Text),
    Column("source_row", Integer),
    UniqueConstraint("shop_id", "content_hash"),
)

# Not in the catalog's change log: nothing that is searched hangs on a report, and they come by the day.
fit_reports = Table(
    "fit_report",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    _shop(),
    Column("report_key", String(255), nullable=False),
    Column("product", Text, nullable=False),
    Column("size", Text, nullable=False),
    Column("fit", String(8), nullable=False),  # small, fits, large
    Column("wearer", JSON, nullable=False),  # {shopper, numbers: {measure: value}, traits: {name: word}}
    Column("content_hash", String(64), nullable=False),
    Column("as_of", Moment, nullable=False),
    Column("source_file", Text, nullable=False),
    Column("source_row", Integer),
    UniqueConstraint("shop_id", "report_key"),
)

# The catalog's own change log: every replica's index follows it from the last id it has seen.
changes = Table(
    "catalog_change",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    _shop(),
    Column("kind", String(16), nullable=False),  # product, passage, size_chart, …
    Column("row_id", RowId, nullable=False),
    Column("removed", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_catalog_change_shop", "shop_id", "id"),
)

# Embedding is the dear part of an index, so its results are kept by content and by model.
embeddings = Table(
    "embedding",
    metadata,
    Column("text_hash", String(64), primary_key=True),
    Column("model", String(200), primary_key=True),
    Column("vector", LargeBinary, nullable=False),  # float16, little endian, unit length
)

imports = Table(
    "import_run",
    metadata,
    Column("id", String(64), primary_key=True),
    _shop(),
    Column("at", Moment, nullable=False),
    Column("report", JSON, nullable=False),
)

import_jobs = Table(
    "import_job",
    metadata,
    Column("number", RowId, primary_key=True, autoincrement=True),  # the order in which they came
    Column("id", String(64), nullable=False),
    _shop(),
    Column("state", String(16), nullable=False),
    Column("options", JSON, nullable=False),
    Column("files", JSON, nullable=False),  # [{name, bytes}, …]
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("ended_at", Moment),
    Column("attempts", Integer, nullable=False),
    Column("cancel_requested", Boolean, nullable=False),
    Column("report", JSON(none_as_null=True)),
    Column("problem", JSON(none_as_null=True)),  # {code, detail}
    UniqueConstraint("id"),
    Index("ix_import_job_shop", "shop_id", "number"),
)

catalog_versions = Table(
    "catalog_version",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    _shop(),
    Column("cause", String(16), nullable=False),  # import, removal, rollback
    Column("import_id", String(64)),
    Column("restores", RowId),  # of a rollback: the version whose state it brought back
    Column("at", Moment, nullable=False),
    Column("complete", Boolean, nullable=False),
    Index("ix_catalog_version_shop", "shop_id", "id"),
    sqlite_autoincrement=True,  # an id that was given away never comes back
)

# An undo log: what each version changed, with the content before. The state at a version is the
# present one with the later entries taken back.
version_rows = Table(
    "version_row",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("version_id", RowId, ForeignKey("catalog_version.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("key", Text, nullable=False),
    Column("change", String(8), nullable=False),  # new, changed, removed
    Column("before", JSON(none_as_null=True)),  # None: it was not there
    UniqueConstraint("version_id", "kind", "key"),
)

# What the columns of a header unknown to us hold, as the merchant has accepted it.
column_mappings = Table(
    "column_mapping",
    metadata,
    Column("shop_id", String(64), ForeignKey("shop.id", ondelete="CASCADE"), primary_key=True),
    Column("fingerprint", String(32), primary_key=True),
    Column("columns", JSON, nullable=False),  # {column: field}
    Column("accepted_at", Moment, nullable=False),
)

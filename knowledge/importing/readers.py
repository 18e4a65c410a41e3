"""The table of readers. A new kind of file is a module with a `Reader`, and one line here."""

from __future__ import annotations

from typing import Final

from knowledge.importing import (
    agentic_feed,
    document_files,
    docx,
    fit_reports,
    google_merchant,
    html_document,
    json_ld,
    magento,
    orders,
    pdf,
    promotions,
    qa_table,
    quick_replies,
    shop_profile,
    shopify,
    size_charts,
    woocommerce,
)
from knowledge.importing.reader import Content, Reader

# The first that recognises a file takes it, so the more particular stand before the more general.
READERS: Final[tuple[Reader, ...]] = (
    json_ld.READER,
    json_ld.FAQ_READER,
    shop_profile.READER,
    promotions.READER,
    magento.READER,
    woocommerce.READER,
    orders.READER,
    quick_replies.READER,
    fit_reports.READER,
    size_charts.READER,
    agentic_feed.READER,
    google_merchant.READER,
    shopify.READER,
    qa_table.READER,
    html_document.READER,
    pdf.READER,
    docx.READER,
)


def reader_for(content: Content) -> Reader | None:
    """Return the reader that recognises the content; a text is a document when nothing else is known."""
    found = next((reader for reader in READERS if reader.recognises(content)), None)
    if found is None and content.form in ("text", "table") and document_files.READER.recognises(content):
        return document_files.READER
    return found

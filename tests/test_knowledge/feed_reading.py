"""Reads feeds without a database, and checks that what was read could be stored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import strategies as st

from knowledge import rows
from knowledge.catalog import Product, Shop, ShopId, Variant
from knowledge.importing.cells import AMOUNT_LIMIT, KEY_LIMIT
from knowledge.importing.detect import open_file
from knowledge.importing.documents import DraftDocument
from knowledge.importing.issues import Issue, Notes
from knowledge.importing.reader import Context

FEEDS = Path(__file__).parent / "feeds"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass
class Read:
    """What came out of a file, all parts of it together."""

    formats: list[str]
    products: dict[str, Product]
    documents: list[DraftDocument]
    rejected: int
    keys_lost: bool
    issues: list[Issue]

    @property
    def codes(self) -> list[str]:
        return [issue.code for issue in self.issues]

    def variants(self) -> Iterator[Variant]:
        return (variant for product in self.products.values() for variant in product.variants)

    def variant(self, sku: str) -> Variant:
        return next(variant for variant in self.variants() if variant.sku == sku)


def read_bytes(name: str, raw: bytes, *, locale: str = "en-US", currency: str = "USD", timezone: str = "UTC") -> Read:
    """Open and read a file as an import does; what a reader raises is not caught."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(raw)
        return read_file(path, locale=locale, currency=currency, timezone=timezone)


def read_file(path: Path, *, locale: str = "en-US", currency: str = "USD", timezone: str = "UTC") -> Read:
    context = Context(Shop(ShopId("maple"), "Maple", locale, currency, timezone), NOW)
    read = Read([], {}, [], 0, False, [])
    for opened in open_file(path, path.name, "zh" if locale.startswith("zh") else "en"):
        notes: Notes = opened.notes
        if opened.found is not None:
            content, reader = opened.found
            reading = reader.read(content, context, notes)
            read.formats.append(reader.format)
            read.rejected += reading.rejected
            read.keys_lost |= reading.keys_lost
            products = [record for record in reading.records if isinstance(record, Product)]
            assert len({product.handle for product in products}) == len(products)
            read.products.update({product.handle: product for product in products})
            read.documents += [record for record in reading.records if isinstance(record, DraftDocument)]
        read.issues += notes.issues
    return read


def check_storable(read: Read) -> None:
    """Check what the database and the pages rely on, whatever the file was."""
    for product in read.products.values():
        assert product.title
        assert 0 < len(product.handle) <= KEY_LIMIT
        keys = [variant.key for variant in product.variants]
        assert len(set(keys)) == len(keys)
        assert len({variant.options for variant in product.variants}) == len(product.variants)
        for variant in product.variants:
            prices = [price for price in (variant.price, variant.list_price) if price is not None]
            assert all(0 <= price.amount < AMOUNT_LIMIT and len(price.currency) == 3 for price in prices)
            json.dumps(rows.variant_values(variant, "USD"), default=str).encode()
        json.dumps(rows.product_values(product), default=str, ensure_ascii=False).encode()
    for document in read.documents:
        document.text.encode()
        assert all(document.text[p.start : p.end] == p.text for p in document.passages)
    for issue in read.issues:
        assert issue.problem
        assert issue.mend


def told(read: Read) -> bool:
    """Whether a file ends in records or in a reason."""
    return bool(read.products or read.documents or read.issues)


@st.composite
def mutated(draw: st.DrawFn, raw: bytes) -> bytes:
    """A good file with a few places cut, doubled, exchanged or overwritten."""
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, max(0, len(raw) - 1)))
        end = min(len(raw), start + draw(st.integers(0, 60)))
        piece = draw(
            st.one_of(
                st.just(b""),
                st.just(raw[start:end] * 2),
                st.binary(max_size=12),
                st.sampled_from(
                    [
                        b'"',
                        b"<",
                        b">",
                        b"&",
                        b"&#0;",
                        b"\\ud800",
                        b"\x00",
                        b"null",
                        b"[",
                        b"{",
                        b"}",
                        b"-1e999",
                        b"]]>",
                        b",",
                        b"|",
                        b"=",
                        "，".encode(),
                        b"99999999999999999999",
                        b"\n",
                        b"\r",
                        b"\t",
                    ]
                ),
            )
        )
        raw = raw[:start] + piece + raw[end:]
    return raw

"""What a reader of one kind of file is: it recognises content, and turns it into records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from knowledge.catalog import Product, Shop
from knowledge.fit_reports import KeptReport
from knowledge.freshness import Freshness
from knowledge.importing.documents import DraftDocument
from knowledge.importing.issues import Notes
from knowledge.importing.report import Kind
from knowledge.importing.table import Table
from knowledge.orders import Order
from knowledge.promotions import Promotions, QuickReply
from knowledge.service_policy import ServicePolicy
from knowledge.size_charts import SizeChart

Form = Literal["table", "json", "jsonl", "xml", "html", "pdf", "docx", "text"]


@dataclass(frozen=True, slots=True)
class ShopProfile:
    """What a profile file says of the shop; None where it says nothing."""

    name: str | None = None
    locale: str | None = None
    currency: str | None = None
    timezone: str | None = None
    greeting: dict[str, str] | None = None
    freshness: Freshness | None = None
    policy: ServicePolicy | None = None


Record = Product | DraftDocument | SizeChart | Order | Promotions | QuickReply | KeptReport | ShopProfile


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds, opened as far as its own form tells.

    Attributes:
        path: The file as it lies on disk; pictures are looked for beside it.
        name: Path relative to the folder that was given, with ``/``, and the inner name in an archive.
        text: The decoded text; empty for the forms that are bytes.
        table: Set for delimited text with a header, and for a sheet.
        json: The value of ``json``; for ``jsonl`` a list of (line, value).
        raw: The bytes of ``pdf`` and ``docx``.
        tried: What was wrong with the table's rows; it counts when a reader takes the table.
    """

    path: Path
    name: str
    text: str
    form: Form = "text"
    table: Table | None = None
    json: object = None
    raw: bytes = b""
    tried: Notes | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What a reader must know beyond the file.

    Attributes:
        known_handles: Products that the shop has already.
        known_products: Handles, SKUs and titles of these, folded, for files that speak of products.
    """

    shop: Shop
    now: datetime
    known_handles: frozenset[str] = frozenset()
    known_products: frozenset[str] = frozenset()

    @property
    def month_first(self) -> bool:
        """Whether the shop writes 03/04 for the fourth of March."""
        return self.shop.locale.casefold() in ("en", "en-us")

    @property
    def today(self) -> date:
        return self.now.astimezone(ZoneInfo(self.shop.timezone)).date()


@dataclass(slots=True)
class Reading:
    """What is read of a file. What was rejected is known once all records have been taken.

    Attributes:
        records: To be taken once; of a large file each is made when it is taken.
        expected: How many records there will be at most; None where nobody has counted.
        rejected: Rows that were not taken.
        rejected_keys: What these rows describe, as far as they tell; a replacing import leaves it alone.
        keys_lost: Some rejected row does not tell what it describes.
    """

    records: Iterable[Record] = ()
    rejected: int = 0
    rejected_keys: Set[str] = frozenset()
    keys_lost: bool = False
    expected: int | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """One kind of file in one format."""

    kind: Kind
    format: str
    recognises: Callable[[Content], bool]
    read: Callable[[Content, Context, Notes], Reading]

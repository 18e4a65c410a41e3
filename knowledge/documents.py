"""What a shop wrote: documents as uploaded, and the passages that are retrieved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from knowledge.catalog import ShopId

DocumentId = NewType("DocumentId", int)
PassageId = NewType("PassageId", int)


@dataclass(frozen=True, slots=True)
class Passage:
    """The retrieved unit of text.

    Attributes:
        start: First character in the document's text.
        end: One past the last; ``document.text[start:end] == text``.
        heading_path: Headings from the document's title down to this passage.
    """

    id: PassageId
    document_id: DocumentId
    ordinal: int
    heading_path: tuple[str, ...]
    text: str
    start: int
    end: int
    lang: str

    @property
    def heading(self) -> str:
        return self.heading_path[-1] if self.heading_path else ""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole source as uploaded.

    Attributes:
        name: File name within the shop; the key under which it is replaced.
        text: The source text itself, so that a passage's span can be checked.
    """

    id: DocumentId
    shop_id: ShopId
    name: str
    title: str
    text: str
    lang: str
    as_of: datetime

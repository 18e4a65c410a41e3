"""Reads a whole text file as one document, Markdown or plain."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from knowledge.importing.cells import KEY_LIMIT
from knowledge.importing.issues import Notes
from knowledge.importing.markdown import looks_like_markdown, read_markdown
from knowledge.importing.plain_text import read_plain_text
from knowledge.importing.reader import Content, Context, Reader, Reading
from knowledge.importing.report import Kind

# A text without structure may be anything, so its ending decides that it was written to be read.
_WRITTEN: Final = frozenset(["", ".md", ".markdown", ".mdown", ".txt", ".text"])
_MARKDOWN: Final = frozenset([".md", ".markdown", ".mdown"])


def _read(content: Content, context: Context, notes: Notes) -> Reading:
    if len(content.name) > KEY_LIMIT:
        notes.add("too_long", field="file", value=content.name, limit=KEY_LIMIT)
        return Reading(rejected=1, keys_lost=True)
    path = PurePosixPath(content.name)
    title = path.stem.replace("_", " ").replace("-", " ").strip() or path.name
    is_markdown = path.suffix.lower() in _MARKDOWN or looks_like_markdown(content.text)
    read = read_markdown if is_markdown else read_plain_text
    document = read(content.name, content.text, title)
    if not document.passages:
        notes.add("document_empty")
        return Reading(rejected=1, rejected_keys=frozenset([content.name]))
    return Reading((document,))


def _recognises(content: Content) -> bool:
    return PurePosixPath(content.name).suffix.lower() in _WRITTEN


READER: Final = Reader(Kind.DOCUMENT, "text", _recognises, _read)

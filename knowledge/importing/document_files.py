"""Reads a whole text file as one document, Markdown or plain."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from knowledge.importing.document_checks import is_licence, is_prose, reading_of
from knowledge.importing.issues import Notes
from knowledge.importing.layout import title_from
from knowledge.importing.markdown import looks_like_markdown, read_markdown
from knowledge.importing.plain_text import read_plain_text
from knowledge.importing.reader import Content, Context, Reader, Reading
from knowledge.importing.report import Kind

# A text without structure may be anything, so its ending decides that it was written to be read.
_WRITTEN: Final = frozenset(["", ".md", ".markdown", ".mdown", ".txt", ".text"])
_CHARACTERS_MB: Final = 4  # a thick book; a longer text is a log or a dump
_MARKDOWN: Final = frozenset([".md", ".markdown", ".mdown"])


def _read(content: Content, context: Context, notes: Notes) -> Reading:
    if len(content.text) > _CHARACTERS_MB * 1024 * 1024:
        notes.add("file_too_large", limit=_CHARACTERS_MB)
        return Reading(rejected=1, rejected_keys=frozenset([content.name]))
    suffix = PurePosixPath(content.name).suffix.lower()
    is_markdown = suffix in _MARKDOWN or looks_like_markdown(content.text)
    read = read_markdown if is_markdown else read_plain_text
    # Markdown was written to be read; anything at all can be saved as .txt.
    if suffix not in _MARKDOWN and not is_licence(content.text) and not is_prose(content.text):
        notes.add("document_not_prose")
        return Reading(rejected=1, rejected_keys=frozenset([content.name]))
    return reading_of(read(content.name, content.text, title_from(content.name)), content, notes)


def _recognises(content: Content) -> bool:
    return PurePosixPath(content.name).suffix.lower() in _WRITTEN


READER: Final = Reader(Kind.DOCUMENT, "text", _recognises, _read)

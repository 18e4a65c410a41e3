"""What every document must be before it may be cited: named, not empty, and written by the shop for its customers."""

from __future__ import annotations

import re
from typing import Final

from knowledge.importing.cells import KEY_LIMIT
from knowledge.importing.documents import DraftDocument
from knowledge.importing.issues import Notes
from knowledge.importing.reader import Content, Reading

_HAN: Final = re.compile(r"[㐀-鿿]")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE: Final = re.compile(r"[.!?。！？；;:：][\"'”’)）]?\s*$|[.!?。！？；;]\s|[。！？；，]")
_COLUMN_GAP: Final = re.compile(r"\S(?: {3,}|\t)\s*\S")
_CODE: Final = re.compile(r"[{}<>=\\^~`]|\w\(|::|_\w+_")
# Phrases of the standard licences of software, fonts and free works; hardly any other text has two of them.
_LICENCE: Final = re.compile(
    r"permission is hereby granted, free of charge|redistribution and use in source and binary forms|"
    r"apache license,? version 2|gnu (?:lesser |affero )?general public license|mozilla public license|"
    r"eclipse public license|creative commons corporation|creative commons legal code|isc license|"
    r"everyone is permitted to copy and distribute verbatim|copies or substantial portions of the software|"
    r"permission to use, copy, modify,? and(?:/or)? distribute this software|boost software license|"
    r"sil open font license|"
    r"this is free and unencumbered software|provided [\"“”']*as is[\"“”']|an [\"“”']*as is[\"“”']* basis",
    re.IGNORECASE,
)
_EARLY: Final = 4_000
_FEW_LINES: Final = 6
_PROSE_LEAST: Final = 0.25


def reading_of(document: DraftDocument, content: Content, notes: Notes) -> Reading:
    """Return the reading of a file that is one document; why it cannot be one is noted."""
    if len(content.name) > KEY_LIMIT:
        notes.add("too_long", field="file", value=content.name, limit=KEY_LIMIT)
        return Reading(rejected=1, keys_lost=True)
    problem = None if document.passages else "document_empty"
    problem = problem or ("document_licence" if is_licence(document.text) else None)
    if problem is not None:
        notes.add(problem)
        return Reading(rejected=1, rejected_keys=frozenset([content.name]))
    return Reading((document,))


def is_licence(text: str) -> bool:
    """Whether the text is a software licence: that binds who copies a program, and promises no shopper anything."""
    flat = " ".join(re.sub(r"[*#>|]", " ", text).split())
    found = list(_LICENCE.finditer(flat))
    return len({match[0].casefold() for match in found}) > 1 and found[0].start() < _EARLY


def is_prose(text: str) -> bool:
    """Whether a text without marks is written to be read, and is no list of strings, table or program.

    A line counts as prose when it is a sentence or part of one: some words, hardly a sign of code, no
    columns. A short text is given the benefit of the doubt when it has words at all.
    """
    lines = [line for line in text.split("\n") if line.strip()]
    prose = sum(len(line) for line in lines if _is_prose_line(line))
    total = sum(len(line) for line in lines)
    ends = sum(map(is_sentence, lines))
    if len(lines) <= _FEW_LINES:
        return bool(prose) and prose >= total * _PROSE_LEAST
    return prose >= total * _PROSE_LEAST * 2 and ends >= len(lines) * 0.05


def is_sentence(text: str) -> bool:
    """Whether a text has the marks of a sentence: an end, or parts."""
    return _SENTENCE.search(text.strip()) is not None


def _is_prose_line(line: str) -> bool:
    words = len(_WORD.findall(line)) + len(_HAN.findall(line)) // 2
    if _COLUMN_GAP.search(line.strip()) or words < 3:
        return False
    return len(_CODE.findall(line)) <= words // 4 and sum(map(len, _WORD.findall(line))) >= len(line) * 0.5

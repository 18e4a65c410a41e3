"""An entry as tantivy takes it: the terms of each field, cut and joined by spaces."""

from __future__ import annotations

from typing import NamedTuple

from knowledge.retrieval.schemes import LexicalEntry, Scheme
from knowledge.retrieval.tokens import bigrams, phrase_terms, terms


class WrittenEntry(NamedTuple):
    """An entry of one scheme.

    Attributes:
        texts: Pairs of field and terms.
        content: The item itself.
    """

    id: int
    texts: tuple[tuple[str, str], ...]
    keys: tuple[str, ...]
    content: bytes


def written(scheme: Scheme, entry: LexicalEntry) -> WrittenEntry:
    """Cut an entry's words."""
    texts = [(field, " ".join(found)) for field, found in scheme.document(entry).items()]
    if entry.name:
        texts.append(("name", " ".join(dict.fromkeys([*terms(entry.name), *bigrams(entry.name)]))))
    if entry.about:
        texts.append(("about", " ".join(phrase_terms(entry.about))))
    return WrittenEntry(entry.id, tuple(texts), entry.keys, entry.content)

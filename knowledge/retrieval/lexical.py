"""BM25 over words and character bigrams (tantivy), one index per shop, in memory.

The database is the truth: this index is filled from it at start and follows its change log.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import tantivy

from knowledge.retrieval.tokens import bigrams, is_filler, stem, terms, words

# A word in a title or heading says more about the topic than one in the body.
TITLE_BOOST = 2.0
# Bigrams repeat what the words say, and help only where the word cut failed.
BIGRAM_BOOST = 0.4
# Synonyms and translations find what the shopper's own words do not, and must not outweigh them.
EXPANSION_BOOST = 0.5
WRITER_HEAP_BYTES = 32_000_000


@dataclass(frozen=True, slots=True)
class LexicalEntry:
    """An item as the lexical index sees it."""

    id: int
    title: str
    body: str


def _wanted(text: str) -> dict[str, None]:
    """Return the terms of a query without its filler, where there is anything else.

    In a shop of fifty passages "how do I" is rarer than in the language, and would rank every
    heading that begins so.
    """
    telling = dict.fromkeys(stem(word) for word in words(text) if not is_filler(word))
    return telling or dict.fromkeys(terms(text))


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", stored=True, indexed=True, fast=True)
    for field in ("title", "body", "title_bigrams", "body_bigrams"):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


class LexicalIndex:
    """BM25 over the items of one shelf; one writer, and searches see the last update."""

    def __init__(self) -> None:
        self._index = tantivy.Index(_schema())
        self._writer = self._index.writer(WRITER_HEAP_BYTES, num_threads=1)

    def update(self, entries: Iterable[LexicalEntry], removed: Iterable[int] = ()) -> None:
        """Replace the entries and drop the removed ids; visible to searches when this returns."""
        entries = list(entries)
        gone = [*removed, *(entry.id for entry in entries)]
        if gone and len(self):
            # By query: `delete_documents_by_term` makes a signed term of an int, which no unsigned field holds.
            inside = tantivy.Query.term_set_query(self._index.schema, "id", gone)
            self._writer.delete_documents_by_query(inside)
        for entry in entries:
            document = tantivy.Document()
            document.add_unsigned("id", entry.id)
            document.add_text("title", " ".join(terms(entry.title)))
            document.add_text("body", " ".join(terms(entry.body)))
            document.add_text("title_bigrams", " ".join(bigrams(entry.title)))
            document.add_text("body_bigrams", " ".join(bigrams(entry.body)))
            self._writer.add_document(document)
        self._writer.commit()
        self._index.reload()

    def search(
        self, text: str, limit: int, expansions: Collection[str] = (), allowed: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return ``(id, BM25)``, best first.

        Args:
            expansions: Further terms (already stemmed) that may match at half weight.
            allowed: Ids that may be returned.
        """
        wanted = self._query(text, expansions)
        if wanted is None:
            return []
        query: Any = wanted
        if allowed is not None:
            inside = tantivy.Query.term_set_query(self._index.schema, "id", list(allowed))
            query = tantivy.Query.boolean_query(
                [(tantivy.Occur.Must, wanted), (tantivy.Occur.Must, tantivy.Query.const_score_query(inside, 0.0))]
            )
        searcher = self._index.searcher()
        hits = searcher.search(query, limit).hits
        ids = searcher.fast_field_values("id", [address for _, address in hits])
        return [(int(key), float(score)) for key, (score, _) in zip(ids, hits, strict=True) if key is not None]

    def document_frequency(self, term: str) -> int:
        """Return how many items hold the term in title or body (counted apart, so at most twice)."""
        searcher = self._index.searcher()
        return int(max(searcher.doc_freq("title", term), searcher.doc_freq("body", term)))

    def __len__(self) -> int:
        return int(self._index.searcher().num_docs)

    def _query(self, text: str, expansions: Collection[str]) -> tantivy.Query | None:
        clauses = [
            *self._clauses(_wanted(text), "", 1.0),
            *self._clauses(dict.fromkeys(bigrams(text)), "_bigrams", BIGRAM_BOOST),
            *self._clauses(dict.fromkeys(expansions), "", EXPANSION_BOOST),
        ]
        return tantivy.Query.boolean_query(clauses) if clauses else None

    def _clauses(self, wanted: Iterable[str], suffix: str, boost: float) -> list[tuple[tantivy.Occur, tantivy.Query]]:
        schema = self._index.schema
        return [
            (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(
                    tantivy.Query.term_query(schema, field + suffix, term, "freq"), boost * weight
                ),
            )
            for term in wanted
            for field, weight in (("title", TITLE_BOOST), ("body", 1.0))
        ]

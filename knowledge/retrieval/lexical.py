"""BM25 over words and character bigrams (tantivy), one index per shop, in memory.

The database is the truth: this index is filled from it at start and follows its change log.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from typing import Any

import tantivy

from knowledge.retrieval.schemes import Clause, LexicalEntry, Scheme

WRITER_HEAP_BYTES = 32_000_000


class LexicalIndex:
    """BM25 over the items of one shelf; one writer, and searches see the last update."""

    def __init__(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self._index = tantivy.Index(_schema(scheme))
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
            for field, found in self._scheme.document(entry).items():
                document.add_text(field, " ".join(found))
            self._writer.add_document(document)
        self._writer.commit()
        self._index.reload()

    def search(
        self,
        text: str,
        limit: int,
        expansions: Collection[str] = (),
        allowed: Collection[int] | None = None,
        *,
        own: bool = True,
    ) -> list[tuple[int, float]]:
        """Return ``(id, score)``, best first; the score is a sum of BM25 by the scheme.

        Args:
            expansions: Further terms (already stemmed) that may match at a lower weight.
            allowed: Ids that may be returned.
            own: Whether the query is in the items' language.
        """
        wanted = self._query(text, expansions, own=own)
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
        """Return how many items hold the term; where fields are counted apart, in the one that has most."""
        searcher = self._index.searcher()
        return max(int(searcher.doc_freq(field, term)) for field in self._scheme.counted)

    def __len__(self) -> int:
        return int(self._index.searcher().num_docs)

    def _query(self, text: str, expansions: Collection[str], *, own: bool) -> tantivy.Query | None:
        searcher = self._index.searcher()
        parts = [
            (tantivy.Occur.Should, self._part(clause, holding, int(searcher.num_docs)))
            for clause in self._scheme.clauses(text, expansions, own=own)
            if (holding := int(searcher.doc_freq(clause.field, clause.term)))
        ]
        return tantivy.Query.boolean_query(parts) if parts else None

    def _part(self, clause: Clause, holding: int, items: int) -> tantivy.Query:
        term = tantivy.Query.term_query(self._index.schema, clause.field, clause.term, "freq")
        if not clause.once:
            return tantivy.Query.boost_query(term, clause.weight)
        # The idf of BM25 as Lucene has it; deleted items may still be counted, so never below 0.
        idf = math.log1p((max(items - holding, 0) + 0.5) / (holding + 0.5))
        return tantivy.Query.const_score_query(term, clause.weight * idf)


def _schema(scheme: Scheme) -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", stored=True, indexed=True, fast=True)
    for field in scheme.fields:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    return builder.build()

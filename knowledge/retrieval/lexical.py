"""BM25 over words and character bigrams (tantivy), one index per shelf, which also keeps the items themselves.

The database is the truth: this index is filled from it and follows its change log. In a folder it
is mapped, not loaded, and survives the process.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, Final

import numpy as np
import tantivy

from knowledge.retrieval.files import link_or_copy
from knowledge.retrieval.id_sets import NO_IDS, Ids, are_in, ids_of
from knowledge.retrieval.schemes import Clause, LexicalEntry, Scheme
from knowledge.retrieval.tokens import phrase_terms
from knowledge.retrieval.written import WrittenEntry, written

WRITER_HEAP_BYTES = 32_000_000
# More ids than this are not asked for by name; a longer list of hits is sifted instead.
NAMED_IDS: Final = 4_096
# So many times deeper than it would be if what is allowed were spread evenly: a filter by price lets through just
# some kinds of goods, and every look costs the same however deep it is.
SIFTED_DEEPER: Final = 8

Entry = LexicalEntry | WrittenEntry

# What tantivy calls the list of its segments, and that of the files which it may remove.
META: Final = "meta.json"
MANAGED: Final = ".managed.json"


class LexicalIndex:
    """BM25 over the items of one shelf; one writer, and searches see what was shown last.

    Args:
        folder: Where the index is, or will be; without one it is in memory.

    Raises:
        ValueError: What is in the folder is no index of this scheme.
    """

    def __init__(self, scheme: Scheme, folder: Path | None = None) -> None:
        self._scheme = scheme
        self._folder = folder
        schema = _schema(scheme)
        self._index = tantivy.Index(schema, path=None if folder is None else str(folder))
        # Else a commit shows itself some time later, by a thread that watches the folder.
        self._index.config_reader(reload_policy="manual")
        self._index.reload()
        self._writer = self._index.writer(WRITER_HEAP_BYTES, num_threads=1)

    def update(self, entries: Iterable[Entry], removed: Iterable[int] = ()) -> None:
        """Replace the entries and drop the removed ids; visible to searches when this returns."""
        self.stage(entries, removed)
        self.show()

    def stage(self, given: Iterable[Entry], removed: Iterable[int] = ()) -> None:
        """Write the entries and drop the removed ids; no search sees it before `show`."""
        entries = [one if isinstance(one, WrittenEntry) else written(self._scheme, one) for one in given]
        gone = [*removed, *(entry.id for entry in entries)]
        if gone:
            # By query: `delete_documents_by_term` makes a signed term of an int, which no unsigned field holds.
            inside = tantivy.Query.term_set_query(self._index.schema, "id", gone)
            self._writer.delete_documents_by_query(inside)
        for entry in entries:
            self._writer.add_document(_document(entry))
        self._writer.commit()

    def show(self) -> None:
        """Let searches see what was staged."""
        self._index.reload()

    def search(
        self,
        text: str,
        limit: int,
        expansions: Collection[str] = (),
        allowed: Collection[int] | Ids | None = None,
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
        if allowed is None:
            return self._hits(wanted, limit)
        inside = ids_of(allowed)
        if len(inside) <= NAMED_IDS:
            named = tantivy.Query.const_score_query(self._with_ids(inside.tolist()), 0.0)
            both = [(tantivy.Occur.Must, wanted), (tantivy.Occur.Must, named)]
            return self._hits(tantivy.Query.boolean_query(both), limit)
        return self._sifted(wanted, limit, inside)

    def word_shares(self, text: str, ids: Collection[int]) -> dict[int, float]:
        """Return how much of a query's words these items have, by rarity, in [0, 1]; how often does not count."""
        searcher = self._index.searcher()
        items = int(searcher.num_docs)
        held = [
            (clause, holding)
            for clause in self._scheme.clauses(text, (), own=True)
            if clause.once and (holding := int(searcher.doc_freq(clause.field, clause.term)))
        ]
        whole = sum(_rarity_weight(clause, holding, items) for clause, holding in held)
        if not whole or not ids:
            return dict.fromkeys(ids, 0.0)
        parts = [(tantivy.Occur.Should, self._rarity(clause, holding, items)) for clause, holding in held]
        named = tantivy.Query.const_score_query(self._with_ids(list(ids)), 0.0)
        both = [(tantivy.Occur.Must, tantivy.Query.boolean_query(parts)), (tantivy.Occur.Must, named)]
        scores = dict(self._hits(tantivy.Query.boolean_query(both), len(ids)))
        return {key: min(1.0, scores.get(key, 0.0) / whole) for key in ids}

    def document_frequency(self, term: str) -> int:
        """Return how many items hold the term; where fields are counted apart, in the one that has most."""
        searcher = self._index.searcher()
        return max(int(searcher.doc_freq(field, term)) for field in self._scheme.counted)

    def __len__(self) -> int:
        return int(self._index.searcher().num_docs)

    # -- what is kept ----------------------------------------------------------------------------

    def contents(self, ids: Iterable[int]) -> dict[int, bytes]:
        """Return the items that are there, by id, in no particular order."""
        wanted = list(ids)
        searcher = self._index.searcher()
        addresses = [a for _, a in searcher.search(self._with_ids(wanted), max(1, len(wanted)), count=False).hits]
        keys = searcher.fast_field_values("id", addresses)
        found: dict[int, Any] = {}
        for key, address in zip(keys, addresses, strict=True):
            found[int(key or 0)] = searcher.doc(address).get_first("content")
        return found

    def ids(self) -> Ids:
        """Return the ids of all items."""
        searcher = self._index.searcher()
        if not searcher.num_docs:
            return NO_IDS
        hits = searcher.search(tantivy.Query.all_query(), int(searcher.num_docs), count=False).hits
        return np.unique(np.array(searcher.fast_field_values("id", [address for _, address in hits]), np.int64))

    def keyed(self, keys: Iterable[str], limit: int) -> list[int]:
        """Return the ids of items that have one of the keys, in the order of ids."""
        query = tantivy.Query.term_set_query(self._index.schema, "keys", list(keys))
        return sorted(key for key, _ in self._hits(query, limit))

    def named(self, wanted: Collection[str]) -> int:
        """Return how many items have all these terms in their name."""
        parts = [(tantivy.Occur.Must, self._term("name", term)) for term in wanted]
        return self._count(tantivy.Query.boolean_query(parts)) if parts else len(self)

    def phrased(self, phrase: str) -> int:
        """Return of how many items this very phrase is said."""
        found = phrase_terms(phrase)
        if not found:
            return 0
        schema = self._index.schema
        single = self._term("about", found[0])
        return self._count(single if len(found) == 1 else tantivy.Query.phrase_query(schema, "about", [*found]))

    def save(self, folder: Path) -> None:
        """Link what was committed last into an empty folder.

        Raises:
            OSError: The index is in memory only, or its folder cannot be read.
        """
        if self._folder is None:
            raise OSError("an index in memory has no files")
        while True:
            committed = (self._folder / META).read_bytes()
            segments = {one["segment_id"].replace("-", "") for one in json.loads(committed)["segments"]}
            names = [path.name for path in self._folder.iterdir() if path.name.split(".")[0] in segments]
            try:
                for name in names:
                    link_or_copy(self._folder / name, folder / name)
            except FileNotFoundError:
                pass
            # Threads of tantivy merge segments, and remove what they have merged, whenever they are done.
            if (self._folder / META).read_bytes() == committed:
                break
            for name in names:
                (folder / name).unlink(missing_ok=True)
        (folder / META).write_bytes(committed)
        (folder / MANAGED).write_text(json.dumps([META, *names]), "utf-8")

    # -- inside ----------------------------------------------------------------------------------

    def _hits(self, query: tantivy.Query, limit: int) -> list[tuple[int, float]]:
        searcher = self._index.searcher()
        hits = searcher.search(query, limit, count=False).hits
        ids = searcher.fast_field_values("id", [address for _, address in hits])
        return [(int(key), float(score)) for key, (score, _) in zip(ids, hits, strict=True) if key is not None]

    def _sifted(self, query: tantivy.Query, limit: int, inside: Ids) -> list[tuple[int, float]]:
        """Return the best hits among many allowed ids, looking further down until there are enough."""
        depth = SIFTED_DEEPER * limit * max(1, len(self) // len(inside))
        while True:
            hits = self._hits(query, depth)
            kept = [hit for hit, ok in zip(hits, are_in(inside, [key for key, _ in hits]), strict=True) if ok]
            if len(kept) >= limit or len(hits) < depth:
                return kept[:limit]
            depth *= SIFTED_DEEPER

    def _with_ids(self, ids: list[int]) -> tantivy.Query:
        return tantivy.Query.term_set_query(self._index.schema, "id", ids)

    def _term(self, field: str, term: str, read: str = "basic") -> tantivy.Query:
        return tantivy.Query.term_query(self._index.schema, field, term, read)

    def _count(self, query: tantivy.Query) -> int:
        found: Any = self._index.searcher().search(query, 1, count=True)
        return int(found.count)

    def _query(self, text: str, expansions: Collection[str], *, own: bool) -> tantivy.Query | None:
        searcher = self._index.searcher()
        parts = [
            (tantivy.Occur.Should, self._part(clause))
            for clause in self._scheme.clauses(text, expansions, own=own)
            if int(searcher.doc_freq(clause.field, clause.term))
        ]
        return tantivy.Query.boolean_query(parts) if parts else None

    def _part(self, clause: Clause) -> tantivy.Query:
        return tantivy.Query.boost_query(self._term(clause.field, clause.term, "freq"), clause.weight)

    def _rarity(self, clause: Clause, holding: int, items: int) -> tantivy.Query:
        term = self._term(clause.field, clause.term)
        return tantivy.Query.const_score_query(term, _rarity_weight(clause, holding, items))


def _document(entry: WrittenEntry) -> tantivy.Document:
    document = tantivy.Document()
    document.add_unsigned("id", entry.id)
    document.add_bytes("content", entry.content)
    for field, terms in entry.texts:
        document.add_text(field, terms)
    for key in entry.keys:
        document.add_text("keys", key)
    return document


def _rarity_weight(clause: Clause, holding: int, items: int) -> float:
    """Return a clause's weight by the idf of BM25 as Lucene has it."""
    # Deleted items may still be counted, so never below 0.
    return clause.weight * math.log1p((max(items - holding, 0) + 0.5) / (holding + 0.5))


def _schema(scheme: Scheme) -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", stored=False, indexed=True, fast=True)
    builder.add_bytes_field("content", stored=True)
    builder.add_text_field("keys", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("name", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("about", tokenizer_name="whitespace", index_option="position")
    for field in scheme.fields:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    return builder.build()

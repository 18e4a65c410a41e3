"""LangChain's EnsembleRetriever over its BM25Retriever and FAISS, with the encoder that the product uses.

The two shapes: as the documentation shows it (default ``k``, BM25 over words split at white space),
and with what a careful user adds (lower-casing, stems or a Chinese word cut, both parts read equally
deep).
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Sequence
from typing import Any, Final

from evals.peers.peer import DEPTH, Embedded, Items
from evals.peers.tokenizers import Tokenizer
from knowledge.retrieval.encoders import Encoder

NEEDS: Final = ("langchain_classic", "langchain_community", "rank_bm25")
_KEY: Final = "key"


class LangChainEnsemble:
    """One ensemble of equal weights, which is its default.

    Args:
        tokenizer: None leaves BM25Retriever's own, ``str.split``.
        depth: Documents that each part returns; None leaves LangChain's default, 4.
        lexical_texts: What BM25 reads where it is more than what is embedded, in the order of the items.
    """

    def __init__(
        self,
        name: str,
        items: Items,
        embedded: Embedded,
        *,
        tokenizer: Tokenizer | None = None,
        depth: int | None = None,
        lexical_texts: Sequence[str] | None = None,
    ) -> None:
        self.name = name
        self._items, self._embedded, self._tokenizer, self._depth = items, embedded, tokenizer, depth
        self._lexical_texts = list(items.texts if lexical_texts is None else lexical_texts)
        self._place = {key: place for place, key in enumerate(items.keys)}
        self._whole: Any = self._ensemble(range(len(items.keys)))

    @classmethod
    def as_it_comes(cls, name: str, items: Items, embedded: Embedded) -> LangChainEnsemble:
        return cls(name, items, embedded)

    @classmethod
    def tuned(
        cls,
        name: str,
        items: Items,
        embedded: Embedded,
        tokenizer: Tokenizer,
        lexical_texts: Sequence[str] | None = None,
    ) -> LangChainEnsemble:
        return cls(name, items, embedded, tokenizer=tokenizer, depth=DEPTH, lexical_texts=lexical_texts)

    def search(self, query: str, limit: int, allowed: Collection[str] | None = None) -> list[str]:
        """Return the best keys; BM25Retriever has no filter, so a pool is indexed of its own."""
        ensemble = self._whole
        if allowed is not None:
            pool = sorted(self._place[key] for key in allowed if key in self._place)
            if not pool:
                return []
            ensemble = self._ensemble(pool)
        found = [document.metadata[_KEY] for document in ensemble.invoke(query)]
        return found[:limit]

    def _ensemble(self, places: Sequence[int]) -> Any:
        with warnings.catch_warnings():
            # langchain-community is at its end; these two classes are still what people assemble.
            warnings.simplefilter("ignore", DeprecationWarning)
            from langchain_classic.retrievers import EnsembleRetriever
            from langchain_community.retrievers import BM25Retriever
            from langchain_community.vectorstores import FAISS

        metadatas = [{_KEY: self._items.keys[place]} for place in places]
        given: dict[str, Any] = {"preprocess_func": self._tokenizer} if self._tokenizer else {}
        if self._depth is not None:
            given["k"] = self._depth
        bm25 = BM25Retriever.from_texts([self._lexical_texts[place] for place in places], metadatas, **given)
        pairs = ((self._items.texts[place], self._embedded.vectors[place].tolist()) for place in places)
        store = FAISS.from_embeddings(pairs, _embeddings(self._embedded.encoder), metadatas)
        dense = store.as_retriever(search_kwargs={"k": self._depth} if self._depth is not None else {})
        # By key, since the two parts may read different texts of one item.
        return EnsembleRetriever(retrievers=[bm25, dense], weights=[0.5, 0.5], id_key=_KEY)


def _embeddings(encoder: Encoder) -> Any:
    from langchain_core.embeddings import Embeddings

    class EncoderEmbeddings(Embeddings):
        """The encoder as LangChain asks for it."""

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [[float(value) for value in row] for row in encoder.encode(texts)]

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    return EncoderEmbeddings()

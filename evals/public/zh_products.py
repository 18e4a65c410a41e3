"""``zh_products``: Chinese product search over real titles, with human judgments of query and title.

``mrr@10``: the mean over the queries with a positive judgment of 1 / rank of the first title judged
right; what nobody judged counts as wrong.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from evals.peers import bm25, langchain_ensemble
from evals.peers.bare_embedder import BareEmbedder
from evals.peers.bm25 import Bm25
from evals.peers.langchain_ensemble import LangChainEnsemble
from evals.peers.peer import Embedded, Items, Peer, missing
from evals.peers.rank_fusion import RankFusion
from evals.peers.tokenizers import chinese_bigrams, chinese_words, chinese_words_and_bigrams
from evals.public.figures import SetResult, System, system
from evals.public.published import published
from evals.public.ranking import reciprocal_rank
from evals.public.rows import bad_row, read_jsonl, read_tsv
from evals.public.sets import OnProgress
from evals.public.shops import Corpus, OpenShop, products_found, public_shop
from knowledge.catalog import Handle, Product, Shop, ShopId, Source, Variant
from knowledge.home import Home
from knowledge.retrieval.encoders import multilingual
from knowledge.retrieval.query import SearchQuery
from knowledge.text import language_of

SHOP: Final = Shop(ShopId("zh-products"), "商品标题", "zh-CN", "CNY", "Asia/Shanghai")
CORPUS, JUDGMENTS = "corpus.tsv", "judgments.jsonl"
DEPTH: Final = 10
_AT: Final = datetime(2000, 1, 1, tzinfo=UTC)  # a fixed one keeps a second run from writing anything

Wanted = Mapping[str, frozenset[str]]


class TitleRow(BaseModel):
    """A title and the collection that it comes from."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(min_length=1)
    title: str = Field(min_length=1)
    collection: str


class JudgmentRow(BaseModel):
    """Whether a person found the title right for the query."""

    model_config = ConfigDict(frozen=True)

    query: str = Field(min_length=1)
    docid: str = Field(min_length=1)
    label: Literal["0", "1"]


async def measure(folder: Path, home: Home, told: OnProgress) -> SetResult:
    """Measure the set; see the module for the metric.

    Raises:
        Invalid: A file cannot be used (``usage_bad_data``).
    """
    products = read_products(folder)
    judged, wanted = read_judgments(folder, {str(product.handle) for product in products})
    async with public_shop(home, Corpus(SHOP, products), told) as shop:

        def ours(query: str) -> list[str]:
            return products_found(shop.index, SearchQuery(query, language_of(query, "zh"), DEPTH))

        peers, skipped = await _peers(products, shop)
        systems = [
            await asyncio.to_thread(_measured, "daogou", "daogou", ours, wanted),
            *(_measured(peer.name, "baseline", _searching(peer), wanted) for peer in peers),
        ]
    return SetResult(
        name="zh_products",
        title="Chinese product search, real titles",
        measures="knowledge.retrieval.turn_search.find_products over a shop written by the import's own upsert",
        items=len(wanted),
        systems=(*systems, *published("zh_products")),
        notes=(
            f"{len(products)} titles; {judged} judgments, {len(wanted)} queries with a right title: a small set, "
            "read the intervals",
            *skipped,
        ),
    )


def read_products(folder: Path) -> list[Product]:
    """Return the titles as products.

    Raises:
        Invalid: A row cannot be used, or an id comes twice (``usage_bad_data``).
    """
    path = folder / CORPUS
    products: dict[str, Product] = {}
    for number, row in enumerate(read_tsv(path, TitleRow, ("id", "title", "collection")), start=1):
        if row.id in products:
            raise bad_row(path, number, f"id: {row.id} comes a second time")
        source, lang = Source(CORPUS, number), language_of(row.title, "zh")
        products[row.id] = Product(
            SHOP.id, Handle(row.id), row.title, _AT, source, variants=(Variant(row.id),), lang=lang
        )
    return list(products.values())


def read_judgments(folder: Path, known: set[str]) -> tuple[int, dict[str, frozenset[str]]]:
    """Return the number of judgments, and the right titles by query, of the queries that have one.

    Raises:
        Invalid: A row cannot be used, or names a title that is not there (``usage_bad_data``).
    """
    path = folder / JUDGMENTS
    rows = read_jsonl(path, JudgmentRow)
    wanted: dict[str, set[str]] = {}
    for number, row in enumerate(rows, start=1):
        if row.docid not in known:
            raise bad_row(path, number, f"docid: {CORPUS} has no title {row.docid}")
        if row.label == "1":
            wanted.setdefault(row.query, set()).add(row.docid)
    return len(rows), {query: frozenset(ids) for query, ids in wanted.items()}


async def _peers(products: list[Product], shop: OpenShop) -> tuple[list[Peer], list[str]]:
    """Return the peers that are installed, and a line for each that is not."""
    titles = [product.title for product in products]
    items = Items([str(product.handle) for product in products], titles)
    encoder = await asyncio.to_thread(multilingual)
    known = await shop.vectors.ensure(titles, encoder)
    embedded = Embedded(encoder, np.stack([known[title] for title in titles]))
    bare = BareEmbedder("USE multilingual, cosine", items.keys, embedded)
    peers: list[Peer] = [bare]
    skipped = []
    if told := missing(*bm25.NEEDS):
        skipped.append(f"skipped: BM25 and its fusion: {told}")
    else:
        both = Bm25("BM25, words and bigrams", items, chinese_words_and_bigrams)
        peers += [
            Bm25("BM25, words (jieba)", items, chinese_words),
            Bm25("BM25, bigrams", items, chinese_bigrams),
            both,
            RankFusion("RRF(2×BM25 words and bigrams, USE)", [(2.0, both), (1.0, bare)]),
        ]
    if told := missing(*langchain_ensemble.NEEDS):
        skipped.append(f"skipped: LangChain EnsembleRetriever: {told}")
    else:
        peers += [
            LangChainEnsemble.as_it_comes("LangChain ensemble, as it comes", items, embedded),
            LangChainEnsemble.tuned("LangChain ensemble, jieba words, equal depth", items, embedded, chinese_words),
        ]
    return peers, skipped


def _searching(peer: Peer) -> Callable[[str], list[str]]:
    return lambda query: peer.search(query, DEPTH)


def _measured(
    name: str, kind: Literal["daogou", "baseline"], search: Callable[[str], list[str]], wanted: Wanted
) -> System:
    found = {query: reciprocal_rank(search(query), right, DEPTH) for query, right in wanted.items()}
    return system(name, kind, {"mrr@10": found})

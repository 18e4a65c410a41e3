"""``chorus``: English product search over 19,406 Icecat products with human ratings, and Chinese queries over them.

Metrics, each a mean over the queries with a positive rating:

- ``ndcg@10``: over the whole corpus; what nobody judged has gain 0, so an unjudged right hit counts as wrong.
- ``pool ndcg@10``: the judged products of a query alone, reranked.
- ``zh ndcg@10``: the whole corpus for the Chinese wording of the query.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from evals.peers import bm25, langchain_ensemble
from evals.peers.bare_embedder import BareEmbedder
from evals.peers.bm25 import Bm25
from evals.peers.langchain_ensemble import LangChainEnsemble
from evals.peers.peer import Embedded, Items, Peer, missing
from evals.peers.product_text import full_text, plain_text
from evals.peers.rank_fusion import RankFusion
from evals.peers.tokenizers import english_stems
from evals.public.chorus_data import SHOP, read_chinese, read_judgments, read_products
from evals.public.figures import SetResult, System, system
from evals.public.published import published
from evals.public.ranking import ndcg
from evals.public.sets import OnProgress
from evals.public.shops import Corpus, OpenShop, products_found, public_shop
from knowledge.catalog import Product
from knowledge.home import Home
from knowledge.retrieval.encoders import Encoder, english, multilingual
from knowledge.retrieval.index import ShopIndex
from knowledge.retrieval.query import ProductFilter, SearchQuery
from knowledge.text import language_of

DEPTH: Final = 10

Search = Callable[[str, Collection[str] | None], list[str]]
Rated = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Ranker:
    """A system under measurement: how it searches for an English and for a Chinese query."""

    name: str
    english: Search
    chinese: Search
    note: str = ""


async def measure(folder: Path, home: Home, told: OnProgress) -> SetResult:
    """Measure the set; see the module for the metrics.

    Raises:
        Invalid: A file cannot be used (``usage_bad_data``).
    """
    products = await asyncio.to_thread(read_products, folder)
    rated = read_judgments(folder, {str(product.handle) for product in products})
    positive = {query: ratings for query, ratings in rated.items() if max(ratings.values()) > 0}
    chinese = {query: wording for query, wording in read_chinese(folder).items() if query in positive}
    async with public_shop(home, Corpus(SHOP, products), told) as shop:
        ours = Ranker("daogou", searching(shop.index), searching(shop.index))
        peers, skipped = await _peers(products, shop, told)
        systems = [
            await asyncio.to_thread(_measured, ranker, positive, chinese, ours=ranker is ours)
            for ranker in (ours, *peers)
        ]
    return SetResult(
        name="chorus",
        title="product search, Icecat",
        measures="knowledge.retrieval.turn_search.find_products over a shop written by the import's own upsert",
        items=len(positive),
        systems=(*systems, *published("chorus")),
        notes=(
            f"{len(products)} products; {len(rated)} judged queries, {len(positive)} with a positive rating, "
            f"{len(chinese)} of them in Chinese",
            "linear gain; a product that nobody judged counts as wrong in ndcg@10",
            "the encoder is MiniLM for English queries and the multilingual USE for Chinese ones, in every system",
            "LangChain's BM25Retriever has no filter: for the pool its ensemble is built over the pool alone",
            *skipped,
        ),
    )


def searching(index: ShopIndex) -> Search:
    """Return the product's search, with the language told from the words as everywhere in the product."""

    def search(text: str, allowed: Collection[str] | None) -> list[str]:
        only = ProductFilter(handles=None if allowed is None else frozenset(allowed))
        return products_found(index, SearchQuery(text, language_of(text), DEPTH, only))

    return search


async def _peers(products: list[Product], shop: OpenShop, told: OnProgress) -> tuple[list[Ranker], list[str]]:
    """Return the peers that are installed, and a line for each that is not."""
    keys = [str(product.handle) for product in products]
    plain, full = [plain_text(product) for product in products], [full_text(product) for product in products]
    items = Items(keys, plain)
    minilm, use = [
        await _embedded(shop, plain, encoder, told)
        for encoder in (await asyncio.to_thread(english), await asyncio.to_thread(multilingual))
    ]
    bare = [BareEmbedder("encoder alone, cosine", keys, space) for space in (minilm, use)]
    rankers, skipped = [_ranker(bare)], []
    if lacking := missing(*bm25.NEEDS):
        skipped.append(f"skipped: BM25 and its fusion: {lacking}")
    else:
        alone = Bm25("BM25", items, english_stems)
        rich = Bm25("BM25 with attributes", Items(keys, full), english_stems)
        rankers += [_ranker([alone, alone]), _ranker([rich, rich])]
        rankers += [
            _ranker([RankFusion(f"RRF(2×{lexical.name}, encoder)", [(2.0, lexical), (1.0, one)]) for one in bare])
            for lexical in (alone, rich)
        ]
    if lacking := missing(*langchain_ensemble.NEEDS):
        skipped.append(f"skipped: LangChain EnsembleRetriever: {lacking}")
    else:
        shapes = [
            [LangChainEnsemble.as_it_comes("LangChain ensemble, as it comes", items, space) for space in (minilm, use)],
            [_tuned("LangChain ensemble, stems, equal depth", items, space, plain) for space in (minilm, use)],
            [_tuned("LangChain ensemble, the same with attributes", items, space, full) for space in (minilm, use)],
        ]
        rankers += [_ranker(shape) for shape in shapes]
    return rankers, skipped


def _tuned(name: str, items: Items, space: Embedded, texts: list[str]) -> LangChainEnsemble:
    return LangChainEnsemble.tuned(name, items, space, english_stems, texts)


def _ranker(pair: Sequence[Peer]) -> Ranker:
    """Return a peer whose first form serves English and whose second serves Chinese."""
    first, second = pair
    return Ranker(
        first.name,
        lambda text, allowed: first.search(text, DEPTH, allowed),
        lambda text, allowed: second.search(text, DEPTH, allowed),
    )


async def _embedded(shop: OpenShop, texts: list[str], encoder: Encoder, told: OnProgress) -> Embedded:
    # By length: a batch takes as long as its longest text for each of its texts.
    known = await shop.vectors.ensure(sorted(texts, key=len), encoder, told)
    return Embedded(encoder, np.stack([known[text] for text in texts]))


def _measured(ranker: Ranker, rated: Rated, chinese: Mapping[str, str], *, ours: bool) -> System:
    whole, pool, across = {}, {}, {}
    for query, ratings in rated.items():
        whole[query] = ndcg(ranker.english(query, None), ratings, DEPTH)
        pool[query] = ndcg(ranker.english(query, ratings.keys()), ratings, DEPTH)
        if query in chinese:
            across[query] = ndcg(ranker.chinese(chinese[query], None), ratings, DEPTH)
    per_item = {"ndcg@10": whole, "pool ndcg@10": pool} | ({"zh ndcg@10": across} if across else {})
    return system(ranker.name, "daogou" if ours else "baseline", per_item, ranker.note)

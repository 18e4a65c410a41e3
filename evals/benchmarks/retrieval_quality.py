"""How well the systems find what the shipped ``retrieval`` cases expect, over the shops as they ship."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from functools import partial

import numpy as np

from evals.benchmarks.retrieval_systems import LIMIT, OURS, PEERS, installed
from evals.cases import Case, read_cases
from evals.peers.peer import Embedded, Items
from evals.peers.product_text import full_text
from evals.public.ranking import recall, reciprocal_rank
from evals.public.shops import must_serve, products_found
from evals.shipped import HELD_OUT_SHOP, case_files
from knowledge.catalog import Product, ShopId
from knowledge.database import Database
from knowledge.home import Home
from knowledge.retrieval.encoders import english, multilingual
from knowledge.retrieval.index import ShopIndex
from knowledge.retrieval.models import search_models
from knowledge.retrieval.query import SearchQuery
from knowledge.retrieval.retriever import Retriever
from knowledge.text import language_of

RECALL, MRR = f"recall@{LIMIT}", f"mrr@{LIMIT}"

Search = Callable[[str], Sequence[str]]


def expecting_products(shop: str) -> list[Case]:
    """Return the shop's single-turn ``retrieval`` cases that name the products to be found."""
    return [
        case
        for case in read_cases(case_files()[shop])
        if case.category == "retrieval" and len(case.turns) == 1 and case.expect.products
    ]


async def quality(home: Home, database: Database, shops: Iterable[str]) -> dict[str, dict[str, dict[str, float]]]:
    """Ask every system the cases of the shops, which are imported and embedded.

    Returns:
        By group (``demo``, ``held-out``) and system: ``n`` and the means of `RECALL` and `MRR`.
    """
    scores: dict[str, dict[str, list[tuple[float, float]]]] = {}
    retriever = Retriever(database, search_models(home.settings))
    try:
        for shop in shops:
            await retriever.start(ShopId(shop))
            await retriever.settled()
            must_serve(retriever)
            index = await retriever.index(ShopId(shop))
            group = scores.setdefault("held-out" if shop == HELD_OUT_SHOP else "demo", {})
            for name, search in (await asyncio.to_thread(_systems, index)).items():
                cases = expecting_products(shop)
                group.setdefault(name, []).extend(await asyncio.to_thread(_all_scored, search, cases))
    finally:
        await retriever.close()
    return {group: {name: _means(each) for name, each in by.items()} for group, by in scores.items()}


def _systems(index: ShopIndex) -> dict[str, Search]:
    products: list[Product] = list(index.products.values())
    items = Items([str(product.handle) for product in products], [full_text(product) for product in products])
    # One space for a catalog: with Chinese in it only the multilingual one reads all of it.
    encoder = english() if all(product.lang == "en" for product in products) else multilingual()
    space = Embedded(encoder, encoder.encode(items.texts))
    names, _ = installed()
    made = {name: PEERS[name].make(items, space) for name in names if name != OURS}

    def ours(text: str) -> list[str]:
        query = SearchQuery(text, language_of(text), LIMIT)
        return products_found(index, query)

    found: dict[str, Search] = {OURS: ours}
    return found | {name: partial(peer.search, limit=LIMIT) for name, peer in made.items()}


def _all_scored(search: Search, cases: Sequence[Case]) -> list[tuple[float, float]]:
    return [_scored(search, case) for case in cases]


def _scored(search: Search, case: Case) -> tuple[float, float]:
    found, wanted = search(case.turns[0].text), case.expect.products
    return recall(found, wanted, LIMIT), reciprocal_rank(found, wanted, LIMIT)


def _means(scored: Sequence[tuple[float, float]]) -> dict[str, float]:
    recalls, ranks = np.array(scored, dtype=np.float64).mean(axis=0)
    return {"n": float(len(scored)), RECALL: round(float(recalls), 3), MRR: round(float(ranks), 3)}

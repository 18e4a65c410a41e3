"""The search of a turn: `ShopIndex.search_…` with the models that are too slow for the event loop.

What only understands a message searches with what is at hand; what is shown to the shopper is searched here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from knowledge.retrieval.encoders import Vectors
from knowledge.retrieval.index import ShopIndex
from knowledge.retrieval.query import PassageHit, ProductHit, Scores, SearchQuery
from knowledge.retrieval.units import product_units


async def find_passages(
    index: ShopIndex, query: SearchQuery, vectors: Mapping[str, Vectors] | None = None
) -> list[PassageHit]:
    """Return the passages nearest to the query, the head of the list in the reranker's order if there is one.

    Args:
        vectors: The query in the spaces at hand, when the caller has it.
    """
    hits = index.search_passages(_wide(index, query), await _vectors(index, query, vectors))
    texts = [_passage_text(hit) for hit in hits[: index.models.rerank_depth]]
    order = _order(await index.models.rerank_scores(query.text, texts), len(hits))
    return [replace(hits[n], scores=_scored(hits[n].scores, score)) for n, score in order][: query.limit]


async def find_products(
    index: ShopIndex, query: SearchQuery, vectors: Mapping[str, Vectors] | None = None
) -> list[ProductHit]:
    """Return the products nearest to the query that meet its filter; see `find_passages`."""
    hits = index.search_products(_wide(index, query), await _vectors(index, query, vectors))
    texts = [_product_text(hit) for hit in hits[: index.models.rerank_depth]]
    order = _order(await index.models.rerank_scores(query.text, texts), len(hits))
    return [replace(hits[n], scores=_scored(hits[n].scores, score)) for n, score in order][: query.limit]


async def _vectors(index: ShopIndex, query: SearchQuery, given: Mapping[str, Vectors] | None) -> Mapping[str, Vectors]:
    at_hand = given if given is not None else index.embed(query.text, query.lang)
    return {**at_hand, **await index.models.slow_vectors(query.text)}


def _wide(index: ShopIndex, query: SearchQuery) -> SearchQuery:
    """Return the query for as many hits as the reranker reads."""
    return replace(query, limit=max(query.limit, index.models.rerank_depth))


def _order(scores: Sequence[float], hits: int) -> list[tuple[int, float | None]]:
    """Return the places of the hits with their scores: those that were read by score, the others as they were."""
    read = sorted(range(len(scores)), key=lambda place: -scores[place])
    return [*((place, scores[place]) for place in read), *((place, None) for place in range(len(scores), hits))]


def _scored(scores: Scores, reranked: float | None) -> Scores:
    return scores if reranked is None else replace(scores, reranked=reranked)


def _passage_text(hit: PassageHit) -> str:
    return "\n".join(filter(None, [" › ".join(hit.passage.heading_path), hit.passage.text]))


def _product_text(hit: ProductHit) -> str:
    known = "; ".join(f"{attribute.name}: {attribute.value}" for attribute in hit.product.attributes)
    return "\n".join([*product_units(hit.product), known])

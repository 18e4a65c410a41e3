"""The port to the search: what every retriever does, whatever it keeps its indexes in.

The embedded one (`retriever`, `index`) keeps tantivy and FAISS beside the process; PostgreSQL with
pgvector is to be the second. Both must pass one contract suite: golden questions in both languages,
filters exact however few meet them, changes seen by the next question, shops apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from knowledge.catalog import Product, ShopId
from knowledge.retrieval.query import PassageHit, ProductHit, SearchQuery


class SearchIndex(Protocol):
    """One shop, searchable. Only published products are in it."""

    @property
    def generation(self) -> int:
        """Grows with everything that the index has taken in."""
        ...

    @property
    def offered(self) -> Mapping[str, int]:
        """How many products offer each option value, by its folded form; another mapping once that has changed."""
        ...

    def search_passages(self, query: SearchQuery) -> list[PassageHit]:
        """Return the passages nearest to the query, best first."""
        ...

    def search_products(self, query: SearchQuery) -> list[ProductHit]:
        """Return the products nearest to the query that meet its filter, best first."""
        ...

    def by_handle(self, handle: str) -> Product | None:
        """Return the product with this very handle."""
        ...

    def by_codes(self, codes: Iterable[str], limit: int) -> list[Product]:
        """Return the products that folded codes name: a handle, a SKU, or what variants' SKUs have in common."""
        ...

    def sold(self, kinds: Iterable[str]) -> frozenset[str]:
        """Return those of the kinds of which the shop has a product."""
        ...

    def described(self, phrase: str) -> int:
        """Return of how many products the phrase is said in title, category, tags or attributes."""
        ...

    def title_rarity(self, term: str) -> float:
        """Return how rare an index term is among the titles, in [0, 1]; 1 in one title, 0 in all or none."""
        ...

    def titles_with(self, wanted: frozenset[str]) -> int:
        """Return how many titles hold all the index terms."""
        ...

    def document_frequency(self, term: str) -> int:
        """Return in how many items of the shop an index term occurs."""
        ...

    def __len__(self) -> int:
        """Return the number of products and passages."""
        ...


class ShopRetriever(Protocol):
    """Opens shops' indexes and keeps them up to date."""

    async def start(self) -> None:
        """Load what answers need; the rest goes on in the background."""
        ...

    async def index(self, shop_id: ShopId) -> SearchIndex:
        """Return the shop's index, brought up to the database.

        Raises:
            NotFound: There is no such shop.
        """
        ...

    async def settled(self) -> None:
        """Wait until everything that is to be had has joined."""
        ...

    async def close(self) -> None:
        """Stop what goes on in the background."""
        ...

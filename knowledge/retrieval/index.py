"""The index of one shop, in memory: a cache over the database that follows its change log."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Set

import numpy as np

from knowledge.catalog import Handle, Product, ShopId
from knowledge.documents import Document, Passage
from knowledge.promotions import QuickReply
from knowledge.retrieval.across import take_turns, translated_share
from knowledge.retrieval.embedding import EmbeddingStore
from knowledge.retrieval.encoders import MULTILINGUAL, Vectors
from knowledge.retrieval.kinds import retail_kinds
from knowledge.retrieval.models import LANGUAGES, LoadedModels
from knowledge.retrieval.query import PassageHit, ProductFilter, ProductHit, Scores, SearchQuery
from knowledge.retrieval.schemes import LexicalEntry
from knowledge.retrieval.shelf import PASSAGE_RECIPE, PRODUCT_RECIPE, Shelf
from knowledge.retrieval.thesaurus import Thesaurus
from knowledge.retrieval.tokens import bigrams, terms
from knowledge.retrieval.units import passage_units, product_units
from knowledge.size_charts import SizeChart
from knowledge.store import KnowledgeStore
from knowledge.telling import Telling
from knowledge.text import has_han

RECENT = 256
_EVERYTHING = ProductFilter()


class ShopIndex:
    """What one shop knows, searchable. Only published products are in it.

    Attributes:
        generation: Grows with every change that the index has taken in.
        telling: What may be told of what is found; None tells everything.

    Args:
        models: The models that are loaded; may grow while in use.
    """

    def __init__(
        self,
        shop_id: ShopId,
        store: KnowledgeStore,
        vectors: EmbeddingStore,
        models: LoadedModels,
        thesaurus: Thesaurus,
    ) -> None:
        self.shop_id = shop_id
        self.products: dict[int, Product] = {}
        self.passages: dict[int, Passage] = {}
        self.documents: dict[int, Document] = {}
        self.telling: Telling | None = None
        self._charts: tuple[SizeChart, ...] = ()
        self.quick_replies: tuple[QuickReply, ...] = ()
        self._by_handle: dict[str, int] = {}
        self._of_kind: dict[str, set[int]] = {}
        self._titles: list[frozenset[str]] = []
        self._title_counts: Counter[str] = Counter()
        self._store, self._vectors, self._models, self._thesaurus = store, vectors, models, thesaurus
        choice = models.choice
        self._product_shelves = {lang: Shelf(lang, PRODUCT_RECIPE, choice.products) for lang in LANGUAGES}
        self._passage_shelves = {lang: Shelf(lang, PASSAGE_RECIPE, choice.passages) for lang in LANGUAGES}
        self._recent: dict[tuple[str, str], Vectors] = {}
        self._seen_change = -1
        self.generation = 0
        self._refreshing = asyncio.Lock()

    # -- following the database ------------------------------------------------------------------

    async def refresh(self) -> bool:
        """Bring the index up to the database. Returns whether anything had changed."""
        async with self._refreshing:
            last = await self._store.last_change(self.shop_id)
            if last == self._seen_change:
                return False
            if self._seen_change < 0:
                products = await self._store.products(self.shop_id)
                passages = await self._store.passages(self.shop_id)
                await self._apply(products, passages, (), ())
            else:
                changes = await self._store.changes_after(self.shop_id, self._seen_change)
                touched = {kind: {c.row_id for c in changes if c.kind == kind} for kind in ("product", "passage")}
                products = await self._store.products(self.shop_id, touched["product"])
                passages = await self._store.passages(self.shop_id, touched["passage"])
                await self._apply(
                    products, passages, touched["product"] - products.keys(), touched["passage"] - passages.keys()
                )
            self._seen_change = last
            self.generation += 1
            return True

    async def _apply(
        self,
        products: Mapping[int, Product],
        passages: Mapping[int, Passage],
        gone_products: Iterable[int],
        gone_passages: Iterable[int],
    ) -> None:
        documents = await self._store.documents(self.shop_id)
        charts = await self._store.size_charts(self.shop_id)
        quick_replies = await self._store.quick_replies(self.shop_id)
        # From here to the vectors nothing waits: a search in between would meet passages without a document.
        self.documents = {document.id: document for document in documents}
        self._charts, self.quick_replies = charts, quick_replies
        hidden = {key for key, product in products.items() if not product.published}
        published = {key: product for key, product in products.items() if key not in hidden}
        self._forget(set(gone_products) | hidden | published.keys(), set(gone_passages) | passages.keys())
        self.products.update(published)
        self.passages.update(passages)
        for key, product in published.items():
            for kind in retail_kinds().of(product):
                self._of_kind.setdefault(kind, set()).add(key)
        self._by_handle = {product.handle: key for key, product in self.products.items()}
        self._titles = [
            frozenset([*terms(product.title), *bigrams(product.title)]) for product in self.products.values()
        ]
        self._title_counts = Counter(word for title in self._titles for word in title)
        for lang in LANGUAGES:
            self._product_shelves[lang].put(
                [_product_entry(key, p) for key, p in published.items() if p.lang == lang], {}
            )
            self._passage_shelves[lang].put(
                [_passage_entry(key, p) for key, p in passages.items() if p.lang == lang], {}
            )
        for space in tuple(self._models.encoders):  # another shop's English encoder may join meanwhile
            await self._join(space, published, passages, encode=False)

    def _forget(self, products: set[int], passages: set[int]) -> None:
        for shelves, ids in ((self._product_shelves, products), (self._passage_shelves, passages)):
            for shelf in shelves.values():
                if inside := shelf.ids & ids:
                    shelf.remove(inside)
        for members in self._of_kind.values():
            members -= products
        for key in products:
            self.products.pop(key, None)
        for key in passages:
            self.passages.pop(key, None)

    async def join(self, space: str) -> None:
        """Bring every item's vectors of a space in; encode those that nobody has embedded yet."""
        await self._join(space, dict(self.products), dict(self.passages), encode=True)

    async def _join(
        self, space: str, products: Mapping[int, Product], passages: Mapping[int, Passage], *, encode: bool
    ) -> None:
        kinds = (
            (self._passage_shelves, {k: (p.lang, passage_units(p)) for k, p in passages.items()}),
            (self._product_shelves, {k: (p.lang, product_units(p)) for k, p in products.items()}),
        )
        for shelves, units_of in kinds:
            langs = self._models.choice.item_languages(space)
            wanted = {k: units for k, (lang, units) in units_of.items() if lang in langs}
            texts = [unit for units in wanted.values() for unit in units]
            encoder = self._models.encoders[space]
            known = await (self._vectors.ensure(texts, encoder) if encode else self._vectors.load(texts, encoder.name))
            for lang, shelf in shelves.items():
                mine = {
                    key: np.stack([known[unit] for unit in units if unit in known])
                    for key, units in wanted.items()
                    if units_of[key][0] == lang and key in shelf.ids and any(unit in known for unit in units)
                }
                shelf.put_vectors({space: mine})

    # -- searching -------------------------------------------------------------------------------

    def embed(self, text: str, lang: str) -> dict[str, Vectors]:
        """Return the text in each space that serves its language and is at hand, each of shape ``(dim,)``."""
        choice = self._models.choice
        serving = (space for space in choice.spaces if space.at_hand and lang in choice.query_languages(space.key))
        return {space.key: self._embedded(text, space.key) for space in serving if space.key in self._models.encoders}

    def embed_multilingual(self, text: str) -> Vectors:
        """Return the text in the multilingual space alone, shape ``(dim,)``."""
        return self._embedded(text, MULTILINGUAL)

    def likeness(self, word: str, other: str) -> float:
        """Return the cosine of two words in the multilingual space, in [-1, 1]."""
        return float(self.embed_multilingual(word) @ self.embed_multilingual(other))

    def _embedded(self, text: str, space: str) -> Vectors:
        """Return a text's vector; a turn asks for the same few texts several times."""
        key = (text, space)
        if key not in self._recent:
            if len(self._recent) >= RECENT:
                self._recent.clear()
            self._recent[key] = self._models.encoders[space].encode_queries([text])[0]
        return self._recent[key]

    def search_passages(self, query: SearchQuery, vectors: Mapping[str, Vectors] | None = None) -> list[PassageHit]:
        """Return the passages nearest to the query, the languages taking turns."""
        found = self._search(self._passage_shelves, query, vectors or self.embed(query.text, query.lang), {})
        hits = [
            PassageHit(self.passages[key], self.documents[self.passages[key].document_id], scores)
            for key, scores in found
        ]
        return [hit for hit in hits if self.telling is None or self.telling.allows(hit.document.as_of)]

    def search_products(self, query: SearchQuery, vectors: Mapping[str, Vectors] | None = None) -> list[ProductHit]:
        """Return the products nearest to the query that meet its filter, the languages taking turns."""
        allowed: Mapping[str, list[int]] = {}
        if query.filter != _EVERYTHING:  # else every product of the shop would be held against no condition
            pool = self._pool(query.filter.kinds)
            allowed = {
                lang: [key for key in (shelf.ids & pool) if query.filter.accepts(self.products[key])]
                for lang, shelf in self._product_shelves.items()
            }
        found = self._search(self._product_shelves, query, vectors or self.embed(query.text, query.lang), allowed)
        told = ((self._told(self.products[key]), scores) for key, scores in found)
        hits = [ProductHit(product, scores) for product, scores in told if product is not None]
        # A price that may not be told must not be searched by either.
        return hits if self.telling is None else [hit for hit in hits if query.filter.accepts(hit.product)]

    def _search(
        self,
        shelves: Mapping[str, Shelf],
        query: SearchQuery,
        vectors: Mapping[str, Vectors],
        allowed: Mapping[str, list[int]],
    ) -> list[tuple[int, Scores]]:
        expansions = self._thesaurus.expansions(query.text)
        translated = translated_share(query.text, self._thesaurus)
        rankings: dict[str, list[tuple[int, Scores]]] = {}
        for lang, shelf in shelves.items():
            inside = allowed.get(lang)
            if inside is not None and len(inside) == len(shelf.ids):
                inside = None
            in_its_language = [term for term in expansions if lang == ("zh" if has_han(term) else "en")]
            hits = shelf.search(query.text, query.lang, vectors, query.limit, in_its_language, inside, translated)
            rankings[lang] = hits
        # Other scores do not compare across languages: this space is theirs together.
        near: dict[int, float] = {}
        if MULTILINGUAL in vectors and all(rankings.values()):
            for lang, hits in rankings.items():
                near |= shelves[lang].multilingual_cosines(vectors[MULTILINGUAL], [key for key, _ in hits])
        own, other = (rankings[lang] for lang in sorted(rankings, key=lambda lang: lang != query.lang))
        return take_turns(own, other, lambda hit: near.get(hit[0], 0.0))[: query.limit]

    def sold(self, kinds: Iterable[str]) -> frozenset[str]:
        """Return those of the kinds of which the shop has a product."""
        return frozenset(kind for kind in kinds if self._of_kind.get(kind))

    def _pool(self, kinds: frozenset[str]) -> Set[int]:
        """Return the products of any of these kinds; all of them for none."""
        return set().union(*(self._of_kind.get(kind, ()) for kind in kinds)) if kinds else self.products.keys()

    def by_handle(self, handle: str) -> Product | None:
        key = self._by_handle.get(Handle(handle))
        return self._told(self.products.get(key)) if key is not None else None

    @property
    def charts(self) -> tuple[SizeChart, ...]:
        return tuple(c for c in self._charts if self.telling is None or self.telling.allows(c.as_of))

    def _told(self, product: Product | None) -> Product | None:
        return product if self.telling is None or product is None else self.telling.product(product)

    def title_rarity(self, term: str) -> float:
        """Return how rare an index term is among the titles, in [0, 1]; 1 in one title, 0 in all or none."""
        count, total = self._title_counts.get(term, 0), len(self._titles)
        if not count or total < 2:
            return float(count == 1)
        return 1.0 - math.log(count) / math.log(total)

    def titles_with(self, wanted: frozenset[str]) -> int:
        """Return how many titles hold all the index terms."""
        return sum(wanted <= title for title in self._titles)

    def has_language(self, lang: str) -> bool:
        return bool(self._product_shelves[lang].ids or self._passage_shelves[lang].ids)

    def document_frequency(self, term: str) -> int:
        """Return in how many items of the shop an index term occurs."""
        shelves = [*self._product_shelves.values(), *self._passage_shelves.values()]
        return sum(shelf.lexical.document_frequency(term) for shelf in shelves)

    def __len__(self) -> int:
        return len(self.products) + len(self.passages)


def _product_entry(key: int, product: Product) -> LexicalEntry:
    skus = " ".join(variant.sku for variant in product.variants if variant.sku)
    told = [product.title, skus, product.brand or "", product.description]
    known = [
        product.category or "",
        " ".join(product.tags),
        *(f"{option.name} {' '.join(option.values)}" for option in product.options),
        *(f"{attribute.name} {attribute.value}" for attribute in product.attributes),
    ]
    return LexicalEntry(key, "\n".join(told), "\n".join(known))


def _passage_entry(key: int, passage: Passage) -> LexicalEntry:
    return LexicalEntry(key, " ".join(passage.heading_path[-2:]), passage.text)

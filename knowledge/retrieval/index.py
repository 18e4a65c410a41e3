"""The index of one shop: what is asked of it. It is a cache over the database and follows its change log."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import partial

from knowledge.catalog import Product, ShopId
from knowledge.documents import Document, Passage
from knowledge.promotions import QuickReply
from knowledge.retrieval.across import further_translations, take_turns, translated_share
from knowledge.retrieval.embedding import EmbeddingStore
from knowledge.retrieval.encoders import MULTILINGUAL, Vectors
from knowledge.retrieval.entries import code_key, handle_key
from knowledge.retrieval.following import ChangeFollower
from knowledge.retrieval.id_sets import NO_IDS, Ids, common, ids_of
from knowledge.retrieval.kinds import retail_kinds
from knowledge.retrieval.lexicon.lookup import retail_lexicon
from knowledge.retrieval.loaded import LoadedModels
from knowledge.retrieval.query import PassageHit, ProductHit, Scores, SearchQuery
from knowledge.retrieval.recent import RecentRankings
from knowledge.retrieval.shelf import Shelf
from knowledge.retrieval.shop_shelves import ShopShelves
from knowledge.retrieval.thesaurus import Thesaurus
from knowledge.script import simplified
from knowledge.size_charts import SizeChart
from knowledge.store import KnowledgeStore
from knowledge.telling import Telling
from knowledge.text import has_han

RECENT = 256
# A turn weighs the words of the question and of a dozen names.
MANY_TERMS = 10_000


class ShopIndex:
    """What one shop knows, searchable. Only published products are in it.

    Attributes:
        telling: What may be told of what is found; None tells everything.
        models: The models that are loaded; may grow while in use.

    Args:
        shelves: What there is already, such as from files, up to the change ``seen``.
    """

    def __init__(
        self,
        shop_id: ShopId,
        store: KnowledgeStore,
        vectors: EmbeddingStore,
        models: LoadedModels,
        thesaurus: Thesaurus,
        shelves: ShopShelves | None = None,
        seen: int = -1,
    ) -> None:
        self.shop_id = shop_id
        self.telling: Telling | None = None
        self.shelves = ShopShelves(models.choice) if shelves is None else shelves
        self.following = ChangeFollower(shop_id, store, vectors, models, self.shelves, seen)
        self.models, self._thesaurus = models, thesaurus
        self._recent: dict[tuple[str, str], Vectors] = {}
        self._rankings = RecentRankings()
        self._rarities: dict[str, float] = {}
        self._rarities_of = -1
        self._frequencies: dict[str, int] = {}
        self._frequencies_of = -1

    async def refresh(self) -> bool:
        """Bring the index up to the database. Returns whether anything had changed."""
        return await self.following.catch_up()

    async def join(self, space: str) -> None:
        """Bring every item's vectors of a space in; encode those that nobody has embedded yet."""
        await self.following.join(space)

    # -- what is there ---------------------------------------------------------------------------

    @property
    def generation(self) -> int:
        """Grows with everything that the index has taken in."""
        return self.following.generation

    @property
    def products(self) -> Mapping[int, Product]:
        return self.shelves.products

    @property
    def passages(self) -> Mapping[int, Passage]:
        return self.shelves.passages

    @property
    def documents(self) -> Mapping[int, Document]:
        return self.shelves.documents

    @property
    def charts(self) -> tuple[SizeChart, ...]:
        return tuple(c for c in self.shelves.charts if self.telling is None or self.telling.allows(c.as_of))

    @property
    def quick_replies(self) -> tuple[QuickReply, ...]:
        replies = self.shelves.quick_replies
        return tuple(one for one in replies if self.telling is None or self.telling.allows(one.as_of))

    # -- searching -------------------------------------------------------------------------------

    def embed(self, text: str, lang: str) -> dict[str, Vectors]:
        """Return the text in each space that serves its language and is at hand, each of shape ``(dim,)``."""
        return {space: self._embedded(text, space) for space in self._spaces_for(lang)}

    def _spaces_for(self, lang: str) -> list[str]:
        choice = self.models.choice
        serving = (space for space in choice.spaces if space.at_hand and lang in choice.query_languages(space.key))
        return [space.key for space in serving if space.key in self.models.encoders]

    def embed_together(self, texts: Iterable[str], lang: str) -> None:
        """Embed texts that will be asked for one by one; each call of an encoder has its price."""
        wanted = list(dict.fromkeys(texts))
        for space in self._spaces_for(lang):
            new = [text for text in wanted if (text, space) not in self._recent]
            if len(new) > 1:
                encoded = self.models.encoders[space].encode_queries([simplified(text) for text in new])
                self.know(space, dict(zip(new, encoded, strict=True)))

    def know(self, space: str, vectors: Mapping[str, Vectors]) -> None:
        """Take in vectors of texts that were computed elsewhere, each of shape ``(dim,)``."""
        if len(self._recent) + len(vectors) > RECENT:
            self._recent.clear()
        self._recent |= {(text, space): vector for text, vector in vectors.items()}

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
            self.know(space, {text: self.models.encoders[space].encode_queries([simplified(text)])[0]})
        return self._recent[key]

    def search_passages(self, query: SearchQuery, vectors: Mapping[str, Vectors] | None = None) -> list[PassageHit]:
        """Return the passages nearest to the query, the languages taking turns."""
        vectors = vectors or self.embed(query.text, query.lang)
        with self.shelves.lock:
            found = self._search(self.shelves.passage_shelves, query, vectors, None)
            passages = self.shelves.passages.many(key for key, _ in found)
            documents = self.shelves.documents.many({passage.document_id for passage in passages.values()})
        hits = [
            PassageHit(passage, documents[passage.document_id], scores)
            for key, scores in found
            # While much is taken in, a document may be there before its passages, or gone before them.
            if (passage := passages.get(key)) is not None and passage.document_id in documents
        ]
        return [hit for hit in hits if self.telling is None or self.telling.allows(hit.document.as_of)]

    def search_products(self, query: SearchQuery, vectors: Mapping[str, Vectors] | None = None) -> list[ProductHit]:
        """Return the products nearest to the query that meet its filter, the languages taking turns."""
        vectors = vectors or self.embed(query.text, query.lang)
        with self.shelves.lock:
            found = self._rankings.best(query, vectors, self.shelves.shown, partial(self._ranked, vectors))
            products = self.shelves.products.many(key for key, _ in found)
        told = ((self._told(products.get(key)), scores) for key, scores in found)
        hits = [ProductHit(product, scores) for product, scores in told if product is not None]
        # A price that may not be told must not be searched by either.
        return hits if self.telling is None else [hit for hit in hits if query.filter.accepts(hit.product)]

    def _ranked(self, vectors: Mapping[str, Vectors], query: SearchQuery) -> list[tuple[int, Scores]]:
        allowed = self.shelves.facts.allowed(query.filter, self._with_handles)
        return self._search(self.shelves.product_shelves, query, vectors, allowed)

    def _search(
        self, shelves: Mapping[str, Shelf], query: SearchQuery, vectors: Mapping[str, Vectors], allowed: Ids | None
    ) -> list[tuple[int, Scores]]:
        expansions = self._thesaurus.expansions(query.text)
        lexicon = retail_lexicon()
        further = further_translations(query.text, self._thesaurus, lexicon)
        expansions += [term for one in further for rendering in one.renderings for term in rendering]
        translated = translated_share(query.text, self._thesaurus, lexicon)
        rankings: dict[str, list[tuple[int, Scores]]] = {}
        for lang, shelf in shelves.items():
            inside = None if allowed is None else common(shelf.ids, allowed)
            if inside is not None and len(inside) == len(shelf.ids):
                inside = None
            in_its_language = [term for term in expansions if lang == ("zh" if has_han(term) else "en")]
            mine = shelf.comparable(vectors, self.models.encoders)
            hits = shelf.search(query.text, query.lang, mine, query.limit, in_its_language, inside, translated)
            rankings[lang] = hits
        # Other scores do not compare across languages: this space is theirs together.
        near: dict[int, float] = {}
        if MULTILINGUAL in vectors and all(rankings.values()):
            for lang, hits in rankings.items():
                near |= shelves[lang].known_cosines(vectors[MULTILINGUAL], [key for key, _ in hits])
        own, other = (rankings[lang] for lang in sorted(rankings, key=lambda lang: lang != query.lang))
        return take_turns(own, other, lambda hit: near.get(hit[0]))[: query.limit]

    # -- looking up ------------------------------------------------------------------------------

    def by_handle(self, handle: str) -> Product | None:
        return next(iter(self._keyed([handle_key(handle)], 1)), None)

    def by_codes(self, codes: Iterable[str], limit: int) -> list[Product]:
        """Return the products that codes name: a handle, a SKU, or what variants' SKUs have in common.

        ``hl-w101`` names the product whose variants are ``HL-W101-S`` and ``HL-W101-M``.
        """
        return self._keyed([code_key(code) for code in codes], limit)

    @property
    def sold_kinds(self) -> frozenset[str]:
        """The kinds of which the shop has a product."""
        return self.shelves.facts.kinds_sold

    def main_kinds(self, most: int) -> list[str]:
        """Return the broadest kinds of goods that the shop has most products of, the most first."""
        counts, tree = self.shelves.facts.kind_counts, retail_kinds()
        broadest = sorted((kind for kind in counts if tree.is_broadest(kind)), key=lambda kind: -counts[kind])
        return broadest[:most]

    def sold(self, kinds: Iterable[str]) -> frozenset[str]:
        """Return those of the kinds of which the shop has a product."""
        return self.shelves.facts.kinds_sold.intersection(kinds)

    @property
    def offered(self) -> Mapping[str, int]:
        """How many products offer each option value, by its folded form; another mapping once that has changed."""
        return self.shelves.facts.offered

    def described(self, phrase: str) -> int:
        """Return of how many products the phrase is said in title, category, tags or attributes."""
        return sum(shelf.lexical.phrased(phrase) for shelf in self.shelves.product_shelves.values())

    def title_rarity(self, term: str) -> float:
        """Return how rare an index term is among the titles, in [0, 1]; 1 in one title, 0 in all or none."""
        if self._rarities_of != self.generation or len(self._rarities) >= RECENT:
            self._rarities, self._rarities_of = {}, self.generation
        if term not in self._rarities:
            count, total = self.titles_with(frozenset({term})), len(self.shelves.facts.ids)
            rarity = float(count == 1) if not count or total < 2 else 1.0 - math.log(count) / math.log(total)
            self._rarities[term] = rarity
        return self._rarities[term]

    def titles_with(self, wanted: frozenset[str]) -> int:
        """Return how many titles hold all the index terms."""
        return sum(shelf.lexical.named(wanted) for shelf in self.shelves.product_shelves.values())

    def has_language(self, lang: str) -> bool:
        return any(len(shelf.ids) for shelf in self.shelves.shelves if shelf.lang == lang)

    def document_frequency(self, term: str) -> int:
        """Return in how many items of the shop an index term occurs."""
        if self._frequencies_of != self.shelves.shown or len(self._frequencies) >= MANY_TERMS:
            self._frequencies, self._frequencies_of = {}, self.shelves.shown
        if (known := self._frequencies.get(term)) is None:
            known = sum(shelf.lexical.document_frequency(term) for shelf in self.shelves.shelves)
            self._frequencies[term] = known
        return known

    def __len__(self) -> int:
        return len(self.shelves)

    def _with_handles(self, handles: Iterable[str]) -> Ids:
        keys = [handle_key(handle) for handle in handles]
        if not keys:
            return NO_IDS
        shelves = self.shelves.product_shelves.values()
        return ids_of(key for shelf in shelves for key in shelf.lexical.keyed(keys, len(keys)))

    def _keyed(self, keys: list[str], limit: int) -> list[Product]:
        found = [key for shelf in self.shelves.product_shelves.values() for key in shelf.lexical.keyed(keys, limit)]
        products = self.shelves.products.many(sorted(found)[:limit]).values()
        return [product for product in map(self._told, products) if product is not None]

    def _told(self, product: Product | None) -> Product | None:
        return product if self.telling is None or product is None else self.telling.product(product)

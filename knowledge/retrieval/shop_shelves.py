"""All that is searchable of one shop: its shelves, the facts of its products, its documents and charts.

A change is staged, which takes long and is seen by nobody, and then shown, which takes milliseconds
and is seen whole. Searches hold the lock meanwhile; whoever changes is one at a time.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from knowledge.batches import batches
from knowledge.catalog import Product
from knowledge.documents import Document, Passage
from knowledge.promotions import QuickReply
from knowledge.retrieval.content import document_of, passage_of, product_of
from knowledge.retrieval.encoders import Vectors
from knowledge.retrieval.entries import document_entry, passage_entry
from knowledge.retrieval.facts import ProductFacts
from knowledge.retrieval.id_sets import Ids, ids_of
from knowledge.retrieval.items import Items
from knowledge.retrieval.lexical import LexicalIndex
from knowledge.retrieval.models import LANGUAGES, SearchModels
from knowledge.retrieval.prepared import PreparedProduct
from knowledge.retrieval.schemes import KEPT
from knowledge.retrieval.shelf import PASSAGE_RECIPE, PRODUCT_RECIPE, Shelf, made
from knowledge.retrieval.units import passage_units
from knowledge.size_charts import SizeChart

# Putting vectors holds the lock that searches wait for: 256 take some 20 ms at a million.
PUT_AT_ONCE: Final = 256
# Whole documents are long, and a turn cites two or three.
DOCUMENTS_KEPT: Final = 64

Item = Product | Passage
Units = Sequence[str]  # what is embedded of an item


@dataclass(frozen=True, slots=True)
class Known:
    """Vectors of items in one space.

    Attributes:
        model: Name of the encoder that made them.
        vectors: By item, each of shape ``(units, dim)``.
    """

    space: str
    model: str
    vectors: Mapping[int, Vectors]


@dataclass(frozen=True, slots=True)
class Batch:
    """What has changed, as it is now.

    Attributes:
        products: Published ones only; what was unpublished is gone.
    """

    products: Mapping[int, PreparedProduct] = field(default_factory=dict)
    passages: Mapping[int, Passage] = field(default_factory=dict)
    documents: Mapping[int, Document] = field(default_factory=dict)
    gone_products: frozenset[int] = frozenset()
    gone_passages: frozenset[int] = frozenset()
    gone_documents: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Staged:
    """A batch that is written and not yet shown.

    Attributes:
        changed: For each shelf that changes what is embedded of the items that are new on it or anew, and the ids
            of all that it lost or replaced.
        documents: Whether documents change.
    """

    changed: Mapping[Shelf, tuple[Mapping[int, Units], Ids]]
    facts: ProductFacts
    documents: bool
    batch: Batch

    def units_on(self, shelf: Shelf) -> Mapping[int, Units]:
        return self.changed[shelf][0]


class ShopShelves:
    """The shelves of one shop.

    Attributes:
        facts: Replaced at each change, never changed.
        shown: Grows with everything that searches see anew.

    Args:
        choice: The models, whose vectors the shelves hold.
        folder: Where the files of this process go; without one all is in memory.
    """

    DOCUMENTS: Final = "documents"

    def __init__(self, choice: SearchModels, folder: Path | None = None) -> None:
        self.folder = folder
        self.product_shelves = {
            lang: Shelf(lang, PRODUCT_RECIPE, choice.products, made(folder, f"products-{lang}")) for lang in LANGUAGES
        }
        self.passage_shelves = {
            lang: Shelf(lang, PASSAGE_RECIPE, choice.passages, made(folder, f"passages-{lang}")) for lang in LANGUAGES
        }
        self.kept_documents = LexicalIndex(KEPT, made(folder, self.DOCUMENTS))
        self.products = Items([shelf.lexical for shelf in self.product_shelves.values()], product_of)
        self.passages = Items([shelf.lexical for shelf in self.passage_shelves.values()], passage_of)
        self.documents = Items([self.kept_documents], document_of, DOCUMENTS_KEPT)
        self.facts = ProductFacts.of_nothing()
        self.charts: tuple[SizeChart, ...] = ()
        self.quick_replies: tuple[QuickReply, ...] = ()
        self.lock = threading.RLock()
        self.shown = 0

    @property
    def shelves(self) -> tuple[Shelf, ...]:
        return (*self.passage_shelves.values(), *self.product_shelves.values())

    def named(self) -> list[tuple[Shelf, str]]:
        """Return the shelves with the names of their folders, in the order of `shelves`."""
        passages = [(shelf, f"passages-{lang}") for lang, shelf in self.passage_shelves.items()]
        return passages + [(shelf, f"products-{lang}") for lang, shelf in self.product_shelves.items()]

    def __len__(self) -> int:
        return sum(len(shelf.ids) for shelf in self.shelves)

    def with_items(self) -> list[tuple[Shelf, Items[Any]]]:
        """Return each shelf with the mapping in which its items are, in the order in which vectors join."""
        return [(shelf, self.passages) for shelf in self.passage_shelves.values()] + [
            (shelf, self.products) for shelf in self.product_shelves.values()
        ]

    def stage(self, batch: Batch) -> Staged:
        """Write a batch, unseen by searches."""
        products = ids_of({*batch.products, *batch.gone_products})
        passages = ids_of({*batch.passages, *batch.gone_passages})
        changed: dict[Shelf, tuple[Mapping[int, Units], Ids]] = {}
        for lang, shelf in self.product_shelves.items():
            sold = {key: product for key, product in batch.products.items() if product.lang == lang}
            if shelf.stage([product.entry for product in sold.values()], products):
                changed[shelf] = {key: product.units for key, product in sold.items()}, products
        for lang, shelf in self.passage_shelves.items():
            told = {key: passage for key, passage in batch.passages.items() if passage.lang == lang}
            if shelf.stage([passage_entry(key, passage) for key, passage in told.items()], passages):
                changed[shelf] = {key: passage_units(passage) for key, passage in told.items()}, passages
        if documents := bool(batch.documents or batch.gone_documents):
            self.kept_documents.stage(
                [document_entry(key, document) for key, document in batch.documents.items()], batch.gone_documents
            )
        facts = self.facts
        if len(products):
            facts = facts.changed(products, {key: product.offer for key, product in batch.products.items()})
        return Staged(changed, facts, documents, batch)

    def show(self, staged: Staged, vectors: Mapping[Shelf, Sequence[Known]]) -> None:
        """Let searches see a staged batch.

        Args:
            vectors: Of its items, by shelf, as far as they are known; the others' former ones are dropped.
        """
        batch = staged.batch
        with self.lock:
            for shelf, (new, gone) in staged.changed.items():
                shelf.show(ids_of(new), gone)
                having = {known.space: known.vectors.keys() for known in vectors[shelf]}
                for space in shelf.spaces:
                    shelf.drop_vectors(space, new.keys() - having.get(space, set()))
            if staged.documents:
                self.kept_documents.show()
            self.facts = staged.facts
            self.shown += 1
            self.products.forget({*batch.products, *batch.gone_products})
            self.passages.forget({*batch.passages, *batch.gone_passages})
            self.documents.forget({*batch.documents, *batch.gone_documents})
        for shelf, each in vectors.items():
            for known in each:
                self.put_vectors(shelf, known)

    def put_vectors(self, shelf: Shelf, known: Known) -> None:
        """Set vectors in small steps, and lay them out anew where they have become too many."""
        for some in batches(known.vectors, PUT_AT_ONCE):
            with self.lock:
                shelf.put_vectors(known.space, known.model, {key: known.vectors[key] for key in some})
                self.shown += 1
        if known.space in shelf.spaces and shelf.spaces[known.space].outgrown:
            fresh, former = shelf.rebuilt(known.space), shelf.spaces[known.space].folder
            with self.lock:
                shelf.spaces[known.space] = fresh
                self.shown += 1
            if former is not None:
                shutil.rmtree(former, ignore_errors=True)  # a search that still reads there has it open

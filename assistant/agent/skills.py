"""What a turn needs of one shop, prepared once: its parts follow the shop's index by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from assistant.fact_spaces import FactSpaces, english_texts
from assistant.facts import product_facts
from assistant.grounding import Grounding
from assistant.understanding.constraints import OptionVocabulary
from assistant.understanding.intents import IntentClassifier
from assistant.understanding.message import Reader
from knowledge.catalog import Product
from knowledge.retrieval.coverage import Coverage
from knowledge.retrieval.index import ShopIndex
from knowledge.retrieval.text_vectors import TextVectors
from knowledge.retrieval.thesaurus import retail_thesaurus

# Beyond this, warming takes longer than the questions it helps; the rest warms as it is asked.
WARM_PRODUCTS = 400
WARM_PASSAGES = 2_000


@dataclass(frozen=True, slots=True)
class ShopSkills:
    """Reader and grounding of one shop."""

    index: ShopIndex
    reader: Reader
    grounding: Grounding
    vocabulary: OptionVocabulary

    def warm_passages(self) -> None:
        """Prepare what first questions would otherwise wait for; runs in a thread of its own."""
        passages = (self.index.passages.get(key) for key in islice(self.index.passages, WARM_PASSAGES))
        self.grounding.warm_passages([p for p in passages if p is not None])

    def warm_products(self) -> None:
        """Prepare the products too; it takes longer and helps fewer questions."""
        for product in self._warmed():
            self.grounding.warm_product(product)

    def english_texts(self) -> list[str]:
        """Return the texts of the products' facts that the English space will be asked for."""
        return english_texts(fact for product in self._warmed() for fact in product_facts(product))

    def _warmed(self) -> Iterator[Product]:
        products = (self.index.products.get(key) for key in islice(self.index.products, WARM_PRODUCTS))
        return (product for product in products if product is not None)


def prepare(index: ShopIndex, intents: IntentClassifier, vectors: TextVectors, spaces: FactSpaces) -> ShopSkills:
    """Prepare the skills; nothing in it looks at every product."""
    thesaurus = retail_thesaurus()
    coverage = Coverage(index, thesaurus, vectors)
    vocabulary = OptionVocabulary(index, thesaurus)
    reader = Reader(index, coverage, vocabulary, intents)
    return ShopSkills(index, reader, Grounding(coverage, spaces), vocabulary)

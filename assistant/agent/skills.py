"""What a turn needs of one shop, prepared once and kept until the shop's index changes."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.facts import product_facts
from assistant.grounding import Grounding, product_text
from assistant.understanding.constraints import OptionVocabulary
from assistant.understanding.intents import IntentClassifier
from assistant.understanding.message import Reader
from knowledge.retrieval.coverage import Coverage, TextVectors
from knowledge.retrieval.index import ShopIndex
from knowledge.retrieval.thesaurus import retail_thesaurus

# Beyond this, warming takes longer than the questions it helps; the rest warms as it is asked.
WARM_PRODUCTS = 400


@dataclass(frozen=True, slots=True)
class ShopSkills:
    """Reader and grounding of one shop at one state of its index."""

    index: ShopIndex
    reader: Reader
    grounding: Grounding
    vocabulary: OptionVocabulary
    coverage: Coverage
    generation: int

    def warm_passages(self) -> None:
        """Prepare what first questions would otherwise wait for; runs in a thread of its own."""
        self.coverage.warm(f"{' '.join(p.heading_path)} {p.text}" for p in list(self.index.passages.values()))

    def warm_products(self) -> None:
        """Prepare the products too; it takes longer and helps fewer questions."""
        for product in list(self.index.products.values())[:WARM_PRODUCTS]:
            self.coverage.warm([product_text(product)])
            self.grounding.warm(product_facts(product))


def prepare(index: ShopIndex, intents: IntentClassifier, vectors: TextVectors) -> ShopSkills:
    """Prepare the skills for the index as it is now."""
    thesaurus = retail_thesaurus()
    coverage = Coverage(index, thesaurus, vectors)
    vocabulary = OptionVocabulary(index.products.values(), thesaurus)
    reader = Reader(index, coverage, vocabulary, intents)
    return ShopSkills(index, reader, Grounding(coverage, vectors), vocabulary, coverage, index.generation)

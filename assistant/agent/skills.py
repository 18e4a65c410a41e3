"""What a turn needs of one shop, prepared once and kept until the shop's index changes."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.grounding import Grounding
from assistant.understanding.constraints import OptionVocabulary
from assistant.understanding.intents import IntentClassifier
from assistant.understanding.message import Reader
from knowledge.retrieval.coverage import Coverage, TextVectors
from knowledge.retrieval.index import ShopIndex
from knowledge.retrieval.thesaurus import retail_thesaurus


@dataclass(frozen=True, slots=True)
class ShopSkills:
    """Reader and grounding of one shop at one state of its index."""

    index: ShopIndex
    reader: Reader
    grounding: Grounding
    vocabulary: OptionVocabulary
    generation: int


def prepare(index: ShopIndex, intents: IntentClassifier, vectors: TextVectors) -> ShopSkills:
    """Prepare the skills for the index as it is now."""
    thesaurus = retail_thesaurus()
    coverage = Coverage(index, thesaurus, vectors)
    vocabulary = OptionVocabulary(index.products.values(), thesaurus)
    reader = Reader(index, coverage, vocabulary, intents)
    return ShopSkills(index, reader, Grounding(coverage, vectors), vocabulary, index.generation)

"""What a turn needs of one shop, prepared once: its parts follow the shop's index by themselves."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import islice

from assistant.calibration import Calibration
from assistant.fact_spaces import FactSpaces
from assistant.grounding import PAGES_READ_AHEAD, READ_AHEAD, Grounding
from assistant.reading.reader import TextReader
from assistant.understanding.constraints import OptionVocabulary
from assistant.understanding.intents import IntentClassifier
from assistant.understanding.message import Reader
from knowledge.batches import batches
from knowledge.retrieval.coverage import Coverage
from knowledge.retrieval.index import ShopIndex
from knowledge.retrieval.text_vectors import TextVectors
from knowledge.retrieval.thesaurus import retail_thesaurus

# What is read and embedded of so many products is held: some 50 MB.
WARM_PRODUCTS = 2_000
# Of so many the facts are embedded ahead, in a few minutes of one core; of the others as they are asked for.
MADE_PRODUCTS = 20_000
AT_ONCE = 50
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

    def read_passages(self) -> None:
        """Read passages ahead of the questions about them; runs in a thread of its own."""
        passages = (self.index.passages.get(key) for key in islice(self.index.passages, READ_AHEAD))
        self.grounding.read_ahead([p for p in passages if p is not None])

    async def warm_products(self) -> None:
        """Prepare the products too; it takes longer and helps fewer questions.

        What is embedded is kept in the database: the next start looks it up.
        """
        ready = 0
        for some in batches(list(islice(self.index.products, MADE_PRODUCTS)), AT_ONCE):
            products = list((await asyncio.to_thread(self.index.shelves.products.many, some)).values())
            warm = ready < WARM_PRODUCTS
            await self.grounding.make(products, at_hand=warm)
            if warm:
                await asyncio.to_thread(self.grounding.warm_products, products)
            if ready < PAGES_READ_AHEAD:
                await asyncio.to_thread(self.grounding.read_pages_ahead, products)
            ready += len(products)


def prepare(
    index: ShopIndex,
    intents: IntentClassifier,
    vectors: TextVectors,
    spaces: FactSpaces,
    text_reader: TextReader | None,
    calibration: Calibration,
) -> ShopSkills:
    """Prepare the skills; nothing in it looks at every product."""
    thesaurus = retail_thesaurus()
    coverage = Coverage(index, thesaurus, vectors)
    vocabulary = OptionVocabulary(index, thesaurus)
    reader = Reader(index, coverage, vocabulary, intents)
    return ShopSkills(index, reader, Grounding(coverage, spaces, text_reader, calibration), vocabulary)

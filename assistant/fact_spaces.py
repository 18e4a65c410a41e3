"""Facts and questions as vectors, in the spaces that serve their pair of languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from assistant.facts import Fact, FactKind
from assistant.understanding.question import Question
from assistant.understanding.references import without_name
from knowledge.retrieval.embedding import EmbeddingStore
from knowledge.retrieval.encoders import ENGLISH
from knowledge.retrieval.text_vectors import TextVectors
from knowledge.text import fold

# The head of a fact says what it is about; more only blurs its vector.
SHORT_FACT: Final = 160
# The English encoder reads every Chinese character as the same unknown word.
_HAN: Final = re.compile(r"[一-鿿]+")


@dataclass(frozen=True, slots=True)
class Cosines:
    """One fact against one question in one space: the fact with its name, and the name alone."""

    whole: float
    name: float


class FactSpaces:
    """Holds vectors of facts, each computed once.

    They are kept in the database, made ahead: the pages of three products have twenty facts, which take
    as long to embed as all else that a turn does, and a large shop has more than fit into memory.

    Args:
        multilingual: Serves every pair.
        english: Serves English among English, and ranks it far better; None until it has joined.
        kept: Where vectors are kept; without it those that are not at hand are computed.
    """

    def __init__(
        self,
        multilingual: TextVectors,
        english: Callable[[], TextVectors | None],
        kept: EmbeddingStore | None = None,
    ) -> None:
        self._multilingual, self._english, self._kept = multilingual, english, kept

    def multilingual(self, question: Question, facts: Sequence[Fact]) -> list[Cosines]:
        """Return each fact's cosines in the space of all languages."""
        return _cosines(
            self._multilingual,
            without_name(question.text, question.reference),
            [asked_by(fact) for fact in facts],
            facts,
        )

    def english(self, question: Question, facts: Sequence[Fact]) -> list[Cosines] | None:
        """Return each fact's cosines in the English space; None when that does not serve this pair."""
        vectors = self._english()
        if vectors is None or ENGLISH not in question.vectors or any(fact.lang != "en" for fact in facts):
            return None
        bare = without_name(question.text, question.reference)
        if bare == fold(question.text):
            vectors.keep({bare: question.vectors[ENGLISH]})
        return _cosines(vectors, bare, [english_text(fact) for fact in facts], facts)

    async def make(self, facts: Sequence[Fact], *, at_hand: bool) -> None:
        """Embed facts ahead of the first question about them, and keep their vectors.

        Args:
            at_hand: Whether they are held in memory too.
        """
        for vectors, texts in self._texts(facts):
            if self._kept is None:
                continue
            made = await self._kept.ensure(texts, vectors.encoder)
            if at_hand:
                vectors.keep(made)

    async def recall(self, facts: Sequence[Fact]) -> None:
        """Take facts in hand that a turn will hold against its question, as far as they were made ahead."""
        for vectors, texts in self._texts(facts):
            if self._kept is not None and (lacking := vectors.table.lacking(texts)):
                vectors.keep(await self._kept.load(lacking, vectors.encoder.name))

    def _texts(self, facts: Sequence[Fact]) -> Iterator[tuple[TextVectors, list[str]]]:
        """Yield the texts of facts that each space is asked for."""
        yield self._multilingual, [text for fact in facts for text in (asked_by(fact), name(fact))]
        english = self._english()
        if english is not None and (texts := english_texts(facts)):
            yield english, texts


def english_texts(facts: Iterable[Fact]) -> list[str]:
    """Return the texts of these facts that the English space will be asked for: those of attributes."""
    told = (fact for fact in facts if fact.lang == "en" and fact.kind is FactKind.ATTRIBUTE)
    return [text for fact in told for text in (english_text(fact), name(fact))]


def name(fact: Fact) -> str:
    """Return what a fact is the answer to; a sentence of a description has no name but itself."""
    return asked_by(fact) if fact.kind is FactKind.DESCRIPTION else fact.label


def asked_by(fact: Fact) -> str:
    """Return the text by which a fact is found."""
    return f"{fact.label} {fact.about} {fact.text}"[:SHORT_FACT]


def english_text(fact: Fact) -> str:
    """Return the text by which an English fact is found in the English space."""
    return " ".join(_HAN.sub(" ", asked_by(fact)).split())


def _cosines(vectors: TextVectors, question: str, texts: list[str], facts: Sequence[Fact]) -> list[Cosines]:
    asked, *found = vectors.of([question, *texts, *map(name, facts)])
    cosines = (np.stack(found) @ asked).tolist()
    return [Cosines(*pair) for pair in zip(cosines[: len(texts)], cosines[len(texts) :], strict=True)]

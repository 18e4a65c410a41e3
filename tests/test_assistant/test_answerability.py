"""How likely a fact answers a question: the weights that ship, and the facts of a shop."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from assistant.answerability import Nearness, answer_probability
from assistant.fact_spaces import FactSpaces, english_text, english_texts
from assistant.facts import Fact, FactKind
from assistant.understanding.constraints import Constraints
from assistant.understanding.intents import Intent, IntentGuess
from assistant.understanding.question import Question
from assistant.understanding.references import Reference
from knowledge.retrieval.embedding import EmbeddingStore
from knowledge.retrieval.encoders import ENGLISH, Vectors, multilingual
from knowledge.retrieval.retriever import Retriever
from knowledge.retrieval.text_vectors import TextVectors
from tests.library import CountingEncoder, library_over, sqlite_url

NEAR = Nearness(0.6, 0.6, 0.9, 0.6, 0.6)


@pytest.mark.parametrize("feature", ["multilingual", "multilingual_name", "covered", "english", "english_name"])
def test_the_nearer_a_fact_lies_the_likelier_it_answers(feature: str) -> None:
    assert answer_probability(replace(NEAR, **{feature: 0.1})) < answer_probability(NEAR)


def test_without_the_english_space_another_set_of_weights_tells_near_from_far() -> None:
    near, far = Nearness(0.6, 0.6, 1.0), Nearness(0.1, 0.1, 0.0)
    assert answer_probability(near) > 0.8
    assert answer_probability(far) < 0.2


class Letters:
    """An encoder that counts letters, and how many texts it was given."""

    def __init__(self, name: str) -> None:
        self.name, self.dim, self.encoded = name, 26, 0

    def encode(self, texts: list[str]) -> Vectors:
        self.encoded += len(texts)
        rows = np.array([[text.lower().count(chr(97 + i)) + 0.01 for i in range(26)] for text in texts], np.float32)
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit


def fact(label: str, text: str, lang: str = "en", about: str = "") -> Fact:
    kind, as_of = FactKind.ATTRIBUTE, datetime(2026, 1, 1, tzinfo=UTC).isoformat()
    return Fact(kind, label, text, lang, "product", "shirt", "Shirt", as_of, about)


def question(text: str, *spaces: str) -> Question:
    guess = IntentGuess(Intent.PRODUCT_QUESTION, 1.0, 1.0, {})
    vectors = {space: Letters(space).encode([text])[0] for space in spaces}
    return Question(
        text, guess.intent, guess, Reference(), Constraints(), (), (), None, asks=True, seeks=False, vectors=vectors
    )


def test_english_is_held_in_the_english_space_once_it_has_joined() -> None:
    english: list[TextVectors] = []
    spaces = FactSpaces(TextVectors(Letters("any")), lambda: english[0] if english else None)  # type: ignore[arg-type]
    asked, facts = question("is it linen", ENGLISH), [fact("Fit", "Loose"), fact("Material", "Linen")]
    assert spaces.english(asked, facts) is None
    english.append(TextVectors(Letters("english")))  # type: ignore[arg-type]
    held = spaces.english(asked, facts)
    assert held is not None
    assert held[1].whole > held[0].whole


def test_a_chinese_fact_or_question_stays_in_the_space_of_all_languages() -> None:
    vectors = TextVectors(Letters("english"))  # type: ignore[arg-type]
    spaces = FactSpaces(vectors, lambda: vectors)
    assert spaces.english(question("is it linen", ENGLISH), [fact("材质", "亚麻", "zh")]) is None
    assert spaces.english(question("是亚麻吗"), [fact("Material", "Linen")]) is None


def test_the_question_and_prepared_facts_are_not_encoded_again() -> None:
    encoder = Letters("english")
    vectors = TextVectors(encoder)  # type: ignore[arg-type]
    facts = [fact("Material", "Linen")]
    vectors.keep(dict(zip(english_texts(facts), Letters("x").encode(english_texts(facts)), strict=True)))
    assert FactSpaces(vectors, lambda: vectors).english(question("is it linen", ENGLISH), facts) is not None
    assert encoder.encoded == 0


async def test_facts_that_were_made_ahead_are_recalled_by_another_process_and_not_encoded_again(tmp_path: Path) -> None:
    facts = [fact("Material", "Linen"), fact("Care", "Machine wash cold"), fact("材质", "亚麻", "zh")]
    async with library_over(sqlite_url(tmp_path), Retriever) as library:
        kept = EmbeddingStore(library.database)
        first, first_english = TextVectors(multilingual()), TextVectors(Letters("english"))  # type: ignore[arg-type]
        await FactSpaces(first, lambda: first_english, kept).make(facts[:2], at_hand=False)
        assert not len(first.table), "a large shop's are not all held"
        encoder, english = CountingEncoder(multilingual()), Letters("english")
        spaces = FactSpaces(TextVectors(encoder), lambda: TextVectors(english), kept)  # type: ignore[arg-type]
        await spaces.recall(facts)
        held = spaces.multilingual(question("does it shrink in the machine"), facts)
    assert encoder.texts == ["does it shrink in the machine", "材质  亚麻", "材质"]
    assert english.encoded == 0
    assert held[1].whole > held[0].whole


def test_chinese_words_for_asking_stay_out_of_an_english_text() -> None:
    assert english_text(fact("price", "$9", about="price cost 价格 多少钱")) == "price price cost $9"

"""A shopper's message, understood: its questions, what each is for, and what it is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from assistant.reply import Action
from assistant.turn import PastMessage, TurnRequest
from assistant.understanding.constraints import Constraints, OptionVocabulary
from assistant.understanding.intents import SMALL_TALK, Intent, IntentClassifier, IntentGuess
from assistant.understanding.measurements import Measurements, parse_measurements
from assistant.understanding.references import Reference, resolve
from knowledge.retrieval.coverage import Coverage, QueryUnit
from knowledge.retrieval.encoders import Vectors
from knowledge.retrieval.index import ShopIndex
from knowledge.retrieval.shelf import MULTILINGUAL
from knowledge.retrieval.tokens import content_words
from knowledge.text import Lang, language_of

# More than this in one message is a list to work through with a person.
MAX_QUESTIONS: Final = 3
# A short answer to a clarifying question continues it; a longer one is a question of its own.
CONTINUATION_WORDS: Final = 7
_PIECE = re.compile(r"[^?？!！。.\n;；]*(?:\.(?=\d)[^?？!！。.\n;；]*)*[?？!！。.\n;；]*")
_FOLLOW_UP = re.compile(r"^\s*(?:and\b|what about|how about|那(?!个|款|件|条|双)|还有|另外)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a message.

    Attributes:
        text: What is asked, joined with the earlier question that it continues.
        units: What it is about, without the words that name the product.
        vectors: The text in every loaded space.
    """

    text: str
    intent: Intent
    guess: IntentGuess
    reference: Reference
    constraints: Constraints
    units: tuple[QueryUnit, ...]
    vectors: dict[str, Vectors]


@dataclass(frozen=True, slots=True)
class Understanding:
    """One message, understood.

    Attributes:
        lang: The language of the reply.
        measurements: Everything the shopper has said about themselves in this conversation.
        told_measurements: Whether this very message holds a measurement.
    """

    lang: Lang
    questions: tuple[Question, ...]
    measurements: Measurements
    told_measurements: bool

    @property
    def intent(self) -> Intent:
        return self.questions[0].intent


class Reader:
    """Understands the messages to one shop."""

    def __init__(self, index: ShopIndex, coverage: Coverage, vocabulary: OptionVocabulary, intents: IntentClassifier):
        self._index, self._coverage, self._vocabulary, self._intents = index, coverage, vocabulary, intents

    def read(self, request: TurnRequest) -> Understanding:
        """Return what the message asks, in the light of the conversation."""
        lang = reply_language(request)
        told = parse_measurements(request.text)
        measurements = Measurements()
        for message in request.history:
            if message.sender_type == "shopper":
                measurements = measurements.updated(parse_measurements(message.text))
        questions = tuple(
            self._question(piece, request, lang, told) for piece in split_questions(request.text)[:MAX_QUESTIONS]
        )
        # A greeting before a question is manners, not a question.
        topical = tuple(q for q in questions if q.intent not in SMALL_TALK) or questions[:1]
        return Understanding(lang, topical, measurements.updated(told), bool(told.body))

    def _question(self, text: str, request: TurnRequest, lang: Lang, told: Measurements) -> Question:
        earlier = continued_question(text, request.history)
        whole = f"{earlier}\n{text}" if earlier else text
        vectors = self._index.embed(whole)
        guess = self._intents.classify(vectors[MULTILINGUAL])
        reference = resolve(text, request, self._index, lang)
        if earlier and reference.how not in ("named", "code", "ordinal"):
            before = resolve(earlier, request, self._index, lang)
            reference = before if before.how in ("named", "code") else reference
        constraints = self._vocabulary.constraints(whole)
        units = tuple(self._coverage.units(whole, ignore=reference.words))
        question = Question(whole, guess.intent, guess, reference, constraints, units, vectors)
        return replace(question, intent=_settled_intent(question, told))


def _settled_intent(question: Question, told: Measurements) -> Intent:
    """Correct the neighbours' guess by what the message plainly holds."""
    guess = question.guess
    if told.body and guess.intent not in (Intent.HUMAN, Intent.COMPLAINT, Intent.SENSITIVE, Intent.FIND_PRODUCTS):
        return Intent.SIZE_ADVICE
    if guess.intent is Intent.COMPARE and len(question.reference.products) < 2:
        return Intent.PRODUCT_QUESTION
    named = question.reference.how in ("named", "code")
    if guess.intent is Intent.FIND_PRODUCTS and named and not question.constraints.options:
        return Intent.PRODUCT_QUESTION
    return guess.intent


def split_questions(text: str) -> list[str]:
    """Cut a message into its questions; a statement goes with the question that follows it."""
    out: list[str] = []
    pending = ""
    for piece in _PIECE.findall(text):
        pending += piece
        if re.search(r"[?？]\s*$", piece):
            out.append(pending.strip())
            pending = ""
    if pending.strip():
        if out and len(content_words(pending)) < 2:
            out[-1] = f"{out[-1]} {pending.strip()}"
        else:
            out.append(pending.strip())
    return [piece for piece in out if piece] or [text.strip()]


def continued_question(text: str, history: Sequence[PastMessage]) -> str | None:
    """Return the earlier question that this message continues, if it does.

    It does when the assistant had asked something back and this is a short answer, or when it
    begins like an afterthought ("and to Canada?", 那新疆呢).
    """
    spoken = [m for m in history if m.sender_type != "human_agent"]
    if not spoken or spoken[-1].sender_type != "assistant" or spoken[-1].reply is None:
        return None
    before = next((m.text for m in reversed(spoken) if m.sender_type == "shopper"), None)
    if before is None:
        return None
    asked_back = spoken[-1].reply.get("action") == Action.CLARIFY.value
    short = len(content_words(text)) <= CONTINUATION_WORDS
    if (asked_back and short and not re.search(r"[?？]", text)) or (
        _FOLLOW_UP.match(text) and len(content_words(text)) <= 3
    ):
        return before
    return None


def reply_language(request: TurnRequest) -> Lang:
    """Return the language to answer in: the message's, else the conversation's, else the shop's."""
    default: Lang = "zh" if request.shop.locale.lower().startswith("zh") else "en"
    for message in reversed(request.history):
        if message.sender_type == "shopper" and content_words(message.text):
            default = language_of(message.text, default)
            break
    return language_of(request.text, default)

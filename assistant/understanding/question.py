"""What is understood of a message: its questions, and what the shopper has told of themselves."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.understanding.constraints import Constraints
from assistant.understanding.expectations import Expected
from assistant.understanding.intents import Intent, IntentGuess
from assistant.understanding.measurements import Measurements
from assistant.understanding.references import POINTED, Reference
from knowledge.retrieval.encoders import Vectors
from knowledge.retrieval.query_units import QueryUnit
from knowledge.script import Script
from knowledge.text import Lang


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a message.

    Attributes:
        text: What is asked, joined with the earlier question that it continues.
        units: What it is about, without the words that name the product.
        sought: For finding products: what is demanded of them beyond kind, price and options.
        expected: The kind of thing that answers it.
        asks: Whether it is put as a question; "linen shirt" is not, and looks for one.
        seeks: Whether it asks for things to be had or shown ("do you have", 有没有, 想买).
        vectors: The text in every loaded space.
        refines: Whether it adds a demand to an earlier search.
        said: The shopper's own words for it, without what they continue.
        sizes_on: Whether it tells more of the shopper after advice on a size, or after a question for it.
    """

    text: str
    intent: Intent
    guess: IntentGuess
    reference: Reference
    constraints: Constraints
    units: tuple[QueryUnit, ...]
    sought: tuple[QueryUnit, ...]
    expected: Expected | None
    asks: bool
    seeks: bool
    vectors: dict[str, Vectors]
    refines: bool = False
    sizes_on: bool = False
    said: str = ""

    @property
    def as_read(self) -> str:
        """The question as it is held before a text: what "it" stands for goes first."""
        pointed_at = self.reference.products if self.reference.how in POINTED else ()
        return f"{pointed_at[0].title}: {self.text}" if len(pointed_at) == 1 else self.text


@dataclass(frozen=True, slots=True)
class Understanding:
    """One message, understood.

    Attributes:
        lang: The language of the reply.
        measurements: Everything the shopper has said about themselves in this conversation.
        told_measurements: Whether this very message holds a measurement.
        script: In which the reply is written where it is Chinese.
    """

    lang: Lang
    questions: tuple[Question, ...]
    measurements: Measurements
    told_measurements: bool
    script: Script = "simplified"

    @property
    def intent(self) -> Intent:
        return self.questions[0].intent

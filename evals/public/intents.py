"""Systems that tell a message's intent and how sure they are: the product's classifier and its peers."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from assistant.understanding.intents import ExampleClassifier, joined
from evals.public.embedded import KeptVectors
from evals.public.figures import Kind
from evals.public.statistics import Floats
from knowledge.retrieval.encoders import Vectors

OUT_OF_SCOPE: Final = "out of scope"
NEAREST: Final = 5
FOLDS: Final = 5
_SEED: Final = 0
# Of the inverse penalty; on unit vectors the library's default of 1 leaves all probabilities flat.
_C: Final = 10.0

Example = tuple[str, str]  # intent and text


@dataclass(frozen=True, slots=True)
class Told:
    """What a system makes of messages.

    Attributes:
        confidence: That the message is of the intent told, shape ``(n,)``; comparable within one system.
    """

    intents: Sequence[str]
    confidence: Floats

    def with_threshold(self, threshold: float) -> list[str]:
        """Return the intents, out of scope where the system is less sure than this."""
        sure = self.confidence >= threshold
        return [intent if held else OUT_OF_SCOPE for intent, held in zip(self.intents, sure, strict=True)]


Classify = Callable[[Sequence[str]], Told]
Fit = Callable[[Sequence[Example]], Classify]


@dataclass(frozen=True, slots=True)
class IntentSystem:
    """A way to learn intents from examples."""

    name: str
    kind: Kind
    fit: Fit


def product(multilingual: KeptVectors, english: KeptVectors) -> IntentSystem:
    """Return the assistant's own classifier of English messages, over these examples in the place of its own.

    Its confidence is the evidence that the assistant goes by.
    """

    def both(texts: Sequence[str]) -> Vectors:
        return joined(multilingual.encode(texts), english.encode(texts))

    def fit(examples: Sequence[Example]) -> Classify:
        known = [text for _, text in examples]
        classifier = ExampleClassifier([intent for intent, _ in examples], both(known))
        classifier.learn(known)

        def classify(texts: Sequence[str]) -> Told:
            guesses = [classifier.classify(vector, [text]) for vector, text in zip(both(texts), texts, strict=True)]
            return Told([guess.intent for guess in guesses], np.array([guess.strength for guess in guesses]))

        return classify

    return IntentSystem("daogou: intent classifier", "daogou", fit)


def nearest_neighbours(name: str, vectors: KeptVectors) -> IntentSystem:
    """Return the vote of the five nearest examples, weighed by cosine; confidence is the winner's share of five."""

    def fit(examples: Sequence[Example]) -> Classify:
        labels = sorted({intent for intent, _ in examples})
        belongs = np.zeros((len(examples), len(labels)))
        belongs[range(len(examples)), [labels.index(intent) for intent, _ in examples]] = 1.0
        known = vectors.encode([text for _, text in examples])

        def classify(texts: Sequence[str]) -> Told:
            cosines = (vectors.encode(texts) @ known.T).astype(np.float64)
            edge = np.sort(cosines, axis=1)[:, -min(NEAREST, len(examples))]
            votes = np.where(cosines >= edge[:, None], cosines, 0.0) @ belongs / NEAREST
            return Told([labels[best] for best in votes.argmax(axis=1)], votes.max(axis=1))

        return classify

    return IntentSystem(name, "baseline", fit)


def regression(name: str, vectors: KeptVectors) -> IntentSystem:
    """Return logistic regression over vectors."""

    def fit(examples: Sequence[Example]) -> Classify:
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=_C, max_iter=1_000, random_state=_SEED)
        model.fit(vectors.encode([text for _, text in examples]), [intent for intent, _ in examples])

        def classify(texts: Sequence[str]) -> Told:
            probabilities = model.predict_proba(vectors.encode(texts)).astype(np.float64)
            return Told([str(model.classes_[best]) for best in probabilities.argmax(axis=1)], probabilities.max(axis=1))

        return classify

    return IntentSystem(name, "baseline", fit)


def word_regression(name: str) -> IntentSystem:
    """Return logistic regression over TF-IDF of words and pairs of words."""

    def fit(examples: Sequence[Example]) -> Classify:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline

        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
        model = make_pipeline(words, LogisticRegression(C=_C, max_iter=1_000, random_state=_SEED))
        model.fit([text for _, text in examples], [intent for intent, _ in examples])

        def classify(texts: Sequence[str]) -> Told:
            probabilities = model.predict_proba(list(texts))
            return Told([str(model.classes_[best]) for best in probabilities.argmax(axis=1)], probabilities.max(axis=1))

        return classify

    return IntentSystem(name, "baseline", fit)


def best_threshold(told: Told, quality: Callable[[list[str]], float]) -> float:
    """Return the confidence from which on to believe a system, so that the quality of its answers is highest.

    The middle between two confidences that occur; of several as good the lowest.
    """
    found = np.unique(told.confidence)
    edges = [found[0], *((found[1:] + found[:-1]) / 2), np.nextafter(found[-1], np.inf)]
    return float(max(edges, key=lambda edge: (quality(told.with_threshold(float(edge))), -edge)))


def held_out(fit: Fit, examples: Sequence[Example]) -> tuple[Told, list[str]]:
    """Return what a system tells of examples that it has not seen, and what would be right.

    Five times a fifth of the intents is left out whole, so that its examples are out of scope, and
    a fifth of the other intents' examples besides.
    """
    rng = random.Random(_SEED)  # noqa: S311  # no secret
    shuffled = rng.sample(sorted(set(examples)), len(set(examples)))
    intents = rng.sample(sorted({intent for intent, _ in examples}), len({intent for intent, _ in examples}))
    told: list[str] = []
    right: list[str] = []
    sure: list[Floats] = []
    for fold in range(FOLDS):
        unknown = set(intents[fold::FOLDS])
        inside = [one for one in shuffled if one[0] not in unknown]
        asked = inside[fold::FOLDS] + [one for one in shuffled if one[0] in unknown]
        left = set(inside[fold::FOLDS])
        answers = fit([one for one in inside if one not in left])([text for _, text in asked])
        told += answers.intents
        sure.append(answers.confidence)
        right += [OUT_OF_SCOPE if intent in unknown else intent for intent, _ in asked]
    return Told(told, np.concatenate(sure)), right

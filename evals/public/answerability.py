"""Fits the weights of `assistant.answerability` on the training questions of ``product_qa``.

Every fact of a product is held against the question by the product's own grounding; a regression
over all pairs ranks, and a second one over each question's best fact says how sure that rank is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np

from assistant.agent.responder import ShopResponder
from assistant.agent.results import ProductRead
from assistant.answerability import ACROSS, BIAS, WITHIN_ENGLISH, Nearness
from assistant.facts import FactKind
from assistant.turn import TurnRequest
from evals.public.product_qa import SHOP, TRAIN, as_product, opened, right_facts
from evals.public.product_qa_data import Asked, distinct, read_questions
from evals.public.sets import OnProgress
from knowledge.catalog import Product
from knowledge.errors import Invalid
from knowledge.home import Home
from knowledge.retrieval.encoders import Vectors

FEATURES: Final[Mapping[str, tuple[str, ...]]] = {
    WITHIN_ENGLISH: ("multilingual", "multilingual_name", "covered", "english", "english_name"),
    ACROSS: ("multilingual", "multilingual_name", "covered"),
}
# Nearly every question of the set is answerable; of a shop's, a third is not (its eval cases).
UNANSWERABLE_SHARE: Final = 1 / 3
FOLDS: Final = 5
SEED: Final = 0


@dataclass(frozen=True, slots=True)
class Held:
    """One question: how near each attribute lies, and which of them answer."""

    asked: Asked
    near: tuple[Nearness, ...]
    right: tuple[bool, ...]


async def fit(folder: Path, home: Home, told: OnProgress) -> str:
    """Return the text of `answerability.toml`, fitted anew.

    Raises:
        Invalid: The training file is not there, or has one kind of questions only (``usage_bad_data``).
    """
    path = folder / TRAIN
    asked = read_questions(path) if path.exists() else []
    if len({one.answerable for one in asked}) < 2:
        raise Invalid(f"{TRAIN}: needs answerable and unanswerable questions.", code="usage_bad_data")
    held = [one for one in await _all_held(asked, home, told) if one.near]
    weights = {name: fitted(held, features) for name, features in FEATURES.items()}
    return _as_toml(weights, path, len(asked))


async def _all_held(asked: Sequence[Asked], home: Home, told: OnProgress) -> list[Held]:
    products = {attributes: as_product(number, attributes) for number, attributes in enumerate(distinct(asked))}
    held = []
    async with opened(home, list(products.values())) as responder:
        for done, one in enumerate(asked, start=1):
            held.append(await _held(responder, one, products[one.attributes]))
            told(done, len(asked))
    return held


async def _held(responder: ShopResponder, one: Asked, product: Product) -> Held:
    request = TurnRequest(SHOP, "cv", one.text, "tr", (), product.handle)
    context = await responder.understood(request)
    facts = [fact for fact in ProductRead(product).facts() if fact.kind is FactKind.ATTRIBUTE]
    right, near, answers = right_facts(one), [], []
    for question in context.understanding.questions:
        for fact, _, lies in context.grounding.held(question, facts):
            near.append(lies)
            answers.append((fact.label, fact.text) in right)
    return Held(one, tuple(near), tuple(answers))


def fitted(held: Sequence[Held], features: Sequence[str]) -> dict[str, float]:
    """Return the bias and the weights of these features.

    The regression over pairs ranks; by itself it is too shy, since one fact of a dozen is right. So
    its scores are brought to the probability that the first fact of a question answers it. That is
    fitted on scores that were made without the question's own product.
    """
    folds = _folds(held)
    scores = np.zeros(len(held), np.float32)
    first = np.zeros(len(held), bool)
    for fold in range(FOLDS):
        ranked = _ranking([one for one, own in zip(held, folds, strict=True) if own != fold], features)
        for i in np.flatnonzero(folds == fold).tolist():
            of_facts = ranked[0] + _matrix(held[i].near, features) @ ranked[1]
            scores[i], first[i] = of_facts.max(), held[i].right[int(of_facts.argmax())]
    slope, shift = _sureness(held, scores, first)
    bias, weights = _ranking(held, features)
    named = dict(zip(features, (slope * weights).tolist(), strict=True))
    return {BIAS: float(slope * bias + shift), **named}


def _ranking(held: Sequence[Held], features: Sequence[str]) -> tuple[float, Vectors]:
    """Fit the pairs on standardised features; return bias and weights for the plain ones."""
    from sklearn.linear_model import LogisticRegression

    rows = np.concatenate([_matrix(one.near, features) for one in held])
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    model = LogisticRegression().fit((rows - mean) / spread, [right for one in held for right in one.right])
    weights = (model.coef_[0] / spread).astype(np.float32)
    return float(model.intercept_[0] - weights @ mean), weights


def _sureness(held: Sequence[Held], scores: Vectors, first: Vectors) -> tuple[float, float]:
    """Return slope and shift that bring the first fact's score to the probability that it answers."""
    from sklearn.linear_model import LogisticRegression

    answerable = np.array([one.asked.answerable for one in held])
    share = float(answerable.mean())
    weight = np.where(answerable, 1.0, share / (1 - share) * UNANSWERABLE_SHARE / (1 - UNANSWERABLE_SHARE))
    model = LogisticRegression(C=1e3).fit(scores[:, None], first, sample_weight=weight)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def _folds(held: Sequence[Held]) -> Vectors:
    """Return the fold of each question; those about one product stay together."""
    products = {attributes: place for place, attributes in enumerate(distinct(one.asked for one in held))}
    shuffled = np.random.default_rng(SEED).permutation(len(products)) % FOLDS
    return np.array([shuffled[products[one.asked.attributes]] for one in held])


def _matrix(near: Sequence[Nearness], features: Sequence[str]) -> Vectors:
    return np.array([[one.features()[name] for name in features] for one in near], np.float32)


def _as_toml(weights: Mapping[str, Mapping[str, float]], source: Path, questions: int) -> str:
    lines = [
        "# Weights of assistant/answerability.py; made by `daogou eval fit-answerability`, not by hand.",
        "",
        "[made]",
        f"on = {datetime.now(UTC).date().isoformat()}",
        f'from = "product_qa/{source.name}"',
        f'sha256 = "{hashlib.sha256(source.read_bytes()).hexdigest()}"',
        f"questions = {questions}",
        f"unanswerable_share = {UNANSWERABLE_SHARE:.3f}",
    ]
    for name, of_features in weights.items():
        lines += ["", f"[{name}]", *(f"{feature} = {value:.4f}" for feature, value in of_features.items())]
    return "\n".join(lines) + "\n"

"""The weights of the answerability are fitted from questions and their facts."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping

from assistant.answerability import ACROSS, BIAS, WITHIN_ENGLISH, Nearness, answer_probability
from evals.public.answerability import FEATURES, Held, fitted
from evals.public.product_qa_data import Asked
from knowledge.catalog import Attribute


def questions(count: int) -> list[Held]:
    """Make questions with four facts; the right one lies nearest, and a fifth of them has none."""
    chance, made = random.Random(5), []
    for number in range(count):
        answerable = number % 5 > 0
        right = tuple(answerable and place == number % 4 for place in range(4))
        lying = tuple(
            Nearness(
                chance.gauss(0.5 if r else 0.25, 0.08), chance.gauss(0.3, 0.1), chance.gauss(0.7 if r else 0.2, 0.1)
            )
            for r in right
        )
        attributes = tuple(Attribute(f"a{place}", f"of {number}") for place in range(4))
        made.append(Held(Asked(str(number), "what is it", attributes, right, answerable), lying, right))
    return made


def probability(weights: Mapping[str, float], near: Nearness) -> float:
    told = near.features()
    return 1 / (1 + math.exp(-weights[BIAS] - sum(weights[name] * told[name] for name in FEATURES[ACROSS])))


def test_the_fit_tells_answers_from_what_merely_lies_beside_them() -> None:
    weights = fitted(questions(200), FEATURES[ACROSS])
    assert probability(weights, Nearness(0.5, 0.3, 0.7)) > 0.8
    assert probability(weights, Nearness(0.25, 0.3, 0.2)) < 0.3


def test_the_weights_that_ship_are_read_for_what_the_fit_is_told() -> None:
    near = Nearness(0.5, 0.4, 0.6)
    assert near.weights == ACROSS
    assert Nearness(0.5, 0.4, 0.6, 0.5, 0.4).weights == WITHIN_ENGLISH
    assert set(Nearness(0.5, 0.4, 0.6, 0.5, 0.4).features()) == set(FEATURES[WITHIN_ENGLISH])
    assert 0 < answer_probability(near) < 1

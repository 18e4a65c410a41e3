"""What is taught: each text with questions that it answers, that it only seems to, and that others answer."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from evals.reading.texts import TaughtShop
from knowledge.retrieval.encoders import Vectors, multilingual

# Of a text's lesson so many questions are about other texts: half of those that lie nearest, half of any.
OF_OTHERS: Final = 4


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text and its questions.

    Attributes:
        held_back: Whether its shop is not taught but asked, to tell how well the reader reads.
        asked: Each question with whether the text answers it.
        own: How many of them, from the first, were written for this text.
    """

    held_back: bool
    text: str
    asked: tuple[tuple[str, bool], ...]
    own: int


def lessons(shops: Sequence[TaughtShop], seed: int) -> Iterator[Lesson]:
    """Yield the lessons of all texts."""
    for shop in shops:
        yield from _of_shop(shop, random.Random(f"{seed} {shop.name}"))  # noqa: S311  a sample, no secret


def _of_shop(shop: TaughtShop, source: random.Random) -> Iterator[Lesson]:
    texts = [published.text for published in shop.texts]
    places = {published.heading: place for place, published in enumerate(shop.texts)}
    own: list[list[tuple[str, bool]]] = [[(one.text, one.answered) for one in p.asked] for p in shop.texts]
    # Each question with the texts that it was written for or that answer it too.
    asked = [
        (one.text, {place, *(places[heading] for heading in one.also if heading in places)})
        for place, published in enumerate(shop.texts)
        for one in published.asked
    ]
    for published in shop.texts:
        for one in published.asked:
            for heading in one.also:
                if heading in places:
                    own[places[heading]].append((one.text, True))
    near = _nearness([question for question, _ in asked], texts)
    for place, text in enumerate(texts):
        others = [number for number, (_, about) in enumerate(asked) if place not in about]
        others.sort(key=lambda number: -near[number, place])
        nearest = others[: 3 * OF_OTHERS]
        source.shuffle(nearest)
        of_any = source.sample(others, min(len(others), OF_OTHERS - OF_OTHERS // 2))
        chosen = dict.fromkeys([*nearest[: OF_OTHERS // 2], *of_any])
        rest = [(asked[number][0], False) for number in chosen]
        if own[place] or rest:
            yield Lesson(shop.held_back, text, (*own[place], *rest), len(own[place]))


def _nearness(questions: Sequence[str], texts: Sequence[str]) -> Vectors:
    """Return the cosine of each question and text, shape ``(questions, texts)``."""
    if not questions:
        return np.zeros((0, len(texts)), np.float32)
    encoder = multilingual()
    near: Vectors = encoder.encode_queries(questions) @ encoder.encode(texts).T
    return near

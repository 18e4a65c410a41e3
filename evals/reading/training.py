"""Teaches the reader, and tells how well it reads shops that it has not seen."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import clip_grad_norm_

from assistant.reading.pieces import Pieces
from evals.public.sets import OnProgress
from evals.reading.lessons import Lesson
from evals.reading.network import ReaderNetwork, rows_of
from knowledge.text import language_of

# What comes from MiniLM as it is moves more slowly than what is new.
SLOWLY: Final = 0.3
WARM_UP: Final = 0.1
DECAY: Final = 0.01
STEEPEST: Final = 1.0
# So many tokens a step, padding included.
TOKENS: Final = 1_300
SORTED_TOGETHER: Final = 240


@dataclass(frozen=True, slots=True)
class Figures:
    """How well questions written for a text are told from those that it only seems to answer.

    Attributes:
        questions: How many were asked, to texts of shops that were held back.
        auroc: Over the questions that were written for the text, in [0, 1]; by the language of the question.
        of_others: Over those of other texts too.
    """

    questions: int
    auroc: Mapping[str, float]
    of_others: float


def taught(
    network: ReaderNetwork,
    lessons: Sequence[Lesson],
    pieces: Pieces,
    *,
    epochs: float,
    rate: float,
    seed: int,
    told: OnProgress,
) -> None:
    """Teach the lessons of all shops that are not held back, in place.

    Args:
        epochs: How often each lesson comes.
        rate: Of learning, at its highest.
    """
    torch.manual_seed(seed)
    source = random.Random(seed)  # noqa: S311  an order, no secret
    own = [lesson for lesson in lessons if not lesson.held_back]
    steps = max(1, int(epochs * len(list(_batches(own, pieces, source)))))
    optimizer = torch.optim.AdamW(_groups(network, rate), weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, [rate, SLOWLY * rate], total_steps=steps + 1, pct_start=WARM_UP
    )
    network.train()
    for step, batch in enumerate(_forever(own, pieces, source)):
        if step == steps:
            break
        optimizer.zero_grad()
        torch.autograd.backward(_loss(network, batch, pieces))
        clip_grad_norm_(network.parameters(), STEEPEST)
        optimizer.step()
        schedule.step()
        told(step + 1, steps)
    network.eval()


def figures(network: ReaderNetwork, lessons: Sequence[Lesson], pieces: Pieces) -> Figures:
    """Return how well the shops that were held back are read."""
    from sklearn.metrics import roc_auc_score

    network.eval()
    odds, right, own, lang = [], [], [], []
    with torch.no_grad():
        source = random.Random(0)  # noqa: S311  an order, no secret
        for batch in _batches([lesson for lesson in lessons if lesson.held_back], pieces, source):
            for lesson, of_lesson in zip(batch, network(rows_of(batch, pieces)).tolist(), strict=True):
                for place, (question, answered) in enumerate(lesson.asked):
                    odds.append(of_lesson[place])
                    right.append(answered)
                    own.append(place < lesson.own)
                    lang.append(language_of(question, "en"))
    score, truth, written, langs = map(np.array, (odds, right, own, lang))
    groups = {"all": written, "zh": written & (langs == "zh"), "en": written & (langs == "en")}
    told = {name: float(roc_auc_score(truth[rows], score[rows])) for name, rows in groups.items()}
    return Figures(int(written.sum()), told, float(roc_auc_score(truth, score)))


def _loss(network: ReaderNetwork, batch: Sequence[Lesson], pieces: Pieces) -> torch.Tensor:
    rows = rows_of(batch, pieces)
    answered = torch.zeros(len(batch), rows.questions)
    asked = torch.zeros(len(batch), rows.questions)
    for row, lesson in enumerate(batch):
        asked[row, : len(lesson.asked)] = 1.0
        answered[row, : len(lesson.asked)] = torch.tensor([float(answers) for _, answers in lesson.asked])
    loss = functional.binary_cross_entropy_with_logits(network(rows), answered, reduction="none")
    return (loss * asked).sum() / asked.sum()


def _groups(network: ReaderNetwork, rate: float) -> list[dict[str, object]]:
    fast: list[nn.Parameter] = []
    slow: list[nn.Parameter] = []
    for name, parameter in network.named_parameters():
        if parameter.requires_grad:
            from_base = name.startswith(("pos", "seg", "ln", "hanfix")) or ".ln" in name
            (slow if from_base else fast).append(parameter)
    return [{"params": fast, "lr": rate}, {"params": slow, "lr": SLOWLY * rate}]


def _forever(lessons: Sequence[Lesson], pieces: Pieces, source: random.Random) -> Iterator[list[Lesson]]:
    while True:
        yield from _batches(lessons, pieces, source)


def _batches(lessons: Sequence[Lesson], pieces: Pieces, source: random.Random) -> Iterator[list[Lesson]]:
    """Yield lessons of like length together, in any order."""
    mixed = source.sample(lessons, len(lessons))
    batches = []
    for start in range(0, len(mixed), SORTED_TOGETHER):
        some = sorted(((_length(one, pieces), one) for one in mixed[start : start + SORTED_TOGETHER]), key=_first)
        batch: list[Lesson] = []
        for length, lesson in some:
            if batch and length * (len(batch) + 1) > TOKENS:
                batches.append(batch)
                batch = []
            batch.append(lesson)
        batches.append(batch)
    source.shuffle(batches)
    yield from batches


def _first(pair: tuple[int, Lesson]) -> int:
    return pair[0]


def _length(lesson: Lesson, pieces: Pieces) -> int:
    """Return about how many tokens a lesson has, without cutting it: by its letters."""
    told = "".join([lesson.text, *(question for question, _ in lesson.asked)])
    han = sum("㐀" <= letter <= "鿿" for letter in told)
    return round(han / 1.3 + (len(told) - han) / 4) + 2 * len(lesson.asked) + 2

"""Confidence as a probability: what the turn knows, brought to how often such answers were right.

Three fits stand in `calibration.toml`, with the record of how they were made; `daogou eval
fit-confidence` makes them anew. The first brings together how near a text lies to a question and what
reading it gives; by that the shop's texts are ranked. The second tells from a turn's signals whether the
best of them answers the question; it decides whether anything is answered. The third brings what each
kind of answer is given to the share of such answers that were right.
"""

from __future__ import annotations

import logging
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from knowledge.errors import Invalid

logger = logging.getLogger(__name__)

BIAS: Final = "bias"
# Where a probability is no longer told from certainty.
EDGE: Final = 0.001


class Kind(StrEnum):
    """What an answer rests on; each kind errs in its own way."""

    DOCUMENT = "document"
    PAGE = "page"
    PRODUCTS = "products"
    SIZE = "size"
    COMPARISON = "comparison"
    RECORD = "record"  # typed data: price, stock, an order, what code has decided


@dataclass(frozen=True, slots=True)
class Signals:
    """What a turn knows of the best published text as the answer to one question.

    The evidence for an intent is told less that for a plain question to the shop. What was tried and
    told nothing on shops that were left out is not among them: that question and text are in different
    languages, that something is for another skill, calls for a person or is no matter of the shop, the
    heaviest word that the text lacks, and how near the message is to any example.

    Attributes:
        support: Log-odds that the text supports the question, by retrieval, coverage, cosines and reading.
        read: Log-odds by reading alone; 0 for a text that was not read.
        lead: By how much these exceed those of the next text; at most `MOST_LEAD`.
        share: Of the question that the text speaks about, in [0, 1].
        passage: It is a passage of a document.
        sentence: It is a sentence of a product's description.
        english: Question and text are English.
        finding: Evidence that products are looked for.
        named: The question names its product.
    """

    support: float
    read: float
    lead: float
    share: float
    passage: bool
    sentence: bool
    english: bool
    finding: float
    named: bool

    def features(self) -> dict[str, float]:
        """Return the signals as numbers, by name."""
        return {name: float(value) for name, value in asdict(self).items()}


MOST_LEAD: Final = 3.0
# What a text's probability is made of: how near it lies, and what reading it gives; ``unread`` stands for
# what reading gives to texts that are too far off to be read.
READING: Final = ("bias", "near", "read", "unread")
SIGNALS: Final = tuple(one.name for one in fields(Signals))


@dataclass(frozen=True, slots=True)
class Calibration:
    """The fits.

    Attributes:
        reading: The weights of `READING`; empty when nothing was fitted.
        published: Bias and weight of each signal; empty when there is no fit to go by.
        typical: Each signal of a usual question: beside it one tells what makes an answer likely or not.
        kinds: For each kind of answer slope and shift of its log-odds; a kind that is not there is told as it is.
    """

    reading: Mapping[str, float] = field(default_factory=dict)
    published: Mapping[str, float] = field(default_factory=dict)
    typical: Mapping[str, float] = field(default_factory=dict)
    kinds: Mapping[Kind, tuple[float, float]] = field(default_factory=dict)

    @property
    def fitted(self) -> bool:
        return bool(self.published)

    def both(self, near: float, read: float | None) -> float:
        """Return the probability that a text answers, in [0, 1], by nearness and by reading.

        Args:
            near: The probability by nearness and words, in [0, 1].
            read: Log-odds by reading; None for a text that was not read.
        """
        if not self.reading:
            return near
        told = self.reading["unread"] if read is None else read
        return probability(self.reading[BIAS] + self.reading["near"] * log_odds(near) + self.reading["read"] * told)

    def answers(self, signals: Signals) -> float:
        """Return the probability that the best published text answers, in [0, 1]."""
        if not self.published:
            return probability(signals.support)
        return probability(self.published[BIAS] + sum(self.published[k] * v for k, v in signals.features().items()))

    def effects(self, signals: Signals) -> list[tuple[str, float]]:
        """Return by how much each signal moves the log-odds from a usual question's, the strongest first."""
        if not self.published:
            return []
        moved = {k: self.published[k] * (v - self.typical[k]) for k, v in signals.features().items()}
        return sorted(moved.items(), key=lambda item: -abs(item[1]))

    def right(self, kind: Kind, told: float) -> float:
        """Return the probability that a reply of a kind is right, in [0, 1].

        Args:
            told: What its skill gives it, in [0, 1].
        """
        if kind not in self.kinds:
            return told
        slope, shift = self.kinds[kind]
        return probability(slope * log_odds(told) + shift)


def read_calibration(encoders: Sequence[str], reader: str, path: Path | None = None) -> Calibration:
    """Read the fits.

    Args:
        encoders: Names of the models that the shops are searched with.
        reader: Fingerprint of the reader's weights.
        path: Of the file; None reads the one that ships.

    Raises:
        Invalid: The file was made for other models or other signals, or cannot be read
            (``calibration_of_other_models``, ``calibration_unreadable``); the message tells how to make one.
    """
    source = path or files("assistant").joinpath("calibration.toml")
    try:
        return _checked(tomllib.loads(source.read_text("utf-8")), encoders, reader)
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        raise Invalid(f"{source}: {error}. {MAKE_ANEW}", code="calibration_unreadable") from error


def calibration_or_none(encoders: Sequence[str], reader: str, path: Path | None = None) -> Calibration:
    """Return the fits, or none with a warning when those at hand were made for other models.

    A probability that was fitted to other scores is worse than a score that is known to be none.
    """
    try:
        return read_calibration(encoders, reader, path)
    except Invalid as error:
        logger.warning("the confidence is not calibrated: %s", error.message)
        return Calibration()


MAKE_ANEW: Final = "`daogou eval fit-confidence --out FILE` makes one; DAOGOU_CALIBRATION names it."


def _checked(told: Mapping[str, Any], encoders: Sequence[str], reader: str) -> Calibration:
    made_for = list(told["made"]["encoders"])
    if sorted(made_for) != sorted(encoders):
        problem = f"It was made for {', '.join(made_for)}, and the shops are searched with {', '.join(encoders)}."
        raise Invalid(f"{problem} {MAKE_ANEW}", code="calibration_of_other_models")
    if told["made"]["reader"] != reader:
        raise Invalid(f"It was made for another reader of texts. {MAKE_ANEW}", code="calibration_of_other_models")
    reading = {str(name): float(weight) for name, weight in told["reading"].items()}
    published = {str(name): float(weight) for name, weight in told["published"].items()}
    typical = {str(name): float(value) for name, value in told["typical"].items()}
    if set(reading) != set(READING) or set(published) != {BIAS, *SIGNALS} or set(typical) != set(SIGNALS):
        raise Invalid(f"It was made of other signals. {MAKE_ANEW}", code="calibration_of_other_models")
    kinds = {Kind(name): (float(fit["slope"]), float(fit["shift"])) for name, fit in told["kinds"].items()}
    return Calibration(reading, published, typical, kinds)


def log_odds(value: float) -> float:
    """Return the log-odds of a probability; the ends are drawn in, so that they stay finite."""
    inside = min(1 - EDGE, max(EDGE, value))
    return math.log(inside / (1 - inside))


def probability(score: float) -> float:
    """Return the probability of log-odds, in (0, 1)."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))

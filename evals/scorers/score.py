"""The words of scoring: what a scorer is given, and what it returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from evals.cases import Case, Expect
from evals.sources import ShopSources
from evals.targets import Answered


@dataclass(frozen=True, slots=True)
class Score:
    """What one scorer says of one reply.

    Attributes:
        value: In [0, 1], higher is better; None is *unscored*: there was nothing to judge. It is
            never counted as zero, nor as one.
        explanation: Why, in words that an evaluator can act on.
    """

    value: float | None
    explanation: str = ""


UNSCORED = Score(None)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A reply that is judged, with what was asked and what was expected.

    Attributes:
        shopper_texts: The shopper's messages up to this turn, oldest first.
        sources: The shop's own texts; None where they cannot be read (a foreign server).
    """

    case: Case
    turn: int
    expect: Expect
    shopper_texts: tuple[str, ...]
    answered: Answered
    sources: ShopSources | None

    @property
    def reply(self) -> Mapping[str, Any]:
        return self.answered.reply

    @property
    def text(self) -> str:
        return str(self.reply.get("text") or "")

    @property
    def action(self) -> str:
        return str(self.reply.get("action") or "")

    def listed(self, key: str) -> list[Mapping[str, Any]]:
        """Return a list of the reply, empty where it has none."""
        return list(self.reply.get(key) or ())


Scorer = Callable[[Exchange], Score]


def share(found: int, wanted: int, explanation: str = "") -> Score:
    """Return a share as a score; unscored of nothing."""
    return Score(found / wanted, explanation) if wanted else UNSCORED

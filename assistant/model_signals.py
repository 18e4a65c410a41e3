"""How far a language model's own hesitation lowers the confidence of what it wrote: a pure rule.

Whether the shop's texts answer is judged and calibrated without the model (`calibration.py`). Its own
signals come on top: each lowers the log-odds by a share of a bound that stands in
`model_signals.toml`, and none ever raises them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from assistant.calibration import log_odds, probability


@dataclass(frozen=True, slots=True)
class ModelSignals:
    """What a language model tells of its own words; None where it does not.

    Attributes:
        sure: Geometric mean probability of the tokens of the sentences that state something, in (0, 1].
        figures: Probability of the least likely token with a digit in these, in (0, 1].
        agreement: Share of the stated facts that a second draft states too, in [0, 1].
    """

    sure: float | None = None
    figures: float | None = None
    agreement: float | None = None

    def told(self) -> dict[str, float]:
        """Return the signals that there are, by name."""
        values = {"sure": self.sure, "figures": self.figures, "agreement": self.agreement}
        return {name: value for name, value in values.items() if value is not None}

    def effects(self) -> dict[str, float]:
        """Return by how much each signal lowers the log-odds, at most 0 each, the strongest first."""
        bounds = _bounds()
        lowers = {name: _lowers(value, **bounds[name]) for name, value in self.told().items()}
        return dict(sorted(lowers.items(), key=lambda item: item[1]))

    def lower(self, confidence: float) -> float:
        """Return the confidence in view of the signals: never above what it was, in [0, 1]."""
        taken = sum(self.effects().values())
        return confidence if not taken else min(confidence, probability(log_odds(confidence) + taken))

    def as_json(self) -> dict[str, Any]:
        effects = {name: round(effect, 3) for name, effect in self.effects().items()}
        return {**{name: round(value, 4) for name, value in self.told().items()}, "log_odds": effects}


def _lowers(value: float, usual: float, most: float) -> float:
    return -most * max(0.0, 1 - value / usual)


@lru_cache(maxsize=1)
def _bounds() -> Mapping[str, Mapping[str, float]]:
    told = tomllib.loads(files("assistant").joinpath("model_signals.toml").read_text("utf-8"))
    return {name: told[name] for name in ("sure", "figures", "agreement")}

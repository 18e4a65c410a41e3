"""Log odds to probabilities that can be believed.

Vector scaling (Guo et al., *On Calibration of Modern Neural Networks*, ICML 2017) of one or more
predictors at once, with one slope each for both sides: ``eta = sum(slope * log_odds) + bias``. With two
predictors this is also stacking (Wolpert 1992): the reports held back say how much each has to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from assistant.fit.columns import Floats, Ints

# The prior of slopes and biases, in the unit of the likelihood's curvature: about 150 reports. With
# few held back the predictors are left nearly as they are.
_STRENGTH: Final = 50.0
_STEPS: Final = 50
_SMALL_STEP: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Calibration:
    """One slope for each predictor, and the biases of small and of large."""

    slopes: tuple[float, ...]
    small: float = 0.0
    large: float = 0.0

    @classmethod
    def even(cls, predictors: int) -> Calibration:
        """Return what is assumed before any report is held back: the mean of the predictors."""
        return cls((1.0 / predictors,) * predictors)

    @classmethod
    def of(cls, log_odds: Floats, fit: Ints) -> Calibration:
        """Fit to reports that no predictor was trained on, by Newton's method on the multinomial likelihood.

        Args:
            log_odds: Of small and of large against fits, shape ``(rows, predictors, 2)``.
        """
        rows, predictors, _ = log_odds.shape
        start = np.concatenate([Calibration.even(predictors).slopes, [0.0, 0.0]])
        found = start.copy()
        # How eta moves with slopes and biases, shape (rows, 2, predictors + 2).
        biases = np.broadcast_to(np.eye(2), (rows, 2, 2))
        moves = np.concatenate([log_odds.transpose(0, 2, 1), biases], axis=2)
        target = np.stack([fit == 0, fit == 2], axis=1).astype(np.float64)
        loss = _loss(moves, found, start, target)
        for _ in range(_STEPS):
            chance = probabilities(moves @ found)[:, [0, 2]]
            slope = np.einsum("rkp,rk->p", moves, chance - target) + _STRENGTH * (found - start)
            spread = chance[:, :, None] * (np.eye(2) - chance[:, None, :])
            weighted = np.einsum("rkl,rlq->rkq", spread, moves)
            curvature = np.einsum("rkp,rkq->pq", moves, weighted) + _STRENGTH * np.eye(len(found))
            step = np.linalg.solve(curvature, slope)
            # From sure and wrong odds a whole step leads far past the mode; half as long often enough
            # never does.
            while (moved := _loss(moves, found - step, start, target)) > loss and np.abs(step).max() > _SMALL_STEP:
                step = step / 2
            if moved >= loss:
                break
            found, loss = found - step, moved
        # A predictor that would have to be turned round has nothing to say.
        slopes = tuple(max(float(one), 0.0) for one in found[:predictors])
        return cls(slopes, float(found[-2]), float(found[-1]))

    def probabilities(self, log_odds: Floats) -> Floats:
        """Return calibrated probabilities of small, fits and large, shape ``(rows, 3)``."""
        stacked = np.einsum("rpk,p->rk", log_odds, np.array(self.slopes))
        return probabilities(stacked + np.array([self.small, self.large]))


def _loss(moves: Floats, at: Floats, start: Floats, target: Floats) -> float:
    """Return the negative log of likelihood and prior."""
    odds = moves @ at
    highest = np.maximum(odds.max(axis=1, initial=0.0), 0.0)
    total = np.log(np.exp(odds - highest[:, None]).sum(axis=1) + np.exp(-highest)) + highest
    return float(total.sum() - (odds * target).sum() + _STRENGTH / 2 * ((at - start) ** 2).sum())


def probabilities(log_odds: Floats) -> Floats:
    """Return the softmax of (small, 0, large), shape ``(rows, 3)``."""
    whole = np.stack([log_odds[:, 0], np.zeros(len(log_odds)), log_odds[:, 1]], axis=1)
    raised = np.exp(whole - whole.max(axis=1, keepdims=True))
    chance: Floats = raised / raised.sum(axis=1, keepdims=True)
    return chance

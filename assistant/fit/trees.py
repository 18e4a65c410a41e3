"""Gradient-boosted trees as plain arrays: trained by scikit-learn, read by numpy, kept without pickle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from assistant.fit.columns import Floats, Ints

# General settings: half the rate with more rounds, 8 leaves, leaves of 200, a quarter of the features or
# ten times the penalty moved the AUC on development rows of RentTheRunway by 0.0013 at most. Leaves are
# large because a single fit is mostly chance.
_ROUNDS: Final = 200
_LEARNING_RATE: Final = 0.06
_LEAVES: Final = 15
_LEAF_REPORTS: Final = 60
_L2: Final = 5.0
_FEATURE_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Trees:
    """A forest whose three sums of leaves are log odds, up to a constant.

    Attributes:
        base: What the sums start from, shape ``(3,)``.
        roots: First node of each tree, shape ``(rounds * 3,)``; the trees of the classes take turns.
        feature: Column that a node asks for; -1 at a leaf. Shape ``(nodes,)``, as all below.
        threshold: At most this goes left.
        missing_left: Where NaN goes.
        left, right: Nodes; a leaf names itself.
        value: Of a leaf.
    """

    base: Floats
    roots: Ints
    feature: Ints
    threshold: Floats
    missing_left: Ints
    left: Ints
    right: Ints
    value: Floats

    @classmethod
    def of(cls, features: Floats, fit: Ints, seed: int) -> Trees:
        """Train on features of shape ``(rows, columns)``; all three fits must occur."""
        from sklearn.ensemble import HistGradientBoostingClassifier

        trained = HistGradientBoostingClassifier(
            max_iter=_ROUNDS,
            learning_rate=_LEARNING_RATE,
            max_leaf_nodes=_LEAVES,
            min_samples_leaf=_LEAF_REPORTS,
            l2_regularization=_L2,
            max_features=_FEATURE_SHARE,
            early_stopping=False,
            random_state=seed,
        ).fit(features, fit)
        return cls.read(trained)

    @classmethod
    def read(cls, trained: object) -> Trees:
        """Copy the trees out of a ``HistGradientBoostingClassifier`` of numeric columns.

        Its nodes are not a public interface; a test holds our reading against its own predictions.
        """
        trees = [tree.nodes for round_ in trained._predictors for tree in round_]  # type: ignore[attr-defined]
        roots = np.cumsum([0, *(len(nodes) for nodes in trees[:-1])])
        nodes = np.concatenate(trees)
        shift = np.repeat(roots, [len(nodes) for nodes in trees])
        leaf, itself = nodes["is_leaf"].astype(bool), np.arange(len(nodes))
        return cls(
            np.asarray(trained._baseline_prediction, dtype=np.float64).ravel(),  # type: ignore[attr-defined]
            roots.astype(np.int64),
            np.where(leaf, -1, nodes["feature_idx"]).astype(np.int64),
            nodes["num_threshold"].astype(np.float64),
            nodes["missing_go_to_left"].astype(np.int64),
            np.where(leaf, itself, nodes["left"] + shift).astype(np.int64),
            np.where(leaf, itself, nodes["right"] + shift).astype(np.int64),
            np.where(leaf, nodes["value"], 0.0),
        )

    def log_odds(self, features: Floats, batch: int = 128) -> Floats:
        """Return log odds of small and of large against fits, shape ``(rows, 2)``."""
        sums = [self._sums(features[start : start + batch]) for start in range(0, len(features), batch)]
        scores = self.base + (np.concatenate(sums) if sums else np.zeros((0, 3)))
        odds: Floats = scores[:, [0, 2]] - scores[:, [1]]
        return odds

    def _sums(self, features: Floats) -> Floats:
        at = np.broadcast_to(self.roots, (len(features), len(self.roots))).copy()
        rows = np.arange(len(features))[:, None]
        while True:
            asked = self.feature[at]
            if (asked < 0).all():
                break
            value = features[rows, np.maximum(asked, 0)]
            goes_left = np.where(np.isnan(value), self.missing_left[at] == 1, value <= self.threshold[at])
            at = np.where(asked < 0, at, np.where(goes_left, self.left[at], self.right[at]))
        sums: Floats = self.value[at].reshape(len(features), -1, 3).sum(axis=1)
        return sums

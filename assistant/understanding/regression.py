"""Multinomial logistic regression over vectors: fitted by scikit-learn, told by one product of matrices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import numpy as np

from knowledge.retrieval.encoders import Vectors

# Of the inverse penalty; on unit vectors the library's default of 1 leaves all probabilities flat.
INVERSE_PENALTY: Final = 30.0
MOST_STEPS: Final = 500
Label = TypeVar("Label", bound=str)


@dataclass(frozen=True)
class Regression(Generic[Label]):
    """Fitted weights.

    Attributes:
        labels: The order of the rows.
        weights: Shape ``(labels, dim)``.
        bias: Shape ``(labels,)``.
    """

    labels: tuple[Label, ...]
    weights: Vectors
    bias: Vectors

    def probabilities(self, vector: Vectors) -> dict[Label, float]:
        """Return each label's probability for a vector of shape ``(dim,)``; they sum to 1."""
        scores = self.weights @ vector + self.bias
        raised = np.exp(scores - scores.max())
        return dict(zip(self.labels, (raised / raised.sum()).tolist(), strict=True))


def regression_over(vectors: Vectors, labels: Sequence[Label]) -> Regression[Label]:
    """Fit a regression; two labels or more.

    Args:
        vectors: Shape ``(n, dim)``.
        labels: Of each row.
    """
    # Half of its time is the import, which a server must not wait for at start.
    from sklearn.linear_model import LogisticRegression

    order = list(dict.fromkeys(labels))
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=MOST_STEPS)
    model.fit(vectors, [order.index(label) for label in labels])
    weights, bias = model.coef_.astype(np.float32), model.intercept_.astype(np.float32)
    if len(order) == 2:  # told as one row, by how far the second label lies before the first
        weights, bias = np.vstack([np.zeros_like(weights), weights]), np.concatenate([np.zeros_like(bias), bias])
    return Regression(tuple(order), weights, bias)

"""Multinomial logistic regression over vectors and wordings, fitted by scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import numpy as np

from assistant.understanding.wording import Wordings
from knowledge.retrieval.encoders import Vectors

# Of the inverse penalty; on unit vectors the library's default of 1 leaves all probabilities flat.
INVERSE_PENALTY: Final = 10.0
# What the wording counts beside the vector. Both were chosen on examples of writers left out: of 1 to 2
# and 5 to 10 each told as much within a point.
WORDING_WEIGHT: Final = 1.5
MOST_STEPS: Final = 200
CLOSE_ENOUGH: Final = 1e-3
Label = TypeVar("Label", bound=str)


@dataclass(frozen=True)
class Regression(Generic[Label]):
    """Fitted weights.

    Attributes:
        labels: The order of the rows.
        of_vector: Shape ``(labels, dim)``.
        of_wording: Shape ``(labels, runs)``; no runs where the wording was not learnt.
        bias: Shape ``(labels,)``.
    """

    labels: tuple[Label, ...]
    wordings: Wordings | None
    of_vector: Vectors
    of_wording: Vectors
    bias: Vectors

    def probabilities(self, vector: Vectors, texts: Sequence[str]) -> dict[Label, float]:
        """Return each label's probability for a message; they sum to 1.

        Args:
            vector: Shape ``(dim,)``.
            texts: One wording of the message, or several that count alike; needless where no wording was learnt.
        """
        scores = self.of_vector @ vector + self.bias
        if self.wordings is not None:
            told = self.wordings.features(texts) @ self.of_wording.T
            scores = scores + WORDING_WEIGHT * np.asarray(told.mean(axis=0))
        raised = np.exp(scores - scores.max())
        return dict(zip(self.labels, (raised / raised.sum()).tolist(), strict=True))


def regression_over(vectors: Vectors, texts: Sequence[str], labels: Sequence[Label]) -> Regression[Label]:
    """Fit a regression; two labels or more.

    Args:
        vectors: Shape ``(n, dim)``.
        texts: Of each row; without them, as for a few examples, the vectors alone are learnt.
        labels: Of each row.
    """
    # Half of its time is the import, which a server must not wait for at start.
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import LogisticRegression

    order = list(dict.fromkeys(labels))
    wordings = Wordings(texts) if texts else None
    features = csr_matrix(vectors)
    if wordings is not None:
        features = hstack([features, WORDING_WEIGHT * wordings.features(texts)]).tocsr()
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=MOST_STEPS, tol=CLOSE_ENOUGH)
    model.fit(features, [order.index(label) for label in labels])
    weights, bias = model.coef_.astype(np.float32), model.intercept_.astype(np.float32)
    if len(order) == 2:  # told as one row, by how far the second label lies before the first
        weights, bias = np.vstack([np.zeros_like(weights), weights]), np.concatenate([np.zeros_like(bias), bias])
    dim = vectors.shape[1]
    return Regression(tuple(order), wordings, weights[:, :dim], weights[:, dim:], bias)

"""Where a size lies, told by the bodies that wear it rather than by its label.

``M``, ``38``, ``165/88A`` and ``1X`` cannot be compared as text. The mean bulk of those who wear a
label puts all labels of a shop on one scale, and the distance between the size taken and the size
that a body would usually take is what a fit report is about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from assistant.fit.columns import UNKNOWN, Columns, Floats, Vocabulary
from knowledge.size_charts import Measure

# The measure that tells bulk: the first that a report has. Height comes last; it says least.
_BULK: Final = (Measure.WEIGHT, Measure.CHEST, Measure.WAIST, Measure.HIP, Measure.FOOT, Measure.HEIGHT)
# A label with fewer wearers than this is drawn towards the label in the whole shop, and that to 0.
_LABEL_STRENGTH: Final = 1.0
_CATEGORY_LABEL_STRENGTH: Final = 20.0
_RIDGE: Final = 1.0


@dataclass(frozen=True, slots=True)
class SizeScale:
    """Positions of sizes, and the size that a body usually takes. Never reads how anything fitted.

    Attributes:
        mean, spread: Of each measurement (the weight as a logarithm), shape ``(measurements,)``.
        label: Position of each label, in standard deviations of bulk; the last slot is 0.
        category_label: The same within a category.
        usual: Weights from standardised body (`body`) to usual position.
    """

    mean: Floats
    spread: Floats
    label: Floats
    category_label: Floats
    usual: Floats

    @classmethod
    def of(cls, vocabulary: Vocabulary, columns: Columns) -> SizeScale:
        """Learn the scale from reports."""
        numbers = _logs(vocabulary, columns.numbers)
        known = ~np.isnan(numbers)
        count = np.maximum(known.sum(axis=0), 1)
        mean = np.where(known, numbers, 0).sum(axis=0) / count
        spread = np.sqrt(np.where(known, (numbers - mean) ** 2, 0).sum(axis=0) / count)
        spread = np.where(spread > 0, spread, 1.0)
        bulk = _bulk(vocabulary, (numbers - mean) / spread)
        label = _shrunk_means(columns.keys["label"], bulk, vocabulary.size("label"), None, _LABEL_STRENGTH)
        parent = np.zeros(vocabulary.size("category_label") + 1)
        parent[columns.keys["category_label"]] = label[columns.keys["label"]]
        size = vocabulary.size("category_label")
        within = _shrunk_means(columns.keys["category_label"], bulk, size, parent, _CATEGORY_LABEL_STRENGTH)
        scale = cls(mean, spread, label, within, np.zeros(2 * len(mean) + 1))
        body, position = scale.body(vocabulary, columns), scale.position(columns)
        gram = body.T @ body + _RIDGE * np.eye(body.shape[1])
        usual = np.asarray(np.linalg.solve(gram, body.T @ position), dtype=np.float64)
        return cls(mean, spread, label, within, usual)

    def body(self, vocabulary: Vocabulary, columns: Columns) -> Floats:
        """Return standardised measurements, what is missing as 0 with a 1 beside it, and a constant.

        Shape ``(rows, 2 * measurements + 1)``.
        """
        numbers = (_logs(vocabulary, columns.numbers) - self.mean) / self.spread
        missing = np.isnan(numbers)
        # Five standard deviations are a slip of the pen or a body nobody like whom has reported.
        filled = np.clip(np.where(missing, 0.0, numbers), -5, 5)
        return np.concatenate([filled, missing.astype(np.float64), np.ones((len(columns), 1))], axis=1)

    def position(self, columns: Columns) -> Floats:
        """Return where each row's size lies, shape ``(rows,)``."""
        within = columns.keys["category_label"]
        position: Floats = np.where(within != UNKNOWN, self.category_label[within], self.label[columns.keys["label"]])
        return position

    def stretch(self, vocabulary: Vocabulary, columns: Columns) -> Floats:
        """Return how far the size lies above the one that such a body usually takes, shape ``(rows,)``.

        0 for a label that nobody has reported on: its place is not known.
        """
        position = self.position(columns)
        stretch: Floats = position - self.body(vocabulary, columns) @ self.usual
        return np.where(columns.keys["label"] == UNKNOWN, 0.0, stretch)

    def grown(self, vocabulary: Vocabulary) -> SizeScale:
        """Return the scale with slots for names that came after training, at 0 or at the label's place."""
        label = _grown(self.label, vocabulary.size("label"))
        within = _grown(self.category_label, vocabulary.size("category_label"))
        labels = vocabulary.codes.get("label", {})
        for name, code in vocabulary.codes.get("category_label", {}).items():
            if code >= len(self.category_label) - 1:
                within[code] = label[labels[name.partition("\x1f")[2]]]
        return SizeScale(self.mean, self.spread, label, within, self.usual)


def _logs(vocabulary: Vocabulary, numbers: Floats) -> Floats:
    """Return the measurements, the weight as a logarithm: a kilogram means less to a heavy body."""
    if Measure.WEIGHT not in vocabulary.numbers:
        return numbers
    column, logged = vocabulary.numbers.index(Measure.WEIGHT), numbers.copy()
    logged[:, column] = np.log(np.maximum(logged[:, column], 1.0))
    return logged


def _bulk(vocabulary: Vocabulary, standardised: Floats) -> Floats:
    bulk = np.full(len(standardised), np.nan)
    for measure in _BULK:
        if measure in vocabulary.numbers:
            bulk = np.where(np.isnan(bulk), standardised[:, vocabulary.numbers.index(measure)], bulk)
    return bulk


def _shrunk_means(codes: np.ndarray, values: Floats, size: int, parent: Floats | None, strength: float) -> Floats:
    use = ~np.isnan(values) & (codes != UNKNOWN)
    sums = np.bincount(codes[use], values[use], minlength=size + 1)
    counts = np.bincount(codes[use], minlength=size + 1)
    means: Floats = (sums + strength * (0.0 if parent is None else parent)) / (counts + strength)
    means[-1] = 0.0
    return means


def _grown(table: Floats, size: int) -> Floats:
    missing = size + 1 - len(table)
    return table if missing <= 0 else np.concatenate([table, np.zeros((missing, *table.shape[1:]))])

"""What the trees look at: body, size, and what product, size and shopper were reported to be like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from assistant.fit.columns import Columns, Floats, Ints, Vocabulary
from assistant.fit.effects import Effects
from assistant.fit.shoppers import Diary
from assistant.fit.shrinkage import Counts
from assistant.fit.size_scale import SizeScale
from knowledge.fit_reports import Fit

_SIDES = [Fit.SMALL, Fit.LARGE]
_FOLDS: Final = 8
# Two of five parts of the products are also shown as if they were new.
_PRODUCT_FOLDS: Final = 5
_NEW_PRODUCT_FOLDS: Final = 2


@dataclass(slots=True)
class History:
    """The reports that a prediction may look back on.

    Attributes:
        counts, diary: Take new reports as if they had been there from the start.
        effects: Fitted with the model; of new reports only what `Effects.updated` says.
    """

    vocabulary: Vocabulary
    scale: SizeScale
    counts: Counts
    diary: Diary
    effects: Effects

    @classmethod
    def of(cls, vocabulary: Vocabulary, scale: SizeScale, reports: Columns) -> History:
        """Count the reports and fit the effects to them."""
        position, stretch = scale.position(reports), scale.stretch(vocabulary, reports)
        return cls(
            vocabulary,
            scale,
            Counts.of(vocabulary, reports, stretch),
            Diary.of(reports, position, stretch),
            Effects.of(vocabulary, scale, reports),
        )

    def add(self, reports: Columns) -> None:
        """Count more reports, coded with ``grow``."""
        self.scale = self.scale.grown(self.vocabulary)
        self.counts.grow(self.vocabulary)
        position, stretch = self.scale.position(reports), self.scale.stretch(self.vocabulary, reports)
        self.counts.add(reports, stretch)
        self.diary.add(reports, position, stretch)
        self.effects = self.effects.updated(self.vocabulary, self.scale, self.diary.reports, reports)

    def log_odds(self, columns: Columns) -> Floats:
        """Return the effects' log odds of small and of large against fits, shape ``(rows, 2)``."""
        return self.effects.log_odds(self.vocabulary, self.scale, columns)

    def features(self, columns: Columns) -> Floats:
        """Return one row of numbers for each question; NaN where something is not known."""
        keys, counts = columns.keys, self.counts
        position, stretch = self.scale.position(columns), self.scale.stretch(self.vocabulary, columns)
        offset, odds = counts.offset(keys["product"]), self.log_odds(columns)
        rates = [
            counts.category_rate(keys["category"]),
            counts.label_rate(keys["label"]),
            counts.product_rate(keys["product"], keys["category"]),
            counts.cell_rate(columns),
            *(counts.trait_rate(kind, columns.traits[:, kind]) for kind in range(columns.traits.shape[1])),
        ]
        single = [
            position,
            stretch,
            offset,
            stretch - offset,
            counts.fits["product"][keys["product"]].sum(axis=1),
            counts.fits["cell"][keys["cell"]].sum(axis=1),
            odds.sum(axis=1),
            odds[:, 1] - odds[:, 0],
        ]
        return np.concatenate(
            [
                columns.numbers,
                *(rate[:, _SIDES] for rate in rates),
                odds,
                np.stack(single, axis=1),
                self.diary.features(counts, columns, position),
            ],
            axis=1,
        )


def training_rows(vocabulary: Vocabulary, scale: SizeScale, reports: Columns, seed: int) -> tuple[Floats, Ints]:
    """Return features and fit to train the trees with, each row out of a history that does not hold it.

    With a history that holds the row itself the trees would learn to copy the answer; with one that
    leaves out only that row, to invert it. Part of the rows comes a second time, out of a history
    without their product: nearly every report is on a product with others, so that without them the
    trees would not have learnt what to look at when a product is new.
    """
    source = np.random.default_rng(seed)
    by_row = source.permutation(np.arange(len(reports)) % _FOLDS)
    product = source.permutation(np.arange(vocabulary.size("product")) % _PRODUCT_FOLDS)
    by_product = product[reports.keys["product"]]
    held_out = [by_row == number for number in range(_FOLDS)]
    held_out += [by_product == number for number in range(_NEW_PRODUCT_FOLDS)]
    features, fits = [], []
    for rows in held_out:
        history, asked = History.of(vocabulary, scale, reports.taken(~rows)), reports.taken(rows)
        features.append(history.features(asked))
        fits.append(asked.fit)
    return np.concatenate(features), np.concatenate(fits)

"""A closer look at the head of a fused ranking: by scores, where the fusion counts ranks.

Ranks find what is right among a hundred thousand, and tell little of what is better among the first
fifty: there everything has the words, and the frequency of a word decides over its meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

# How many of the first hits are looked at: the fusion itself looks no further down its rankings.
HEAD: Final = 50


@dataclass(frozen=True, slots=True)
class CloseLook:
    """What counts beside the cosine.

    Attributes:
        words: Weight of the share of the query's words that an item has, by rarity, in [0, 1].
        fused: Weight of the fused score, as a share of the highest that there can be.
    """

    words: float
    fused: float

    def order(self, fused: Mapping[int, float], cosines: Mapping[int, float], shares: Mapping[int, float]) -> list[int]:
        """Return the hits, best first.

        Args:
            fused: Their fused scores as shares of the highest that there can be, in [0, 1], best first.
            cosines: With the query, in [-1, 1]; who has no vector yet counts as the mean of the others.
            shares: Of the query's words that they have, in [0, 1].
        """
        known = [cosines[key] for key in fused if key in cosines]
        mean = sum(known) / len(known) if known else 0.0
        score = {
            key: cosines.get(key, mean) + self.words * shares.get(key, 0.0) + self.fused * first
            for key, first in fused.items()
        }
        return sorted(fused, key=lambda key: -score[key])

"""What a column that nobody knows seems to hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from knowledge.importing.cells import tidy

_SAMPLE_LIMIT: Final = 80


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column seems to hold, in the table's order.

    Attributes:
        target: A field, or ``option``, ``attribute``, ``leave_out``.
        samples: Some of its values, each once.
        confidence: In [0, 1].
    """

    column: str
    target: str
    samples: tuple[str, ...]
    confidence: float

    def as_json(self) -> dict[str, object]:
        return {
            "column": self.column,
            "field": self.target,
            "samples": [tidy(sample, _SAMPLE_LIMIT) for sample in self.samples],
            "confidence": round(self.confidence, 2),
        }

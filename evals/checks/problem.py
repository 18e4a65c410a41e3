"""What a check says of a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a problem matters."""

    ERROR = "error"
    WARNING = "warning"
    # Not wrong: a right answer is worked out, so no text proves it; a person has to read such a case.
    BY_READING = "by_reading"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding.

    Attributes:
        case: Id of the case; of the set as a whole, its name.
        field: Where in the case, such as ``expect.products``.
        value: What stands there.
        reason: Why it cannot be right, or why it could not be checked.
    """

    case: str
    field: str
    value: str
    reason: str
    level: Level = Level.ERROR

    def as_json(self) -> dict[str, str]:
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.case}  {self.field}: {self.value!r}: {self.reason}"


def of_level(problems: Sequence[Problem], level: Level) -> list[Problem]:
    """Return the problems of one level, in order."""
    return [problem for problem in problems if problem.level is level]

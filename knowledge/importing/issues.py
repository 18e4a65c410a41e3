"""What was wrong in a merchant's file, in the merchant's language, with the way to mend it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from knowledge.importing.cells import tidy
from knowledge.importing.messages import MESSAGES
from knowledge.text import Lang

# A file with one mistake in every row should not drown the others.
ERRORS_PER_CODE: Final = 200
WARNINGS_PER_CODE: Final = 20
_VALUE_LIMIT: Final = 120


class Severity(StrEnum):
    """Whether something was lost."""

    ERROR = "error"  # the row, the field or the file was not taken
    WARNING = "warning"  # it was taken, and the merchant should look


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding.

    Attributes:
        row: Physical line in the file, 1 for the first; None when it is about the whole file.
        field: The merchant's own name of the column or key.
        value: What stood there, shortened.
    """

    file: str
    row: int | None
    field: str | None
    value: str | None
    code: str
    severity: Severity
    problem: str
    mend: str

    def as_json(self) -> dict[str, object]:
        return {
            "file": self.file,
            "row": self.row,
            "field": self.field,
            "value": self.value,
            "code": self.code,
            "severity": self.severity.value,
            "problem": self.problem,
            "mend": self.mend,
        }


class Notes:
    """Collects the issues of one file.

    Attributes:
        left_out: How many issues of a code were not kept, because there were too many alike.
    """

    def __init__(self, file: str, lang: Lang) -> None:
        self.file = file
        self.lang = lang
        self.issues: list[Issue] = []
        self.left_out: Counter[str] = Counter()
        self._kept: Counter[str] = Counter()

    def add(
        self,
        code: str,
        *,
        row: int | None = None,
        field: str | None = None,
        value: str | None = None,
        **details: object,
    ) -> None:
        """Note an issue; ``code`` is a key of `MESSAGES`, ``details`` fill its placeholders."""
        message = MESSAGES[code]
        severity = Severity.ERROR if message.error else Severity.WARNING
        if self._kept[code] >= (ERRORS_PER_CODE if message.error else WARNINGS_PER_CODE):
            self.left_out[code] += 1
            return
        self._kept[code] += 1
        shown = None if value is None else tidy(value, _VALUE_LIMIT)
        facts = {"row": row, "field": field or "", "value": shown or "", **details}
        problem, mend = message.in_language(self.lang)
        self.issues.append(
            Issue(self.file, row, field, shown, code, severity, problem.format_map(facts), mend.format_map(facts))
        )

    def take(self, other: Notes) -> None:
        """Take over the issues of a reading that was only tried."""
        self.issues += other.issues
        self.left_out += other.left_out
        self._kept += other._kept

    @property
    def has_errors(self) -> bool:
        return any(issue.severity is Severity.ERROR for issue in self.issues)

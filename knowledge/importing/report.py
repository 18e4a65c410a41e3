"""What an import did, file by file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from knowledge.importing.guess import Guess
from knowledge.importing.issues import Issue, Severity


class Kind(StrEnum):
    """What a file holds; also the order in which an import takes the files."""

    SHOP = "shop"
    PRODUCT = "product"
    SIZE_CHART = "size_chart"
    DOCUMENT = "document"
    ORDER = "order"
    PROMOTION = "promotion"
    QUICK_REPLY = "quick_reply"
    FIT_REPORT = "fit_report"


@dataclass(frozen=True, slots=True)
class Counts:
    """Records of one kind in one file; ``rejected`` counts rows."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    rejected: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.new + other.new,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.removed + other.removed,
            self.rejected + other.rejected,
        )

    @property
    def usable(self) -> int:
        return self.new + self.changed + self.unchanged

    def as_json(self) -> dict[str, int]:
        return {
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "removed": self.removed,
            "rejected": self.rejected,
        }


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file.

    Attributes:
        kind: What was recognised; None when the file was refused.
        left_out: Issues that were not kept because there were many alike, by code.
        guess: What the columns of a table that no reader knows seem to hold; it waits for the merchant's word.
    """

    file: str
    kind: Kind | None
    format: str | None = None
    counts: Counts = Counts()
    issues: tuple[Issue, ...] = ()
    left_out: dict[str, int] = field(default_factory=dict)
    guess: tuple[Guess, ...] = ()

    def as_json(self) -> dict[str, object]:
        return {
            "file": self.file,
            "kind": self.kind.value if self.kind else None,
            "format": self.format,
            "counts": self.counts.as_json(),
            "issues": [issue.as_json() for issue in self.issues],
            "left_out": dict(self.left_out),
            "guess": [one.as_json() for one in self.guess],
        }


@dataclass(frozen=True, slots=True)
class ImportReport:
    """A whole run.

    Attributes:
        dry_run: It tells what would happen; nothing was written.
    """

    import_id: str
    shop_id: str
    files: tuple[FileReport, ...]
    dry_run: bool = False

    @property
    def usable(self) -> bool:
        """Whether anything in the files could be used, be it new or known already."""
        return any(file.counts.usable for file in self.files)

    @property
    def needs_mapping(self) -> bool:
        """Whether the merchant has to say what the columns of some table hold."""
        return any(file.guess for file in self.files)

    @property
    def issues(self) -> tuple[Issue, ...]:
        return tuple(issue for file in self.files for issue in file.issues)

    def totals(self) -> dict[Kind, Counts]:
        """Return the counts by kind, in the order of `Kind`."""
        found = {kind: total(file.counts for file in self.files if file.kind is kind) for kind in Kind}
        return {kind: counts for kind, counts in found.items() if counts != Counts()}

    def as_json(self) -> dict[str, object]:
        errors = sum(issue.severity is Severity.ERROR for issue in self.issues)
        return {
            "import_id": self.import_id,
            "shop_id": self.shop_id,
            "dry_run": self.dry_run,
            "usable": self.usable,
            "totals": {kind.value: counts.as_json() for kind, counts in self.totals().items()},
            "errors": errors,
            "warnings": len(self.issues) - errors,
            "files": [file.as_json() for file in self.files],
        }


def total(counts: Iterable[Counts]) -> Counts:
    """Return the sum, field by field."""
    return sum(counts, Counts())

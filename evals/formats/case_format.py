"""The port that every foreign format implements, and what goes through it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from evals.cases import Case
from evals.results import CaseResult

DEFAULT_BASE_URL: Final = "http://127.0.0.1:8000/v1"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an export is made of besides the cases.

    Attributes:
        stem: Names the files.
        base_url: Address before ``/chat/completions``, for the formats that ask a model themselves.
        answers: What became of each case in a run, by its id; empty for an export of cases alone.
    """

    stem: str
    base_url: str = DEFAULT_BASE_URL
    answers: Mapping[str, CaseResult] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file has given.

    Attributes:
        remarks: What the file says and a case cannot judge, each with its row and field; it is kept
            in the case's note.
    """

    cases: tuple[Case, ...]
    remarks: tuple[str, ...] = ()


class CaseFormat(Protocol):
    """Another framework's files, written and read."""

    @property
    def name(self) -> str:
        """By which the command line calls it."""
        ...

    @property
    def suffix(self) -> str:
        """What an exported file's name ends in, after the stem."""
        ...

    def export(self, cases: Sequence[Case], wanted: Wanted) -> dict[str, bytes]:
        """Return the files by name, the main one first."""
        ...

    def read(self, path: Path, shop: str | None) -> Imported:
        """Read a file of ours, or of anyone's.

        Args:
            path: The file.
            shop: The shop of cases that name none.

        Raises:
            Invalid: The file cannot be used; every problem is told with its row and field
                (``usage_bad_cases``).
        """
        ...

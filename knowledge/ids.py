"""Ids come from an injected source, so that a test or an eval can repeat a run."""

from __future__ import annotations

import itertools
import secrets
from typing import Protocol


class IdSource(Protocol):
    """Makes ids that nobody can guess and that say what they name."""

    def new(self, prefix: str) -> str:
        """Return a fresh id such as ``cv_5h3k…``."""
        ...


class RandomIds:
    """96 random bits: safe to hand out, and short enough to read aloud in two breaths."""

    def new(self, prefix: str) -> str:
        return f"{prefix}_{secrets.token_hex(12)}"


class CountingIds:
    """Ids that count upward, for evals whose runs must be comparable."""

    def __init__(self) -> None:
        self._next = itertools.count(1)

    def new(self, prefix: str) -> str:
        return f"{prefix}_{next(self._next):08d}"

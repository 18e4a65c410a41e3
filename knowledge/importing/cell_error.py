"""The error of a cell that does not say what its column should."""

from __future__ import annotations


class CellError(ValueError):
    """A cell that does not say what its column should.

    Attributes:
        code: Name of the problem, a key of `knowledge.importing.messages.MESSAGES`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

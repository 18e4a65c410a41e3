"""The errors of Daogou, as one tree.

    DaogouError
    ├── NotFound            a shop, conversation or product that is not there
    ├── Invalid             what came in cannot be used; says the field and the mend
    ├── Unauthorized        no token, or one that nobody issued
    ├── Forbidden           a token that may not do this
    ├── Conflict            somebody else was first (claim, owner epoch)
    └── Unavailable         a part that should answer does not; worth a retry

Only `api` turns them into HTTP status codes.
"""

from __future__ import annotations

from typing import ClassVar


class DaogouError(Exception):
    """Root of the tree.

    Attributes:
        code: Stable, machine-readable name of what went wrong.
        retryable: Whether the same call may succeed later unchanged.
    """

    default_code: ClassVar[str] = "error"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code


class NotFound(DaogouError):
    """A shop, conversation or product that is not there."""

    default_code = "not_found"


class Invalid(DaogouError):
    """What came in cannot be used; the message says the field and the mend."""

    default_code = "invalid"


class Unauthorized(DaogouError):
    """No token, or one that nobody issued."""

    default_code = "unauthorized"


class Forbidden(DaogouError):
    """A token that may not do this."""

    default_code = "forbidden"


class Conflict(DaogouError):
    """Somebody else was first."""

    default_code = "conflict"


class Unavailable(DaogouError):
    """A part that should answer does not; worth a retry."""

    default_code = "unavailable"
    retryable = True

"""Wall time comes from an injected clock; deadlines and waits use monotonic time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

from knowledge.errors import Invalid


class Clock(Protocol):
    """Tells wall time."""

    def now(self) -> datetime:
        """Return the current moment, timezone-aware, in UTC."""
        ...


class SystemClock:
    """The time of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FrozenClock:
    """A clock that stands still, for evals and demos (``DAOGOU_CLOCK``)."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment.astimezone(UTC)

    def now(self) -> datetime:
        return self._moment


def clock_from(setting: str | None) -> Clock:
    """Return the clock that a setting asks for.

    Args:
        setting: An ISO 8601 moment with an offset, or None for real time.

    Raises:
        Invalid: The setting is not such a moment.
    """
    if not setting:
        return SystemClock()
    try:
        moment = datetime.fromisoformat(setting)
    except ValueError as error:
        raise Invalid(f"DAOGOU_CLOCK is not an ISO 8601 moment: {setting!r}", code="bad_clock") from error
    if moment.tzinfo is None:
        raise Invalid("DAOGOU_CLOCK needs an offset, such as 2026-11-20T15:30:00+08:00", code="bad_clock")
    return FrozenClock(moment)

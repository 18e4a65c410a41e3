"""Counters in Prometheus' text format, taken from the log's own events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from assistant.events import ASSISTANT, ConversationEvent, EventType

# Seconds; the offline turn is promised below 0.1, an LLM turn below 10.
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """Counts since the start of the process."""

    def __init__(self) -> None:
        self._events: Counter[str] = Counter()
        self._replies: Counter[str] = Counter()
        self._handoffs: Counter[str] = Counter()
        self._buckets: Counter[float] = Counter()
        self._turns = 0
        self._turn_seconds = 0.0

    def observe(self, event: ConversationEvent) -> None:
        """Count an event; the log calls this after each commit."""
        self._events[event.type.value] += 1
        if event.type is EventType.HANDOFF_REQUESTED:
            self._handoffs[str(event.data.get("reason"))] += 1
        elif event.type is EventType.MESSAGE_COMPLETED and event.actor == ASSISTANT:
            reply = event.data["reply"]
            self._replies[str(reply["action"])] += 1
            self._time(reply["took_ms"] / 1000)

    def _time(self, seconds: float) -> None:
        self._turns += 1
        self._turn_seconds += seconds
        for bound in BUCKETS:
            self._buckets[bound] += seconds <= bound

    def as_text(self, open_streams: int, *, ready: bool) -> str:
        """Return everything in the exposition format 0.0.4."""
        lines = [
            *_family("daogou_events_total", "Events appended to the log.", "type", self._events),
            *_family("daogou_replies_total", "Replies of the assistant.", "action", self._replies),
            *_family("daogou_handoffs_total", "Requests for a person.", "reason", self._handoffs),
            "# HELP daogou_turn_seconds From a turn's begin to its finished reply.",
            "# TYPE daogou_turn_seconds histogram",
            *(f'daogou_turn_seconds_bucket{{le="{bound}"}} {self._buckets[bound]}' for bound in BUCKETS),
            f'daogou_turn_seconds_bucket{{le="+Inf"}} {self._turns}',
            f"daogou_turn_seconds_sum {self._turn_seconds:.6f}",
            f"daogou_turn_seconds_count {self._turns}",
            *_gauge("daogou_listeners", "Streams and waiting requests that are open.", open_streams),
            *_gauge("daogou_ready", "Whether questions are answered.", int(ready)),
        ]
        return "\n".join(lines) + "\n"


def _family(name: str, about: str, label: str, counts: Counter[str]) -> Iterable[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} counter"
    for value, count in sorted(counts.items()):
        yield f'{name}{{{label}="{value}"}} {count}'


def _gauge(name: str, about: str, value: int) -> Iterable[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} gauge"
    yield f"{name} {value}"

"""One at a time through an encoder, and whoever serves a question before whoever works ahead."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

# A plain lock goes to whoever asks first: that is always the loop that has just let go of it.
LOOK_AGAIN_SECONDS: Final = 0.001
# Under a stream of questions the work ahead still gets on.
PATIENCE_SECONDS: Final = 0.25


class Turnstile:
    """A lock with two doors."""

    def __init__(self) -> None:
        self._inside = threading.Lock()
        self._counting = threading.Lock()
        self._questions = 0

    @contextmanager
    def for_question(self) -> Iterator[None]:
        """Go in as soon as nobody is inside."""
        with self._counting:
            self._questions += 1
        try:
            with self._inside:
                yield
        finally:
            with self._counting:
                self._questions -= 1

    @contextmanager
    def for_work(self) -> Iterator[None]:
        """Go in when no question waits, or after a while all the same."""
        until = time.monotonic() + PATIENCE_SECONDS
        while self._questions and time.monotonic() < until:
            time.sleep(LOOK_AGAIN_SECONDS)
        with self._inside:
            yield

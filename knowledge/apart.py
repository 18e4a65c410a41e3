"""An object in a process of its own: what computes for long leaves the server its interpreter, and cannot take it down.

It is called over a pipe, one call after the other, by one thread at a time. The process ends when the
pipe does, however its parent ended.
"""

from __future__ import annotations

import importlib
import logging
import os
import pickle
import signal
import subprocess
import sys
from contextlib import suppress
from typing import IO, Any, Final

from knowledge.errors import Unavailable

_log: Final = logging.getLogger(__name__)


class Apart:
    """Makes an object in another process, and calls its methods.

    Args:
        made_by: What makes it, as ``module:name``.
        args: Of the making.
        niceness: Added to the process's own; what is above 0 lets others go first.
    """

    def __init__(self, made_by: str, *args: object, niceness: int = 0) -> None:
        # By path, for who runs from a checkout has no installed copy; and never from the working directory.
        search = os.pathsep.join(path for path in sys.path if path)
        self.process = subprocess.Popen(  # noqa: S603  this very interpreter
            [sys.executable, "-P", "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": search},
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._to: IO[bytes] = self.process.stdin
        self._from: IO[bytes] = self.process.stdout
        self.send(made_by, args, niceness)

    def call(self, method: str, *args: object) -> Any:
        """Return what a method returns.

        Raises:
            Unavailable: It failed (``apart_failed``), or the process has ended (``apart_ended``).
        """
        self.send(method, *args)
        return self.answer()

    def send(self, *call: object) -> None:
        """Begin a call; its answer comes after those of the calls begun before."""
        try:
            pickle.dump(call, self._to, pickle.HIGHEST_PROTOCOL)
            self._to.flush()
        except (OSError, ValueError) as error:  # the other side has ended, or this one was closed
            raise _ended() from error

    def answer(self) -> Any:
        """Wait for the answer of the first call that has none yet."""
        try:
            done, answer = pickle.load(self._from)  # noqa: S301  from a process of our own making
        except (EOFError, OSError, pickle.UnpicklingError, ValueError) as error:
            raise _ended() from error
        if not done:
            raise Unavailable(f"A process beside this one stopped with {answer}.", code="apart_failed")
        return answer

    def close(self) -> None:
        """End the process, whatever it does."""
        self.process.kill()
        self.process.wait()
        # A thread that still waits for an answer has got the end of the file by now, and lets go of the pipe.
        for pipe in (self._to, self._from):
            with suppress(OSError):
                pipe.close()


def _ended() -> Unavailable:
    return Unavailable("A process beside this one ended; it may have lacked memory.", code="apart_ended")


def serve() -> None:
    """Answer calls from standard input on standard output until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, whose end ends this
    logging.basicConfig(level=logging.WARNING)
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not print into the answers
    try:
        made_by, made_of, niceness = pickle.load(asked)  # noqa: S301  from the parent
        if niceness and hasattr(os, "nice"):
            os.nice(niceness)
        module, _, name = made_by.partition(":")
        made = getattr(importlib.import_module(module), name)(*made_of)
        while True:
            method, *args = pickle.load(asked)  # noqa: S301
            pickle.dump(_done(made, method, args), answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()
    except (EOFError, BrokenPipeError):
        os._exit(0)  # the parent has gone, and nobody waits for what is left


def _done(made: object, method: str, args: list[Any]) -> tuple[bool, Any]:
    try:
        return True, getattr(made, method)(*args)
    except Exception as error:
        _log.exception("%s, apart", method)
        return False, type(error).__name__


if __name__ == "__main__":
    serve()

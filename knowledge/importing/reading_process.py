"""Reading in a process of its own: a large file leaves the server its interpreter, and cannot take it down.

Parsing and checking are Python from end to end. In a thread they shared the interpreter with the questions
that were answered meanwhile and with what stores the rows; here they have a core to themselves.

The process is asked over a pipe, one call after the other, and ends when the pipe does, however its
parent ended.
"""

from __future__ import annotations

import gc
import importlib
import logging
import os
import pickle
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final

from knowledge.errors import Unavailable
from knowledge.importing.draft import Draft
from knowledge.importing.file_reading import Found, Outcome, Terms
from knowledge.importing.mapping import ColumnMap, Mappings
from knowledge.text import Lang

# A batch is read ahead of the one that is asked for, so that neither side waits for the other.
_AHEAD: Final = 2


class ReadingApart:
    """Has everything done by a `ReadingHere` in another process.

    Args:
        lang: Of the notes, until something is begun in another one.
        mappings: What is known of columns that no reader knows.
        niceness: Added to the process's own; what is above 0 lets others go first.
    """

    def __init__(self, lang: Lang, mappings: Mappings, niceness: int = 0) -> None:
        # By path, for who runs from a checkout has no installed copy; and never from the working directory.
        search = os.pathsep.join(path for path in sys.path if path)
        self._process = subprocess.Popen(  # noqa: S603  this very interpreter
            [sys.executable, "-P", "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": search},
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to: IO[bytes] = self._process.stdin
        self._from: IO[bytes] = self._process.stdout
        self._outstanding = 0
        self._send(lang, mappings, niceness)

    def open(self, path: Path, name: str) -> list[Found]:
        found: list[Found] = self._asked("open", path, name)
        return found

    def accepted(self) -> dict[str, ColumnMap]:
        accepted: dict[str, ColumnMap] = self._asked("accepted")
        return accepted

    def begin(self, number: int, terms: Terms) -> int:
        expected: int = self._asked("begin", number, terms)
        return expected

    def take(self, number: int, count: int) -> list[Draft]:
        while self._outstanding < _AHEAD:
            self._send("take", number, count)
            self._outstanding += 1
        drafts: list[Draft] = self._answer()
        self._outstanding -= 1
        while not drafts and self._outstanding:  # the end: what was asked ahead is empty too
            self._answer()
            self._outstanding -= 1
        return drafts

    def finish(self, number: int) -> Outcome:
        outcome: Outcome = self._asked("finish", number)
        return outcome

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        # A thread that still waits for an answer has got the end of the file by now, and lets go of the pipe.
        for pipe in (self._to, self._from):
            with suppress(OSError):
                pipe.close()

    def _asked(self, *call: object) -> Any:
        self._send(*call)
        return self._answer()

    def _send(self, *call: object) -> None:
        try:
            pickle.dump(call, self._to, pickle.HIGHEST_PROTOCOL)
            self._to.flush()
        except (OSError, ValueError) as error:  # the other side has ended, or this one was closed
            raise _gone() from error

    def _answer(self) -> Any:
        try:
            done, answer = pickle.load(self._from)  # noqa: S301  from a process of our own making
        except (EOFError, pickle.UnpicklingError, ValueError) as error:
            raise _gone() from error
        if not done:
            raise Unavailable(f"The reading stopped with {answer}.", code="reading_failed")
        return answer


def _gone() -> Unavailable:
    return Unavailable("The process that reads the files ended; it may have lacked memory.", code="reading_ended")


def serve() -> None:
    """Answer calls from standard input on standard output until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, whose end ends this
    logging.basicConfig(level=logging.WARNING)
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not print into the answers
    # Not at the top: the parent imports this module too, and needs no readers.
    reading_here = importlib.import_module("knowledge.importing.reading")
    try:
        lang, mappings, niceness = pickle.load(asked)  # noqa: S301  from the parent
        if niceness and hasattr(os, "nice"):
            os.nice(niceness)
        reading = reading_here.ReadingHere(lang, mappings)
        while True:
            name, *args = pickle.load(asked)  # noqa: S301
            answer = _done(reading, name, args)
            pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()
            if name == "open":
                # A table is millions of cells that live until the end: nothing to look through again and again.
                gc.collect()
                gc.freeze()
    except (EOFError, BrokenPipeError):
        os._exit(0)  # the parent has gone, and nobody waits for what is left


def _done(reading: Any, name: str, args: list[Any]) -> tuple[bool, Any]:
    try:
        return True, getattr(reading, name)(*args)
    except Exception as error:
        logging.getLogger(__name__).exception("%s of a reading process", name)
        return False, type(error).__name__


if __name__ == "__main__":
    serve()

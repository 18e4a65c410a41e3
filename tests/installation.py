"""The command ``daogou`` as a merchant runs it: subprocesses, a state folder, a real port."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sysconfig
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

DAOGOU = Path(sysconfig.get_path("scripts")) / "daogou"
# A slow machine imports both demo shops and loads torch within this.
PATIENCE_SECONDS = 180


@dataclass(frozen=True, slots=True)
class ImportedShop:
    """A merchant's files, and the state folder into which ``daogou import`` has put them."""

    files: Path
    home: Path
    done: subprocess.CompletedProcess[str]


@dataclass(frozen=True, slots=True)
class Process:
    """A server that runs.

    Attributes:
        began: When it was started, on the monotonic clock.
        printed: All it wrote to stdout while it started.
        tokens: The staff tokens it printed.
    """

    process: subprocess.Popen[str]
    began: float
    home: Path
    printed: str
    url: str
    tokens: tuple[str, ...]

    def stop(self) -> int:
        """Stop it as Ctrl-C does, and return its exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)


def environment(**more: str) -> dict[str, str]:
    """Return the environment without any setting of ours."""
    own = ("DAOGOU_", "OPENAI_", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return kept | {"COLUMNS": "200", **more}


def daogou(*arguments: str | Path, cwd: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end. Its folder is not the checkout's, so that no ``.env`` is read."""
    return subprocess.run(
        [DAOGOU, *arguments],
        cwd=cwd,
        env=environment(**settings),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE_SECONDS,
        check=False,
    )


@contextmanager
def running(command: str, home: Path, *, tokens: int) -> Iterator[Process]:
    """Run ``daogou demo`` or ``daogou serve`` on a free port, until the block ends.

    Args:
        tokens: How many staff tokens it prints last.
    """
    began = time.monotonic()
    with (home.parent / f"{home.name}-{command}.err").open("w+", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [DAOGOU, command, "--port", "0", "--home", home],
            cwd=home.parent,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
        )
        try:
            assert process.stdout is not None
            printed = _greeting(process.stdout, process, tokens)
            url = re.search(r"http://[\d.]+:\d+", printed)
            assert url, f"{command} printed no address: {printed}{_tail(errors)}"
            found = tuple(re.findall(r"staff token of .*: (\S+)", printed))
            yield Process(process, began, home, printed, url[0], found)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                _wait_or_kill(process)


def _greeting(stdout: IO[str], process: subprocess.Popen[str], tokens: int) -> str:
    watchdog = threading.Timer(PATIENCE_SECONDS, process.kill)
    watchdog.start()
    lines: list[str] = []
    try:
        for line in stdout:
            lines.append(line)
            if sum("staff token of" in one for one in lines) == tokens:
                break
    finally:
        watchdog.cancel()
    return "".join(lines)


def _wait_or_kill(process: subprocess.Popen[str]) -> None:
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _tail(errors: IO[str]) -> str:
    errors.seek(0)
    return errors.read()[-2000:]

"""Before anything is measured: a target that has been up for a while."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Final

from evals.targets.target import Said, Target

# Not of any case file: what a measured turn would else find in a cache stays unknown to it.
_WARM_UP: Final = ("你好，在吗", "这家店几点开门", "Hello there", "Do you have a phone number?", "谢谢", "thanks")


async def warm_up(target: Target, shops: Sequence[str]) -> None:
    """Ask each shop a few things that no case asks, and wait until the background has come to rest.

    What is measured afterwards is a server that has been up for a while.
    """
    for shop in shops:
        for text in _WARM_UP:
            await target.converse(shop, [Said(text)])
    await _quiet()


async def _quiet(limit_seconds: float = 60.0) -> None:
    """Wait until this process computes next to nothing, told by its own CPU time."""
    deadline = time.monotonic() + limit_seconds
    window_seconds = 0.4
    while time.monotonic() < deadline:
        before = time.process_time()
        await asyncio.sleep(window_seconds)
        if time.process_time() - before < window_seconds * 0.05:
            return

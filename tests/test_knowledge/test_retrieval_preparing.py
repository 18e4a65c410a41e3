"""Many products are prepared in a process of their own: with the same result, and without one where that fails."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from knowledge.retrieval import preparing
from knowledge.retrieval.preparing import Preparing
from knowledge.retrieval.query import SearchQuery
from knowledge.retrieval.retriever import Retriever
from knowledge.store import KnowledgeStore
from tests.library import MAPLE, Library, library_over, product, sqlite_url, variant

IDS = range(1, 41)


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    async with library_over(sqlite_url(tmp_path), Retriever) as library:
        await library.write(
            products=[
                product(f"p{n}", f"Scarf 围巾 {n}", "Warm.", published=n % 3 > 0, variants=[variant(f"S-{n}", str(n))])
                for n in IDS
            ]
        )
        yield library


async def test_a_process_of_its_own_prepares_just_what_this_one_would(library: Library) -> None:
    ready = Preparing(KnowledgeStore(library.database))
    here = await ready.products(MAPLE, IDS, of=len(IDS))
    assert len(here) == len([n for n in IDS if n % 3])
    apart = await ready.products(MAPLE, IDS, of=preparing.APART_FROM)
    assert ready._apart is not None
    assert apart == here
    assert list(apart) == list(here)
    process = ready._apart.process
    await ready.rest()
    assert process.poll() is not None


async def test_where_the_process_has_ended_it_goes_on_here(library: Library) -> None:
    ready = Preparing(KnowledgeStore(library.database))
    here = await ready.products(MAPLE, IDS, of=preparing.APART_FROM)
    assert ready._apart is not None
    os.kill(ready._apart.process.pid, signal.SIGKILL)
    assert await ready.products(MAPLE, IDS, of=len(IDS)) == here
    assert ready._apart is None


async def test_an_index_is_the_same_whoever_has_prepared_it(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = SearchQuery("warm scarf 17", "en", 10)
    before = await library.products(asked)
    monkeypatch.setattr(preparing, "APART_FROM", 1)
    await library.reopen()
    assert await library.products(asked) == before
    assert before[0] == "p17"

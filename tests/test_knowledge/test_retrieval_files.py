"""The files of an index: what a start takes up again, and what it builds anew and says so."""

from __future__ import annotations

import asyncio
import logging
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from knowledge import tables
from knowledge.importing.report import Kind
from knowledge.retrieval import keeping
from knowledge.retrieval.encoders import MULTILINGUAL, multilingual
from knowledge.retrieval.index import ShopIndex
from knowledge.retrieval.index_files import IndexFiles
from knowledge.retrieval.models import SearchModels, Space
from knowledge.retrieval.query import ProductFilter, SearchQuery
from knowledge.retrieval.retriever import Retriever
from tests.library import MAPLE, CountingEncoder, Library, library_over, product, sqlite_url, variant

HELP = "# Help\n\n## Returns\n\nYou can return goods within 30 days.\n\n## Delivery\n\nWe ship to Canada in 5 days.\n"
RED = ProductFilter(options=(frozenset({"red"}),))


class Renamed(CountingEncoder):
    """The real encoder under another model's name."""

    def __init__(self, name: str) -> None:
        super().__init__(multilingual())
        self.name = name


def models_named(name: str) -> SearchModels:
    """Return models of the multilingual space alone, so that no test waits for torch."""
    encoder = Renamed(name)
    return SearchModels((Space(MULTILINGUAL, lambda: encoder, name),))


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    async with library_over(sqlite_url(tmp_path), retrievers(tmp_path)) as library:
        await library.write(
            products=[
                product("a", "Linen shirt", variants=[variant("A-1", "50", options=[("Color", "Red")])]),
                product("b", "Wool scarf"),
                product("z", "羊毛围巾", lang="zh"),
            ],
            documents={"help.md": HELP},
        )
        yield library


def retrievers(tmp_path: Path, name: str = "first") -> Callable[..., Retriever]:
    return partial(Retriever, models=models_named(name), folder=tmp_path / "indexes")


async def settled(library: Library) -> ShopIndex:
    assert isinstance(library.retriever, Retriever)
    index = await library.retriever.index(MAPLE)
    await library.retriever.settled()
    return index


async def told(library: Library) -> list[object]:
    """Return what the index answers, by words, by vectors, by filter, by key and by count."""
    index = await settled(library)
    passages = index.search_passages(SearchQuery("how do I send something back", "en"))
    found = index.search_products(SearchQuery("shirt 围巾", "en", filter=RED))
    code = index.by_codes(["a"], 4)
    return [
        [(hit.passage, hit.document, round(hit.scores.cosine, 3)) for hit in passages],
        [(hit.product, round(hit.scores.cosine, 3)) for hit in found],
        await library.products(SearchQuery("shirt 围巾", "en")),
        code,
        index.offered,
        index.title_rarity("linen"),
        index.sold(["shirt", "scarf", "bag"]),
    ]


def current(tmp_path: Path) -> Path:
    shop = tmp_path / "indexes" / MAPLE
    return shop / (shop / "current").read_text()


async def test_a_start_takes_the_files_up_and_reads_and_embeds_nothing_again(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before = await told(library)
    library.make_retriever = retrievers(tmp_path)
    monkeypatch.setattr("knowledge.store.KnowledgeStore.products", lambda *_: pytest.fail("read"))
    monkeypatch.setattr("knowledge.retrieval.embedding.EmbeddingStore.load", lambda *_: pytest.fail("read"))
    with caplog.at_level(logging.INFO):
        await library.reopen()
        assert await told(library) == before
    assert "built from the database" not in caplog.text


async def test_what_has_changed_since_the_files_were_written_is_taken_in(library: Library, tmp_path: Path) -> None:
    await settled(library)
    kept = current(tmp_path)
    await library.write(products=[product("b", "Silk scarf"), product("c", "Denim shirt")])
    await library.remove(Kind.DOCUMENT, ["none.md"])
    await settled(library)
    assert current(tmp_path) == kept, "three changes are not worth writing"
    await library.reopen()
    assert set(await library.products(SearchQuery("silk denim", "en"))) == {"a", "b", "c", "z"}
    index = await settled(library)
    assert [index.titles_with(frozenset({word})) for word in ("silk", "wool", "denim")] == [1, 0, 1]
    assert await library.passages("return", "en") == []


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


@pytest.mark.parametrize("harm", [cut, flipped, Path.unlink])
@pytest.mark.parametrize(
    "name",
    [
        "manifest.json",
        "facts/sets.json",
        "facts/variant_price.npy",
        "products-en/lexical/meta.json",
        "products-en/lexical/*.store",
        "passages-en/space-0/tail.f16",
        "passages-en/space-0/units.npz",
        "documents/*.idx",
    ],
)
async def test_what_is_damaged_is_built_from_the_database_and_the_log_says_so(
    library: Library, tmp_path: Path, harm: Callable[[Path], None], name: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = await told(library)
    await library.retriever.close()  # its files are links to the same
    victim = next(current(tmp_path).glob(name))
    shutil.copy2(victim, tmp_path / "alone")
    victim.unlink()
    shutil.copy2(tmp_path / "alone", victim)
    harm(victim)
    await library.reopen()
    assert await told(library) == before
    (warning,) = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert "the index is built from the database" in warning.message
    caplog.clear()
    await library.reopen()
    assert await told(library) == before
    assert not [record for record in caplog.records if record.levelno == logging.WARNING], "and kept anew"


async def test_files_of_another_database_or_beyond_the_log_are_not_believed(
    library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    before = await told(library)
    changes = tables.changes
    async with library.database.write() as connection:
        await connection.execute(update(changes).values(row_id=changes.c.row_id + 0, kind="orders"))
        await connection.execute(update(changes).where(changes.c.id > 0).values(kind="product"))
    await library.reopen()
    assert await told(library) == before
    assert "not in the change log" in caplog.text
    caplog.clear()
    async with library.database.write() as connection:
        await connection.execute(delete(changes))
    await library.write(products=[product("new", "Straw hat")])
    await library.reopen()
    assert "new" in await library.products(SearchQuery("straw hat", "en"))
    assert "not in the change log" in caplog.text


async def test_files_of_another_version_of_the_index_are_not_believed(
    library: Library, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before = await told(library)
    monkeypatch.setattr(keeping, "made_of", lambda: {"format": "another"})
    await library.reopen()
    assert await told(library) == before
    assert "made with another format" in caplog.text


async def test_vectors_of_another_model_are_made_anew_and_the_words_stay(
    library: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = await told(library)
    library.make_retriever = retrievers(tmp_path, "second")
    await library.reopen()
    assert await told(library) == before
    assert "vectors of first are made anew: it is searched with second now" in caplog.text
    assert "built from the database" not in caplog.text
    index = await settled(library)
    assert {shelf.made_by.get(MULTILINGUAL) for shelf in index.shelves.shelves if len(shelf.ids)} == {"second"}


async def test_two_processes_of_one_home_follow_and_write_side_by_side(library: Library, tmp_path: Path) -> None:
    await settled(library)
    other = retrievers(tmp_path)(library.database)
    await other.start()
    for round_ in range(3):
        many = [product(f"{round_}-{n}", f"Straw hat {n}") for n in range(120)]
        await library.write(products=many)
        found = await asyncio.gather(settled(library), other.index(MAPLE))
        await other.settled()
        assert [len(index.products) for index in found] == [3 + 120 * (round_ + 1)] * 2
        assert current(tmp_path).exists()
    await other.close()
    assert len(await library.products(SearchQuery("straw hat", "en", 50))) == 50
    await library.reopen()
    assert len((await settled(library)).products) == 363


async def test_what_a_killed_process_left_is_cleared_away_and_what_a_living_one_uses_is_not(
    library: Library, tmp_path: Path
) -> None:
    await settled(library)
    shop = tmp_path / "indexes" / MAPLE
    (mine,) = shop.glob("run-*")
    code = (
        "import os, sys; from pathlib import Path; from knowledge.retrieval.index_files import IndexFiles\n"
        "print(IndexFiles(Path(sys.argv[1])).run.name, flush=True); os.kill(os.getpid(), 9)"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, str(shop), stdout=asyncio.subprocess.PIPE
    )
    left = (await process.communicate())[0].decode().strip()
    assert {path.name for path in shop.glob("run-*")} == {mine.name, left}
    other = retrievers(tmp_path)(library.database)
    await other.start()
    names = {path.name for path in shop.glob("run-*")}
    assert mine.name in names
    assert left not in names
    await other.close()
    await library.retriever.close()
    assert list(shop.glob("run-*")) == []


async def test_an_index_that_cannot_be_kept_serves_all_the_same(
    library: Library, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(IndexFiles, "save", full)
    assert await library.products(SearchQuery("linen shirt", "en", 1)) == ["a"]
    assert "could not be kept in files: [Errno 28] No space left on device" in caplog.text


async def test_a_first_question_that_gives_up_waiting_does_not_stop_the_index(library: Library) -> None:
    asking = asyncio.create_task(library.retriever.index(MAPLE))
    await asyncio.sleep(0.005)
    asking.cancel()
    assert set(await library.products(SearchQuery("shirt scarf 围巾", "en"))) == {"a", "b", "z"}
    index = await settled(library)
    assert [len(index.products), len(index.shelves.facts.ids)] == [3, 3]

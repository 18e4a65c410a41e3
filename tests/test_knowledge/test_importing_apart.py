"""A large file is read in a process of its own: with the same result, and without taking anything down with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from knowledge.clock import FrozenClock
from knowledge.errors import Unavailable
from knowledge.importing import run
from knowledge.importing.mapping import Mappings
from knowledge.importing.progress import ImportCancelled
from knowledge.importing.reading_process import ReadingApart
from tests.test_knowledge.merchant import SHOP, START, codes, counts, merchant

FILES = {
    "p.csv": "Handle,Title,Variant SKU,Variant Price\na,A,A-1,5.50\nb,,B-1,6\nc,C,A-1,x\nd,D,D-1,7\n",
    "q.csv": "Handle,Title,Variant Price\na,A,5\ne,E,6\n",
    "returns.md": "# Returns\n\nWithin 30 days.\n",
    "photo.csv": "no table at all",
}
PATIENCE_SECONDS = 20


async def _told(folder: Path) -> tuple[object, ...]:
    async with merchant(folder) as shop:
        for name, text in FILES.items():
            shop.write(name, text)
        report = await shop.imports()
        again = await shop.imports(replace=True)
        products = await shop.store.products(SHOP)
        return report.as_json()["files"], counts(again), list(products.values()), await shop.changes(0)


async def test_a_process_of_its_own_reads_just_what_this_one_would(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [tmp_path / "here", tmp_path / "apart"]
    for folder in folders:
        folder.mkdir()
    here = await _told(folders[0])
    monkeypatch.setattr(run, "APART_FROM_BYTES", 0)
    assert await _told(folders[1]) == here


async def test_a_process_that_is_killed_fails_the_import_and_the_next_one_finishes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "APART_FROM_BYTES", 0)
    started: list[ReadingApart] = []

    class Watched(ReadingApart):
        def begin(self, *args: object) -> int:
            started.append(self)
            expected = super().begin(*args)  # type: ignore[arg-type]
            os.kill(self._apart.process.pid, signal.SIGKILL)
            self._apart.process.wait()
            return expected

    async with merchant(tmp_path) as shop:
        table = shop.write("p.csv", FILES["p.csv"])
        monkeypatch.setattr(run, "ReadingApart", Watched)
        with pytest.raises(Unavailable) as ended:
            await shop.imports(table)
        assert ended.value.code == "apart_ended"
        monkeypatch.setattr(run, "ReadingApart", ReadingApart)
        report = await shop.imports(table)
        assert (counts(report).new, codes(report)) == (2, ["title_missing", "price_unreadable", "product_rejected"])
    assert started


def test_who_waits_for_a_file_that_never_ends_is_let_go_when_the_reading_is_closed(tmp_path: Path) -> None:
    endless = tmp_path / "p.csv"
    os.mkfifo(endless)
    reading = ReadingApart("en", Mappings())
    assert reading.accepted() == {}
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(reading.open, endless, "p.csv")
        assert not wait([waiting], timeout=0.2).done
        reading.close()
        assert isinstance(waiting.exception(PATIENCE_SECONDS), Unavailable)
    with pytest.raises(Unavailable):
        reading.accepted()


def test_a_process_ends_when_its_parent_is_killed() -> None:
    script = (
        "import time\n"
        "from knowledge.importing.mapping import Mappings\n"
        "from knowledge.importing.reading_process import ReadingApart\n"
        "reading = ReadingApart('en', Mappings())\n"
        "reading.accepted()\n"
        "print(reading._apart.process.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    search = os.pathsep.join(path for path in sys.path if path)
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": search}
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until = time.monotonic() + PATIENCE_SECONDS
    while _runs(child) and time.monotonic() < until:
        time.sleep(0.02)
    assert not _runs(child)


async def test_a_cancelled_import_leaves_no_process_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "APART_FROM_BYTES", 0)
    started: list[ReadingApart] = []

    def noted(*args: object) -> ReadingApart:
        started.append(ReadingApart(*args))  # type: ignore[arg-type]
        return started[-1]

    monkeypatch.setattr(run, "ReadingApart", noted)
    async with merchant(tmp_path) as shop:
        table = shop.write("p.csv", FILES["p.csv"])
        with pytest.raises(ImportCancelled):
            await run.import_paths(
                shop.database, None, SHOP, [table], clock=FrozenClock(START), ids=shop.ids, cancelled=lambda: True
            )
    assert [one._apart.process.poll() is not None for one in started] == [True]


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # Where nobody collects it, what has ended is still listed.
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] != "Z"

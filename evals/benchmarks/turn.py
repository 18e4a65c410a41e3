"""How long one turn takes, server side: the shipped questions through the real responder."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evals.benchmarks.grown_shop import grow
from evals.cases import Case, read_cases
from evals.machine import in_words, machine, versions
from evals.shipped import HELD_OUT_SHOP, case_files
from evals.shops import import_shipped
from evals.targets import InProcess, Said, Target, started_responder, warm_up
from knowledge.errors import NotFound
from knowledge.home import Home
from knowledge.store import KnowledgeStore

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Timed:
    """One measured turn.

    Attributes:
        took_ms: Wall time of the responder.
        cpu_ms: Processor time of this process meanwhile, which does not grow with what others do.
    """

    lang: str
    shop: str
    took_ms: float
    cpu_ms: float


def questions(shops: Iterable[str], most: int) -> list[Case]:
    """Return at most so many distinct single-turn cases, the two languages by turns.

    None is asked twice: the second time its words would be in a cache, and the figure flattered.
    """
    files = case_files()
    by_lang: dict[str, list[Case]] = {"zh": [], "en": []}
    seen: set[tuple[str, str]] = set()
    for shop in shops:
        for case in read_cases(files[shop]) if shop in files else ():
            key = (shop, case.turns[0].text)
            if len(case.turns) == 1 and key not in seen:
                seen.add(key)
                by_lang[case.lang].append(case)
    ordered = [(i, lang, case) for lang, cases in by_lang.items() for i, case in enumerate(cases)]
    return [case for _, _, case in sorted(ordered, key=lambda row: row[:2])][:most]


async def measure(target: Target, asked: Sequence[Case], on_progress: OnProgress) -> list[Timed]:
    """Ask one after the other, and return what each took."""
    timed: list[Timed] = []
    for case in asked:
        said = Said(case.turns[0].text, case.turns[0].page_product)
        before = time.process_time()
        (answer,) = await target.converse(case.shop, [said])
        timed.append(Timed(case.lang, case.shop, answer.took_ms, (time.process_time() - before) * 1000))
        on_progress(len(timed), len(asked))
    return timed


async def bench_turn(
    home: Home, most: int, on_progress: OnProgress, *, import_demo: bool, products: int = 0
) -> dict[str, Any]:
    """Run the benchmark over a home.

    Args:
        most: Questions to ask at most.
        import_demo: Import the demo shops first; else the home's own are asked.
        products: What each of the demo shops is grown to; 0 leaves them as they are.

    Raises:
        NotFound: The home has no shop for which questions ship (``no_questions``).
    """
    database = await home.open_database()
    try:
        demo = [shop for shop in case_files() if shop != HELD_OUT_SHOP]
        if import_demo:
            await import_shipped(home, database, demo)
            for shop in await KnowledgeStore(database).shops() if products else ():
                await grow(database, home.clock, shop, products)
        store = KnowledgeStore(database)
        there = {shop.id: len(await store.products(shop.id)) for shop in await store.shops() if shop.id in demo}
        asked = questions(sorted(there), most)
        if not asked:
            raise NotFound("No shop of this home has questions that ship.", code="no_questions")
        responder = await started_responder(home, database, sorted(there))
        target = InProcess(database, responder)
        await warm_up(target, sorted(there))
        await responder.settled()
        before = machine()
        timed = await measure(target, asked, on_progress)
        await responder.close()
    finally:
        await database.close()
    return summary(timed, most, {str(shop): count for shop, count in there.items()}, before)


async def in_temporary_home(
    open_home: Callable[[Path | None], Home], most: int, on_progress: OnProgress, products: int = 0
) -> dict[str, Any]:
    """Run the benchmark over the demo shops, in a home that is removed afterwards."""
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="daogou-bench-"))
    try:
        home = open_home(folder)
        settings = home.settings.model_copy(update={"database_url": None})
        own = Home.at(folder, home.migrate, settings)
        return await bench_turn(own, most, on_progress, import_demo=True, products=products)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def summary(
    timed: Sequence[Timed], wanted: int, products: Mapping[str, int], where: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the figures: percentiles in ms, all together and by language (lower is better)."""
    groups = {"all": timed} | {lang: [t for t in timed if t.lang == lang] for lang in ("zh", "en")}
    return {
        "bench": "turn",
        "questions": len(timed),
        "questions_wanted": wanted,
        "products": dict(products),
        "took_ms": {name: _percentiles([t.took_ms for t in group]) for name, group in groups.items() if group},
        "cpu_ms": {name: _percentiles([t.cpu_ms for t in group]) for name, group in groups.items() if group},
        "machine": dict(where),
        "versions": versions(),
    }


def _percentiles(took_ms: Sequence[float]) -> dict[str, float]:
    p50, p95, p99, most = np.percentile(np.array(took_ms), [50, 95, 99, 100])
    figures = {"n": float(len(took_ms)), "p50": p50, "p95": p95, "p99": p99, "max": most}
    return {name: round(float(value), 1) for name, value in figures.items()}


def as_text(result: Mapping[str, Any]) -> str:
    """Return the figures for a terminal."""
    shops = ", ".join(f"{shop}: {number:,} products" for shop, number in result["products"].items())
    lines = [f"turn, server side, in ms ({shops})"]
    lines.append(f"{'':14}{'n':>6}{'p50':>9}{'p95':>9}{'p99':>9}{'max':>9}")
    for what, told in (("took_ms", ""), ("cpu_ms", " of it CPU")):
        for name, row in result[what].items():
            figures = "".join(f"{row[key]:>9.1f}" for key in ("p50", "p95", "p99", "max"))
            lines.append(f"{name + told:14}{int(row['n']):>6}{figures}")
    if result["questions"] < result["questions_wanted"]:
        lines.append(f"({result['questions']} distinct questions ship, {result['questions_wanted']} were asked for)")
    lines.append(in_words(result["machine"]))
    lines.append(", ".join(f"{package} {number}" for package, number in result["versions"].items()))
    return "\n".join(lines)

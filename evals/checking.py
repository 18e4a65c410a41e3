"""``daogou eval check``: every case is held against the shop's files that are to prove it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.cases import Case
from evals.checks import named, together, wording
from evals.checks.facts import ShopFacts, shop_facts
from evals.checks.problem import Level, Problem, of_level
from evals.shipped import shop_folders
from evals.shops import sandbox, shipped_shop
from evals.suites import ALL, Suite
from knowledge.catalog import ShopId
from knowledge.database import Database
from knowledge.home import Home
from knowledge.importing.run import import_paths
from knowledge.store import KnowledgeStore


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What was found.

    Attributes:
        figures: Number of cases, by language, and how many are hard.
        proofs: Entries of ``must_say`` by what proves them.
    """

    problems: tuple[Problem, ...]
    figures: Mapping[str, Any]
    proofs: Mapping[str, int]

    @property
    def errors(self) -> list[Problem]:
        return of_level(self.problems, Level.ERROR)

    def as_json(self) -> dict[str, Any]:
        names = {Level.ERROR: "errors", Level.WARNING: "warnings", Level.BY_READING: "by_reading"}
        by_level = {name: [p.as_json() for p in of_level(self.problems, level)] for level, name in names.items()}
        return {**self.figures, "must_say_proved_by": dict(self.proofs), **by_level}


def check_cases(cases: Sequence[Case], shops: Mapping[str, ShopFacts], *, whole: bool = False) -> CheckReport:
    """Check cases against their shops.

    Args:
        cases: At least one.
        shops: Facts of each shop of a case.
        whole: Whether these are all shipped cases, which promise something as a set.
    """
    proofs: Counter[str] = Counter()
    found = [problem for case in cases for problem in _of_case(case, shops[case.shop], proofs)]
    found += [*together.pairs(cases), *together.near_copies(cases)]
    found += together.as_a_set(cases) if whole else ()
    return CheckReport(tuple(found), together.figures(cases), dict(proofs.most_common()))


def _of_case(case: Case, facts: ShopFacts, proofs: Counter[str]) -> Iterator[Problem]:
    for check in (named.source, named.products, named.documents, named.sizes, named.orders, wording.must_not_say):
        yield from check(case, facts)
    yield from wording.must_say(case, facts, proofs)


async def check_suite(home: Home, suite: Suite) -> CheckReport:
    """Check a suite: shipped shops against their files, a shop of the home against what was imported.

    Raises:
        NotFound: A shop of the cases neither ships nor is in the home (``shop_not_found``).
    """
    shops: dict[str, ShopFacts] = {}
    for shop in suite.shops:
        named_orders = {
            expect.order.order_no
            for case in suite.cases
            if case.shop == shop
            for _, expect in case.expectations()
            if expect.order is not None and expect.order.order_no is not None
        }
        shops[shop] = await _facts(home, suite, shop, sorted(named_orders))
    return check_cases(suite.cases, shops, whole=suite.shipped and suite.name == ALL)


async def _facts(home: Home, suite: Suite, shop: str, orders: Sequence[str]) -> ShopFacts:
    database = await home.open_database()
    try:
        there = {str(known.id) for known in await KnowledgeStore(database).shops()}
        if not suite.shipped and (shop in there or shop not in shop_folders()):
            return await shop_facts(database, shop, orders, None)
    finally:
        await database.close()
    folder, place = shipped_shop(shop), sandbox(home, [shop])
    database = await place.open_database()
    try:
        await _import(place, database, shop, folder)
        return await shop_facts(database, shop, orders, folder)
    finally:
        await database.close()


async def _import(place: Home, database: Database, shop: str, folder: Path) -> None:
    """Import without vectors: nothing is searched here, and a check takes seconds."""
    await import_paths(database, None, ShopId(shop), [folder], clock=place.clock, ids=place.ids, replace=False)

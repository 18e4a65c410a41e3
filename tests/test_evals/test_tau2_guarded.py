"""tau2-bench's gold calls through the assistant's guard, over the shop of `test_tau2`."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from evals.public.tau2_retail import measure
from evals.tau2.data import RetailDatabase, RetailTask, read_database, read_tasks
from evals.tau2.environment import replay
from evals.tau2.guarded import GuardedShop
from knowledge.home import Home
from tests.test_evals.test_tau2 import EXCHANGE, RAW, TASKS, action, task

MORE = [
    task("4", action("cancel_pending_order", order_id="#W3", reason="too dear")),
    task("5", action("modify_user_address", user_id="ada_1")),
    task("6", *(action("exchange_delivered_order_items", **EXCHANGE) for _ in range(2))),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "db.json").write_text(json.dumps(RAW), "utf-8")
    (tmp_path / "tasks.json").write_text(json.dumps([*TASKS, *MORE]), "utf-8")
    return tmp_path


@pytest.fixture
def data(folder: Path) -> RetailDatabase:
    return read_database(folder / "db.json")


@pytest.fixture
def tasks(folder: Path) -> dict[str, RetailTask]:
    return {one.id: one for one in read_tasks(folder / "tasks.json")}


@pytest.fixture
async def shop(home: Home) -> AsyncIterator[GuardedShop]:
    database = await home.open_database()
    yield await GuardedShop.opened(database, home.clock, home.ids)
    await database.close()


@pytest.mark.parametrize("number", ["0", "1", "3"])
async def test_gold_calls_that_the_shop_allows_are_made_and_end_in_gold_s_state(
    shop: GuardedShop, data: RetailDatabase, tasks: dict[str, RetailTask], number: str
) -> None:
    played = await shop.replay(data, tasks[number])
    assert played.refused == ()
    assert played.digest == replay(data, tasks[number].evaluation_criteria.actions).digest


@pytest.mark.parametrize(
    ("number", "refused"),
    [
        ("4", ((0, "refused_by_the_shop"),)),  # no reason of the policy
        ("5", ((0, "no_such_tool"),)),  # the assistant changes orders, not profiles
        ("6", ((1, "refused_by_the_shop"),)),  # once only
    ],
)
async def test_what_is_not_made_is_told_with_its_reason(
    shop: GuardedShop, data: RetailDatabase, tasks: dict[str, RetailTask], number: str, refused: object
) -> None:
    assert (await shop.replay(data, tasks[number])).refused == refused


async def test_the_guard_stands_beside_the_environment_in_the_figures(folder: Path, home: Home) -> None:
    result = await measure(folder, home, lambda _done, _total: None)
    guarded = next(one for one in result.systems if "guarded" in one.name)
    values = {figure.metric: figure.value for figure in guarded.figures}
    assert values["gold_replayed"] == pytest.approx(4 / 7)
    assert "no_such_tool 1" in result.notes[-1]

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import cli
from evals.benchmarks.turn import Timed, as_text, bench_turn, measure, questions, summary
from evals.machine import in_words, machine, versions
from evals.shipped import HELD_OUT_SHOP, case_files
from evals.targets import InProcess
from knowledge.errors import NotFound
from knowledge.home import Home
from tests.conftest import put_shops
from tests.test_evals.world import TRUE_REPLY, Answering

DEMO = [shop for shop in case_files() if shop != HELD_OUT_SHOP]


def untold(_done: int, _total: int) -> None:
    """Nobody watches."""


def test_the_questions_are_distinct_single_turns_in_both_languages() -> None:
    asked = questions(DEMO, 40)
    assert len({(case.shop, case.turns[0].text) for case in asked}) == len(asked) == 40
    assert {len(case.turns) for case in asked} == {1}
    assert [sum(case.lang == lang for case in asked) for lang in ("zh", "en")] == [20, 20]


def test_percentiles_are_told_by_language_with_the_machine_and_the_versions() -> None:
    timed = [Timed("zh" if i % 2 else "en", "lingxi", float(i), i / 2) for i in range(1, 101)]
    result = summary(timed, 200, {"lingxi": 94}, machine())
    assert result["took_ms"]["all"] == {
        "n": 100,
        "p50": 50.5,
        "p95": pytest.approx(95.0, abs=0.2),
        "p99": 99.0,
        "max": 100,
    }
    assert result["took_ms"]["zh"]["n"] == 50
    assert result["cpu_ms"]["all"]["p50"] == pytest.approx(25.2, abs=0.1)
    told = as_text(result)
    assert "100 distinct questions ship, 200 were asked for" in told
    assert "lingxi: 94 products" in told
    assert in_words(result["machine"]) in told
    assert f"daogou {versions()['daogou']}" in told


async def test_each_question_is_asked_once_of_its_shop(home: Home) -> None:
    await put_shops(home)
    database = await home.open_database()
    answering = Answering(lambda _: TRUE_REPLY)
    asked = questions(["lingxi"], 5)
    timed = await measure(InProcess(database, answering), asked, untold)
    await database.close()
    assert [request.text for request in answering.requests] == [case.turns[0].text for case in asked]
    assert all(one.took_ms >= 0 and one.cpu_ms >= 0 for one in timed)


async def test_a_home_without_a_shop_that_has_questions_is_told(home: Home) -> None:
    with pytest.raises(NotFound) as refused:
        await bench_turn(home, 5, untold, import_demo=False)
    assert refused.value.code == "no_questions"


def test_shops_of_a_home_are_not_grown(tmp_path: Path) -> None:
    asked = ["bench", "turn", "--products", "10", "--home", str(tmp_path)]
    assert CliRunner().invoke(cli, asked).exit_code == 2


@pytest.mark.slow
def test_the_real_responder_is_timed_and_its_home_removed() -> None:
    ran = CliRunner().invoke(cli, ["bench", "turn", "--questions", "4", "--json"], catch_exceptions=False)
    result = json.loads(ran.stdout)
    assert result["questions"] == 4
    assert set(result["took_ms"]) == {"all", "zh", "en"}
    assert result["took_ms"]["all"]["p50"] > 0

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import cli
from assistant.settings import AssistantSettings
from evals import targets
from evals.commands import bench_command, eval_command
from evals.shipped import HELD_OUT_SHOP, SHIPPED_CLOCK, evals_folder
from evals.shops import sandbox
from evals.targets import Target
from knowledge.database import Database
from knowledge.errors import Invalid, NotFound
from knowledge.home import Home
from tests.conftest import put_shops
from tests.test_evals.world import TRUE_REPLY, Answering, case, reply


class Warm(Answering):
    """As the command gets it from `targets.started_responder`."""

    async def close(self) -> None:
        """Hold nothing."""


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "mine.jsonl"
    path.write_text("".join(case(n).model_dump_json(exclude_unset=True) + "\n" for n in range(1, 5)), "utf-8")
    return path


@pytest.fixture
async def ready(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home with the shop `maple`, asked by the real command with a responder of the test's."""
    await put_shops(home)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    assert AssistantSettings().openai_api_key == "sk-secret"
    answer_with(monkeypatch, Warm(lambda _: TRUE_REPLY))
    return home


def answer_with(monkeypatch: pytest.MonkeyPatch, responder: Warm) -> None:
    async def started(_home: Home, _database: Database, _shops: object) -> Warm:
        return responder

    async def at_once(_target: Target, _shops: object) -> None:
        return None

    monkeypatch.setattr("evals.session.started_responder", started)
    monkeypatch.setattr("evals.session.warm_up", at_once)


def daogou(home: Home, *words: str) -> Result:
    return CliRunner().invoke(cli, [*words, "--home", str(home.path)], catch_exceptions=True)


def test_a_file_is_run_kept_and_compared(ready: Home, cases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = daogou(ready, "eval", "run", str(cases), "--json")
    assert first.exit_code == 0, first.output
    told = json.loads(first.stdout)
    assert told["run"]["summary"]["overall"]["must_say"]["value"] == 1.0
    assert told["run"]["summary"]["cases"] == 4
    answer_with(monkeypatch, Warm(lambda request: reply("No.") if "(2)" in request.text else TRUE_REPLY))
    second = daogou(ready, "eval", "run", str(cases))
    assert second.exit_code == 0, second.output
    compared = daogou(ready, "eval", "compare", told["run"]["id"], "last", "--json")
    assert [changed["id"] for changed in json.loads(compared.stdout)["worse"]] == ["c-2"]
    assert told["run"]["id"] in daogou(ready, "eval", "list").stdout
    with sqlite3.connect(ready.path / "evals" / "runs.db") as index:
        rows = index.execute("SELECT suite, status, passed FROM run ORDER BY started_at, passed DESC").fetchall()
    assert rows == [("mine", "done", 1.0), ("mine", "done", 0.75)]
    for path in (ready.path / "evals").rglob("*.*"):
        assert not path.is_file() or b"sk-secret" not in path.read_bytes()


def test_the_page_and_the_json_are_written_where_one_says(ready: Home, cases: Path, tmp_path: Path) -> None:
    for name, held in (("a.html", "<!doctype html>"), ("a.json", '"results"')):
        assert daogou(ready, "eval", "run", str(cases), "--out", str(tmp_path / name)).exit_code == 0
        assert held in (tmp_path / name).read_text("utf-8")


def test_a_missed_gate_exits_with_1(ready: Home, cases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gates = tmp_path / "gates.toml"
    gates.write_text("[mine]\npassed = 1.0\nerrors = 0\n", "utf-8")
    monkeypatch.setattr("evals.gates.evals_folder", lambda: tmp_path)
    assert daogou(ready, "eval", "run", str(cases), "--gate").exit_code == 0
    answer_with(monkeypatch, Warm(lambda _: reply("No.")))
    missed = daogou(ready, "eval", "run", str(cases), "--gate")
    assert missed.exit_code == 1
    assert "MISSED  passed 0" in missed.stdout


def test_a_target_that_never_answers_exits_with_1(ready: Home, cases: Path) -> None:
    assert daogou(ready, "eval", "run", str(cases), "--target", "http://127.0.0.1:9").exit_code == 1


@pytest.mark.parametrize("words", [["--target", "ftp://x"], ["--out", "x.pdf"], ["--limit", "0"]])
def test_bad_usage_exits_with_2(ready: Home, cases: Path, words: list[str]) -> None:
    assert daogou(ready, "eval", "run", str(cases), *words).exit_code == 2


def test_a_suite_that_is_not_there_is_bad_usage_and_one_without_gates_too(ready: Home, cases: Path) -> None:
    for words in (["nonsense"], [str(cases), "--gate"]):
        error = daogou(ready, "eval", "run", *words).exception
        assert isinstance(error, Invalid)
        assert error.code.startswith("usage")  # `daogou` exits with 2


def test_a_cut_off_run_is_resumed_but_not_with_other_cases(ready: Home, cases: Path, tmp_path: Path) -> None:
    run_id = json.loads(daogou(ready, "eval", "run", str(cases), "--json").stdout)["run"]["id"]
    traces = ready.path / "evals" / "runs" / run_id / "traces.jsonl"
    traces.write_text("\n".join(traces.read_text("utf-8").split("\n")[:2]) + "\n", "utf-8")
    resumed = daogou(ready, "eval", "run", str(cases), "--resume", run_id, "--json")
    assert json.loads(resumed.stdout)["run"]["id"] == run_id
    assert len(traces.read_text("utf-8").splitlines()) == 4
    refused = daogou(ready, "eval", "run", str(cases), "--limit", "2", "--resume", run_id)
    assert isinstance(refused.exception, Invalid)
    assert refused.exception.code == "usage_other_run"


@pytest.fixture
def without_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody froze the time; what the command sets is taken back after the test."""
    monkeypatch.setenv("DAOGOU_CLOCK", "set so that it is restored")
    monkeypatch.delenv("DAOGOU_CLOCK")


def test_a_shipped_shop_gets_a_home_of_its_own_named_by_its_files(home: Home) -> None:
    place = sandbox(home, [HELD_OUT_SHOP])
    assert place.settings.clock == SHIPPED_CLOCK
    assert place.clock.now().isoformat() == "2026-11-20T07:00:00+00:00"
    assert place.path.is_relative_to(home.path / "evals")
    assert place.path == sandbox(home, [HELD_OUT_SHOP]).path != sandbox(home, ["lingxi"]).path
    with pytest.raises(NotFound, match="import it first"):
        sandbox(home, ["nowhere"])


@pytest.mark.slow
@pytest.mark.usefixtures("without_clock")
def test_the_shipped_suites_are_asked_of_a_fresh_import(ready: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    responder = Warm(lambda _: TRUE_REPLY)
    answer_with(monkeypatch, responder)
    ran = daogou(ready, "eval", "run", HELD_OUT_SHOP, "--limit", "2", "--json")
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout)["run"]
    assert told["settings"]["clock"] == SHIPPED_CLOCK
    assert told["files"].keys() == {f"{HELD_OUT_SHOP}.jsonl", f"shop {HELD_OUT_SHOP}"}
    assert {request.shop.id for request in responder.requests} == {HELD_OUT_SHOP}


def test_the_suites_are_listed_with_their_sizes(home: Home) -> None:
    assert json.loads(daogou(home, "eval", "list", "--json").stdout)["suites"][HELD_OUT_SHOP] > 300


def test_the_commands_are_declared_and_the_cases_ship_in_the_wheel() -> None:
    import tomllib

    declared = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
    entries = declared["project"]["entry-points"]["daogou.commands"]
    assert (entries["eval"], entries["bench"]) == ("evals.commands:eval_command", "evals.commands:bench_command")
    assert (
        declared["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]["data/evals"] == "evals/shipped_suites"
    )
    assert {"run", "compare", "list"} <= set(eval_command.commands)
    assert "turn" in bench_command.commands
    assert (evals_folder() / "gates.toml").is_file()
    assert targets.REPLY_WAIT_SECONDS <= 60  # the server's own bound

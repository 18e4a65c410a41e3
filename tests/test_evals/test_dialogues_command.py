from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.cli import cli
from assistant.reply import Reply
from assistant.turn import TurnRequest
from evals.targets import Target
from knowledge.database import Database
from knowledge.errors import Invalid
from knowledge.home import Home
from tests.conftest import put_shops
from tests.openai_server import Says, openai_server
from tests.test_evals.dialogue_world import able, goal, scenario
from tests.test_evals.world import Answering, reply


class Warm(Answering):
    async def close(self) -> None:
        """Hold nothing."""


def answer_with(monkeypatch: pytest.MonkeyPatch, responder: Warm) -> None:
    async def started(_home: Home, _database: Database, _shops: object) -> Warm:
        return responder

    async def at_once(_target: Target, _shops: object) -> None:
        return None

    monkeypatch.setattr("evals.dialogues.session.started_responder", started)
    monkeypatch.setattr("evals.dialogues.session.warm_up", at_once)


@pytest.fixture
async def ready(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    await put_shops(home)
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    answer_with(monkeypatch, Warm(able))
    return home


@pytest.fixture
def scenarios(tmp_path: Path) -> Path:
    path = tmp_path / "mine.jsonl"
    both = [scenario(), scenario(goal(), id="s-2", opening=["How long for a return?", "Return, how long?"])]
    path.write_text("".join(one.model_dump_json(exclude_unset=True) + "\n" for one in both), "utf-8")
    return path


def daogou(home: Home, *words: str) -> Result:
    return CliRunner().invoke(cli, [*words, "--home", str(home.path)], catch_exceptions=True)


def run_of(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    told: dict[str, Any] = json.loads(result.stdout)["run"]
    return told


def test_scenarios_are_played_so_many_times_kept_compared_and_resumed(
    ready: Home, scenarios: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = tmp_path / "a.html"
    command = ["eval", "run", str(scenarios), "--trials", "3", "--seed", "5"]
    first = run_of(daogou(ready, *command, "--json", "--out", str(page)))
    assert first["summary"]["dialogues"]["pass_k"] == {"1": 1.0, "2": 1.0, "3": 1.0}
    assert (first["case_count"], first["seed"]) == (6, 5)
    assert first["settings"] | {"trials": 3, "shopper": "embedded"} == first["settings"]
    assert "<h2>Dialogues</h2>" in page.read_text("utf-8")

    def forgets_returns(request: TurnRequest) -> Reply:
        return reply("No idea.") if "return" in request.text.lower() and request.history else able(request)

    answer_with(monkeypatch, Warm(forgets_returns))
    shown = daogou(ready, *command)
    assert "pass^3" in shown.stdout
    second = json.loads(daogou(ready, "eval", "list", "--json").stdout)["runs"]
    other = next(run["id"] for run in second if run["id"] != first["id"])
    worse = json.loads(daogou(ready, "eval", "compare", str(first["id"]), other, "--json").stdout)["worse"]
    assert [changed["id"] for changed in worse] == ["s-1#0", "s-1#1", "s-1#2"]

    answer_with(monkeypatch, Warm(able))
    traces = ready.path / "evals" / "runs" / str(first["id"]) / "traces.jsonl"
    traces.write_text("\n".join(traces.read_text("utf-8").split("\n")[:4]) + "\n", "utf-8")
    again = run_of(daogou(ready, *command, "--resume", str(first["id"]), "--json"))
    assert again["id"] == first["id"]
    assert len(traces.read_text("utf-8").splitlines()) == 6
    refused = daogou(ready, "eval", "run", str(scenarios), "--trials", "2", "--resume", str(first["id"]))
    assert isinstance(refused.exception, Invalid)
    assert refused.exception.code == "usage_other_run"


async def test_another_assistant_behind_an_endpoint_is_played_with(ready: Home, scenarios: Path) -> None:
    import asyncio

    async with openai_server() as server:
        server.script(then=Says("Within 30 days."))
        words = ["eval", "run", str(scenarios), "--target", f"openai:{server.url}#theirs", "--json"]
        told = run_of(await asyncio.to_thread(daogou, ready, *words))
    assert told["target"] == f"openai:{server.url}#theirs"
    assert told["summary"]["dialogues"]["trials"] == 2
    assert told["summary"]["errors"] == 0


async def test_an_llm_plays_when_asked_to_and_its_key_is_kept_nowhere(
    ready: Home, scenarios: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    async with openai_server() as server:
        server.script(then=Says("How long is a return?"))
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
        words = ["eval", "run", str(scenarios), "--limit", "1", "--shopper", "llm", "--shopper-model", "tiny", "--json"]
        told = run_of(await asyncio.to_thread(daogou, ready, *words))
    assert told["settings"]["shopper_model"] == "tiny"
    assert server.last["model"] == "tiny"
    for path in (ready.path / "evals").rglob("*.*"):
        assert not path.is_file() or b"sk-secret" not in path.read_bytes()


@pytest.mark.parametrize(
    ("words", "code"),
    [(["--trials", "0"], 2), (["--shopper", "parrot"], 2), (["--shopper", "llm"], "usage_no_llm")],
)
def test_bad_usage_is_told(ready: Home, scenarios: Path, words: list[str], code: int | str) -> None:
    result = daogou(ready, "eval", "run", str(scenarios), *words)
    assert code in (result.exit_code, getattr(result.exception, "code", None))


def test_the_suites_of_scenarios_are_listed(home: Home) -> None:
    suites = json.loads(daogou(home, "eval", "list", "--json").stdout)["suites"]
    assert suites["simulated"] == sum(suites[f"simulated-{shop}"] for shop in ("lingxi", "harborlane", "titmouse"))

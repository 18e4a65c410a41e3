"""The command ``daogou import``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner, Result

from knowledge.commands import import_command
from knowledge.database import Database, metadata
from knowledge.home import Home, KnowledgeSettings


async def _migrate(url: str) -> None:
    database = Database(url)
    async with database.write() as connection:
        await connection.run_sync(metadata.create_all)
    await database.close()


@pytest.fixture(autouse=True)
def _without_encoders(monkeypatch: pytest.MonkeyPatch) -> None:
    """The vectors have their own tests, and loading the encoders takes seconds."""
    stand_in = ModuleType("knowledge.retrieval.embedding")

    async def embed_missing(_database: Database, _shop_id: str, on_progress: object, models: object) -> int:
        return 0

    stand_in.__dict__["embed_missing"] = embed_missing
    monkeypatch.setitem(sys.modules, "knowledge.retrieval.embedding", stand_in)
    import knowledge.retrieval

    monkeypatch.setattr(knowledge.retrieval, "embedding", stand_in, raising=False)


def run(tmp_path: Path, *arguments: str) -> Result:
    def open_home(path: Path | None) -> Home:
        return Home.at(path or tmp_path / "home", _migrate, KnowledgeSettings())

    return CliRunner().invoke(import_command, list(arguments), obj=open_home)


def test_json_prints_one_object_and_nothing_else(tmp_path: Path) -> None:
    table = tmp_path / "p.csv"
    table.write_text("Handle,Title,Variant Price\na,A,5\nb,B,oops\n")
    result = run(tmp_path, "maple", str(table), "--json", "--currency", "EUR")
    report = json.loads(result.stdout)
    assert result.exit_code == 0
    assert report["totals"]["product"] == {"new": 1, "changed": 0, "unchanged": 0, "removed": 0, "rejected": 1}
    issue = next(i for i in report["files"][0]["issues"] if i["code"] == "price_unreadable")
    assert (issue["file"], issue["row"], issue["field"], issue["value"]) == ("p.csv", 3, "Variant Price", "oops")


def test_the_report_for_people_names_the_row_and_the_mend(tmp_path: Path) -> None:
    table = tmp_path / "p.csv"
    table.write_text("Handle,Title,Variant Price\na,A,5\nb,B,oops\n")
    result = run(tmp_path, "maple", str(table))
    assert "row 3: error oops in Variant Price is not one price." in result.stdout


def test_a_run_that_imports_nothing_fails(tmp_path: Path) -> None:
    table = tmp_path / "p.csv"
    table.write_text("a,b\n1,2\n")
    assert run(tmp_path, "maple", str(table)).exit_code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["maple", "nowhere.csv"],
        ["maple"],
        ["Maple!", "."],
        ["-", "."],
        ["maple", ".", "--timezone", "Mars/Olympus"],
        ["maple", ".", "--currency", "usd"],
        ["maple", ".", "--locale", "english"],
    ],
)
def test_bad_usage_is_told_from_failed_work(tmp_path: Path, arguments: list[str]) -> None:
    assert run(tmp_path, *arguments).exit_code == 2

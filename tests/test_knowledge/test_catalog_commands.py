"""The command ``daogou catalog``, and the dry run of ``daogou import``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.migrations import upgrade
from knowledge.catalog_commands import catalog_command
from knowledge.commands import import_command
from knowledge.errors import NotFound
from knowledge.home import Home, KnowledgeSettings
from tests.test_knowledge.test_importing_command import _without_encoders

assert _without_encoders is not None  # the fixture is used by its being here
TABLE = "Handle,Title,Variant Price\na,A,5\nb,B,6\n"


def run(tmp_path: Path, *arguments: str) -> Result:
    def open_home(path: Path | None) -> Home:
        return Home.at(path or tmp_path / "home", upgrade, KnowledgeSettings())

    command = import_command if arguments[0] == "import" else catalog_command
    rest = arguments[1:] if arguments[0] == "import" else arguments
    return CliRunner().invoke(command, list(rest), obj=open_home)


def imported(tmp_path: Path, table: str, *options: str) -> Result:
    path = tmp_path / "p.csv"
    path.write_text(table)
    done = run(tmp_path, "import", "maple", str(path), *options)
    assert done.exit_code == 0, done.output
    return done


def test_versions_are_listed_compared_and_rolled_back(tmp_path: Path) -> None:
    imported(tmp_path, TABLE)
    imported(tmp_path, TABLE.replace("B,6", "B,8"))
    listed = json.loads(run(tmp_path, "versions", "maple", "--json").stdout)["versions"]
    assert [one["counts"] for one in listed] == [{"product": {"changed": 1}}, {"product": {"new": 2}}]
    first = str(listed[1]["version"])
    assert (
        "b: price" in run(tmp_path, "diff", "maple", first).stdout
        or "6 → 8" in run(tmp_path, "diff", "maple", first).stdout
    )
    assert "1 changed" in run(tmp_path, "rollback", "maple", first).stdout
    told = json.loads(run(tmp_path, "diff", "maple", first, "--json").stdout)
    assert (told["counts"], told["differences"]) == ({}, [])
    assert run(tmp_path, "rollback", "maple", first).stdout == "Nothing differed.\n"
    assert "rollback to" in run(tmp_path, "versions", "maple").stdout


def test_a_shop_or_a_version_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert isinstance(run(tmp_path, "versions", "maple").exception, NotFound)
    imported(tmp_path, TABLE)
    assert isinstance(run(tmp_path, "rollback", "maple", "77").exception, NotFound)
    assert run(tmp_path, "rollback", "maple", "-1").exit_code == 2


@pytest.mark.parametrize("known", [False, True])
def test_a_dry_run_tells_and_writes_nothing_not_even_the_shop(tmp_path: Path, known: bool) -> None:
    if known:
        imported(tmp_path, TABLE)
    report = json.loads(imported(tmp_path, TABLE.replace("b,B,6", "c,C,7"), "--dry-run", "--json").stdout)
    assert report["dry_run"] is True
    assert report["totals"]["product"]["new"] == (1 if known else 2)
    listed = run(tmp_path, "versions", "maple", "--json")
    if known:
        assert len(json.loads(listed.stdout)["versions"]) == 1
    else:
        assert isinstance(listed.exception, NotFound)

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import cli
from evals.cases import read_cases
from evals.formats.commands import NAMES
from evals.runs import RunRecord, RunStore
from evals.suites import QUICK, find
from knowledge.errors import Invalid
from knowledge.home import Home
from tests.test_evals.formats_world import a_few, a_run
from tests.test_evals.world import TRUE_REPLY


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "mine.jsonl"
    path.write_text("".join(case.model_dump_json(exclude_unset=True) + "\n" for case in a_few()), "utf-8")
    return path


@pytest.fixture
def run_id(home: Home) -> str:
    store = RunStore(home.path / "evals")
    record = RunRecord(
        id="20261120-070000-mine-0001",
        suite="mine",
        target="in process",
        status="done",
        started_at="2026-11-20T07:00:00+00:00",
        cases="",
        case_count=4,
        files={},
        code="",
        scoring="",
        versions={},
        machine={},
        settings={},
    )
    store.put(record)
    for result in a_run(a_few()):
        store.append(record.id, result)
    return record.id


def daogou(*words: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words], catch_exceptions=True)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_goes_out_and_comes_back(name: str, cases: Path, tmp_path: Path) -> None:
    out = tmp_path / "there" / f"{name}.out.yaml" if name == "promptfoo" else tmp_path / "there" / f"{name}.out.jsonl"
    out.parent.mkdir()
    written = daogou("eval", "export", cases, "--format", name, "--out", out)
    assert written.exit_code == 0, written.output
    files = [Path(line) for line in written.stdout.splitlines()]
    assert files[0] == out
    if name in ("deepeval", "tau2"):  # their files are lists, whatever one calls them
        files = [file.rename(file.with_suffix(".json")) for file in files]
    back = tmp_path / "back.jsonl"
    datasets = [file for file in files if file.suffix != ".py"]
    assert daogou("eval", "import", *datasets, "--format", name, "--out", back).exit_code == 0
    known = {case.id: case.model_dump(exclude_unset=True) for case in read_cases(cases)}
    assert {case.id: case.model_dump(exclude_unset=True) for case in read_cases(back)} == known


def test_a_run_is_exported_with_its_replies_and_the_proof_of_its_file(
    home: Home, run_id: str, cases: Path, tmp_path: Path
) -> None:
    told: list[tuple[list[str | Path], list[str] | None]] = [([], None), (["--cases", cases], ["within 30 days"])]
    for more, contexts in told:
        out = tmp_path / "run.jsonl"
        done = daogou("eval", "export", run_id[:8], "--format", "ragas", "--out", out, "--home", home.path, *more)
        assert done.exit_code == 0, done.output
        first = json.loads(out.read_text("utf-8").split("\n")[0])
        assert first["response"] == TRUE_REPLY.text
        assert first.get("reference_contexts") == contexts


def test_a_suite_is_exported_here_under_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = daogou("eval", "export", QUICK, "--format", "promptfoo", "--base-url", "http://shop.test/v1/")
    assert done.exit_code == 0, done.output
    assert f"{len(find(QUICK).cases)} cases" in done.stderr
    assert '- id: "http://shop.test/v1/chat/completions"' in Path("quick.promptfooconfig.yaml").read_text("utf-8")
    assert daogou("eval", "export", QUICK, "--format", "inspect").exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == {
        "quick.promptfooconfig.yaml",
        "quick.inspect.jsonl",
        "quick_inspect_task.py",
    }


def test_what_a_case_cannot_judge_is_told_and_the_cases_can_be_run(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text('{"user_input": "hi", "reference": "Hello there, how can I help you today?"}\n', "utf-8")
    out = tmp_path / "cases.jsonl"
    done = daogou("eval", "import", path, "--format", "ragas", "--shop", "maple", "--out", out)
    assert done.exit_code == 0, done.output
    assert "row 1, reference: prose" in done.stderr
    assert find(str(out)).shops == ("maple",)


def test_one_id_in_two_files_is_told(cases: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.jsonl"
    daogou("eval", "export", cases, "--format", "openevals", "--out", out)
    again = tmp_path / "b.jsonl"
    again.write_bytes(out.read_bytes())
    error = daogou("eval", "import", out, again, "--format", "openevals", "--out", tmp_path / "c.jsonl").exception
    assert isinstance(error, Invalid)
    assert "b.jsonl: the id 'c-1' is in another file too" in error.message


@pytest.mark.parametrize(
    "words",
    [
        ["export", "nonsense", "--format", "ragas"],
        ["export", QUICK, "--format", "ragas", "--shop", "nowhere"],
        ["export", QUICK, "--format", "ragas", "--base-url", "ftp://x"],
        ["export", QUICK, "--format", "ragas", "--cases", "x.jsonl"],
        ["export", QUICK, "--format", "ragas", "--out", "/nowhere/at/all.jsonl"],
        ["export", QUICK, "--format", "excel"],
        ["import", "nowhere.jsonl", "--format", "ragas", "--out", "x.jsonl"],
        ["import", __file__, "--format", "ragas", "--out", "x.txt"],
        ["import", __file__, "--format", "ragas", "--out", "x.jsonl"],
    ],
)
def test_bad_usage_is_told_as_such(words: list[str], home: Home) -> None:
    at_home: list[str | Path] = ["--home", home.path] if words[0] == "export" else []
    done = daogou("eval", *words, *at_home)
    assert done.exit_code == 2 or (isinstance(done.exception, Invalid) and done.exception.code.startswith("usage"))


def test_the_command_loads_none_of_the_frameworks() -> None:
    code = (
        "import sys; from evals.formats.registry import FORMATS; "
        "print([m for m in ('ragas', 'inspect_ai', 'deepeval', 'openevals', 'langchain', 'torch') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

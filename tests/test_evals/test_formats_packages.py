"""The exports in the hands of the real packages, where they are installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from evals.formats.case_format import Wanted
from evals.formats.registry import FORMATS
from evals.suites import ALL, find
from tests.test_evals.formats_world import a_few, a_run

COUNT = 992


def put(name: str, folder: Path) -> list[Path]:
    """Write all shipped cases, and return the files."""
    files: list[Path] = []
    for file, content in FORMATS[name].export(find(ALL).cases, Wanted("all")).items():
        (folder / file).write_bytes(content)
        files.append(folder / file)
    return files


def test_ragas_loads_every_case(tmp_path: Path) -> None:
    ragas: Any = pytest.importorskip("ragas", exc_type=ImportError)
    single, several = [ragas.EvaluationDataset.from_jsonl(path) for path in put("ragas", tmp_path)]
    assert (single.is_multi_turn(), several.is_multi_turn()) == (False, True)
    assert len(single) + len(several) == COUNT


def test_what_ragas_saves_again_is_still_a_set_of_cases(tmp_path: Path) -> None:
    ragas: Any = pytest.importorskip("ragas", exc_type=ImportError)
    single, _several = put("ragas", tmp_path)
    ragas.EvaluationDataset.from_jsonl(single).to_jsonl(tmp_path / "again.jsonl")
    imported = FORMATS["ragas"].read(tmp_path / "again.jsonl", "maple")
    assert len(imported.cases) == len(single.read_text("utf-8").splitlines())


def test_inspect_loads_every_case(tmp_path: Path) -> None:
    dataset: Any = pytest.importorskip("inspect_ai.dataset")
    samples = dataset.json_dataset(str(put("inspect", tmp_path)[0]))
    assert len(samples) == COUNT


def test_deepeval_loads_every_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPEVAL_TELEMETRY_OPT_OUT", "YES")
    dataset: Any = pytest.importorskip("deepeval.dataset")
    count = 0
    for path in put("deepeval", tmp_path):
        goldens = dataset.EvaluationDataset()
        goldens.add_goldens_from_json_file(str(path))
        count += len(goldens.goldens)
    assert count == COUNT


def test_openevals_takes_the_rows_of_a_run() -> None:
    exact: Any = pytest.importorskip("openevals.exact")
    cases = a_few()
    (content,) = FORMATS["openevals"].export(cases, Wanted("run", answers={r.id: r for r in a_run(cases)})).values()
    for line in content.decode().splitlines()[:-1]:
        row = json.loads(line)
        judged = {key: row.get(key) for key in ("inputs", "outputs")}
        assert exact.exact_match(**judged, reference_outputs=row["outputs"])["score"] is True


def test_promptfoo_takes_the_configuration(tmp_path: Path) -> None:
    promptfoo = shutil.which("promptfoo")
    if promptfoo is None:
        pytest.skip("promptfoo is not on the path")
    quiet = {"PROMPTFOO_DISABLE_TELEMETRY": "1", "PROMPTFOO_DISABLE_UPDATE": "1", "PROMPTFOO_CONFIG_DIR": str(tmp_path)}
    (config,) = put("promptfoo", tmp_path)
    command = [promptfoo, "validate", "config", "-c", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | quiet, timeout=120, check=False)
    assert "Configuration is valid" in done.stdout + done.stderr

"""The gate that every change has to pass: the quick suite over the held-out shop, in process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.installation import daogou


@pytest.mark.slow
def test_the_quick_suite_passes_its_gates(tmp_path: Path) -> None:
    done = daogou("eval", "run", "quick", "--gate", "--json", "--home", tmp_path / "home", cwd=tmp_path)
    gates = json.loads(done.stdout)["gates"]
    missed = [gate for gate in gates if not gate["met"]]
    assert not missed, missed
    assert done.returncode == 0
    assert len(gates) >= 5

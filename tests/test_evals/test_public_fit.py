"""``fit``: what the benchmark measures, as a public set beside the published figures."""

from __future__ import annotations

from pathlib import Path

from evals.benchmarks.fit_peers import PEERS
from evals.benchmarks.fit_reports import SPLITS
from evals.public import fit
from knowledge.home import Home
from tests.test_evals.test_bench_fit import written


async def test_the_benchmark_is_told_by_split_beside_its_peers_and_what_was_published(
    tmp_path: Path, home: Home
) -> None:
    written(tmp_path)
    steps: list[tuple[int, int]] = []
    result = await fit.measure(tmp_path, home, lambda done, total: steps.append((done, total)))
    assert result.items == 700
    assert steps[-1][0] == steps[-1][1]
    ours = [system for system in result.systems if system.kind == "daogou"]
    assert [system.name for system in ours] == ["daogou: fit model"]
    assert {system.name for system in result.systems if system.kind == "baseline"} == set(PEERS)
    assert {system.kind for system in result.systems[-2:]} == {"published"}
    for system in result.systems[: 1 + len(PEERS)]:
        assert [figure.metric for figure in system.figures] == [
            f"{metric} {split}" for split in SPLITS for metric in ("auc", "ece")
        ]
        for figure in system.figures:
            assert figure.low is not None
            assert figure.high is not None
            assert figure.low <= figure.value <= figure.high
            assert figure.n
            assert figure.lower_is_better == figure.metric.startswith("ece")
    area = ours[0].figure("auc warm")
    assert area is not None
    assert area.value > 0.5

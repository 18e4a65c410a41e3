"""What all public sets share: finding their files, keeping a run, and telling figures with their intervals."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from evals.public import running
from evals.public.figures import Figure, SetResult, System, mean_figure, system
from evals.public.report import show_public
from evals.public.running import find_public, public_runs, run_public
from evals.public.sets import PUBLIC_SETS, PublicSet, present
from knowledge.errors import Invalid, NotFound
from knowledge.home import Home


def nothing(_done: int, _total: int) -> None:
    """Take a step."""


async def two_systems(_folder: Path, _home: Home, _told: object) -> SetResult:
    ours = system("daogou", "daogou", {"mrr@10": {"q1": 1.0, "q2": 0.5}})
    published = System(
        name="Paper", kind="published", figures=(Figure(metric="mrr@10", value=0.5),), source="Paper, T. 1"
    )
    return SetResult(
        name="toy", title="Toy", measures="nothing", items=2, systems=(published, ours), notes=("two items",)
    )


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setitem(PUBLIC_SETS, "toy", PublicSet("toy", "nowhere", ("a.tsv",)))
    monkeypatch.setattr(PublicSet, "measure", lambda _self: two_systems)
    (tmp_path / "data" / "toy").mkdir(parents=True)
    (tmp_path / "data" / "toy" / "a.tsv").write_text("1\t2", "utf-8")
    return tmp_path / "data"


async def test_a_run_is_kept_with_the_hashes_of_its_files_and_found_again(toy: Path, home: Home) -> None:
    run = await run_public(home, "toy", toy, nothing)
    assert run is not None
    assert list(run.files) == ["a.tsv"]
    assert len(run.files["a.tsv"]) == 64
    assert public_runs(home) == [run]
    assert find_public(home, run.id[:12]) == run
    with pytest.raises(NotFound):
        find_public(home, "1999")


async def test_a_set_lies_in_the_folder_itself_or_under_its_name_and_is_else_absent(
    toy: Path, home: Home, tmp_path: Path
) -> None:
    assert await run_public(home, "toy", toy / "toy", nothing) is not None
    assert "chorus" not in present(toy)
    assert await run_public(home, "chorus", toy, nothing) is None
    with pytest.raises(Invalid):
        await run_public(home, "toy", tmp_path / "absent", nothing)


async def test_the_table_shows_the_product_first_and_the_source_of_what_was_published(toy: Path, home: Home) -> None:
    run = await run_public(home, "toy", toy, nothing)
    assert run is not None
    out = io.StringIO()
    show_public(Console(file=out, width=160), run)
    text = out.getvalue()
    assert text.index("daogou") < text.index("Paper")
    assert "0.750" in text
    assert "Paper: Paper, T. 1" in text
    assert "two items" in text


def test_a_mean_has_an_interval_that_holds_it_and_no_items_are_an_error() -> None:
    figure = mean_figure("mrr", {str(i): float(i % 2) for i in range(100)})
    assert figure.low is not None
    assert figure.high is not None
    assert figure.low < figure.value == 0.5 < figure.high
    assert figure.high - figure.low < 0.25
    with pytest.raises(ValueError, match="no items"):
        mean_figure("mrr", {})


def test_a_run_that_cannot_be_read_any_more_is_left_out(home: Home) -> None:
    (home.path / "evals" / "public").mkdir(parents=True)
    (home.path / "evals" / "public" / "old.json").write_text("{}", "utf-8")
    assert running.public_runs(home) == []

"""The rules of the house, held against every file."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("knowledge", "assistant", "api", "evals")
MAY_IMPORT = {
    "knowledge": {"knowledge"},
    "assistant": {"knowledge", "assistant"},
    "api": {"knowledge", "assistant", "api"},
    "evals": {"knowledge", "assistant", "evals"},
}
HEAVY = ("torch", "sentence_transformers", "faiss", "langchain", "langchain_core", "langgraph")
MOST_LINES = 400
EMPTY_NAMES = {"utils", "util", "helper", "helpers", "manager", "managers", "common", "misc"}


def files_of(*packages: str, suffixes: tuple[str, ...] = (".py",)) -> Iterator[Path]:
    for package in packages:
        for path in sorted((ROOT / package).rglob("*")):
            hidden = {"vendor", "node_modules", "__pycache__"} & set(path.parts)
            if path.suffix in suffixes and path.is_file() and not hidden:
                yield path


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@lru_cache(maxsize=1)
def modules() -> dict[str, Path]:
    return {module_name(path): path for path in files_of(*PACKAGES)}


def imports_in(source: str, package: str) -> Iterator[tuple[str, int]]:
    """Yield every module that a source may import, with its line; also those inside functions."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield base, node.lineno
            yield from ((f"{base}.{alias.name}", node.lineno) for alias in node.names)


def imports_of(name: str) -> Iterator[tuple[str, int]]:
    path = modules()[name]
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    return imports_in(path.read_text("utf-8"), package)


def wrong_directions(name: str, imports: Iterator[tuple[str, int]]) -> list[str]:
    allowed = MAY_IMPORT[name.split(".")[0]]
    return [
        f"{name}:{line} imports {wanted}"
        for wanted, line in imports
        if wanted.split(".")[0] in {*PACKAGES, "tests"} - allowed
    ]


def test_imports_go_from_the_bottom_up_and_never_down_or_across() -> None:
    assert len(modules()) > 50
    assert [wrong for name in modules() for wrong in wrong_directions(name, imports_of(name))] == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("knowledge.x", "from assistant import turn"),
        ("knowledge.x", "def late():\n    import api.app"),
        ("assistant.x", "import evals.run"),
        ("api.x", "from evals.run import go"),
        ("evals.x", "import api"),
        ("assistant.x", "from tests import conftest"),
    ],
)
def test_the_check_of_directions_sees_a_wrong_one(name: str, source: str) -> None:
    assert len(wrong_directions(name, imports_in(source, name.split(".")[0]))) > 0


def test_no_modules_import_each_other_in_a_circle() -> None:
    known = modules()
    graph = {name: {wanted for wanted, _ in imports_of(name) if wanted in known and wanted != name} for name in known}
    order = list(TopologicalSorter(graph).static_order())  # raises CycleError, which names the circle
    assert len(order) == len(known)


def test_langchain_is_imported_in_the_agent_and_the_retrieval_peers_only() -> None:
    found = {
        name
        for name in modules()
        for wanted, _ in imports_of(name)
        if wanted.split(".")[0].startswith(("langchain", "langgraph"))
    }
    assert found
    assert {name for name in found if not name.startswith(("assistant.agent", "evals.peers"))} == set()


def test_nothing_heavy_is_loaded_when_the_command_and_the_server_are_imported() -> None:
    code = f"import sys, api.cli, api.app; print(*[m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == []


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    files = list(files_of(*PACKAGES, "tests", suffixes=(".py", ".js", ".css")))
    assert {path.suffix for path in files} >= {".py", ".js", ".css"}
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in files}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    stems = [(path, set(path.stem.replace("-", "_").casefold().split("_"))) for path in files_of(*PACKAGES, "tests")]
    folders = {folder for path, _ in stems for folder in path.relative_to(ROOT).parts[:-1]}
    assert [str(path) for path, words in stems if words & EMPTY_NAMES] == []
    assert folders & EMPTY_NAMES == set()

"""Where the cases and the shops lie that ship with Daogou: in the wheel, else in the checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from knowledge.errors import NotFound

_PACKAGE: Final = Path(__file__).parent
_ROOT: Final = _PACKAGE.parent

# The day on which the shipped shops stand: their coupons, order dates and seasons are told from it.
SHIPPED_CLOCK: Final = "2026-11-20T15:00:00+08:00"
HELD_OUT_SHOP: Final = "titmouse"


def evals_folder() -> Path:
    """Return the folder with ``cases``, ``scripts``, ``shops`` and ``gates.toml``.

    Raises:
        NotFound: This installation has none.
    """
    for folder in (_PACKAGE / "shipped_suites", _ROOT / "data" / "evals"):
        if (folder / "cases").is_dir():
            return folder
    raise NotFound("This installation has no eval cases.", code="no_eval_cases")


def case_files() -> dict[str, Path]:
    """Return the shipped case files by shop."""
    return {path.stem: path for path in sorted((evals_folder() / "cases").glob("*.jsonl"))}


def script_files() -> dict[str, Path]:
    """Return the shipped conversation scripts by shop."""
    return {path.stem: path for path in sorted((evals_folder() / "scripts").glob("*.jsonl"))}


def shop_folders() -> dict[str, Path]:
    """Return the shipped shops' folders by shop id, the held-out shop included."""
    # The wheel keeps the demo shops beside the pages that show them; only the folder is used from there.
    roots = (_ROOT / "api" / "demo_shops", _ROOT / "data" / "shops", evals_folder() / "shops")
    found: dict[str, Path] = {}
    for root in roots:
        for folder in sorted(root.glob("*")):
            if folder.is_dir():
                found.setdefault(folder.name, folder)
    return found

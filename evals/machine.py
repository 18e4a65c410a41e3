"""What a figure was measured on; a figure without it says nothing."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

# The packages that the time of a turn and the order of its hits depend on.
_PACKAGES = ("daogou", "langchain", "tantivy", "faiss-cpu", "torch", "sentence-transformers", "numpy")


def machine() -> dict[str, object]:
    """Return cores, load average over 1, 5 and 15 minutes, system, and the moment in UTC."""
    load = [round(value, 2) for value in os.getloadavg()] if hasattr(os, "getloadavg") else None
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "load": load,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def versions() -> dict[str, str]:
    """Return the version of Daogou and of what it computes with, by package."""
    found: dict[str, str] = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def in_words(where: Mapping[str, object]) -> str:
    """Return the machine as one line."""
    load = where["load"]
    shown = " ".join(str(value) for value in load) if isinstance(load, list) else "unknown"
    return f"{where['at']} · {where['cores']} cores, load {shown} · {where['system']}, Python {where['python']}"

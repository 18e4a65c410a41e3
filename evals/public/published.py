"""Figures that others have published for the public sets (``published.toml``), with their sources."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from evals.public.figures import Figure, System
from evals.shipped import evals_folder
from knowledge.errors import Invalid


class _Published(BaseModel):
    """One system's table in the file: its source, and values by metric."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, float]

    source: str
    note: str = ""


def published(name: str, path: Path | None = None) -> tuple[System, ...]:
    """Return the systems published for a set; none when the file has no table of its name.

    Raises:
        Invalid: The file cannot be read (``bad_published``).
    """
    path = path or evals_folder() / "published.toml"
    try:
        sets: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
        return tuple(_system(title, _Published.model_validate(table)) for title, table in sets.get(name, {}).items())
    except (tomllib.TOMLDecodeError, ValidationError, AttributeError) as error:
        raise Invalid(f"{path.name} [{name}]: {error}", code="bad_published") from error


def _system(title: str, table: _Published) -> System:
    figures = tuple(Figure(metric=metric, value=value) for metric, value in table.__pydantic_extra__.items())
    return System(name=title, kind="published", figures=figures, source=table.source, note=table.note)

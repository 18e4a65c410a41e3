"""Rows of a public set's files, each checked: what cannot be used is told with file, row and field."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from knowledge.errors import Invalid

Row = TypeVar("Row", bound=BaseModel)


def read_jsonl(path: Path, model: type[Row]) -> list[Row]:
    """Return the rows of a JSONL file, packed with gzip or not; empty lines are skipped.

    Raises:
        Invalid: A line is no JSON or does not fit the model, or there is no row (``usage_bad_data``).
    """
    rows: list[Row] = []
    for number, line in _lines(path):
        try:
            raw = json.loads(line)
        except json.JSONDecodeError as error:
            raise bad_row(path, number, f"no JSON: {error.msg}") from error
        rows.append(_checked(path, number, model, raw))
    return _some(path, rows)


def read_tsv(path: Path, model: type[Row], columns: Sequence[str]) -> list[Row]:
    """Return the rows of a tab-separated file without a header and without quoting.

    Args:
        columns: Names of the columns in order; a row must have exactly these.

    Raises:
        Invalid: A row has other columns or does not fit the model, or there is none (``usage_bad_data``).
    """
    rows: list[Row] = []
    for number, line in _lines(path):
        cells = line.split("\t")
        if len(cells) != len(columns):
            raise bad_row(path, number, f"{len(cells)} columns, wanted {len(columns)}: {', '.join(columns)}")
        rows.append(_checked(path, number, model, dict(zip(columns, cells, strict=True))))
    return _some(path, rows)


def read_csv(path: Path, model: type[Row], delimiter: str = ",") -> list[Row]:
    """Return the rows of a CSV file with a header, quoted as spreadsheets do; columns the model lacks are ignored.

    Raises:
        Invalid: A row has more or fewer cells than the header or does not fit the model, or there
            is none (``usage_bad_data``).
    """
    rows: list[Row] = []
    with _opened(path) as file:
        try:
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            head = next(reader, [])
            for cells in reader:
                if len(cells) != len(head):
                    raise bad_row(path, reader.line_num, f"{len(cells)} cells, the header has {len(head)}")
                rows.append(_checked(path, reader.line_num, model, dict(zip(head, cells, strict=True))))
        except (csv.Error, UnicodeDecodeError, OSError, EOFError) as error:
            raise Invalid(f"{path.name}: cannot be read: {error}", code="usage_bad_data") from error
    return _some(path, rows)


def bad_row(path: Path, number: int, problem: str) -> Invalid:
    """Return the error that names file and row (1 is the first line)."""
    return Invalid(f"{path.name}, row {number}: {problem}", code="usage_bad_data")


def _checked(path: Path, number: int, model: type[Row], raw: Any) -> Row:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "row"
        raise bad_row(path, number, f"{field}: {first['msg']}") from error


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    with _opened(path) as file:
        try:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line.rstrip("\r\n")
        except (UnicodeDecodeError, OSError, EOFError) as error:
            raise Invalid(f"{path.name}: cannot be read: {error}", code="usage_bad_data") from error


@contextmanager
def _opened(path: Path) -> Iterator[io.TextIOBase]:
    # Only a line feed ends a row: titles hold other characters that count as line ends elsewhere.
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8", newline="\n") as packed:
            yield packed
    else:
        with path.open(encoding="utf-8", newline="\n") as plain:
            yield plain


def _some(path: Path, rows: list[Row]) -> list[Row]:
    if not rows:
        raise Invalid(f"{path.name}: holds no row.", code="usage_bad_data")
    return rows

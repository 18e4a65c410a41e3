"""What an import cannot be faster than: the parser, the database and the encoder with nothing around them."""

from __future__ import annotations

import csv
import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

from knowledge import rows
from knowledge.catalog import Product
from knowledge.importing.upsert import BATCH
from knowledge.retrieval.encoders import Encoder

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, order=True)
class Took:
    """What a piece of work cost.

    Attributes:
        cpu_seconds: Over all threads of this process and of the children that it has ended; neighbours on the
            machine hardly change it.
    """

    seconds: float
    cpu_seconds: float


class Stopwatch:
    """Measures from its making."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), _cpu_seconds()

    def took(self) -> Took:
        return Took(time.perf_counter() - self._wall, _cpu_seconds() - self._cpu)


def _cpu_seconds() -> float:
    of_children = os.times()
    return time.process_time() + of_children.children_user + of_children.children_system


def timed(work: Callable[[], _T]) -> tuple[Took, _T]:
    """Return what a call cost, and what it returned."""
    watch = Stopwatch()
    result = work()
    return watch.took(), result


def middle(times: Iterable[Took]) -> Took:
    """Return the median of wall and of CPU time."""
    known = list(times)
    return Took(median(one.seconds for one in known), median(one.cpu_seconds for one in known))


def bare_csv(path: Path) -> Took:
    """Return the time of Python's csv module over the file, rows kept."""

    def read() -> int:
        with path.open(encoding="utf-8", newline="") as file:
            return len(list(csv.reader(file)))

    return timed(read)[0]


def pandas_csv(path: Path) -> Took | None:
    """Return the time of ``pandas.read_csv`` with every cell as text; None when it is not installed."""
    try:
        from pandas import read_csv  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError:
        return None
    return timed(lambda: read_csv(path, dtype=str, keep_default_na=False))[0]


def raw_sqlite(path: Path, products: Sequence[Product], currency: str) -> Took:
    """Return the time of plain inserts of the same rows, as durable and in as large commits as ours."""
    table = [_cells(rows.product_values(product)) for product in products]
    variants = [[_cells(rows.variant_values(one, currency)) for one in product.variants] for product in products]
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"CREATE TABLE product ({_named(table[0])})")
        connection.execute(f"CREATE TABLE variant ({_named(variants[0][0])})")

        def write() -> None:
            for start in range(0, len(table), BATCH):
                connection.execute("BEGIN IMMEDIATE")
                _insert(connection, "product", table[start : start + BATCH])
                _insert(connection, "variant", [one for own in variants[start : start + BATCH] for one in own])
                connection.execute("COMMIT")

        return timed(write)[0]
    finally:
        connection.close()


def bare_encoder(encoder: Encoder, texts: Sequence[str], batch: int) -> Took:
    """Return the time of encoding the texts, keeping nothing."""

    def encode() -> None:
        for start in range(0, len(texts), batch):
            encoder.encode(texts[start : start + batch])

    return timed(encode)[0]


def _cells(values: Mapping[str, Any]) -> dict[str, Any]:
    plain = (str, int, float, type(None))
    return {
        name: value if isinstance(value, plain) else json.dumps(value, ensure_ascii=False, default=str)
        for name, value in values.items()
    }


def _named(row: Mapping[str, Any]) -> str:
    return ", ".join(f'"{name}"' for name in row)


def _insert(connection: sqlite3.Connection, table: str, values: Sequence[Mapping[str, Any]]) -> None:
    marks = ", ".join("?" for _ in values[0])
    statement = f"INSERT INTO {table} VALUES ({marks})"  # noqa: S608, both are names of ours
    connection.executemany(statement, [tuple(row.values()) for row in values])
